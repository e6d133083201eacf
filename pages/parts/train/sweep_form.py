"""What a sweep varies, how, and for how long: the widgets under the settings that are its base.

All of it is in the link, and read from there: `vary`, once for each setting, as the command line has it.
Must not import Optuna, TensorFlow or Keras.
"""

from typing import Any

import streamlit as st

from lenet.errors import SweepError
from lenet.runs.config import RunConfig
from lenet.sentences import few
from lenet.sweep.config import MEASURES, PRUNERS, SAMPLERS
from lenet.sweep.space import Vary, parse
from lenet.sweep.suggestion import first_text, settings
from pages.parts.shared.link import bound, read, read_all, write
from pages.parts.shared.link_field_kinds import Choice
from pages.parts.shared.link_fields import TRAIN as LINK
from pages.parts.shared.markdown import escaped
from pages.parts.train.setting_titles import setting_title

_VARIED = "sweep-varied"  # key of the multiselect
_FIRST = ("learning_rate", "batch_size")  # what is varied before a person says
_SAMPLER_HELP = (
    "TPE draws where good trials were (tree-structured Parzen estimator); random draws anywhere; "
    "a grid tries every combination."
)
_HELP = (
    "A range, as 1e-4..1e-1, on a logarithmic scale with :log behind it; or values with commas, as "
    "32,64,128. On a grid a range has 5 points, or as many as you say: 1e-4..1e-1:log:3."
)


def space_form(base: RunConfig) -> None:
    """Which settings are varied, and a line of text for each."""
    offered, lines = settings(base), _lines(base)
    chosen = [name for name in lines if name in offered]
    st.session_state[_VARIED] = chosen
    st.multiselect(
        "Vary", offered, key=_VARIED, format_func=lambda name: setting_title(name, base),
        placeholder="Settings", on_change=_choose, args=(base,),
    )  # fmt: skip
    for name in chosen:
        key = f"sweep-values-{name}-{lines[name]}"  # another text in the link is another box
        typed = {"on_change": _type, "args": (base, name, key)}
        st.text_input(setting_title(name, base), lines[name], key=key, help=_HELP, **typed)


def _lines(base: RunConfig) -> dict[str, str]:
    """Setting → what stands behind its `=` in the link; a link without has some to begin with."""
    lines = read_all(LINK["vary"]) or [f"{name}={first_text(base, name)}" for name in _FIRST]
    pairs = (line.partition("=") for line in lines)
    return {name.strip(): text for name, _, text in pairs if name.strip()}


def _choose(base: RunConfig) -> None:
    """In a callback."""
    known = _lines(base)
    _say({name: known.get(name) or first_text(base, name) for name in st.session_state[_VARIED]})


def _type(base: RunConfig, name: str, key: str) -> None:
    """In a callback."""
    _say(_lines(base) | {name: st.session_state[key]})


def _say(texts: dict[str, str]) -> None:
    write(LINK["vary"], [f"{name}={text}" for name, text in texts.items()])


def space_of_link(base: RunConfig) -> tuple[list[Vary], list[str]]:
    """What is varied, and what is wrong with it in sentences."""
    space, problems = [], []
    for name, text in _lines(base).items():
        try:
            space.append(parse(f"{name}={text}"))
        except SweepError as error:
            problems.append(str(error))
    return space, problems


def how_form() -> None:
    """Sampler, pruner, measure, and the budget."""
    left, right = st.columns(2)
    with left:
        _number("trials", "Trials")
    with right:
        _box("sampler", SAMPLERS, _SAMPLER_HELP)
    with st.expander("Minutes, measure, pruner", icon=":material/tune:"):
        _number("minutes", "Minutes, 0: no bound", "After these no further trial begins.")
        _box("measure", MEASURES, "Of validation images, at the epoch whose weights are the final model.")
        _box("pruner", PRUNERS, "Ends trials early that are not worth their time.")


def _number(name: str, title: str, words: str | None = None) -> None:
    st.number_input(title, step=1, help=words, **bound(LINK[name], read(LINK[name])))


def _box(name: str, titles: dict[str, str], words: str) -> None:
    field: Choice = LINK[name]
    widget = bound(field, read(field))
    st.selectbox(field.title, field.options, format_func=titles.__getitem__, help=words, **widget)


def how_of_link() -> dict[str, Any]:
    """The same as the link says it, by the names of a sweep's config."""
    names = ("sampler", "pruner", "measure", "trials")
    return {name: read(LINK[name]) for name in names} | {"minutes": read(LINK["minutes"]) or None}


def say(problems: list[str]) -> None:
    """What is wrong."""
    for sentence in few(problems):
        st.error(escaped(sentence))
