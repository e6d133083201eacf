"""Which drawings are collected: the digits of `my-digits`, or a set with classes that people name themselves.

Must not import TensorFlow or Keras.
"""

from functools import partial
from urllib.parse import urlencode

import streamlit as st

from lenet.data import datasets, drawing_sets
from lenet.data.drawing_collection import NAME, Collection
from lenet.data.drawing_set_name import LONGEST_TITLE
from lenet.data.drawing_sets import DrawingSet
from lenet.data.persons_digits import every_persons_digits, own_digits
from lenet.drawing.class_name import LONGEST
from lenet.formatting import counted
from lenet.people.owner import may_change, may_see
from lenet.sentences import listed
from pages.parts.shared.clicks import change_of, select_box
from pages.parts.shared.confirmation import confirm
from pages.parts.shared.deed import do, show_problem
from pages.parts.shared.link import address, look, warn, write
from pages.parts.shared.link_fields import DRAW as LINK
from pages.parts.shared.markdown import escaped
from pages.parts.shared.room import person
from pages.parts.shared.share_control import share_control
from pages.parts.shared.shared_link import shared_link

_DIGITS = "Digits 0 to 9"
_MADE = "sets-made"  # key of the session


def set_choice() -> Collection:
    """The widgets: which set, a new one, and what can be done with this one."""
    titles = _titles()
    name = _asked(titles)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        key = f"set-box-{name}"  # another box once another set is shown: a late message is of the former one
        select_box("Collect", list(titles), name, key, lambda each: titles.get(each, each), width=280,
                   label_visibility="collapsed", on_change=change_of(key, name, _choose))  # fmt: skip
        _new_set()
        collection = _collection(name)
        share_control(collection.made, f"set-{name}", grows=True)
        if isinstance(collection, DrawingSet):
            _share(collection)
            if may_change(collection.made, person()):
                _manage(collection)
    show_problem()
    return collection


def _collection(name: str) -> Collection:
    shared = {each.name: each for each in every_persons_digits()}
    return drawing_sets.drawing_sets().get(name) or shared.get(name) or own_digits()


def _titles() -> dict[str, str]:
    """One's own digits first; then those of others and all sets, as far as one may see them."""
    own, who = own_digits().name, person()
    others = {each.name: each.title for each in every_persons_digits() if may_see(each.made, who)}
    others.pop(own, None)
    return {own: _DIGITS} | others | drawing_sets.titles()


def _asked(titles: dict[str, str]) -> str:
    name, _ = look(LINK["set"])
    if name == NAME or name in titles:
        return name if name in titles else own_digits().name
    known = [NAME, *(each for each in titles if each != own_digits().name)]
    problem = LINK["set"].problem(name, f"one of {listed(known, 12)}", f"{_DIGITS} are shown.")
    warn(datasets.hidden(name) or problem)
    return own_digits().name


def _choose(name: str) -> None:
    write(LINK["set"], name)


def _new_set() -> None:
    """Its name; its classes are named below once it is there."""
    count = st.session_state.get(_MADE, 0)  # another form after each one: it is closed, and empty
    with st.popover("Own symbols", icon=":material/add:", key=f"set-new-{count}"):
        st.caption("A set of your own: any words or signs as classes, and a network that tells them apart.")
        with st.form(f"set-form-{count}", border=False):
            st.text_input("What is the set called?", "" if drawing_sets.drawing_sets() else "Our symbols",
                          LONGEST_TITLE, key=f"set-title-{count}", placeholder="Signs of 7b")  # fmt: skip
            st.form_submit_button("Make the set", type="primary", on_click=_make, args=(count,))


def _make(count: int) -> None:
    do(_make_of, count, st.session_state[f"set-title-{count}"])


def _make_of(count: int, title: str) -> None:
    write(LINK["set"], datasets.new_drawing_set(title).name)
    st.session_state[_MADE] = count + 1


def _share(collection: DrawingSet) -> None:
    with st.popover("Share", icon=":material/qr_code_2:", key=f"set-share-{collection.name}"):
        link = urlencode(address(LINK, more="collect", set=collection.name))
        words = "This link opens the canvas with this set: a whole class draws into it at once."
        shared_link(f"{st.context.url or ''}?{link}", words, "copy-set-link")


def _manage(collection: DrawingSet) -> None:
    title, key = collection.title, f"set-rename-{collection.name}"
    words = f"More for the set {escaped(title)}"
    with st.popover(words, icon=":material/more_vert:", help=words, key=f"icon-manage-{collection.name}"):
        with st.form(f"{key}-form", border=False):
            st.text_input("Name of the set", title, LONGEST_TITLE, key=f"{key}-{title}")
            st.form_submit_button("Rename", on_click=_rename, args=(collection, f"{key}-{title}"))
        _change_class(collection, key)
        if st.button("Delete the set", icon=":material/delete_forever:", key=f"{key}-delete"):
            _ask_to_delete(collection)


def _change_class(collection: DrawingSet, key: str) -> None:
    """Another name for a class, or none any more."""
    counts = collection.counts()
    name = st.selectbox("A class to rename or remove", counts, None, key=f"{key}-class", placeholder="None")
    if name in counts:
        with st.form(f"{key}-class-form", border=False):
            new = f"{key}-class-{name}"
            st.text_input("Name of the class", name, LONGEST, key=new,
                          help="The name of another class puts both together.")  # fmt: skip
            st.form_submit_button("Rename the class", on_click=_rename_class, args=(collection, name, new))
        words = f"Remove {escaped(name)} and its {counted(counts[name], 'drawing')}"
        if st.button(words, icon=":material/delete:", key=f"{key}-remove"):
            _ask_to_remove(collection, name, counts[name])


def _rename_class(collection: DrawingSet, name: str, key: str) -> None:
    do(collection.rename_class, name, st.session_state[key])


def _ask_to_remove(collection: DrawingSet, name: str, count: int) -> None:
    words = (
        f"{escaped(name)} and its {counted(count, 'drawing')} will be gone for good. Runs that learned from "
        "them keep what they learned from."
    )
    confirm("Remove the class?", words, "Remove the class", partial(do, collection.remove_class, name))


def _rename(collection: DrawingSet, key: str) -> None:
    do(collection.rename, st.session_state[key])


def _ask_to_delete(collection: DrawingSet) -> None:
    words = (
        f"{escaped(collection.title)}: its classes and its {len(collection.entries())} drawings will be gone "
        "for good. Runs that learned from them keep what they learned from."
    )
    confirm("Delete the whole set?", words, "Delete the set", partial(_delete, collection),
            icon="delete_forever")  # fmt: skip


def _delete(collection: DrawingSet) -> None:
    if do(collection.delete):
        write(LINK["set"], None)
