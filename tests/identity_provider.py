"""An identity provider of OpenID Connect on this machine, and a class whose door it is.

`oidc-provider-mock` is a whole provider (discovery, signed ID tokens, keys, end of session) that asks for no
password.
"""

import contextlib
import http.client
import json
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from lenet.people.classroom import VARIABLE
from tests.class_dashboard import ClassDashboard
from tests.dashboard import dashboard, free_port

SECRET = "d2" * 32  # that signs Streamlit's cookies
PEOPLE = {
    "noether": {"name": "Emmy Noether", "email": "noether@school.example", "groups": ["staff"]},
    "ada": {"name": "Ada", "email": "ada@school.example", "email_verified": True},
    "ada-2": {"name": "Ada", "email": "ada.b@school.example"},
    "eve": {"name": "Eve", "email": "eve@elsewhere.example"},
    "mallory": {"name": "Mallory", "email": "head@school.example", "email_verified": False},
}  # fmt: skip


@contextlib.contextmanager
def identity_provider() -> Iterator[str]:
    """Its address; it knows `PEOPLE`."""
    port = free_port()
    claims = [f"--user-claims={json.dumps({'sub': sub, **each})}" for sub, each in PEOPLE.items()]
    process = subprocess.Popen(
        [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), *claims],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    url = f"http://localhost:{port}"
    try:
        for _ in range(300):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{url}/.well-known/openid-configuration", timeout=5).close()
                break
            time.sleep(0.1)
        yield url
    finally:
        process.terminate()
        process.wait()


def settings(provider: str, origin: str) -> str:
    """As an institution writes them down."""
    return f"""
[auth]
redirect_uri = "{origin}/oauth2callback"
cookie_secret = "{SECRET}"
client_id = "lenet-lab"
client_secret = "nobody knows"
server_metadata_url = "{provider}/.well-known/openid-configuration"

[class]
title = "School of Example"
teachers = ["head@school.example"]
teacher_claim = "groups"
teacher_values = ["staff"]
students = ["@school.example"]
"""


@contextlib.contextmanager
def institution(folder: Path) -> Iterator[ClassDashboard]:
    """A class whose people log in at a provider of their own."""
    with identity_provider() as provider:
        file = folder / "login.toml"
        file.write_text(settings(provider, "http://localhost:{port}"))
        environment = {VARIABLE: "1", "STREAMLIT_SECRETS_FILES": str(file)}
        with dashboard(folder, module="tests.light_workers", **environment) as running:
            yield ClassDashboard(running)


class Visitor:
    """A browser without pictures: keeps the cookies of each server, follows what leads on."""

    def __init__(self, lab: ClassDashboard) -> None:
        self.lab, self.cookies = lab, {}  # of the lab alone: the provider needs none

    def cookie(self) -> str:
        """As a browser sends them."""
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def ask(self, path: str, form: dict[str, str] | None = None) -> tuple[int, dict[str, str], str]:
        """One request of the lab, by itself."""
        return self._ask(self.lab.url + path, form)

    def log_in(self, account: str, wanted: str = "") -> tuple[str, int, str]:
        """From the door over the provider's page to where that leads: its path, status and words."""
        status, headers, _ = self.ask("/join", {"to": wanted})
        assert status == 303 and "/auth/login?provider=" in headers["location"], headers
        status, headers, words = self.ask(headers["location"])
        assert status == 302, words
        status, headers, _ = self._ask(headers["location"], {"sub": account})
        return self.follow(headers["location"])

    def follow(self, url: str) -> tuple[str, int, str]:
        """Its path, status and words at the end."""
        for _ in range(9):
            url = url if url.startswith("http") else self.lab.url + url
            status, headers, words = self._ask(url)
            if not 300 <= status < 400:
                break
            url = headers["location"]
        return urlsplit(url).path, status, words

    def _ask(self, url: str, form: dict[str, str] | None = None) -> tuple[int, dict[str, str], str]:
        place, is_lab = urlsplit(url), url.startswith(self.lab.url)
        connection = http.client.HTTPConnection(place.netloc, timeout=60)
        headers = {"Accept": "text/html", "Content-Type": "application/x-www-form-urlencoded"}
        headers |= {"Cookie": self.cookie()} if is_lab else {}
        path = f"{place.path or '/'}?{place.query}" if place.query else place.path or "/"
        connection.request("POST" if form is not None else "GET", path, urlencode(form or {}), headers)
        with contextlib.closing(connection):
            answer = connection.getresponse()
            if is_lab:
                self._keep(answer.headers.get_all("set-cookie") or [])
            found = {name.lower(): value for name, value in answer.getheaders()}
            return answer.status, found, answer.read().decode()

    def _keep(self, lines: list[str]) -> None:
        for line in lines:
            for name, morsel in SimpleCookie(line).items():
                if morsel["max-age"] == "0" or re.search(r"expires=Thu, 01 Jan 1970", line, re.IGNORECASE):
                    self.cookies.pop(name, None)
                else:
                    self.cookies[name] = morsel.value
