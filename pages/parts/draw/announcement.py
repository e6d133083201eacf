"""What those hear who do not see the cards: each new prediction, said once it is there. No TensorFlow."""

from collections.abc import Sequence

import streamlit as st

from lenet.evaluation.prediction import NoPrediction, Prediction
from lenet.figures.drawing_figures import in_words

_mount = st.components.v2.component(
    "lenet_announcement",
    html='<p role="status" aria-live="polite"></p>',
    css="p { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }",
    # A region is read aloud where its words change, so it stays, and is written to only then.
    js="""export default function ({ data, parentElement }) {
      const region = parentElement.querySelector("p");
      if (region.textContent !== data.words) region.textContent = data.words;
    }""",
)


def announce(specs: Sequence[str], predictions: Sequence[Prediction | NoPrediction | None]) -> None:
    """All predictions in words, by the names of their models; nothing while one is awaited."""
    words = "" if any(each is None for each in predictions) else ". ".join(map(_said, specs, predictions))
    _mount(key="draw-announcement", data={"words": words})


def _said(spec: str, prediction: Prediction | NoPrediction) -> str:
    if isinstance(prediction, NoPrediction):
        return f"{spec}: {prediction.problem}"
    return f"{spec}: {in_words(prediction.probabilities, prediction.class_names, prediction.sure)}"
