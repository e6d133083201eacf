"""A network as one file for the browser: its layers, how its input is prepared, and its weights, together.

The format is that of safetensors; the description is JSON in its metadata. `modules/network.js` reads it.
Must not import Streamlit, TensorFlow or Keras.
"""

import hashlib
import json
import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from lenet.cache import Cache
from lenet.data.preprocessing import network_input_shape, scale_and_offset
from lenet.errors import DatasetError, ModelError, RunError, WeightsError
from lenet.layers.kind import Shape
from lenet.networks.keras_file_weights import read_weights
from lenet.networks.model_reference import FINAL, Model, parse, resolve
from lenet.networks.summary import LayerSummary, Summary, summarize
from lenet.npz import CHECKPOINT, WEIGHTS, load_arrays
from lenet.runs.config import RunConfig
from lenet.runs.folder import Run
from lenet.runs.layers import Layer, keras_names
from lenet.runs.listing import summarize as run_summary
from lenet.runs.status import ACTIVE_STATES

LARGEST = 20_000_000  # bytes: what a phone computes at the rate of its screen is far smaller
_CACHED = 16_000_000  # bytes of files that are kept: of thirty people who look at the same few networks
_CHECKPOINT = "checkpoint.npz"
Untrained = Callable[[str], dict[str, np.ndarray]]


@dataclass(frozen=True)
class NetworkFile:
    """A file for the browser.

    Attributes:
        content: its bytes.
        digest: of them: another one says that they are others.
        is_training: whether there will be newer weights under the same name.
    """

    content: bytes
    digest: str
    is_training: bool = False


def network_file(
    name: str, runs_folder: Path | None = None, untrained: Untrained | None = None
) -> NetworkFile:
    """The file of the model of that name; of a run that has no final model yet, with its newest weights.

    Args:
        untrained: gives Keras' path → value of a model whose weights the seed alone decides; None: such a
            model is refused.

    Raises:
        ModelError: there is no such model, it is damaged, a file from elsewhere, or too large.
    """
    model = find(name, runs_folder)
    if model.config is None:
        raise ModelError("A file from elsewhere may hold layers that only the server computes.")
    if model.weights is None:
        return _untrained(model, untrained)
    try:
        about = os.stat(model.weights)
    except OSError as error:  # deleted this moment
        raise ModelError(f"There is no model {name} any more. Choose another one.") from error
    key = str(model.weights), about.st_mtime_ns, about.st_size
    with _lock:  # thirty people ask for the same one: it is made once
        file = _files.get(None, key, lambda: _made(model, lambda: _read(model)))
    return replace(file, is_training=model.weights.name == _CHECKPOINT and _trains(model))


def _untrained(model: Model, untrained: Untrained | None) -> NetworkFile:
    """Made once, too; with a cache and a lock of its own, for a worker may take long to answer."""
    name = str(model.reference)
    if untrained is None:
        raise ModelError(f"{name} has no file of weights. Choose another model.")
    with _worker_lock:
        return _untrained_files.get(None, name, lambda: _made(model, lambda: untrained(name)))


def is_computed(config: RunConfig | None, image_shape: Shape) -> bool:
    """Whether a browser can compute a model of that config: not a file from elsewhere, nor one too large."""
    if config is None:
        return False
    return _bytes(summarize(config.layers, network_input_shape(config, image_shape))) <= LARGEST


def _bytes(summary: Summary) -> int:
    """Of its weights, float32."""
    return 4 * summary.parameters


def find(name: str, runs_folder: Path | None) -> Model:
    """The model of that name; of a run without a final model, its checkpoint. Raises `ModelError`."""
    return _newest(name, runs_folder) or resolve(name, runs_folder)


def _trains(model: Model) -> bool:
    return run_summary(model.run_folder).state in ACTIVE_STATES


def _newest(name: str, runs_folder: Path | None) -> Model | None:
    """A run that trains for the first time, with the weights of its checkpoint."""
    reference = parse(name)
    if reference.is_file or reference.is_pretrained or reference.epoch != FINAL:
        return None
    try:
        run = Run.open(reference.name, runs_folder)
        checkpoint = run.path / _CHECKPOINT
        if os.path.isfile(run.path / "model.keras") or not os.path.isfile(checkpoint):
            return None
        return Model(reference, run.config, run.path.resolve(), checkpoint)
    except RunError:  # `resolve` says what is wrong, and which models there are
        return None


def _read(model: Model) -> dict[str, np.ndarray]:
    if model.weights.suffix == ".keras":
        return read_weights(model.weights, model.config.layers)
    try:
        contents = CHECKPOINT if model.weights.name == _CHECKPOINT else WEIGHTS
        return load_arrays(model.weights, contents)
    except WeightsError as error:
        raise ModelError(str(error)) from error


def _made(model: Model, read: Callable[[], dict[str, np.ndarray]]) -> NetworkFile:
    from safetensors.numpy import save

    summary = _summary(model)
    about = json.dumps(_description(model, summary))
    _check_size(model, _bytes(summary))
    content = save(_arrays(model, summary, read()), {"network": about})
    return NetworkFile(content, hashlib.sha256(content).hexdigest())


def _check_size(model: Model, size: int) -> None:
    if size > LARGEST:
        raise ModelError(
            f"{model.title} is not computed in the browser: its weights take {size / 1e6:.0f} MB, expected "
            f"{LARGEST / 1e6:.0f} MB at most. The server answers once the pen is lifted."
        )


def _summary(model: Model) -> Summary:
    """Of its layers. Raises `ModelError`: its data are not known here any more, or they do not fit."""
    try:
        shape = network_input_shape(model.config, model.image_shape())
    except DatasetError as error:
        raise ModelError(str(error)) from error
    summary = summarize(model.config.layers, shape)
    if summary.problems:
        raise ModelError(f"{model.title}: {summary.problems[0].sentence}")
    return summary


def description(model: Model) -> dict[str, Any]:
    """What a browser must know of a model besides its weights, as JSON has it.

    Raises:
        ModelError: what it was trained on is not known here any more, or its layers do not fit together.
    """
    return _description(model, _summary(model))


def _description(model: Model, summary: Summary) -> dict[str, Any]:
    try:
        image_shape, data = model.image_shape(), model.training_data()
    except DatasetError as error:
        raise ModelError(str(error)) from error
    scale, offset = scale_and_offset(model.config)
    return {
        "model": str(model.reference),
        "image_shape": image_shape,
        "input_shape": summary.input_shape,
        "scale": scale,
        "offset": offset,
        "classes": data.class_names,
        "is_drawn": data.is_drawn,
        "layers": layer_descriptions(model.config.layers, summary),
    }


def layer_descriptions(layers: Sequence[Layer], summary: Summary) -> list[dict[str, Any]]:
    """What a browser must know of each, as JSON has it."""
    return [
        {"name": name, "label": about.name, "title": about.title, "output_shape": about.output_shape}
        | {"parameters": about.parameters}
        | layer.model_dump()
        for name, about, layer in zip(keras_names(layers), summary.layers, layers, strict=True)
    ]


def _arrays(model: Model, summary: Summary, found: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Those that the layers need, by their names. Raises `ModelError` where they are another network's."""
    arrays, layers = {}, model.config.layers
    for name, layer, about in zip(keras_names(layers), layers, summary.layers, strict=True):
        own = {each: found.get(f"{name}/{each}") for each in layer.variables}
        if not _fit(own, about):
            raise ModelError(f"{model.reference} has the weights of another network. Choose another epoch.")
        arrays |= {f"{name}/{each}": value for each, value in (own | layer.constants()).items()}
    return {name: np.ascontiguousarray(each, np.float32) for name, each in arrays.items()}


def _fit(arrays: dict[str, np.ndarray | None], layer: LayerSummary) -> bool:
    """Whether a layer has as many numbers: those that it learns, and a `moving_mean` for each channel."""
    if any(each is None or each.dtype.kind not in "fiu" for each in arrays.values()):
        return False
    moving = [name for name in arrays if name.startswith("moving_")]
    learned = sum(each.size for name, each in arrays.items() if name not in moving)
    return learned == layer.parameters and all(arrays[name].size == layer.output_shape[-1] for name in moving)


def _new_cache() -> Cache:
    return Cache(_CACHED, lambda file: len(file.content))


_lock, _worker_lock = threading.Lock(), threading.Lock()
_files, _untrained_files = _new_cache(), _new_cache()
