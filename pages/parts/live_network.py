"""The network while it learns: its first kernels, and what one chosen digit becomes, at every tick.

The weights are those of the run's checkpoint. Kernels are read here; feature maps come from the inference
worker, a tick later, so that no tick ever waits for them.
"""

from typing import Any

import numpy as np
import streamlit as st

from lenet import datasets
from lenet.answers import FeatureMaps
from lenet.architectures import network_input_shape, summarize
from lenet.cluster import EngineError
from lenet.pictures import grey, kernel_mosaic, map_mosaic, mosaic
from lenet.runs import Run, RunError
from lenet.weights import WeightsError, load_arrays
from pages.parts.curves import learning_rate_curve
from pages.parts.engine import engine
from pages.parts.words import escaped

_KERNEL_PIXELS, _MAP_PIXELS = 75, 44


def live_network(run: Run, by: str) -> None:
    """Kernels of the first convolution, the learning rate (`by` step or epoch), the maps of a test image."""
    checkpoint = run.path / "checkpoint.npz"
    if not checkpoint.exists():
        return
    kernels, maps = st.columns([1, 2.2])
    with kernels:
        with st.container():
            _kernels(run)
        learning_rate_curve(run, by)
    with maps:
        index = st.number_input("Feature maps of test image", value=0, step=1, min_value=0,
                                key="live-image", width=220)  # fmt: skip
        if answer := _maps(run, index, checkpoint.stat().st_mtime_ns):
            _show_maps(run, answer)


def _kernels(run: Run) -> None:
    """Nothing where the network has no convolution, or where the panel's heading says what is damaged."""
    try:
        index = next((index for index, layer in enumerate(run.config.layers) if layer.kind == "conv"), None)
        key = f"{index + 1}_conv/kernel" if index is not None else "-"
        arrays = load_arrays(run.path / "checkpoint.npz", key)
    except (RunError, WeightsError):
        return
    if key in arrays:
        st.markdown(f"**Kernels of {_layer_names(run)[index]}**")
        st.image(kernel_mosaic(arrays[key], columns=3, tile_pixels=_KERNEL_PIXELS))
        st.caption("Blue is negative, white zero, red positive.")


def _layer_names(run: Run) -> list[str]:
    """C1, S2, C3, … as in the drawing of the network."""
    config = run.config
    shape = network_input_shape(config, datasets.info(config.dataset).image_shape)
    return [layer.name for layer in summarize(config.layers, shape).layers]


def _maps(run: Run, index: int, version: int) -> FeatureMaps | None:
    """The newest maps there are; asks for newer ones when the checkpoint has changed."""
    asked: dict[str, Any] = st.session_state.setdefault("live-maps", {})
    wanted = (run.id, index, version)
    future = asked.get("future")
    if future is not None and future.done():
        asked.update(future=None, answer=_result(future), of=asked["wanted"][:2])
    if asked.get("future") is None and asked.get("wanted") != wanted and (ready := engine()):
        try:
            path = str(run.path.resolve())
            asked["future"] = ready.infer("lenet.inspection.live_feature_maps", path, index)
            asked["wanted"] = wanted
        except EngineError:
            return None
    return asked.get("answer") if asked.get("of") == wanted[:2] else None


def _result(future: Any) -> FeatureMaps | None:
    try:
        return future.result(timeout=1)
    except Exception:  # whatever the worker raised: the maps are shown again with the next checkpoint
        return None


def _show_maps(run: Run, answer: FeatureMaps) -> None:
    info = datasets.info(run.config.dataset)
    best = int(answer.probabilities.argmax())
    right = ":material/check:" if best == answer.label else ":material/close:"
    truth, guess = (escaped(info.class_names[label]) for label in (answer.label, best))
    st.markdown(f"It is **{truth}**; the network says **{guess}** {right} ({answer.probabilities[best]:.0%})")
    names = _layer_names(run)
    _row("Input", mosaic(grey(answer.image.mean(axis=2))[None], 1, _MAP_PIXELS))
    for key, maps in answer.maps.items():
        _row(names[int(key.split("_")[0]) - 1], map_mosaic(maps, columns=10, tile_pixels=_MAP_PIXELS))


def _row(label: str, picture: np.ndarray) -> None:
    left, right = st.columns([1, 7], vertical_alignment="center")
    left.caption(label)
    right.image(picture)
