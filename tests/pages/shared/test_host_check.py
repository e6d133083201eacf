"""A page elsewhere cannot reach this server through somebody's browser: real requests to a real server."""

import base64
import http.client
import os
import socket
from urllib.parse import urlsplit

import pytest

from pages.parts.shared import host_check
from tests.dashboard import Dashboard

pytestmark = pytest.mark.browser  # beside the tests that use the dashboard


def status_of(
    dashboard: Dashboard, method: str = "GET", path: str = "/_stcore/health", **headers: str
) -> int:
    """Of the answer to one request."""
    connection = http.client.HTTPConnection(urlsplit(dashboard.url).netloc, timeout=20)
    connection.request(method, path, headers=headers)
    answer = connection.getresponse()
    status, said = answer.status, answer.read().decode()
    connection.close()
    assert status != 403 or "expected an address of this server" in said
    return status


def handshake(dashboard: Dashboard, host: str, origin: str) -> int:
    """The status that a WebSocket's first request gets; 101 opens it."""
    address = urlsplit(dashboard.url)
    with socket.create_connection((address.hostname, address.port), timeout=20) as stream:
        key = base64.b64encode(os.urandom(16)).decode()
        stream.sendall(
            f"GET /_stcore/stream HTTP/1.1\r\nHost: {host}\r\nOrigin: {origin}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n".encode()
        )
        return int(stream.recv(100).split()[1])


def test_a_foreign_name_is_refused(dashboard: Dashboard) -> None:
    netloc = urlsplit(dashboard.url).netloc
    assert status_of(dashboard, Host=netloc) == 200
    for name in ("rebound.example", "localhost.rebound.example", "192.0.2.7", "[::1", ""):
        assert status_of(dashboard, Host=name) in (400, 403), name
    assert status_of(dashboard, Host="rebound.example", path="/lenet/live") == 403
    assert handshake(dashboard, "rebound.example", "http://rebound.example") == 403


def test_a_page_elsewhere_is_refused(dashboard: Dashboard) -> None:
    netloc = urlsplit(dashboard.url).netloc
    assert handshake(dashboard, netloc, dashboard.url) == 101
    for origin in (
        "http://elsewhere.example",
        "null",
        "http://localhost.elsewhere.example",
        "http://localhost:1",
    ):
        assert handshake(dashboard, netloc, origin) == 403, origin
        assert status_of(dashboard, "POST", "/_stcore/upload_file/a/b", Host=netloc, Origin=origin) == 403


@pytest.mark.parametrize(
    ("name", "is_ours"),
    [
        ("192.168.1.5", True),
        ("fe80::1", True),
        (socket.gethostname().lower(), True),
        ("lab.example.org", True),
        ("rebound.example", False),
        ("", False),
    ],
)
def test_in_a_room(monkeypatch: pytest.MonkeyPatch, name: str, is_ours: bool) -> None:
    """Open to other machines: by numbers, by its own name, and by what a person named."""
    options = {"server.address": "0.0.0.0", "browser.serverAddress": None}
    monkeypatch.setattr(host_check.config, "get_option", options.get)
    monkeypatch.setenv("LENET_HOSTS", "lab.example.org, other.example")
    assert host_check._is_ours(name) == is_ours
