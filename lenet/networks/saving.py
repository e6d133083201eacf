"""Keras models to `.keras` files and back.

Imports Keras; must not import Streamlit.
"""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import keras

from lenet.files import written_aside
from lenet.networks import keras_file_check


def save(model: keras.Model, path: Path, folder: Path | None = None) -> None:
    """Write the model as a `.keras` file, atomically: `lenet.files.written_aside`. Raises OSError."""
    with written_aside(path, folder) as aside:
        model.save(aside)


def load(path: Path) -> keras.Model:
    """The model in a `.keras` file, in safe mode: code that somebody put in the file is not run.

    Raises:
        ValueError: the file is damaged, or is no Keras model.
        OSError: it cannot be read.
    """
    return keras.saving.load_model(path, compile=False, safe_mode=True)


def outline(path: Path) -> keras.Model:
    """The model in a `.keras` file with the shapes of its weights and outputs, but no weights: no memory.

    Raises:
        ValueError: its layers do not fit together, or are unknown.
        OSError: it cannot be read.
    """
    config = keras_file_check.read_config(path)
    config.pop("compile_config", None)

    def outlined() -> keras.Model:
        with keras.StatelessScope(initialize_variables=False):
            return keras.saving.deserialize_keras_object(config, safe_mode=True)

    # Keras remembers, thread by thread, which weights it still owes values: another one would give them.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(outlined).result()
