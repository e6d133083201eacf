"""A dashboard of a class, and people who come to it over HTTP."""

import contextlib
import http.client
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from lenet.people.classroom import VARIABLE, Classroom
from tests.dashboard import Dashboard, dashboard


@dataclass(frozen=True)
class ClassDashboard:
    """A server that a class has joined, or may."""

    running: Dashboard

    @property
    def room(self) -> Classroom:
        """What its files say now."""
        return Classroom.opened(self.running.runs)

    @property
    def url(self) -> str:
        return self.running.url

    def ask(
        self,
        method: str,
        path: str,
        cookie: str = "",
        form: dict[str, str] | bytes | None = None,
        form_type: str = "application/x-www-form-urlencoded",
    ) -> tuple[int, dict[str, str], str]:
        """Status, headers and words of an answer; redirections are not followed."""
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=60)
        headers = {"Accept": "text/html", "Content-Type": form_type, "Cookie": cookie}
        connection.request(method, path, form if isinstance(form, bytes) else urlencode(form or {}), headers)
        with contextlib.closing(connection):
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return answer.status, found, answer.read().decode()

    def joined(self, name: str) -> str:
        """The cookie of a new person of that name."""
        status, headers, words = self.ask("POST", "/join", form={"code": self.room.code, "name": name})
        assert status == 303, words
        return headers["set-cookie"].partition(";")[0]


@contextlib.contextmanager
def class_dashboard(folder: Path, port: int = 0, **environment: str) -> Iterator[ClassDashboard]:
    """With workers that load TensorFlow once something is computed."""
    variables = {VARIABLE: "1"} | environment
    with dashboard(folder, module="tests.light_workers", port=port, **variables) as running:
        yield ClassDashboard(running)
