"""The engine: where training and inference run. Pages submit to it and read its state without waiting.

`connect()` starts an embedded cluster (`lenet.engine.embedded_cluster`), or connects to the Dask scheduler
whose address is in LENET_SCHEDULER (`lenet.engine.worker` says how its workers are started; for TLS it takes
Dask's own settings).
Dask gives the queue, the retry after a worker dies, resources and priorities. Importing this module loads
neither Dask nor TensorFlow.
"""

from __future__ import annotations

import os
import threading

from lenet.engine.base import Engine
from lenet.engine.embedded import EmbeddedEngine
from lenet.engine.external import ExternalEngine

_connecting = threading.Lock()
_engine: Engine | None = None


def connect(warm: bool = True) -> Engine:
    """The engine of this process, started at the first call, in half a second: TensorFlow loads meanwhile.

    `warm=False` keeps TensorFlow out of the embedded workers, for tests. Raises `EngineError`; a later call
    tries again.
    """
    global _engine
    with _connecting:
        if _engine is None:
            address = os.environ.get("LENET_SCHEDULER", "").strip()
            _engine = ExternalEngine(address) if address else EmbeddedEngine(warm)
        return _engine
