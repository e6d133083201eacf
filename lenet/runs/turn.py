"""Whose turn it is: runs that wait take turns between people, not between runs.

As start-time fair queueing does between flows (Goyal, Vin and Cheng, 1996): each run has a turn, one more
than the last that its owner waits with, and never one that is over; runs of one turn train in the order in
which they were queued. So nobody's first run waits for another's second. Must not import Streamlit,
TensorFlow or Keras.
"""

from collections.abc import Sequence

from lenet.people.person import Person
from lenet.runs.listing import RunSummary
from lenet.runs.status import ACTIVE_STATES, MOST_TURNS


def next_turn(owner: Person | None, runs: Sequence[RunSummary], own: str = "") -> int:
    """That of a run which `owner` queues now; 0 where people work alone.

    Args:
        runs: all there are, as `list_runs` gives them.
        own: the id of that run, which may be among them.
    """
    if owner is None:
        return 0
    active = [run for run in runs if run.state in ACTIVE_STATES and run.id != own and not run.sweep]
    of_owner = [run.status.turn + 1 for run in active if run.owner and run.owner.id == owner.id]
    turns = [min((run.status.turn for run in active), default=0), *of_owner]
    return min(max(turns), MOST_TURNS)
