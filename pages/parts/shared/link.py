"""The link of a page: its fields (`link_fields.py`) are read and written here, and nowhere else.

The link is what the page has written into it, however late a message of the browser is: each brings the
address that the browser has at that moment. That of a tick, or of a click that follows another at once, may
lack what the page has just written, and a choice would be undone. So what was written since the page was
opened holds, until a person goes back in the browser. Must not import TensorFlow or Keras.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from pages.parts.shared.late_messages import leaves, opened
from pages.parts.shared.link_field_kinds import Choice, Field, Names, Switch
from pages.parts.shared.link_fields import EVERY, PAGES
from pages.parts.shared.markdown import escaped

_KEY = "link"  # of the session
_To = Mapping[str, str | list[str]]  # of a link: name → value, or values
_Texts = dict[str, str | list[str] | None]  # name → value, or values; None: not in the link


@dataclass
class _Link:
    """What a session knows of its links.

    Attributes:
        page: the one that is open.
        written: what it has written, and taken out.
        lasting: by page and name, what is there again when a person comes back to that page, or to any.
        left: by page, its whole link when a person was led to another page.
        going: from which page to which, with which link; None once it is there.
    """

    page: str = ""
    written: _Texts = field(default_factory=dict)
    lasting: dict[tuple[str, str], str | list[str] | None] = field(default_factory=dict)
    left: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    going: tuple[str, Path, _To] | None = None


# Read


def read(field: Field, **known_here: Any) -> Any:
    """The value in the link; where that is wrong a sentence says so, and the default is returned.

    known_here: attributes of the field that only the page knows, such as `options`, `highest`, `default`.
    """
    value, problem = look(field, **known_here)
    if problem:
        warn(problem)
    return value


def look(field: Field, **known_here: Any) -> tuple[Any, str]:
    """`read`, and what is wrong in a sentence for the page to say, instead of saying it."""
    field = replace(field, **known_here)
    texts = {name: text for name in _names(field) if (text := _text(field, name))}
    received = next(iter(texts.values()), "")
    value = field.parsed(received) if received else None
    if field.lasts:
        _link().lasting[field.page, field.name] = received if value is not None else None
    if value is None:
        return field.default, field.problem(received) if received else ""
    return value, field.problem_of_names(texts)


def read_all(field: Names) -> list[str]:
    """All values of that name."""
    found = st.query_params.get_all(field.name)
    if field.lasts:
        _link().lasting[field.page, field.name] = found or None
    return found


def everything() -> dict[str, list[str]]:
    """The whole link of the page: name → its value, or values."""
    return {name: st.query_params.get_all(name) for name in st.query_params}


def has(field: Field) -> bool:
    """Whether the link says anything of it."""
    return any(name in st.query_params and _is_own(field, name) for name in _names(field))


def texts(*fields: Field) -> tuple[str, ...]:
    """What stands in the link of each of these, under all its names, right or wrong; "" of what does not."""
    return tuple(_text(each, name) for each in fields for name in _names(each))


def warn(problem: str) -> None:
    """What is wrong with the link."""
    st.warning(escaped(problem), icon=":material/search_off:")


def _names(field: Field) -> tuple[str, ...]:
    return field.name, *field.former_names


def _text(field: Field, name: str) -> str:
    return st.query_params.get(name, "") if _is_own(field, name) else ""


def _is_own(field: Field, name: str) -> bool:
    """Whether that name in the link means this field: `hide` is what a cutout was called in version 0.1."""
    fields = PAGES.get(field.page, {})
    others = [each for each in fields.values() if name in _names(each) and each.name != field.name]
    text = st.query_params.get(name, "")
    if not others or not text:
        return True
    is_meant = any(each.parsed(text) is not None for each in others)
    return not is_meant if name == field.name else field.parsed(text) is not None


# Write


def write(field: Field, value: Any) -> None:
    """The link says so from now on; None and the default are not in it."""
    _put(_texts(field, value))


def write_all(fields: Mapping[str, Field], values: Mapping[str, Any]) -> None:
    """`write` for several at once: one step for whoever goes back in the browser."""
    _put({name: text for each, value in values.items() for name, text in _texts(fields[each], value).items()})


def clear(*fields: Field) -> None:
    """Nothing of these is in the link any more, nor in that of the page that is opened next."""
    for each in fields:
        _link().lasting.pop((each.page, each.name), None)
    _put({name: None for each in fields for name in _names(each) if _is_own(each, name)})


def address(fields: Mapping[str, Field], **values: Any) -> dict[str, str]:
    """The parameters of a link to the page that has these fields, for `st.switch_page`."""
    return {name: fields[name].text(value) for name, value in values.items()}


def _texts(field: Field, value: Any) -> _Texts:
    """What is in the link then, and what is not."""
    former = (name for name in field.former_names if _is_own(field, name))
    return {field.name: field.in_link(value)} | dict.fromkeys(former)


def _put(texts: _Texts) -> None:
    _link().written |= texts
    _tell(texts)


def _tell(texts: _Texts) -> None:
    """In one message, for the browser makes an entry of its history of each."""
    now = everything() | texts
    st.query_params.from_dict({name: text for name, text in now.items() if text is not None})


# Widgets


def bound(field: Field, value: Any, *cleared: Field) -> dict[str, Any]:
    """`key` and `on_change` of a widget that is still to come: it shows the value, and the link what it says.

    cleared: fields that mean nothing to another choice.
    """
    st.session_state[field.key] = value

    def change() -> None:
        rest = dict.fromkeys(name for each in cleared for name in _names(each) if _is_own(each, name))
        _put(rest | _texts(field, st.session_state[field.key]))

    return {"key": field.key, "on_change": change}


def segments(field: Choice, title: Callable[[str], str], **known_here: Any) -> str:
    """A segmented control of the field's options; `title`: what an option is called."""
    field = replace(field, **known_here)
    widget = bound(field, read(field))
    return st.segmented_control(field.title, field.options, format_func=title, required=True,
                                label_visibility="collapsed", wrap=True, **widget)  # fmt: skip


def switch(field: Switch, **shown: Any) -> bool:
    """A toggle."""
    return st.toggle(field.title, **bound(field, read(field)), **shown)


# Pages


def open_page(page: str) -> None:
    """At the start of every run of a page: another page has a link of its own."""
    opened(page)
    link, is_back = _link(), get_script_run_ctx().is_history_navigation
    _go_on(link, page)
    if link.page != page or is_back:
        link.page, link.written = page, {}
        if page in link.left and _is_of_another(page):
            link.written = dict.fromkeys(st.query_params) | link.left.pop(page)
        elif not is_back:
            link.written = _lasting(link, page)
    hold()


def hold() -> None:
    """At the start of a fragment that reads the link. The browser is told again: newer runs drop messages."""
    if written := _link().written:
        _tell(written)


def leave(page: Path, to: _To) -> None:
    """Go to another page, from which the browser's Back comes to what is shown now."""
    link = _link()
    link.left[link.page] = everything()
    go(page, to)


def turn_to(page: Path, to: _To) -> None:
    """`leave`, where it may be this page: its link is over then, but for what is the same on all pages."""
    link = _link()
    if _name(page) == link.page:
        lasting = {name: text for (of, name), text in link.lasting.items() if of == EVERY and text}
        link.written = dict.fromkeys(everything()) | lasting | dict(to)
    leave(page, to)


def go(page: Path, to: _To | None = None) -> None:
    """Go to a page, another one or this one, with that link.

    What the browser has said before may have this page run once more: it is remembered where to go.
    """
    link = _link()
    link.going = link.page, page, to or {}
    if _name(page) != link.page:
        leaves()
    st.switch_page(page, query_params=to)


def _go_on(link: _Link, page: str) -> None:
    """At the start of a page: go where a click led, unless that is here."""
    start, path, to = link.going or ("", Path(), {})
    is_here = _name(path) == page and _lists(to).items() <= everything().items()
    if start == page and not is_here:
        go(path, to)
    link.going = None


def _lists(to: _To) -> dict[str, list[str]]:
    return {name: [text] if isinstance(text, str) else list(text) for name, text in to.items()}


def _name(page: Path) -> str:
    """Of a page, in the address."""
    return page.stem.partition("_")[2].lower()


def pass_on(page: Any) -> None:
    """Go to another page with this very link."""
    leaves()
    st.switch_page(page, query_params=st.query_params.to_dict())


def _is_of_another(page: str) -> bool:
    """Whether the browser's Back brought this page with the fields of the one that was left."""
    others = {name for fields in PAGES.values() for name in fields} - set(PAGES.get(page, ()))
    return not others.isdisjoint(st.query_params)


def _lasting(link: _Link, page: str) -> _Texts:
    known = {
        name: text for (of, name), text in link.lasting.items() if of in (page, EVERY) and text is not None
    }
    return {name: text for name, text in known.items() if name not in st.query_params}


def _link() -> _Link:
    return st.session_state.setdefault(_KEY, _Link())
