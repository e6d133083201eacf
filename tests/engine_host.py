"""A program with an embedded engine, for tests to kill: prints its processes and ports, then sleeps."""

import json
import threading
import time

import psutil

from lenet.engine import connect
from tests.engine_fixtures import wait_until


def listening(process: psutil.Process) -> list[tuple[str, int]]:
    """(host, port) of every socket on which the process accepts connections."""
    connections = process.net_connections(kind="inet")
    return [tuple(connection.laddr) for connection in connections if connection.status == psutil.CONN_LISTEN]


def main() -> None:
    """Runs until it is killed."""
    engine = connect.connect(warm=False)
    wait_until(lambda: engine.state().inference == "ready")
    engine.client.submit(time.sleep, 600, resources={"trainer": 1}, pure=False).add_done_callback(print)
    wait_until(lambda: engine.state().trainer == "busy")
    host = psutil.Process()
    workers = host.children()
    facts = {
        "address": engine.state().address,
        "workers": [worker.pid for worker in workers],
        "sockets": [listening(process) for process in (host, *workers)],
    }
    print(json.dumps(facts), flush=True)
    threading.Event().wait(600)  # it is killed


if __name__ == "__main__":
    main()
