"""The network while it learns: its first kernels, and what one chosen digit becomes, at every tick.

The weights are those of the run's checkpoint. Kernels are read here; feature maps come from the inference
worker, a tick later, so that no tick ever waits for them.
"""

from typing import Any

import streamlit as st

from lenet import datasets
from lenet.answers import FeatureMaps
from lenet.cluster import EngineError
from lenet.pictures import grey, kernel_mosaic, map_mosaic, mosaic
from lenet.runs import Run, RunError
from lenet.weights import WeightsError, load_arrays
from pages.parts.engine import engine

_TILE = 44  # pixels


def live_network(run: Run) -> None:
    """Kernels of the first convolution, and the maps of a test image."""
    checkpoint = run.path / "checkpoint.npz"
    if not checkpoint.exists():
        return
    kernels, maps = st.columns([1, 1.6])
    with kernels:
        _kernels(run)
    with maps:
        index = st.number_input("Feature maps of test image", value=0, step=1, min_value=0,
                                key="live-image", width=220)  # fmt: skip
        if answer := _maps(run, index, checkpoint.stat().st_mtime_ns):
            _show_maps(run, answer)


def _kernels(run: Run) -> None:
    try:
        index = next((i for i, layer in enumerate(run.config.layers) if layer.kind == "conv"), None)
        if index is None:
            return
        name = f"{index + 1}_conv"
        arrays = load_arrays(run.path / "checkpoint.npz", f"{name}/kernel")
    except (RunError, WeightsError):
        return  # the panel's heading says what is damaged
    st.markdown(f"**Kernels** of {name.replace('_', ' ')}")
    st.image(kernel_mosaic(arrays[f"{name}/kernel"], columns=6, tile_pixels=_TILE))
    st.caption("Blue is negative, white zero, red positive.")


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
    st.markdown(f"It is **{info.class_names[answer.label]}**; the network says "
                f"**{info.class_names[best]}** {right} ({answer.probabilities[best]:.0%})")  # fmt: skip
    rows = [mosaic(grey(answer.image.mean(axis=2))[None], 1, _TILE)]
    rows += [map_mosaic(maps, columns=16, tile_pixels=_TILE) for maps in answer.maps.values()]
    st.image(rows, caption=["input", *(name.replace("_", " ") for name in answer.maps)])
