"""A real HTTP server on loopback that serves data sets well, badly, or in part."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


@dataclass
class DataServer:
    """What it serves, by path; change it while it runs."""

    url: str
    files: dict[str, bytes] = field(default_factory=dict)
    status: dict[str, int] = field(default_factory=dict)  # answers with this status and no file
    cut_once: dict[str, int] = field(default_factory=dict)  # the next answer ends after so many bytes
    hold: dict[str, threading.Event] = field(default_factory=dict)  # half the file, the rest after `set`
    requests: list[tuple[str, str | None]] = field(default_factory=list)  # path, Range header

    def serve(self, folder: Path, under: str = "") -> None:
        """All files of a folder, their paths beginning with `under`."""
        self.files |= {f"{under}{path.name}": path.read_bytes() for path in folder.iterdir()}


@contextmanager
def data_server() -> Iterator[DataServer]:
    """Runs until left; `files` may be asked for in ranges."""
    http = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    http.data = DataServer(f"http://127.0.0.1:{http.server_port}/")
    thread = threading.Thread(target=http.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield http.data
    finally:
        for event in http.data.hold.values():
            event.set()
        http.shutdown()
        http.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        data, path = self.server.data, self.path.lstrip("/")
        data.requests.append((path, self.headers["Range"]))
        if path in data.status or path not in data.files:
            self.send_error(data.status.get(path, 404))
            return
        body = data.files[path]
        first = int((self.headers["Range"] or "bytes=0-").removeprefix("bytes=").rstrip("-"))
        if first >= len(body):
            self.send_error(416)
            return
        self.send_response(206 if first else 200)
        self.send_header("Content-Length", str(len(body) - first))
        self.end_headers()
        self._send(data, path, body[first:])

    def _send(self, data: DataServer, path: str, body: bytes) -> None:
        try:
            if path in data.hold:
                self.wfile.write(body[: len(body) // 2])
                data.hold[path].wait()
                body = body[len(body) // 2 :]
            self.wfile.write(body[: data.cut_once.pop(path, len(body))])
        except ConnectionError:
            pass  # the client has gone

    def log_message(self, *_: object) -> None:
        pass
