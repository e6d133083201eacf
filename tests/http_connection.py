"""HTTP over one connection, as a tab of a browser keeps it open for what it asks again and again."""

import asyncio
import gzip
from typing import Self

import h11


class Http:
    """Requests one after the other over one connection, as a browser makes them; a new one where it ended."""

    def __init__(self, host: str, cookie: str = "") -> None:
        self._headers = [
            ("Host", host),
            ("Accept-Encoding", "gzip"),
            *([("Cookie", cookie)] if cookie else []),
        ]
        self._host = host
        self._stream: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._protocol: h11.Connection

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *error: object) -> None:
        self._close()

    async def get(self, path: str) -> tuple[int, bytes]:
        """Status and body of an answer. Raises `ConnectionError`."""
        return await self._answer("GET", path, b"")

    async def post(self, path: str, body: bytes) -> tuple[int, bytes]:
        """The same of a request with a body."""
        return await self._answer("POST", path, body)

    async def _answer(self, method: str, path: str, body: bytes) -> tuple[int, bytes]:
        try:
            return await self._ask(method, path, body)
        except (OSError, EOFError, h11.ProtocolError) as error:
            self._close()
            raise ConnectionError(f"{path}: {error}") from error

    async def _ask(self, method: str, path: str, sent: bytes) -> tuple[int, bytes]:
        if self._stream is None:
            name, _, port = self._host.partition(":")
            self._stream = await asyncio.open_connection(name, int(port or 80))
            self._protocol = h11.Connection(h11.CLIENT)
        reader, writer = self._stream
        headers = [*self._headers, ("Content-Length", str(len(sent)))] if sent else self._headers
        request = self._protocol.send(h11.Request(method=method, target=path, headers=headers))
        data = self._protocol.send(h11.Data(data=sent)) if sent else b""
        writer.write(request + data + self._protocol.send(h11.EndOfMessage()))
        status, body, is_packed = 0, b"", False
        while not isinstance(event := self._protocol.next_event(), h11.EndOfMessage):
            if event is h11.NEED_DATA:
                self._protocol.receive_data(await reader.read(65_536))
            elif isinstance(event, h11.Response):
                status = event.status_code
                is_packed = (b"content-encoding", b"gzip") in event.headers
            elif isinstance(event, h11.Data):
                body += event.data
            else:
                raise EOFError("the server has closed the connection")
        self._protocol.start_next_cycle()
        return status, gzip.decompress(body) if is_packed else body

    def _close(self) -> None:
        if self._stream:
            self._stream[1].close()
        self._stream = None
