"""Which network a page looks at, a run or a pretrained model, and which epoch of it; it is in the link.

Must not import TensorFlow or Keras.
"""

from dataclasses import dataclass, replace
from functools import partial

import streamlit as st

from lenet.data import datasets
from lenet.errors import ModelError, RunError
from lenet.networks import model_reference
from lenet.networks.model_reference import FINAL, UPLOADED, ListedModel, Model, ModelReference
from lenet.runs.folder import Run
from lenet.runs.listing import summarize
from lenet.runs.run_index import list_runs
from lenet.runs.status import ACTIVE_STATES
from lenet.sentences import listed as enumerated
from pages.parts.shared.clicks import change_of, select_box
from pages.parts.shared.engine import engine_id
from pages.parts.shared.link import read, warn, write
from pages.parts.shared.link_field_kinds import Field
from pages.parts.shared.markdown import escaped
from pages.parts.shared.model_files import pixel_choice, pixels_in_words, upload_model

_TICK = 1.0  # seconds between two looks for the first weights of a run
_LAST = "model-choice"  # key of the session: what was chosen last, on whatever page


@dataclass(frozen=True)
class Chosen:
    """A network.

    Attributes:
        title: its name for people, without the epoch.
        state: of its run ("running", "finished", …), "pretrained", or `UPLOADED`.
        epochs: that the slider has.
        slider: its key.
    """

    model: Model
    title: str
    state: str
    epochs: list[str]
    slider: str

    @property
    def title_with_epoch(self) -> str:
        """The title, and the epoch where it is not the final model."""
        if self.model.reference.is_file:
            return self.title
        epoch = self.model.reference.epoch
        return self.title if epoch == FINAL else f"{self.title}, epoch {epoch}"


def model_choice(
    key: str, field: Field, label: str = "Model", default: str = "", needs_data: bool = False
) -> Chosen | None:
    """A select box of all networks, a slider over the epochs of the chosen one, and a button to bring a file.

    Args:
        key: of the widgets, one for each place on a page.
        field: of the link, that holds the choice.
        default: chosen at first; "": what was chosen last, else the newest run, else a pretrained model.
        needs_data: that pretrained model is one whose data are on this machine.

    Returns:
        None where it has no weights yet, or is damaged: a sentence says so.
    """
    listed = {model.name: model for model in _networks()}
    asked = _asked(field, default, listed, needs_data)
    key_of_box = f"{key}-{asked.name}"
    with st.container(key=f"{key}-model-choice"):
        name = select_box(
            label, list(listed), asked.name, key_of_box, lambda name: _line(listed[name]),
            on_change=change_of(key_of_box, asked.name, partial(_choose, field)),
        )  # fmt: skip
    upload_model(key, partial(_choose, field))
    try:
        if listed[name].state == UPLOADED:
            return _with_pixels(key, field, listed[name], asked)
        return _at_an_epoch(key, field, listed[name], asked.epoch)
    except ModelError as error:
        st.error(escaped(str(error)))
        return None


def about_file(key: str, chosen: Chosen | None) -> None:
    """Of a file, the range of pixels that it is given, and why: below the widgets, whose row has no room."""
    if chosen and chosen.state == UPLOADED:
        pixels_in_words(key, str(chosen.model.reference))


def _networks() -> list[ListedModel]:
    """The newest run first, then pretrained ones, files last."""
    runs = model_reference.run_models(list_runs(engine=engine_id()))
    return [*runs, *model_reference.pretrained_models(), *model_reference.uploaded_models()]


def _line(model: ListedModel) -> str:
    if model.state == UPLOADED:
        return f"{model.title} · a file"
    return f"{model.title} · {model.accuracy_in_words} · {model.state}"


def _asked(field: Field, default: str, listed: dict[str, ListedModel], needs_data: bool) -> ModelReference:
    """That of the link, else what was chosen last, else the first."""
    in_link = read(field) or ""
    asked = model_reference.parse(in_link)
    if in_link and asked.name not in listed:
        instead = "It is not here (any more); another one is shown."
        warn(field.problem(in_link, "a run or a pretrained model", instead))
    if asked.name not in listed:
        asked = model_reference.parse(default or st.session_state.get(_LAST, ""))
    return asked if asked.name in listed else ModelReference(_first(listed, needs_data))


def _first(listed: dict[str, ListedModel], needs_data: bool) -> str:
    """The first that is not a run which ended before it had weights, nor lacks the data that it needs."""
    there = (model for model in listed.values() if not (needs_data and _lacks_data(model)))
    return next((model.name for model in there if not _never_began(model)), next(iter(listed)))


def _lacks_data(model: ListedModel) -> bool:
    """A run has been evaluated on its own by the training."""
    return model.state == "pretrained" and not datasets.available(model.dataset)


def _never_began(model: ListedModel) -> bool:
    if model.state in (*ACTIVE_STATES, "pretrained", UPLOADED):
        return False
    try:
        return not model_reference.epochs(model.name)
    except ModelError:  # deleted this moment
        return True


def _choose(field: Field, name: str) -> None:
    """A link to what is shown now opens the same."""
    write(field, name)
    if field.name == "model":
        st.session_state[_LAST] = name


def _with_pixels(key: str, field: Field, listed: ListedModel, asked: ModelReference) -> Chosen:
    """A file, given the pixels that the link names, else those that fit. Raises `ModelError`: it is gone."""
    model_reference.resolve(asked)
    reference = pixel_choice(key, asked, partial(_choose, field))
    return Chosen(model_reference.resolve(reference), listed.title, UPLOADED, [], "")


def _at_an_epoch(key: str, field: Field, listed: ListedModel, epoch: str) -> Chosen | None:
    """Raises `ModelError`: its run is gone, or damaged."""
    epochs = model_reference.epochs(listed.name)
    if not epochs:
        words = f"{listed.title} has no weights yet: its data or its first update are still to come."
        if _never_began(listed):
            words = f"{listed.title} has no weights: it ended before its first update. Choose another one."
        st.info(escaped(words), icon=":material/hourglass_top:")
        if listed.state in ACTIVE_STATES:
            st.fragment(_await_weights, run_every=_TICK)(listed.name)
        return None
    reference = ModelReference(listed.name)
    if listed.state in ACTIVE_STATES and epoch == FINAL:  # nobody chose one: another slider at each newer
        key = f"{key}-of-{epochs[-1]}"
    slider = f"{key}-epoch-{listed.name}"
    chosen = _epoch_slider(slider, field, reference, epochs, epoch)
    return Chosen(model_reference.resolve(reference.at(chosen)), listed.title, listed.state, epochs, slider)


def _await_weights(name: str) -> None:
    """Run the page again as soon as the run has weights, or ends without."""
    state, epochs = progress(name)
    if epochs or state not in ACTIVE_STATES:
        st.rerun()


def progress(name: str) -> tuple[str, list[str]]:
    """How a run goes, and the epochs whose weights are there."""
    try:
        return summarize(Run.open(name).path, engine_id()).state, model_reference.epochs(name)
    except (ModelError, RunError):  # deleted meanwhile: the page says so
        return "", []


def _epoch_slider(slider: str, field: Field, model: ModelReference, epochs: list[str], asked: str) -> str:
    """The epoch in `epochs` that is chosen; at first the one of the link, else the last one."""
    if asked not in (FINAL, *epochs):
        of_epochs = replace(field, title="Epoch")
        warn(of_epochs.problem(asked, f"one of {enumerated(epochs, 12)}", "The last one is shown."))
    if len(epochs) == 1:
        return epochs[0]
    now = asked if asked in epochs else epochs[-1]
    return st.select_slider(
        "Epoch", epochs, now, key=slider,
        format_func=lambda each: "0, untrained" if each == "0" else each,
        on_change=change_of(slider, now, lambda epoch: _choose(field, str(model.at(epoch)))),
    )  # fmt: skip
