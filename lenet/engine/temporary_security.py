"""The key and the certificate of a cluster, made in a process that ends: the library for it takes 16 MB.

Loads Dask at once, so import it lazily; never TensorFlow.
"""

import json
import subprocess
import sys

from distributed import Security

_PROGRAM = """
import json
from distributed import Security
made = Security.temporary()
print(json.dumps([made.tls_worker_cert, made.tls_worker_key]))
"""
_SECONDS = 60.0  # of a machine that is very busy; usually one


def temporary_security() -> Security:
    """As `Security.temporary`: what it makes is nowhere but in memory."""
    try:
        made = subprocess.run(
            [sys.executable, "-P", "-c", _PROGRAM], check=True, capture_output=True, timeout=_SECONDS,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
        certificate, key = json.loads(made.stdout)
    except (OSError, ValueError, subprocess.SubprocessError):
        return Security.temporary()
    roles = ("client", "scheduler", "worker")
    files = {f"tls_{role}_cert": certificate for role in roles} | {f"tls_{role}_key": key for role in roles}
    return Security(require_encryption=True, tls_ca_file=certificate, **files)
