"""The accuracy of models on the collected drawings, and fine-tuning on digits.

Must not import TensorFlow or Keras.
"""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from lenet.data import datasets
from lenet.data.drawing_collection import Collection
from lenet.data.drawing_sets import DrawingSet
from lenet.data.drawn_data import labels_of, tested
from lenet.drawing.labelled_drawings import Entry
from lenet.drawing.mnist_format import SIZE
from lenet.errors import DatasetError
from lenet.evaluation.prediction import NoPrediction
from lenet.formatting import percent
from lenet.networks import model_reference
from lenet.proportion import FEW, interval
from lenet.runs.folder import default_folder
from lenet.runs.run_index import list_runs
from pages.parts.shared.clicks import TRAIN
from pages.parts.shared.engine import engine_id
from pages.parts.shared.glossary_links import term
from pages.parts.shared.link import address, go
from pages.parts.shared.link_fields import TRAIN as LINK_OF_TRAIN
from pages.parts.shared.markdown import escaped
from pages.parts.shared.questions import ask, what_is_awaited

_MOST_MODELS = 5


def accuracy(
    collection: Collection, entries: Sequence[Entry], pictures: np.ndarray, specs: Sequence[str]
) -> list[str] | None:
    """A table of models and how many of the drawings each gets right.

    Args:
        collection: what the drawings are of.
        entries: the drawings.
        pictures: (N, 28, 28) uint8, as the networks see them.
        specs: the models that are chosen at first.

    Returns:
        The name of what the first model takes each drawing for; None as long as nobody knows.
    """
    classes = collection.classes_of(entries)
    models = _models_of(classes)
    if not models:
        return None  # of classes that nobody has trained on yet
    titles = {model.name: model.title for model in models}
    left, right = st.columns([1, 1.6], gap="medium")
    with left:
        chosen = _choose(collection, models, specs)
        if chosen and not isinstance(collection, DrawingSet):
            _fine_tune(collection, entries, chosen[0], titles[chosen[0]])
    predictions = {spec: _predictions(spec, pictures, len(classes)) for spec in chosen}
    if chosen:
        with right:
            labels = labels_of(entries, classes)
            _table(labels, tested(collection, entries), predictions, titles)
    first = next(iter(predictions.values()), None)
    if not isinstance(first, np.ndarray):
        return None
    return [classes[place] for place in first.argmax(axis=1)]


def _models_of(classes: tuple[str, ...]) -> list[model_reference.ListedModel]:
    """Those that tell just these classes apart, in images of 28×28."""
    models = model_reference.trained_models(list_runs(engine=engine_id()))
    return [model for model in models if _knows(model, classes)]


def _knows(model: model_reference.ListedModel, classes: tuple[str, ...]) -> bool:
    try:
        about = datasets.info(model.dataset, default_folder() / model.name)
    except DatasetError:  # it is not here any more
        return False
    return about.image_shape == (SIZE, SIZE, 1) and about.class_names == classes


def _choose(
    collection: Collection, models: Sequence[model_reference.ListedModel], specs: Sequence[str]
) -> list[str]:
    """At first `specs`, else the first model; and the newest one that was trained on these drawings."""
    titles = {model.name: model.title for model in models}
    usual = [spec for spec in specs if spec in titles] or list(titles)[:1]
    trained = [model.name for model in models if datasets.grows(model.dataset)]
    is_own = isinstance(collection, DrawingSet)
    return st.multiselect(
        f"Test models on these {'drawings' if is_own else 'digits'}", titles,
        default=list(dict.fromkeys(usual + trained[:1])), format_func=titles.__getitem__,
        key=f"collection-models-{collection.name}", max_selections=_MOST_MODELS,
    )  # fmt: skip


def _predictions(spec: str, pictures: np.ndarray, num_classes: int) -> np.ndarray | NoPrediction | None:
    """(N, classes) probabilities; why there are none; None while they are awaited."""
    folder = str(default_folder().resolve())
    question = (spec, pictures, folder, num_classes)
    reply = ask(f"collection-{spec}", "lenet.evaluation.predictor.drawing_probabilities", question)
    if reply.problem:
        return NoPrediction(spec, reply.problem)
    return reply.values[0] if reply.values else None


def _table(
    labels: np.ndarray,
    test: np.ndarray,
    predictions: dict[str, np.ndarray | NoPrediction | None],
    titles: dict[str, str],
) -> None:
    """labels: (N,) int64, the class of each drawing; test: (N,) bool, whether it is of the test part."""
    rows = ["| | All drawings | Test part |", "|---|---|---|"]
    for spec, prediction in predictions.items():
        correct = prediction.argmax(axis=1) == labels if isinstance(prediction, np.ndarray) else None
        shares = ("…", "…") if correct is None else (_share(correct), _share(correct[test]))
        rows.append(f"| {escaped(titles[spec])} | {shares[0]} | {shares[1]} |")
    st.markdown("\n".join(rows))
    for prediction in predictions.values():
        if isinstance(prediction, NoPrediction):
            st.warning(escaped(prediction.problem))
    if any(prediction is None for prediction in predictions.values()):
        st.caption(f":material/hourglass_top: {escaped(what_is_awaited())}")
    st.caption(
        "In brackets: Wilson's 95 % interval. Orange frame: what the first model gets wrong. The test part, "
        "a fifth, is what no training on these drawings sees: it is the fair figure of a model that was "
        f"{term('fine-tuning', 'fine-tuned')} on the others."
    )


def _share(correct: np.ndarray) -> str:
    if not len(correct):
        return "–"
    count, bounds = f"{correct.sum()} of {len(correct)}", interval(correct.mean(), len(correct))
    share = "" if len(correct) < FEW else f", {percent(correct.mean())}"
    return f"**{count}**{share}" + (f" ({bounds})" if bounds else "")


def _fine_tune(collection: Collection, entries: Sequence[Entry], spec: str, title: str) -> None:
    """The Train page, set up to go on from that model."""
    to = address(LINK_OF_TRAIN, **{"from": spec, "dataset": collection.name})
    lacking = collection.lack_of(entries)
    st.button(
        f"Fine-tune {title} on these digits", icon=":material/model_training:", type="primary",
        disabled=bool(lacking), key="collection-fine-tune",
        on_click=go, args=(TRAIN, to),
    )  # fmt: skip
    if lacking:
        st.caption(escaped(lacking))
