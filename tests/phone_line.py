"""A line between a browser and the dashboard that a test can cut, as sleep and bad wireless do."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

_PIECE = 65_536


class PhoneLine:
    """Passes on what is sent, both ways, until it is cut; takes new calls at once, unless it `is_down`."""

    def __init__(self, url: str) -> None:
        self._target = (urlsplit(url).hostname, urlsplit(url).port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self.is_down = False
        self.url = f"http://localhost:{self._listener.getsockname()[1]}"
        self._start(self._accept)

    def cut(self) -> None:
        """End every call that is under way, without a word."""
        for end in list(self._open):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Take no more calls."""
        with contextlib.suppress(OSError):  # wakes who waits for a call
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()
        for thread in self._threads:
            thread.join(5)

    def _start(self, target: Callable[..., None], *args: socket.socket) -> None:
        self._threads.append(threading.Thread(target=target, args=args, daemon=True))
        self._threads[-1].start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # closed
            while True:
                browser, _ = self._listener.accept()
                if self.is_down:
                    browser.close()
                    continue
                server = socket.create_connection(self._target)
                for one, other in ((browser, server), (server, browser)):
                    self._open.add(one)
                    self._start(self._pass_on, one, other)

    def _pass_on(self, one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while piece := one.recv(_PIECE):
                other.sendall(piece)
        for end in (one, other):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        self._open.discard(one)
        one.close()


@contextlib.contextmanager
def phone_line(url: str) -> Iterator[PhoneLine]:
    """A line to the dashboard at that address."""
    line = PhoneLine(url)
    try:
        yield line
    finally:
        line.close()
