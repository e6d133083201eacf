"""Where a run stands that waits: behind how many, behind whom, and in about how long it begins.

Must not import Streamlit, TensorFlow or Keras.
"""

from collections.abc import Sequence

from lenet.errors import RunError
from lenet.formatting import duration
from lenet.runs.folder import Run
from lenet.runs.listing import RunSummary
from lenet.sweep.estimate import seconds_of

_MOST_KNOWN = 2_000
_known: dict[tuple[str, int, str], float | None] = {}  # of a run: its id, epochs, and what it is known from


def in_words(summary: RunSummary, runs: Sequence[RunSummary]) -> str:
    """For the person whose run it is.

    Args:
        runs: all there are, the newest first.
    """
    waiting = sorted(
        (run for run in runs if run.state == "queued"),
        key=lambda run: (bool(run.sweep), run.status.in_queue),
    )
    ids = [run.id for run in waiting]
    before = waiting[: ids.index(summary.id)] if summary.id in ids else []
    training = [run for run in runs if run.state in ("running", "paused")]
    place = f"Place {len(before) + 1} in the queue{_in_about(_seconds_until(before, training, runs))}."
    if not training:
        return f"{place} It starts by itself as soon as the trainer is ready."
    first = training[0]
    advice = " and gives way to you soon" if first.owner else ": resume or stop it"
    paused = f", which is paused{advice}" if first.state == "paused" else ""
    return f"{place} It starts by itself after “{first.name}”{paused}."


def _in_about(seconds: float | None) -> str:
    """To ten seconds, and from two minutes on to a minute: nobody knows it better."""
    if seconds is None:
        return ""
    if 120 <= seconds < 3_570:
        return f", in about {round(seconds / 60)} min"
    return f", in about {duration(10 * max(1, round(seconds / 10)))}"


def _seconds_until(
    before: Sequence[RunSummary], training: Sequence[RunSummary], runs: Sequence[RunSummary]
) -> float | None:
    """Until so many are over that a trainer is free; None: of one nobody knows how long it takes."""
    if not training or any(run.state == "paused" for run in training):
        return None
    left = [run.status.eta_seconds for run in training] + [_seconds(run, runs) for run in before]
    return None if None in left else sum(left) / len(training)


def _seconds(run: RunSummary, runs: Sequence[RunSummary]) -> float | None:
    """That it trains, from those that have finished; worked out anew where another one has."""
    epochs = max(1, run.status.epochs - run.status.epoch)
    newest = next((each.id for each in runs if each.state == "finished"), "")
    key = run.id, epochs, newest
    if key not in _known:
        if len(_known) >= _MOST_KNOWN:
            _known.clear()
        _known[key] = _estimated(run.id, epochs, runs)
    return _known[key]


def _estimated(run: str, epochs: int, runs: Sequence[RunSummary]) -> float | None:
    try:
        found = seconds_of(Run.open(run).config, epochs, runs)
    except RunError:  # deleted this moment
        return None
    return found.seconds if found else None
