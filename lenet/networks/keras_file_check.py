"""What is in a model's file, looked at before Keras builds anything of it: a stranger may have made it.

A few lines of JSON can ask for 10 GB, or carry code. Reads the list of its members, its config and the shapes
of its weights, in bounded memory; `loading` then lets Keras work out all shapes without making weights. A
`.keras` file is a zip with both, Keras 2's HDF5 has its config as an attribute. Must not import Streamlit,
TensorFlow or Keras.
"""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lenet.archives import read_member, zip_archive
from lenet.errors import ModelError
from lenet.files import parse_json
from lenet.networks.hdf5_models import check_contents, config_text, hdf5_file, too_large
from lenet.networks.keras2_config import modern
from lenet.networks.model_containers import HDF5, container_of, weights_alone_sentence
from lenet.networks.summary import MAX_PARAMETERS
from lenet.runs.layers import LAYER_KINDS
from lenet.sentences import reason, shown

CONFIG, WEIGHTS = "config.json", "model.weights.h5"
MAX_CONFIG_BYTES = 2_000_000
MAX_WEIGHT_BYTES = 4 * 4 * MAX_PARAMETERS  # float32, and what an optimizer remembers of each
MOST_LAYERS = 200
MOST_IN_SEQUENCE = 66  # of them in one `Sequential`, which Keras builds anew for each of its layers
MOST_OBJECTS = 4_000  # layers, initializers and the like, and each time that a layer is used

# Layers that hold no code and whose sizes Keras tells before it makes them: those of our kinds, and others.
LAYERS = {
    "Add", "Average", "CenterCrop", "Concatenate", "Cropping2D", "DepthwiseConv2D", "ELU", "Flatten",
    "GaussianDropout", "GaussianNoise", "GlobalAveragePooling2D", "GlobalMaxPooling2D", "Identity",
    "InputLayer", "LayerNormalization", "LeakyReLU", "Maximum", "Multiply", "Normalization", "PReLU",
    "Permute", "RandomBrightness", "RandomContrast", "RandomCrop", "RandomFlip", "RandomRotation",
    "RandomTranslation", "RandomZoom", "ReLU", "Rescaling", "Reshape", "Resizing", "SeparableConv2D",
    "Softmax", "SpatialDropout2D", "Subtract", "TrueDivide", "UnitNormalization", "ZeroPadding2D",
} | {each.keras_name for each in LAYER_KINDS.values()}  # fmt: skip
_NETWORKS = {"Functional", "Model", "Sequential"}
_PLAIN = {"DTypePolicy", "DTypePolicyMap", "QuantizedDTypePolicy", "__keras_tensor__", "__tuple__",
          "function", "slice"}  # fmt: skip
_PLACES = ("keras", "lenet", "builtins", "")  # modules that classes may come from, by their first name
# Where our initializer is, and where it was: `lenet.layers` in files of version 0.1, then `custom_layers`.
_OWN = ("lenet.layers.keras_kind", "lenet.layers", "lenet.networks.custom_layers")
_FUNCTIONS = ("", "builtins", "keras.activations")  # "builtins": what Keras itself knows by that name
_RUNS_CODE = ("Lambda", "TorchModuleWrapper", "TFSMLayer", "JaxLayer", "FlaxLayer")


def check_file(path: Path) -> None:
    """Raises `ModelError`, a sentence, where the file is no Keras model, carries code, or is too large."""
    try:
        if container_of(path) == HDF5:
            return _check_hdf5(path)
        with zip_archive(path) as archive:
            sizes = {member.filename: member.file_size for member in archive.infolist()}
            _check_members(path, sizes)
            check_config(path, parse_json(read_member(archive, CONFIG, MAX_CONFIG_BYTES)))
            _check_weights(path, read_member(archive, WEIGHTS, MAX_WEIGHT_BYTES))
    except ModelError:
        raise
    except Exception as error:  # zipfile, json and h5py make almost anything of a stranger's bytes
        raise ModelError(f"{path} is no Keras model, or is damaged: {reason(error)}") from error


def _check_hdf5(path: Path) -> None:
    with hdf5_file(path) as file:
        check_contents(path, file, MAX_WEIGHT_BYTES, path.name)
        text = config_text(file, MAX_CONFIG_BYTES)
    if text is None:
        raise ModelError(weights_alone_sentence(path))
    config = parse_json(text)
    _check_names(path, config)
    check_config(path, modern(config))


def read_config(path: Path) -> dict[str, Any]:
    """What the file says of its layers, as Keras 3 does. Raises `ValueError` or `OSError`: it is damaged."""
    if container_of(path) == HDF5:
        with hdf5_file(path) as file:
            return modern(parse_json(config_text(file, MAX_CONFIG_BYTES) or b""))
    with zip_archive(path) as archive:
        return parse_json(read_member(archive, CONFIG, MAX_CONFIG_BYTES))


def _check_members(path: Path, sizes: dict[str, int]) -> None:
    missing = [name for name in (CONFIG, WEIGHTS) if name not in sizes]
    if missing:
        raise ModelError(
            f"{path} is no Keras model, or is damaged: it holds no {missing[0]}. "
            "Choose a file that model.save('name.keras') wrote."
        )
    for name, limit in ((CONFIG, MAX_CONFIG_BYTES), (WEIGHTS, MAX_WEIGHT_BYTES)):
        if sizes[name] > limit:
            raise ModelError(too_large(path, f"{name} has {sizes[name]:,} bytes", f"{limit:,}"))


def check_config(path: Path, config: Any) -> None:
    """Raises `ModelError` where the config names a layer that holds code, or one that is not known here."""
    _check_names(path, config)
    for each in _objects(config):
        name, module = str(each["class_name"]), str(each.get("module") or "")
        registered = str(each.get("registered_name") or "")
        if name.startswith("Quantized") and not _is_int8(each):
            raise ModelError(
                f"{path} is quantized to fewer bits than int8, or to float8, which is not opened here. Save "
                "the model before model.quantize(…), or quantize it to int8."
            )
        if name == "function" and module not in _FUNCTIONS:
            raise ModelError(
                f"{path} names a function of {shown(module)}, expected activations of Keras alone. Use one "
                "of these, and save the model again."
            )
        own = registered.partition(">")[0] not in ("lenet", name, "function") and ">" in registered
        if own or module.partition(".")[0] not in _PLACES or not _is_known(name, module):
            raise ModelError(
                f"{path} holds {shown(name)}, which is not known here. Networks may be made of "
                f"{', '.join(sorted(LAYERS - {'InputLayer'}))}."
            )


def _check_names(path: Path, config: Any) -> None:
    """Raises `ModelError` where it describes no network, one of too many layers, or one that holds code."""
    if not isinstance(config, dict) or config.get("class_name") not in _NETWORKS:
        raise ModelError(f"{path} is no Keras model, or is damaged: its config describes no network.")
    _check_counts(path, config)
    for each in _objects(config):
        name = str(each["class_name"])
        if name in _RUNS_CODE or "__lambda__" in name:
            raise ModelError(
                f"{path} holds a {name.strip('_')} layer, which is code that somebody put into the file; it "
                "is not run here. Replace it by layers that Keras has, and save the model again."
            )


def _check_counts(path: Path, config: Any) -> None:
    """Keras takes a hundredth of a second for each layer, and for each time that one is used."""
    objects = list(_objects(config))
    layers = sum(each["class_name"] in LAYERS for each in objects)
    if layers > MOST_LAYERS:
        raise ModelError(too_large(path, f"its network has {layers:,} layers", f"{MOST_LAYERS:,}"))
    longest = max((_length(each) for each in objects if each["class_name"] == "Sequential"), default=0)
    if longest > MOST_IN_SEQUENCE:
        received = f"its network has {longest:,} layers in a Sequential"
        raise ModelError(too_large(path, received, f"{MOST_IN_SEQUENCE:,}"))
    if len(objects) > MOST_OBJECTS:
        raise ModelError(too_large(path, f"its config has {len(objects):,} objects", f"{MOST_OBJECTS:,}"))


def _length(sequential: dict[str, Any]) -> int:
    about = sequential.get("config")
    layers = about.get("layers") if isinstance(about, dict) else None
    return len(layers) if isinstance(layers, list) else 0


def _is_known(name: str, module: str) -> bool:
    helpers = "keras.initializers", "keras.regularizers", "keras.constraints", "keras.quantizers"
    return name in LAYERS | _NETWORKS | _PLAIN or module.startswith(helpers) or module in _OWN


def _is_int8(policy: dict[str, Any]) -> bool:
    about = policy.get("config")
    return isinstance(about, dict) and about.get("mode") == "int8"


def _objects(config: Any) -> Iterator[dict[str, Any]]:
    """Every described object in a config but those of training, however deep."""
    waiting = [config]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            if isinstance(each.get("class_name"), str):
                yield each
            waiting += [value for key, value in each.items() if key != "compile_config"]
        elif isinstance(each, list):
            waiting += each


def _check_weights(path: Path, data: bytes) -> None:
    """Raises `ModelError` where the arrays announce more than they may, or lie elsewhere."""
    import h5py

    with h5py.File(io.BytesIO(data), "r") as file:
        check_contents(path, file, MAX_WEIGHT_BYTES, WEIGHTS)


def check_sizes(path: Path, parameters: int, values: int, most_values: int) -> None:
    """Raises `ModelError` where a network that Keras has worked out would take too much memory.

    Args:
        parameters: numbers in its weights.
        values: numbers that all its layers give for one image.
        most_values: how many of those are allowed.
    """
    if parameters > MAX_PARAMETERS:
        raise ModelError(
            too_large(path, f"its network needs {parameters:,} parameters", f"{MAX_PARAMETERS:,}")
        )
    if values > most_values:
        raise ModelError(
            too_large(path, f"its layers give {values:,} numbers for each image", f"{most_values:,}")
        )
