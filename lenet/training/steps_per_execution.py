"""How many updates a call of the train step makes; plain Python.

As `steps_per_execution="auto"` of Keras: many, for a return to Python costs as much as an update of a small
network; not too many, for a person's wishes are read, and the figures written, between two calls.
"""

EXECUTION_SECONDS = 0.25
_FIRST_STEPS = 8  # of a call while the speed is unknown


class StepsPerExecutionTuner:
    """Learns how many updates take `EXECUTION_SECONDS`."""

    def __init__(self) -> None:
        self.steps_per_second = 0.0  # 0: not known yet
        self._is_compiled = False

    def steps_per_execution(self, step: int) -> int:
        """Updates of the next call, which begins with update `step`; the very first is on its own."""
        if step == 0:
            return 1
        if not self.steps_per_second:
            return _FIRST_STEPS
        return max(1, round(self.steps_per_second * EXECUTION_SECONDS))

    def observe(self, steps: range, seconds: float) -> None:
        """Those updates took so long. The very first is not compiled, and the call after it compiles."""
        if self._is_compiled:
            self.steps_per_second = len(steps) / seconds
        self._is_compiled = steps.start > 0
