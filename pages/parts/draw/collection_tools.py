"""What is done with the collection: export, import, deletion. Must not import TensorFlow or Keras."""

from collections.abc import Sequence
from functools import partial

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from lenet.data import drawn_data
from lenet.data.drawing_collection import Collection, images
from lenet.data.drawing_sets import DrawingSet
from lenet.drawing.labelled_drawings import Entry
from lenet.errors import DatasetError
from pages.parts.shared.clicks import change_of, clicked
from pages.parts.shared.confirmation import confirm
from pages.parts.shared.markdown import escaped
from pages.parts.shared.uploads import let_go

_DELETING, _PICKED, _OUTCOME = "collection-deleting", "collection-picked", "collection-outcome"


def tools(collection: Collection, entries: Sequence[Entry]) -> None:
    """One line: how many there are, and the buttons."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(escaped(collection.title), anchor=False, width="content")
        st.caption(f"{len(entries)} drawing{'s' * (len(entries) != 1)}", width="content",
                   help=f"Kept in `{collection.folder}`, one file each.")  # fmt: skip
        st.space("stretch")
        _downloads(collection, entries)
        _import(collection)
        deleting = st.toggle("Delete", key=_DELETING, disabled=not entries)
    _show_outcome()
    if deleting and entries:
        _delete(collection, entries)


def _downloads(collection: Collection, entries: Sequence[Entry]) -> None:
    icon, name = ":material/download:", collection.name
    st.download_button(
        "Export", collection.export, f"{name}.jsonl.gz", icon=icon, mime="application/gzip",
        on_click="ignore", disabled=not entries, help="Strokes, a line a drawing: Import reads them.",
    )  # fmt: skip
    st.download_button(
        "Images (.npz)", partial(drawn_data.npz, collection), f"{name}.npz", icon=icon, on_click="ignore",
        disabled=bool(collection.lack_of(entries)), help="Images of 28×28, labels and names of classes.",
    )  # fmt: skip


def picked_for_deletion() -> str | None:
    """The id of the drawing that Delete would delete."""
    return st.session_state.get(_PICKED) if st.session_state.get(_DELETING) else None


def _import(collection: Collection) -> None:
    with st.popover("Import", icon=":material/upload:"):
        key = f"collection-file-{st.session_state.get('collection-imports', 0)}"  # another one is empty
        st.file_uploader(
            "An export, or any `.jsonl` of labelled strokes", type=["gz", "jsonl"], key=key,
            on_change=change_of(key, None, partial(_take_in, collection)),
            help="Drawings are added; what is here stays as it is.",
        )  # fmt: skip


def _take_in(collection: Collection, upload: UploadedFile | None) -> None:
    if upload is None:
        return
    try:
        brought = collection.import_(upload.getvalue(), upload.name)
    except DatasetError as error:
        st.session_state[_OUTCOME] = (False, f"{error} Nothing was imported.")
    else:
        known = f" {brought.known} were here already." if brought.known else ""
        st.session_state[_OUTCOME] = (True, f"{upload.name}: {brought.added} drawings were added.{known}")
    let_go(upload)
    st.session_state["collection-imports"] = st.session_state.get("collection-imports", 0) + 1


def _show_outcome() -> None:
    succeeded, sentence = st.session_state.pop(_OUTCOME, (None, ""))
    if succeeded:
        st.success(escaped(sentence), icon=":material/check_circle:")
    elif sentence:
        st.error(escaped(sentence), icon=":material/error:")


def _delete(collection: Collection, entries: Sequence[Entry]) -> None:
    """Pick one by its class and its number; it has a blue frame in the gallery."""
    labels = [collection.label_of(name) for name in collection.classes_of(entries)]
    labels = [label for label in labels if any(entry.label == label for entry in entries)]
    what, titled = collection.name, "Class" if isinstance(collection, DrawingSet) else "Digit"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        label = st.selectbox(titled, labels, key=f"collection-class-{what}", width=140)
        of_label = [entry for entry in entries if entry.label == label]
        number = st.number_input(
            "Number",
            1,
            len(of_label),
            len(of_label),
            key=f"collection-number-{what}-{label}-{len(of_label)}",
            width=140,
        )
        picked = of_label[number - 1]
        st.session_state[_PICKED] = picked.id
        st.image(images([picked])[0], width=64)
        st.button("Delete this drawing", icon=":material/delete:", on_click=_remove,
                  args=(collection, [picked.id]))  # fmt: skip
        words, icon = f"Delete all {len(entries)}", ":material/delete_forever:"
        if clicked(words, "collection-delete-all", icon=icon, type="tertiary"):
            _ask_to_delete_all(collection, [entry.id for entry in entries])


def _ask_to_delete_all(collection: Collection, ids: list[str]) -> None:
    words = f"All {len(ids)} drawings will be gone for good. Export them first if anybody may want them."
    confirm("Delete all drawings?", words, "Delete all", partial(_remove, collection, ids), "Keep them",
            "delete_forever")  # fmt: skip


def _remove(collection: Collection, ids: Sequence[str]) -> None:
    try:
        for each in ids:
            collection.remove(each)
    except DatasetError as error:
        st.session_state[_OUTCOME] = (False, str(error))
