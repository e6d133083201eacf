"""Callbacks are called one after the other, with what the trainer tells them."""

import inspect

from lenet.training.callbacks.callback import Callback, CallbackList
from tests.training_state import logs, small_state


def test_every_hook_reaches_every_callback_in_order() -> None:
    told: list[tuple] = []

    class Noting(Callback):
        def __init__(self, name: str) -> None:
            self.name = name

    def noting(hook: str):
        return lambda self, *args: told.append((self.name, hook, *args))

    hooks = {name: len(inspect.signature(each).parameters) - 1 for name, each in vars(Callback).items()
             if inspect.isfunction(each)}  # fmt: skip
    assert {"set_state", "on_train_begin", "on_train_batch_end", "on_epoch_end", "on_train_end"} < set(hooks)
    for hook in hooks:
        setattr(Noting, hook, noting(hook))
    both = CallbackList(Noting("first"), Noting("second"))
    values = (small_state(), logs())
    for hook, count in hooks.items():
        told.clear()
        getattr(both, hook)(*values[:count])
        assert told == [(name, hook, *values[:count]) for name in ("first", "second")]
