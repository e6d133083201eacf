"""The network while it learns: its first kernels, and what one chosen digit becomes, at every tick.

The weights are those of the run's checkpoint. Kernels are read here; feature maps come from the inference
worker, a tick later: only for another image or run the page waits a moment.
"""

import contextlib
import math
from typing import Any

import numpy as np
import streamlit as st

from lenet import datasets
from lenet.answers import FeatureMaps
from lenet.cluster import Engine, EngineError
from lenet.datasets import DatasetError
from lenet.pictures import grey, kernel_mosaic, map_mosaic, mosaic
from lenet.runs import Run, RunError
from lenet.summary import network_input_shape, summarize
from lenet.weights import WeightsError, load_arrays
from pages.parts.curves import learning_rate_curve
from pages.parts.engine import engine
from pages.parts.words import escaped

_KERNELS_WIDTH, _MAPS_WIDTH = 225, 440  # pixels
_PATIENCE = 0.3  # seconds that a person waits for the maps of another image, before ticks bring them


def live_network(run: Run, by: str) -> None:
    """Kernels of the first convolution, the learning rate (`by` step or epoch), the maps of a test image."""
    try:
        version = (run.path / "checkpoint.npz").stat().st_mtime_ns
        names = _layer_names(run)
    except (OSError, RunError, DatasetError):  # not there yet; or the panel's heading says what is damaged
        return
    kernels, maps = st.columns([1, 2.2])
    with kernels:
        with st.container():
            _kernels(run, names)
        learning_rate_curve(run, by)
    with maps:
        index = st.number_input("Feature maps of test image", value=0, step=1, min_value=0,
                                key="live-image", width=220)  # fmt: skip
        if answer := _maps(run, index, version):
            _show_maps(run, names, answer)
        else:
            st.caption(":material/hourglass_top: No feature maps yet.")


def _kernels(run: Run, names: list[str]) -> None:
    """Nothing where the network has no convolution, or its weights cannot be read."""
    try:
        index = next((index for index, layer in enumerate(run.config.layers) if layer.kind == "conv"), None)
        key = f"{index + 1}_conv/kernel" if index is not None else "-"
        arrays = load_arrays(run.path / "checkpoint.npz", key)
    except (RunError, WeightsError):
        return
    if key in arrays:
        st.markdown(f"**Kernels of {names[index]}**")
        columns = max(3, math.ceil(math.sqrt(arrays[key].shape[-1])))
        st.image(kernel_mosaic(arrays[key], columns, _KERNELS_WIDTH // columns))
        st.caption("Blue is negative, white zero, red positive.")


def _layer_names(run: Run) -> list[str]:
    """C1, S2, C3, … as in the drawing of the network."""
    config = run.config
    shape = network_input_shape(config, datasets.info(config.dataset).image_shape)
    return [layer.name for layer in summarize(config.layers, shape).layers]


def _maps(run: Run, index: int, version: int) -> FeatureMaps | None:
    """The newest maps there are; asks for newer ones when the checkpoint has changed."""
    asked: dict[str, Any] = st.session_state.setdefault("live-maps", {})
    wanted, ready = (run.id, index, version), engine()
    _collect(asked)
    if asked.get("future") is None and asked.get("wanted") != wanted and ready:
        _ask(asked, run, wanted, ready)
        if asked.get("of") != wanted[:2] and ready.state().inference == "ready":
            _collect(asked, _PATIENCE)
    return asked.get("answer") if asked.get("of", wanted)[0] == run.id else None


def _ask(asked: dict[str, Any], run: Run, wanted: tuple[str, int, int], ready: Engine) -> None:
    with contextlib.suppress(EngineError):
        path = str(run.path.resolve())
        asked["future"] = ready.infer("lenet.inspection.live_feature_maps", path, wanted[1])
        asked["wanted"] = wanted


def _collect(asked: dict[str, Any], patience: float = 0.0) -> None:
    """Take the answer, if it is there within that many seconds."""
    future = asked.get("future")
    if future is None or not (patience or future.done()):
        return
    answer = None
    with contextlib.suppress(Exception):  # whatever the worker raised: the next checkpoint asks again
        answer = future.result(timeout=patience or 1)
    if future.done():
        asked.update(future=None, answer=answer, of=asked["wanted"][:2])


def _show_maps(run: Run, names: list[str], answer: FeatureMaps) -> None:
    info = datasets.info(run.config.dataset)
    best = int(answer.probabilities.argmax())
    right = ":material/check:" if best == answer.label else ":material/close:"
    truth, guess = (escaped(info.class_names[label]) for label in (answer.label, best))
    st.markdown(f"It is **{truth}**; the network says **{guess}** {right} ({answer.probabilities[best]:.0%})")
    _row("Input", mosaic(grey(answer.image.mean(axis=2))[None], 1, _MAPS_WIDTH // 10))
    for key, maps in answer.maps.items():
        columns = 10 if maps.shape[-1] <= 20 else 16
        _row(names[int(key.split("_")[0]) - 1], map_mosaic(maps, columns, _MAPS_WIDTH // columns))


def _row(label: str, picture: np.ndarray) -> None:
    left, right = st.columns([1, 7], vertical_alignment="center")
    left.caption(label)
    right.image(picture)
