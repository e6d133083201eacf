"""The key and the certificate of a cluster: others each time, made also where no process can be started."""

import sys

import pytest
from distributed import Security

from lenet.engine.temporary_security import temporary_security


def begins(made: Security) -> dict[str, str]:
    """Of each of its settings the beginning, which says what it is."""
    return {name: str(getattr(made, name))[:27] for name in Security.__slots__}


def test_each_cluster_has_its_own() -> None:
    made, other = temporary_security(), temporary_security()
    assert made.tls_scheduler_key != other.tls_scheduler_key
    assert begins(made) == begins(Security.temporary()) and begins(made)["tls_ca_file"].startswith(
        "-----BEGIN"
    )


def test_where_no_process_can_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    assert begins(temporary_security()) == begins(Security.temporary())
