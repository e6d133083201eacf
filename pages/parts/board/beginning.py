"""How the teacher begins an activity: which class is written; which images are guessed. No TensorFlow."""

import secrets
from dataclasses import dataclass

import numpy as np
import streamlit as st

from lenet.activities import guess
from lenet.activities.choosing import choose
from lenet.activities.write_along import MOST_MODELS, ask, collection_of
from lenet.data import datasets, drawing_sets
from lenet.data.drawing_collection import DIGITS, NAME
from lenet.errors import SentenceError
from lenet.evaluation.result import EvaluationResult
from lenet.evaluation.task import task_of
from lenet.networks.model_reference import ListedModel, resolve, trained_models
from lenet.networks.pretrained import BEST, PRETRAINED
from lenet.runs.folder import default_folder
from lenet.runs.run_index import list_runs
from pages.parts.shared import questions
from pages.parts.shared.deed import do
from pages.parts.shared.engine import engine_id
from pages.parts.shared.markdown import escaped

_WANTED = "guess-wanted"  # key of the session
_BEGUN = "activities-begun"  # key of the session: another form after each, which is closed
_EVALUATE = "lenet.evaluation.evaluator.evaluate"
_SECONDS = {0: "Until I go on", 10: "10 s", 20: "20 s", 40: "40 s"}


@dataclass(frozen=True)
class _Wanted:
    """A game that is to begin once both networks were asked."""

    dataset: str
    chooser: str
    player: str
    rounds: int
    seconds: int
    seed: int


def write_form() -> None:
    """Which class all are to write, and who reads it."""
    count = st.session_state.get(_BEGUN, 0)
    with st.popover("Write along", icon=":material/draw:", key=f"write-form-{count}"):
        titles = {NAME: "Digits 0 to 9"} | drawing_sets.titles()
        dataset = st.selectbox(
            "Of", titles, format_func=lambda name: titles.get(name, name), key="write-dataset"
        )
        classes = collection_of(dataset).classes()
        if not classes:
            return st.caption("This set has no classes yet: add some on **Draw**, under Collect.")
        models = _readers(dataset, classes)
        chosen = st.multiselect("Read by", models, [BEST] if BEST in models else list(models)[:1],
                                format_func=lambda name: models.get(name, name),
                                key=f"write-models-{dataset}", max_selections=MOST_MODELS)  # fmt: skip
        st.markdown("**Write …**")
        with st.container(horizontal=True, gap="xsmall"):
            for name in classes:
                st.button(name, key=f"write-{name}", on_click=_ask, args=(dataset, name, chosen))
    return None


def _readers(dataset: str, classes: tuple[str, ...]) -> dict[str, str]:
    """Models that tell these classes apart: name → title."""
    if classes == DIGITS:
        shipped = {name: name for name, card in PRETRAINED.items() if card.class_names == DIGITS}
        shipped = {
            name: title for name, title in shipped.items() if PRETRAINED[name].image_shape[:2] == (28, 28)
        }
    else:
        shipped = {}
    of_runs = [each for each in _trained() if each.state != "pretrained" and each.dataset == dataset]
    return shipped | {each.name: each.title for each in of_runs}


def _ask(dataset: str, name: str, models: list[str]) -> None:
    st.session_state[_BEGUN] = st.session_state.get(_BEGUN, 0) + 1
    do(ask, default_folder(), dataset, name, models)


def guess_form() -> None:
    """Of which data set, against which network, how many rounds of how many seconds."""
    count = st.session_state.get(_BEGUN, 0)
    with st.popover("Guess with the machine", icon=":material/psychology:", key=f"guess-form-{count}"):
        by_dataset: dict[str, list[ListedModel]] = {}
        for each in _trained():
            if datasets.available(each.dataset) and not datasets.grows(each.dataset):
                by_dataset.setdefault(each.dataset, []).append(each)
        if not by_dataset:
            return st.caption("No network of a data set that is here. Train one.")
        names = sorted(by_dataset, key=lambda name: -len(by_dataset[name]))  # two networks are wanted
        dataset = st.selectbox("Images of", names, format_func=_title, key="guess-dataset")
        models = {each.name: each.title for each in by_dataset[dataset]}
        player = st.selectbox("Against", models, format_func=lambda name: models.get(name, name),
                              key=f"guess-player-{dataset}")  # fmt: skip
        others = [name for name in models if name != player] or [player]
        chooser = st.selectbox("Half of them hard for", others,
                               format_func=lambda name: models.get(name, name),
                               key=f"guess-chooser-{dataset}-{player}")  # fmt: skip
        rounds = st.slider("Rounds", 2, guess.MOST_ROUNDS, 10, 2, key="guess-rounds")
        seconds = st.segmented_control("A round takes", list(_SECONDS), format_func=_SECONDS.get, default=0,
                                       required=True, key="guess-seconds")  # fmt: skip
        wanted = _Wanted(dataset, chooser, player, rounds, seconds or 0, secrets.randbelow(2**31))
        st.button("Begin", type="primary", key="guess-begin", on_click=_want, args=(wanted,))
    return None


def _want(wanted: _Wanted) -> None:
    st.session_state[_BEGUN] = st.session_state.get(_BEGUN, 0) + 1
    st.session_state[_WANTED] = wanted


def is_choosing() -> None:
    """Where a game is to begin: ask both networks about the test set, then begin it."""
    wanted: _Wanted | None = st.session_state.get(_WANTED)
    if wanted is None:
        return
    try:
        tasks = [task_of(resolve(name), wanted.dataset, "test") for name in (wanted.chooser, wanted.player)]
    except SentenceError as error:
        del st.session_state[_WANTED]
        return do(_refuse, error)
    replies = [questions.ask_long(f"guess-{place}", _EVALUATE, (task,)) for place, task in enumerate(tasks)]
    if all(questions.is_there(f"guess-{place}", reply, True) for place, reply in enumerate(replies)):
        _begin(wanted, [reply.values[0] for reply in replies])
    return None


def _refuse(error: SentenceError) -> None:
    raise error


def _begin(wanted: _Wanted, results: list[EvaluationResult]) -> None:
    """Both networks have answered: the images are chosen, and fetched."""
    rounds = choose(*results, min(wanted.rounds, len(results[0].labels)), wanted.seed)
    rows = np.array([each.row for each in rounds])
    reply = questions.ask("guess-images", "lenet.data.samples.images", (wanted.dataset, "test", rows))
    if reply.problem:
        st.error(escaped(reply.problem))
    if not reply.values:
        return
    about = datasets.info(wanted.dataset)
    names = [resolve(name).title for name in (wanted.chooser, wanted.player)]
    choice = guess.Choice(about.title, about.class_names, *names, rounds, reply.values[0])
    do(guess.begin, default_folder(), choice, wanted.seconds)
    del st.session_state[_WANTED]
    st.rerun()


def _title(dataset: str) -> str:
    return datasets.info(dataset).title


def _trained() -> list[ListedModel]:
    return trained_models(list_runs(default_folder(), engine_id()))
