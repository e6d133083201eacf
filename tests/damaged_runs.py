"""Every way in which a run folder may be damaged, or made by somebody with bad intentions."""

import json
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

LARGE = 3_000_000_000  # bytes; sparse, so that they take no room on the disk
TRIPLE = {"kind": "dense", "units": 16_384, "activation": "relu"}

# What a JSON file may hold instead of itself.
CONTENTS: dict[str, bytes] = {
    "empty": b"",
    "half-written": b'{"state": "fini',
    "noise": bytes(range(256)),
    "a list": b"[1, 2]",
    "null": b"null",
    "deep": b"[" * 50_000,
    "a deep value": b'{"name": ' + b"[" * 40_000 + b"]" * 40_000 + b"}",
    "deep enough for the parser": b'{"epochs": ' + b"[" * 900 + b"]" * 900 + b"}",
    "half of a character": b'{"name": "\\ud800", "state": "\\ud800", "message": "\\ud800"}',
    "half of a character as a name": b'{"\\ud800": 1, "name": "x"}',
    "a number of 5,000 digits": b'{"epochs": 1' + b"0" * 5_000 + b"}",
    "another encoding": '{"name": "x"}'.encode("utf-16"),
    "a long text": json.dumps({"name": "x" * 90_000, "state": "x" * 90_000}).encode(),
}


def replaced(file: str, content: bytes, run: Path) -> None:
    (run / file).write_bytes(content)


def removed(file: str, run: Path) -> None:
    (run / file).unlink()


def folder(file: str, run: Path) -> None:
    removed(file, run)
    (run / file).mkdir()


def pipe(file: str, run: Path) -> None:
    """Who opens it waits for ever."""
    (run / file).unlink(missing_ok=True)
    os.mkfifo(run / file)


def link_to_itself(file: str, run: Path) -> None:
    (run / file).unlink(missing_ok=True)
    (run / file).symlink_to(file)


def large(file: str, run: Path) -> None:
    with open(run / file, "wb") as stream:
        stream.truncate(LARGE)


def changed(file: str, run: Path, **changes: Any) -> None:
    value = json.loads((run / file).read_text())
    (run / file).write_text(json.dumps(value | changes))


def many_rows(run: Path) -> None:
    (run / "steps.csv").write_bytes(b"step,loss,accuracy,learning_rate\n" + b"1,1,1,1\n" * 1_500_000)


def long_row(run: Path) -> None:
    (run / "steps.csv").write_bytes(b"step,loss,accuracy,learning_rate\n" + b"1" * 9_000_000 + b",1,1,1\n")


def kernels(run: Path, array: np.ndarray) -> None:
    np.savez_compressed(run / "checkpoint.npz", **{"1_conv/kernel": array})


def many_epochs(run: Path) -> None:
    for name in ("9" * 200, "٣", "0001 copy", "-1", "1e5"):
        (run / "snapshots" / f"{name}.npz").write_bytes(b"")


UNREADABLE: dict[str, Callable[[Path], None]] = {
    f"{file}: {name}": partial(replaced, file, content)
    for file in ("config.json", "status.json", "control.json")
    for name, content in CONTENTS.items()
}
UNREADABLE |= {
    f"{file}: {make.__name__.replace('_', ' ')}": partial(make, file)
    for file in ("config.json", "status.json", "control.json")
    for make in (folder, pipe, link_to_itself, large)
}
UNREADABLE |= {
    "config.json: missing": partial(removed, "config.json"),
    "status.json: missing": partial(removed, "status.json"),
    "20,000 settings": partial(changed, "config.json", **{f"k{number}": 1 for number in range(20_000)}),
    "60,000 layers": partial(changed, "config.json", layers=[{}] * 60_000),
    "a table of text": partial(
        changed, "config.json", layers=[{"kind": "partial_conv", "table": [["x"] * 900] * 50}]
    ),
    "a recipe of 200,000 letters": partial(changed, "config.json", recipe="x" * 200_000),
    "accuracy": partial(changed, "status.json", test_accuracy=1e300),
    "seconds": partial(changed, "status.json", seconds=1e300),
    "speed": partial(changed, "status.json", images_per_second=1e300),
    "best epoch": partial(changed, "status.json", best_epoch=10**4000),
    "requests": partial(changed, "control.json", more_epochs=[[1, 1]] * 9_000),
}

# The list shows these like others; what reads more of them must hold.
LISTED: dict[str, Callable[[Path], None]] = {
    "a network of 16 billion weights": partial(changed, "config.json", layers=[TRIPLE] * 64),
    "a long error": partial(changed, "status.json", state="failed", error="x" * 90_000),
    "many rows": many_rows,
    "a row of nine million digits": long_row,
    "large curves": partial(large, "steps.csv"),
    "curves that are a pipe": partial(pipe, "steps.csv"),
    "epochs that are a pipe": partial(pipe, "epochs.csv"),
    "epochs that are none": many_epochs,
    "rows that are no numbers": partial(
        replaced, "steps.csv", b"step,loss,accuracy,learning_rate\n1,nan,inf,-inf\n2,1e300,1e300,1e300\n"
    ),
    "epochs that are no numbers": partial(replaced, "epochs.csv", b"epoch\n1,nan,nan,nan,inf,nan,nan\n"),
    "kernels of 30 MB": partial(kernels, array=np.zeros((5, 5, 1, 300_000), np.float32)),
    "kernels of another shape": partial(kernels, array=np.zeros((3, 2), np.float32)),
    "kernels that are text": partial(kernels, array=np.full((5, 5, 1, 6), "x")),
    "kernels that are not finite": partial(kernels, array=np.full((5, 5, 1, 6), np.nan, np.float32)),
    "a large checkpoint": partial(large, "checkpoint.npz"),
    "a checkpoint that is a pipe": partial(pipe, "checkpoint.npz"),
    "a model that is a pipe": partial(pipe, "model.keras"),
    "an evaluation that is a pipe": partial(pipe, "evaluation.npz"),
    "of the year 3000": partial(changed, "status.json", created=32_503_679_999.0, heartbeat=32_503_679_999.0),
}
EVERY_WAY = UNREADABLE | LISTED
