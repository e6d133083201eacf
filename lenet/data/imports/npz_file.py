"""An `.npz` of images and labels, read in blocks. Must not import Streamlit, TensorFlow or Keras."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from lenet.array_stream import ArrayStream, keys_of, open_array
from lenet.data.imports.arrays import Arrays, contents_of
from lenet.data.imports.contents import Contents
from lenet.data.imports.files import Files


@contextmanager
def read(files: Files, names: Sequence[str], class_names: Sequence[str]) -> Iterator[Contents]:
    """The images and labels in the file of that name. Raises `DatasetError`."""
    (name,) = names
    title = files.shown(name)

    @contextmanager
    def array(key: str) -> Iterator[ArrayStream]:
        with files.seekable(name) as file, open_array(file, key, title) as stream:
            yield stream

    with files.seekable(name) as file:
        keys = keys_of(file, title)
    yield contents_of(Arrays(title, keys, array), "an .npz file", class_names)
