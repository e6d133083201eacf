"""Which network is inspected: a run or a pretrained model at an epoch, or a `.keras` file from elsewhere.

Must not import TensorFlow or Keras.
"""

import hashlib
import zipfile
from dataclasses import dataclass
from pathlib import Path

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from lenet.drawing.mnist_format import SIZE
from lenet.errors import DatasetError
from lenet.files import write_atomically
from lenet.networks.model_reference import Model, ModelReference
from lenet.runs.config import RunConfig
from lenet.runs.folder import default_folder
from pages.parts.shared.clicks import clicked
from pages.parts.shared.link_fields import INSPECT as LINK
from pages.parts.shared.markdown import escaped
from pages.parts.shared.model_choice import model_choice
from pages.parts.shared.uploads import let_go

MOST_BYTES = 100_000_000  # of a model's file: 20 million parameters with room
_ADVICE = "Choose a file that model.save('name.keras') wrote."
_FILE = "inspect-file"  # key of the session: name and path of the file that is looked into


@dataclass(frozen=True)
class Network:
    """A network to look into.

    Attributes:
        title: its name for people.
        epochs: that a slider has.
        slider: its key.
    """

    model: Model
    title: str
    epochs: tuple[str, ...] = ()
    slider: str = ""

    @property
    def spec(self) -> str:
        """What the worker's functions call it."""
        return str(self.model.reference)

    @property
    def dataset(self) -> str | None:
        """What it was trained on; None where nobody knows."""
        return self.config.dataset if self.config else None

    @property
    def run(self) -> str | None:
        """Absolute path of its run; None where it has none."""
        return str(self.model.run_folder) if self.model.run_folder else None

    @property
    def config(self) -> RunConfig | None:
        """What it was trained with; None of a file from elsewhere."""
        return self.model.config

    @property
    def takes_drawings(self) -> bool:
        """Whether the Draw page can ask it: a model that is listed, of images as large as a drawing's."""
        try:
            return not self.model.reference.is_file and self.model.image_shape() == (SIZE, SIZE, 1)
        except DatasetError:  # what it was trained on is not known here any more
            return False

    def called_by_its_name(self, sentence: str) -> str:
        """A sentence about a file with the name that a person gave it, not the place where it is kept."""
        return sentence.replace(self.spec, self.title) if self.model.reference.is_file else sentence


def network_choice() -> Network | None:
    """The widgets; None where the chosen one has no weights yet, and a sentence says so."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        if _FILE in st.session_state:
            return _file()
        chosen = model_choice("inspect", LINK["model"])
        _upload()
    return Network(chosen.model, chosen.title, tuple(chosen.epochs), chosen.slider) if chosen else None


def _file() -> Network:
    name, path = st.session_state[_FILE]
    st.markdown(f":material/draft: **{escaped(name)}**, from a file.")
    st.button(
        "Back to the models here", icon=":material/close:", on_click=st.session_state.pop, args=(_FILE,)
    )
    return Network(Model(ModelReference(path), None, None, Path(path)), name)


def _upload() -> None:
    words = "Look into a .keras file"
    with st.popover(words, icon=":material/upload_file:", help=words, key="icon-inspect-upload"):
        st.markdown("A Keras model from elsewhere. Code in the file (Lambda layers) is never run.")
        limit = MOST_BYTES // 1_000_000
        file = st.file_uploader("Model", ["keras"], key="inspect-keras", max_upload_size=limit)
        if file is not None and clicked("Look into it", "inspect-look", type="primary"):
            _keep(file)


def _keep(file: UploadedFile) -> None:
    """Beside the runs, where every worker finds it, under a name that its bytes give."""
    data = file.getvalue()
    if not zipfile.is_zipfile(file):
        st.error(escaped(f"{file.name} is no Keras model: it is no zip file, or is cut short. {_ADVICE}"))
        return
    folder = default_folder().resolve() / ".models"
    path = folder / f"{hashlib.sha256(data).hexdigest()[:16]}.keras"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_atomically(path, lambda stream: stream.write(data))
    except OSError as error:
        st.error(escaped(f"{file.name} cannot be kept ({error.strerror or error}). Free some disk space."))
        return
    let_go(file)
    st.session_state[_FILE] = (file.name, str(path))
    st.rerun()
