"""Which models answer on the Draw page: pretrained ones, runs, epochs of a run; up to three, in the link.

Must not import TensorFlow or Keras.
"""

from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st

from lenet.data.datasets import info
from lenet.drawing.mnist_format import SIZE
from lenet.errors import DatasetError, ModelError
from lenet.networks import model_reference
from lenet.networks.model_reference import FINAL, ListedModel, ModelReference, parse
from lenet.networks.pretrained import BEST
from lenet.runs.folder import default_folder
from lenet.runs.run_index import list_runs
from lenet.sentences import shortened
from pages.parts.shared.clicks import change_of, select_box
from pages.parts.shared.engine import engine_id
from pages.parts.shared.icon_button import icon_button
from pages.parts.shared.link import read_all, warn, write
from pages.parts.shared.link_fields import DRAW as LINK
from pages.parts.shared.live_network import epochs_under
from pages.parts.shared.markdown import escaped
from pages.parts.shared.model_files import pixel_choice, upload_model

MOST = 3
# Keys of the session: the models, those that the link had last, and what was wrong with it.
_CHOSEN, _LINKED, _PROBLEMS = "draw-models", "draw-models-linked", "draw-model-problems"


@dataclass(frozen=True)
class Choices:
    """What a person can choose, in order: a pretrained model or a run → how it is called in the list."""

    titles: dict[str, str]

    def entry(self, spec: str) -> str:
        """The one that `spec` belongs to: of a run's epoch, the run."""
        return spec if spec in self.titles else parse(spec).name

    def epoch(self, spec: str) -> str:
        """What is chosen beside its entry; `FINAL` where nothing is."""
        return FINAL if spec in self.titles else parse(spec).epoch


def choices() -> Choices:
    """Of 28×28 digits: pretrained models, the best one first; runs, the newest first; files; untrained."""
    pretrained = _pretrained()
    runs = filter(_takes_drawings, model_reference.run_models(list_runs(engine=engine_id())))
    titles = {model.name: f"{model.title} · {model.accuracy_in_words}" for model in pretrained}
    titles |= {run.name: f"{run.title} · {run.accuracy_in_words} · run" for run in runs}
    titles |= {each.name: f"{each.title} · a file" for each in model_reference.uploaded_models()}
    fresh = [model.name for model in pretrained if "0" in model_reference.epochs(model.name)]
    return Choices(titles | {str(ModelReference(name, "0")): f"{name}, untrained" for name in fresh})


def _pretrained() -> list[ListedModel]:
    return list(filter(_takes_drawings, model_reference.pretrained_models()))


def _takes_drawings(model: ListedModel) -> bool:
    """Whether its images are as large as a drawing's; what nobody knows is left to the worker to say."""
    try:
        return info(model.dataset, default_folder() / model.name).image_shape == (SIZE, SIZE, 1)
    except DatasetError:
        return True


def chosen(known: Choices) -> list[str]:
    """The models that answer, "name", "run" or "run@epoch": of another link, else of the session."""
    state, in_link = st.session_state, read_all(LINK["model"])
    if _CHOSEN not in state or (in_link and in_link != state[_LINKED]):
        state[_CHOSEN], state[_PROBLEMS] = _from_link(known)
    specs = state[_CHOSEN]
    if not specs and known.titles:
        specs.append(next(iter(known.titles)))
    if specs != in_link and (in_link or specs != [BEST]):
        write(LINK["model"], specs)
    state[_LINKED] = read_all(LINK["model"])
    return specs


def _from_link(known: Choices) -> tuple[list[str], list[str]]:
    asked = list(dict.fromkeys(read_all(LINK["model"])))[: 2 * MOST]
    pretrained = ", ".join(model.name for model in _pretrained()) or "none"
    expected = f"a pretrained one ({pretrained}), a run's id, or run@epoch"
    of_drawings = f"a network of gray images of {SIZE}×{SIZE} pixels, as drawings are"
    problems = [
        LINK["model"].problem(
            spec, of_drawings if model_reference.config_of(spec) else expected, "It is left out."
        )
        for spec in asked
        if known.entry(spec) not in known.titles
    ]
    problems += [
        f"{problem} {shortened(spec)} is left out." for spec in asked if (problem := _no_epoch(spec, known))
    ]
    specs = [spec for spec in asked if known.entry(spec) in known.titles and not _no_epoch(spec, known)]
    if len(specs) > MOST:
        problems.append(LINK["model"].problem(", ".join(specs), f"at most {MOST} models"))
    return specs[:MOST], problems


def _no_epoch(spec: str, known: Choices) -> str:
    """What is wrong with the epoch in that name of a model, in a sentence; empty where it names none."""
    if spec in known.titles or known.entry(spec) not in known.titles:
        return ""
    try:
        model_reference.resolve(spec)
    except ModelError as error:
        return str(error)
    return ""


def short_title(spec: str, known: Choices) -> str:
    """How a model is called: without its figures, with its epoch."""
    name, epoch = known.entry(spec), known.epoch(spec)
    title = known.titles.get(name, name).partition(" · ")[0]
    if epoch == FINAL:
        return title
    return f"{title}, pixels {epoch}" if parse(spec).is_file else f"{title}, epoch {epoch}"


def problems() -> None:
    """What was wrong with the link, until other models are chosen; in one place, so that no canvas moves."""
    with st.container():
        for sentence in st.session_state.get(_PROBLEMS, []):
            warn(sentence)


def model_picker(index: int, specs: list[str], known: Choices) -> None:
    """The widgets of the model in that place: which one; of a run, which epoch; away with it."""
    name, epoch = known.entry(specs[index]), known.epoch(specs[index])
    names, key = list(known.titles), f"draw-model-{index}-{specs[index]}"
    if name not in names:
        names.append(name)  # a run that was deleted meanwhile: the worker says so
    with st.container(horizontal=True, wrap=False, gap="xsmall"):
        select_box(
            "Model", names, name, key, lambda each: known.titles.get(each, each),
            label_visibility="collapsed", on_change=change_of(key, name, partial(_choose, index)),
        )  # fmt: skip
        if len(specs) > 1:
            icon_button(f"Without the model {escaped(name)}", "close", f"{key}-remove", type="tertiary",
                        on_click=_remove, args=(specs[index],))  # fmt: skip
    if parse(name).is_file:
        pixel_choice(f"draw-model-{index}", parse(specs[index]), partial(_choose, index))
    if epochs := _epochs(name):
        now = epoch if epoch in epochs else FINAL
        slider = _slider(index, specs[index])
        st.select_slider(
            "Epoch", list(epochs), now, key=slider, format_func=epochs.__getitem__,
            on_change=change_of(slider, now, partial(_choose_epoch, index, name)),
        )  # fmt: skip


def epochs_of(index: int, specs: list[str], known: Choices) -> dict[str, Any] | None:
    """The slider of the model in that place, and the model at each of its steps; None where it has none."""
    name = known.entry(specs[index])
    return epochs_under(_slider(index, specs[index]), parse(name), list(_epochs(name)))


def _slider(index: int, spec: str) -> str:
    return f"draw-model-{index}-{spec}-epoch"


def _epochs(name: str) -> dict[str, str]:
    """Those of a run, where there are several, and what each is called; a pretrained model has none.

    The last one of a run without a final model stands for its newest weights.
    """
    if parse(name).is_pretrained or parse(name).is_file:
        return {}
    try:
        epochs = {epoch: epoch for epoch in model_reference.epochs(name)}
    except ModelError:
        return {}
    epochs |= {} if FINAL in epochs else {FINAL: "newest"}
    return epochs if len(epochs) > 1 else {}


def add_model(specs: list[str], known: Choices) -> None:
    """Buttons that set another model beside, where there is room, and that bring a file."""
    others = [name for name in known.titles if name not in specs]
    if len(specs) < MOST and others:
        st.button("Compare with another model", icon=":material/add:", type="tertiary",
                  on_click=_add, args=(others[0],))  # fmt: skip
    upload_model("draw", _bring, is_icon=True)


# A second click may follow before the page is drawn anew, so these say what, not where.


def _add(name: str) -> None:
    specs = st.session_state[_CHOSEN]
    if name not in specs and len(specs) < MOST:
        specs.append(name)


def _bring(name: str) -> None:
    """A file beside the others; in the place of the last one where three answer already."""
    specs = st.session_state[_CHOSEN]
    if name not in specs:
        specs[:] = [*specs[: MOST - 1], name]


def _remove(spec: str) -> None:
    specs = st.session_state[_CHOSEN]
    if spec in specs and len(specs) > 1:
        specs.remove(spec)
    st.session_state[_PROBLEMS] = []


def _choose(index: int, name: str) -> None:
    st.session_state[_CHOSEN][index] = name
    st.session_state[_PROBLEMS] = []


def _choose_epoch(index: int, run_id: str, epoch: str) -> None:
    st.session_state[_CHOSEN][index] = str(ModelReference(run_id, epoch))
