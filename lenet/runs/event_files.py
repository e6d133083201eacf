"""TensorBoard event files of a run: `tensorboard --logdir runs` shows its curves and its graph.

Uses TensorBoard's own writer (a background thread), not `tf.summary`, which costs a TensorFlow call a value.
Must not import Streamlit.
"""

import time
from pathlib import Path
from typing import Any

from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.event_file_writer import EventFileWriter


class EventFiles:
    """Appends events in `folder`; a run that goes on after a break writes a further file there."""

    def __init__(self, folder: Path) -> None:
        self._writer = EventFileWriter(str(folder), flush_secs=5)

    def scalars(self, step: int, values: dict[str, float]) -> None:
        """Write the values, each under its tag, at that step."""
        summary = Summary(value=[Summary.Value(tag=tag, simple_value=value) for tag, value in values.items()])
        self._writer.add_event(Event(wall_time=time.time(), step=step, summary=summary))

    def graph(self, graph: Any) -> None:
        """Write a TensorFlow graph."""
        definition = graph.as_graph_def().SerializeToString()
        self._writer.add_event(Event(wall_time=time.time(), graph_def=definition))

    def flush(self) -> None:
        """Write what the thread has not written yet."""
        self._writer.flush()

    def close(self) -> None:
        """Write what is left."""
        self._writer.close()
