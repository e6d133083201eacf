"""Who may ask this server: pages of its own, under a name that is its own.

A page elsewhere could reach Start and Delete of a server on this machine, through the browser of whoever
works here: by a request from there (another `Origin`), or by a name of its own that it points to this machine
once it is open (another `Host`). Both are refused, unless a person has named them in LENET_HOSTS.
"""

import ipaddress
import os
import socket
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import config

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})  # what only this machine calls itself
_LONGEST = 80  # characters of a name that are repeated


class HostCheck:
    """The middleware: answers 403 and a sentence to whoever asks in another's name."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass it on, or refuse it."""
        problem = _problem(scope) if scope["type"] in ("http", "websocket") else None
        if problem is None:
            await self.app(scope, receive, send)
        else:  # before a WebSocket is accepted, this refuses its handshake
            await PlainTextResponse(problem, status_code=403)(scope, receive, send)


def _problem(scope: Scope) -> str | None:
    headers = Headers(scope=scope)
    host, origin = headers.get("host", ""), headers.get("origin")
    if not _is_ours(_name(f"//{host}")):
        return _refusal("Host", host)
    is_harmless = scope["type"] == "http" and scope["method"] in ("GET", "HEAD", "OPTIONS")
    if origin is None or is_harmless or urlsplit(origin).netloc == host or _is_named(_name(origin)):
        return None
    return _refusal("Origin", origin)


def _name(url: str) -> str:
    """The name of the machine in an address, in small letters; "" where there is none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:  # a bracket too few
        return ""


def _is_ours(name: str) -> bool:
    """Whether a server that is reached by that name is meant to be this one."""
    if name in LOOPBACK or _is_named(name) or name in _configured():
        return True
    return _is_open() and (_is_address(name) or name in _own_names())


def _is_named(name: str) -> bool:
    """Whether a person has named it in LENET_HOSTS."""
    named = (each.strip().lower() for each in os.environ.get("LENET_HOSTS", "").split(","))
    return name != "" and name in named


def _is_open() -> bool:
    """Whether other machines can reach this server."""
    return config.get_option("server.address") not in LOOPBACK


def _is_address(name: str) -> bool:
    """Numbers need nobody to look them up, so nobody can point them elsewhere."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _configured() -> set[str]:
    """The names that Streamlit's settings give the server."""
    options = (config.get_option(option) for option in ("server.address", "browser.serverAddress"))
    return {option.lower() for option in options if option}


def _own_names() -> set[str]:
    own = socket.gethostname().lower()
    short = own.partition(".")[0]
    return {own, short, f"{short}.local"}


def _refusal(header: str, received: str) -> str:
    return (
        f"{header}: received {received[:_LONGEST]!r}, expected an address of this server, such as "
        "http://localhost:8501. If it is one, name it at the start: LENET_HOSTS=lab.example.org make run\n"
    )
