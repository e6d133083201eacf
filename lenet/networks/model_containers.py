"""What a model's file is, by its first bytes and not by its ending; how what cannot be opened is converted.

Must not import Streamlit, TensorFlow or Keras.
"""

import os
import zipfile
from pathlib import Path

from lenet.archives import zip_archive
from lenet.errors import ModelError
from lenet.files import opened

KERAS, HDF5, ONNX = "keras", "hdf5", "onnx"  # those that open
SUFFIXES = (".keras", ".h5", ".hdf5", ".onnx")  # of files that open
OTHER_SUFFIXES = (".pb", ".tflite", ".pt", ".pth")  # of models that are answered by how to convert them
MOST_BYTES = 400_000_000  # of a file: the largest network, what its optimizer remembers, and room

_ZIP, _HDF5, _TFLITE, _PICKLE = b"PK", b"\x89HDF\r\n\x1a\n", b"TFL3", b"\x80"
# A version, from 3 on, and behind it who wrote it, a note, the network or the version of its operations
_VERSION, _FIRST_OF_ONNX, _SECOND_FIELDS = b"\x08", 3, b"\x12\x1a\x22\x28\x32\x3a\x42"
_SAVED_MODEL = "saved_model.pb"


def container_of(path: Path) -> str:
    """`KERAS`, `HDF5` or `ONNX`. Raises `ModelError`: it is none; a sentence says what it is, what to do."""
    if path.is_dir():
        raise ModelError(_folder(path))
    try:
        with opened(path, MOST_BYTES) as file:
            first = file.read(8)
    except (OSError, ValueError) as error:
        raise ModelError(f"{path} cannot be opened as a model: {error}") from error
    if first == _HDF5:
        return HDF5
    if first[:2] == _ZIP and zipfile.is_zipfile(path):
        _check_members(path)
        return KERAS
    if first[:1] == _VERSION and _FIRST_OF_ONNX <= first[1] < 128 and first[2] in _SECOND_FIELDS:
        return ONNX
    raise ModelError(_other(path, first))


def is_saved_model(path: Path) -> bool:
    """Whether it is a folder that TensorFlow wrote a SavedModel into."""
    return os.path.isfile(path / _SAVED_MODEL)


def saved_model_sentence(path: Path) -> str:
    """What to do with a SavedModel."""
    name = path.parent if path.name == _SAVED_MODEL else path
    return (
        f"{path} is a SavedModel: a program, which is not run here, and no list of layers. Convert it where "
        "it was made, with Keras 2 (pip install tf_keras), in two lines: model = "
        f"tf_keras.models.load_model('{name}'); model.save('{name.stem}.h5')"
    )


def weights_alone_sentence(path: Path) -> str:
    """What to do with a file of weights without layers."""
    stem = path.name.partition(".")[0]
    return (
        f"{path} holds weights and no layers, so nobody knows what network they are of. Where the network is "
        f"made, two lines of Python join them: model.load_weights('{path.name}'); model.save('{stem}.keras')"
    )


def _folder(path: Path) -> str:
    if is_saved_model(path):
        return saved_model_sentence(path)
    return f"{path} is a folder, expected a file that model.save('name.keras') wrote. Choose that file."


def _check_members(path: Path) -> None:
    """Raises `ModelError` where the archive is known to be something else than Keras' own."""
    try:
        with zip_archive(path) as archive:
            names = archive.namelist()
    except (OSError, ValueError, zipfile.BadZipFile):
        return  # whoever reads its members says why
    if any(name.rpartition("/")[2] == _SAVED_MODEL for name in names):
        raise ModelError(saved_model_sentence(path))
    if any(name.endswith("/data.pkl") for name in names):
        raise ModelError(_pytorch(path))


def _pytorch(path: Path) -> str:
    return (
        f"{path} is of PyTorch, which keeps weights as a program that is not run here. Build the same layers "
        "in Keras, give them the weights (layer.set_weights), and save that: model.save('name.keras')."
    )


def _other(path: Path, first: bytes) -> str:
    if first[4:8] == _TFLITE:
        return (
            f"{path} is of TensorFlow Lite, which cannot be converted back into layers. Save the Keras model "
            f"that it was made from, in two lines: model = …; model.save('{path.stem}.keras')"
        )
    if path.name == _SAVED_MODEL:
        return saved_model_sentence(path)
    if first[:1] == _PICKLE:
        return _pytorch(path)
    return (
        f"{path} is no Keras model, or is damaged: it is no zip file, or is cut short, and it is no HDF5 "
        "file and no ONNX. Choose a file that model.save('name.keras') or model.save('name.h5') wrote."
    )
