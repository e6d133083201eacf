"""How long a run of a class may train, as the teacher says. No Streamlit, TensorFlow or Keras."""

from lenet.people import limits
from lenet.people.owner import owner_of
from lenet.runs.folder import Run


def minutes_over(run: Run, seconds: float) -> str:
    """Why it trains no more after so many seconds, a sentence; empty where it may."""
    if not limits.is_limited(owner_of(run.path)):
        return ""
    most = limits.read(run.path.parent).minutes
    if seconds < 60 * most:
        return ""
    return (
        f"It has trained {seconds / 60:.0f} min, and your teacher gives a run {most} min: it ended, and its "
        "weights are kept."
    )
