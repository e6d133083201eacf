"""What a person sees on standard error while a command works, and what Ctrl+C does meanwhile.

Must not import Streamlit, TensorFlow or Keras.
"""

import contextlib
import os
import signal
import tempfile
from collections.abc import Callable, Iterator

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)

from lenet import lean_import
from lenet.formatting import duration, percent
from lenet.runs.status import Status


@contextlib.contextmanager
def training_progress(run_id: str) -> Iterator[Callable[[Status], None]]:
    """The run's id and a progress bar on standard error; call what it yields with each status."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=10),
        TaskProgressColumn(),
        TextColumn("{task.fields[figures]}"),
    )
    with Progress(*columns, console=_error_console()) as progress:
        progress.console.print(f"Run {run_id}")
        task = progress.add_task("Starting", total=None, figures="")

        def show(status: Status) -> None:
            words = status.message or f"epoch {min(status.epoch + 1, status.epochs)}/{status.epochs}"
            total = status.epochs * status.steps_per_epoch or None
            figures = _figures(status)
            progress.update(task, description=words, completed=status.step, total=total, figures=figures)

        yield show


@contextlib.contextmanager
def download_progress(name: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on standard error; call what it yields with bytes received and bytes in all."""
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=_error_console()) as progress:
        task = progress.add_task(f"Downloading {name}", total=None)
        yield lambda received, total: progress.update(task, completed=received, total=total or None)


@contextlib.contextmanager
def import_progress(name: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on standard error; call what it yields with images so far and images in all."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=_error_console()) as progress:
        task = progress.add_task(f"Looking at {name}", total=None)
        yield lambda done, total: progress.update(
            task, description=f"Storing {name}", completed=done, total=total
        )


@contextlib.contextmanager
def waiting(what: str) -> Iterator[None]:
    """A spinner on standard error."""
    with _error_console().status(what):
        yield


@contextlib.contextmanager
def loading(what: str) -> Iterator[None]:
    """A spinner on standard error; what C++ code writes there meanwhile is shown only if loading fails."""
    with tempfile.TemporaryFile() as held, open(os.dup(2), "w", encoding="utf-8") as terminal:
        os.dup2(held.fileno(), 2)
        try:
            with Console(file=terminal).status(what):
                yield
        except BaseException:
            held.seek(0)
            terminal.write(held.read().decode(errors="replace"))
            raise
        finally:
            os.dup2(terminal.fileno(), 2)


def load_tensorflow() -> None:
    """Import TensorFlow and let it look for devices; a spinner stands for what it says about itself."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    with loading("Loading TensorFlow"):
        lean_import.load_tensorflow()
        import tensorflow

        tensorflow.config.list_physical_devices()


@contextlib.contextmanager
def interruptible(stop: Callable[[], object]) -> Iterator[None]:
    """Ctrl+C or SIGTERM calls `stop`, once; a second one ends the process in the usual way."""
    previous = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def restore() -> None:
        for number, handler in previous.items():
            signal.signal(number, handler)

    def handle(number: int, frame: object) -> None:
        restore()
        _error_console().print("Stopping: what was learned is being kept. Once more ends it at once.")
        stop()

    for number in previous:
        signal.signal(number, handle)
    try:
        yield
    finally:
        restore()


def _figures(status: Status) -> str:
    figures = [
        status.loss is not None and f"loss {status.loss:.4g}",
        status.accuracy is not None and f"accuracy {percent(status.accuracy)}",
        status.images_per_second and f"{status.images_per_second:,.0f} images/s",
        status.eta_seconds and f"{duration(status.eta_seconds)} left",
    ]
    return " ".join(figure for figure in figures if figure)


def _error_console() -> Console:
    return Console(stderr=True, highlight=False)
