"""One worker process: TensorFlow is warm before the scheduler hears of it, so "registered" means "ready".

`python -m lenet.engine.worker` is started by `lenet.engine.worker_process`, which writes one line of JSON
(see `Handover`) into its standard input and keeps that pipe open: when the pipe ends, so does the worker,
however its parent ended.

On a cluster, Dask's own command line starts workers in the project's folder, with this module as preload:

    python -m dask worker tcp://HOST:8786 --nthreads 1 --memory-limit 0 \\
        --resources "trainer=1" --preload lenet.engine.worker      # and others with "inference=1"

Loads Dask at once, and TensorFlow when it runs: no page may import it.
"""

import asyncio
import json
import os
import signal
import sys
import tempfile
import traceback
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import dask.config
import numpy as np
from distributed import Security, Worker

from lenet import lean_import
from lenet.engine import memory
from lenet.engine.lifeline import end_with_parent
from lenet.errors import DatasetError
from lenet.inspection.results import METHODS
from lenet.networks.model_reference import pretrained_models
from lenet.runs.folder import Run
from lenet.training.recipes import RECIPES

ROLES = ("trainer", "inference")
CANNOT_WARM_UP = 3  # exit code: another try would end alike
# Dask wakes each process 50 times a second to see whether its loop is late, and a worker as often again to
# see what it computes; it keeps the last thousand messages with all that was in them, and an hour of
# measurements. Nobody looks at what it finds.
QUIET = {
    "distributed.admin.tick.interval": "1s",
    "distributed.worker.profile.enabled": False,
    "distributed.admin.low-level-log-length": 20,
    "distributed.admin.system-monitor.log-length": 20,
}
# The page and its browser come first, or the screen stutters; then the training, then a prediction beside it.
NICENESS = {"trainer": 3, "inference": 5}


@dataclass(frozen=True)
class Handover:
    """What a worker must be told, over a pipe: no command line and no file of ours holds the key.

    Python's ssl reads keys from files alone, so Dask writes one for that instant, in a folder (0700) that it
    removes at once.
    """

    scheduler: str  # address, "tls://127.0.0.1:port"
    name: str  # by which the scheduler knows the worker
    role: str  # "trainer" or "inference"
    certificate: str  # PEM
    key: str  # PEM
    warm: bool  # False: without TensorFlow, for tests of the cluster itself

    def to_line(self) -> bytes:
        """One line of JSON."""
        return json.dumps(asdict(self)).encode()


class PortlessWorker(Worker):
    """A Dask worker without the HTTP port that each worker opens for its dashboard."""

    def start_http_server(self, *args: object, **kwargs: object) -> None:
        """Opens nothing."""


def warm_up(roles: Sequence[str] = ROLES) -> None:
    """Loads TensorFlow and MNIST and does a little of what is to be done: what is done first takes long."""
    lean_import.load_tensorflow()
    from lenet.data import datasets
    from lenet.training import forward_pass

    forward_pass.use_one_thread_an_operation()
    if datasets.available("mnist"):
        with suppress(DatasetError):  # a damaged file is reported to whoever wants to use it
            datasets.load("mnist", download=False)
    for role in roles:
        _WARM_UPS[role]()


def _train_a_little() -> None:
    """An epoch of the bundled digits."""
    from lenet.training import trainer

    with tempfile.TemporaryDirectory() as folder:
        trainer.train(Run.create(RECIPES["digits-quick"].config.replace(epochs=1), Path(folder)))


def _predict_a_little() -> None:
    """A drawing, by the model that a person who opens the Draw page asks first; then one on paper."""
    from lenet.evaluation import photograph_reading, predictor
    from lenet.inspection import api

    drawing = np.zeros((28, 28), np.uint8)
    drawing[4:24, 12:16] = 255
    for model in pretrained_models()[:1]:
        predictor.predictions([model.name], drawing)
        api.attribute(model.name, drawing, METHODS[0])
    photograph_reading.find(np.pad(drawing, 20))


_WARM_UPS = {"trainer": _train_a_little, "inference": _predict_a_little}


def _stay_small() -> None:
    memory.settle()
    memory.look_after_this_process()


def dask_setup(worker: Worker) -> None:
    """Dask calls this for `--preload lenet.engine.worker`, before the worker registers."""
    try:
        warm_up()
        _stay_small()
    except Exception as error:  # whatever TensorFlow raises; Dask would go on with a worker that cannot work
        traceback.print_exc()
        raise SystemExit(f"This worker cannot start TensorFlow: {error}") from error


def main() -> None:
    """Serves until the parent is gone, or the scheduler."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches the whole terminal: the parent decides
    handover = Handover(**json.loads(sys.stdin.buffer.readline()))
    end_with_parent()
    if hasattr(os, "nice"):
        os.nice(NICENESS[handover.role])
    if handover.role == "inference":  # the trainer's threads allocate side by side
        _use_little_memory()
    if handover.warm:
        _warm_up_or_exit(handover.role)
    asyncio.run(_serve(handover))
    os._exit(0)  # a training that still runs in its thread has no scheduler to report to


def _use_little_memory() -> None:
    """The arrays of TensorFlow's oneDNN come from the C library, whose memory `memory` gives back.

    By itself it takes regions of 4, 8, 16, … 128 MB as arrays grow, and keeps them.
    """
    if memory.use_little() and memory.reuse():
        os.environ.setdefault("TF_ONEDNN_USE_SYSTEM_ALLOCATOR", "1")


def _warm_up_or_exit(role: str) -> None:
    try:
        warm_up([role])
        _stay_small()
    except Exception:  # whatever TensorFlow raises: the parent reads it from standard error
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(CANNOT_WARM_UP)


async def _serve(handover: Handover) -> None:
    security = Security(
        require_encryption=True,
        tls_ca_file=handover.certificate,
        tls_worker_cert=handover.certificate,
        tls_worker_key=handover.key,
    )
    dask.config.set(QUIET)
    worker = PortlessWorker(
        handover.scheduler,
        security=security,
        host="127.0.0.1",
        name=handover.name,
        resources={handover.role: 1},
        nthreads=1,
        memory_limit=0,  # none: pausing a training at a share of the memory helps nobody
    )
    async with worker:
        await worker.finished()


if __name__ == "__main__":
    main()
