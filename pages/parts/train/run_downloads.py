"""A run's files for elsewhere: the model, a page that shows it, weights and curves.

Each is read, or made, when it is asked for, not before. Must not import TensorFlow or Keras.
"""

from functools import partial
from pathlib import Path

import streamlit as st

from lenet.files import opened, read_bytes
from lenet.formatting import megabytes
from lenet.runs.folder import Run
from lenet.sentences import reason
from pages.parts.shared.export_menu import export_choice
from pages.parts.shared.html_download import html_download
from pages.parts.shared.markdown import escaped

_MOST_BYTES = 1_000_000_000  # of a file that is read whole into memory, once a click
_SMALL = 50_000  # bytes: of these nobody needs to know how many


def run_downloads(run: Run) -> None:
    """A button for each; what there is not yet is said."""
    newest = max(run.snapshots(), default=0)
    _download(run, run.path / "model.keras", "Model for Keras", "comes when the run ends")
    export_choice("train", run.id, run.path.parent)
    html_download(run.id, run.path.parent, "stretch")
    _download(run, run.snapshot_path(newest), f"Weights of epoch {newest}", "come when the run begins")
    _download(run, run.path / "steps.csv", "Curves, every few steps", "come with the first steps")
    _download(run, run.path / "epochs.csv", "Curves, every epoch", "come with the first epoch")


def _download(run: Run, path: Path, title: str, when: str) -> None:
    try:
        with opened(path, _MOST_BYTES):
            size = path.stat().st_size
    except FileNotFoundError:
        return st.caption(f":material/hourglass_empty: {title}: not there yet, {when}.")
    except (OSError, ValueError) as error:
        return st.caption(escaped(f"{title}: {path.name} cannot be downloaded: {reason(error)}."))
    label = title + (f" ({megabytes(size)})" if size > _SMALL else "")
    st.download_button(
        label, partial(_content, path), f"{run.id}-{path.name}", icon=":material/download:", width="stretch",
        key=f"download-{run.id}-{title}", on_click="ignore",
    )  # fmt: skip


def _content(path: Path) -> bytes:
    """All of a file; of curves that grow, the rows that are whole."""
    content = read_bytes(path, _MOST_BYTES)
    return content[: content.rfind(b"\n") + 1] if path.suffix == ".csv" else content
