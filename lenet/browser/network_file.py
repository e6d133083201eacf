"""A network as one file for the browser: its layers, how its input is prepared, and its weights, together.

The format is that of safetensors; the description is JSON in its metadata. `modules/network.js` reads it.
Must not import Streamlit, TensorFlow or Keras.
"""

import hashlib
import json
import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from lenet.cache import Cache
from lenet.data.preprocessing import network_input_shape, scale_and_offset
from lenet.errors import DatasetError, ModelError
from lenet.layers.kind import Shape
from lenet.networks.model_reference import Model
from lenet.networks.stored_weights import CHECKPOINT_FILE, Untrained, find, stored_weights, summary_of
from lenet.networks.summary import Summary, summarize
from lenet.runs.config import RunConfig
from lenet.runs.layers import Layer, keras_names
from lenet.runs.listing import summarize as run_summary
from lenet.runs.status import ACTIVE_STATES

LARGEST = 20_000_000  # bytes: what a phone computes at the rate of its screen is far smaller
_CACHED = 16_000_000  # bytes of files that are kept: of thirty people who look at the same few networks


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
        file = _files.get(None, key, lambda: _made(model))
    return replace(file, is_training=model.weights.name == CHECKPOINT_FILE and _trains(model))


def _untrained(model: Model, untrained: Untrained | None) -> NetworkFile:
    """Made once, too; with a cache and a lock of its own, for a worker may take long to answer."""
    name = str(model.reference)
    if untrained is None:
        raise ModelError(f"{name} has no file of weights. Choose another model.")
    with _worker_lock:
        return _untrained_files.get(None, name, lambda: _made(model, untrained))


def is_computed(config: RunConfig | None, image_shape: Shape) -> bool:
    """Whether a browser can compute a model of that config: not a file from elsewhere, nor one too large."""
    if config is None:
        return False
    return _bytes(summarize(config.layers, network_input_shape(config, image_shape))) <= LARGEST


def _bytes(summary: Summary) -> int:
    """Of its weights, float32."""
    return 4 * summary.parameters


def _trains(model: Model) -> bool:
    return run_summary(model.run_folder).state in ACTIVE_STATES


def _made(model: Model, untrained: Untrained | None = None) -> NetworkFile:
    from safetensors.numpy import save

    summary = summary_of(model)
    about = json.dumps(_description(model, summary))
    _check_size(model, _bytes(summary))
    content = save(stored_weights(model, summary, untrained) | _constants(model), {"network": about})
    return NetworkFile(content, hashlib.sha256(content).hexdigest())


def _check_size(model: Model, size: int) -> None:
    if size > LARGEST:
        raise ModelError(
            f"{model.title} is not computed in the browser: its weights take {size / 1e6:.0f} MB, expected "
            f"{LARGEST / 1e6:.0f} MB at most. The server answers once the pen is lifted."
        )


def description(model: Model) -> dict[str, Any]:
    """What a browser must know of a model besides its weights, as JSON has it.

    Raises:
        ModelError: what it was trained on is not known here any more, or its layers do not fit together.
    """
    return _description(model, summary_of(model))


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


def _constants(model: Model) -> dict[str, np.ndarray]:
    """What its layers compute with besides settings and weights, by the same names."""
    layers = model.config.layers
    return {
        f"{name}/{each}": value
        for name, layer in zip(keras_names(layers), layers, strict=True)
        for each, value in layer.constants().items()
    }


def _new_cache() -> Cache:
    return Cache(_CACHED, lambda file: len(file.content))


_lock, _worker_lock = threading.Lock(), threading.Lock()
_files, _untrained_files = _new_cache(), _new_cache()
