"""A class over TLS: by a certificate of its own, and behind the proxy that `docs/deploy.md` has."""

import asyncio
import contextlib
import datetime
import http.client
import ipaddress
import os
import re
import shutil
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from websockets.asyncio.client import connect

from lenet.people.classroom import VARIABLE, Classroom
from tests.command_line import lenet
from tests.dashboard import dashboard, free_port
from tests.project import ROOT

NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
NAME = "lab.school.example"


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for this machine that nobody but itself has signed, and its key."""
    folder, key = tmp_path_factory.mktemp("tls"), ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    names = [x509.DNSName("localhost"), x509.DNSName(NAME), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now).not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False).sign(key, hashes.SHA256())
    )  # fmt: skip
    encoding, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    (folder / "lab.pem").write_bytes(made.public_bytes(encoding))
    (folder / "lab.key").write_bytes(key.private_bytes(encoding, pkcs8, serialization.NoEncryption()))
    return folder / "lab.pem", folder / "lab.key"


class Door:
    """The server as a browser sees it that trusts that certificate."""

    def __init__(self, port: int, certificate: Path, host: str = "localhost") -> None:
        self.port, self._host = port, host
        self.trust = ssl.create_default_context(cafile=certificate)

    def ask(self, method: str, path: str, **form: str) -> tuple[int, dict[str, list[str]], str]:
        connection = http.client.HTTPSConnection("localhost", self.port, context=self.trust, timeout=60)
        kind = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"}
        with contextlib.closing(connection):
            connection.request(method, path, urlencode(form), kind | {"Host": f"{self._host}:{self.port}"})
            answer = connection.getresponse()
            headers: dict[str, list[str]] = {}
            for name, value in answer.getheaders():
                headers.setdefault(name.lower(), []).append(value)
            return answer.status, headers, answer.read().decode()

    def wait(self) -> None:
        for _ in range(600):
            with contextlib.suppress(OSError, http.client.HTTPException):
                if self.ask("GET", "/_stcore/health")[0] == 200:
                    return
            time.sleep(0.1)
        raise AssertionError("the server is not there")

    def check(self, room: Classroom) -> None:
        """Comes in, with a cookie for TLS alone, and opens a page's connection."""
        status, headers, _ = self.ask("POST", "/join", code=room.code, name="Ada")
        (cookie,) = headers["set-cookie"]
        assert status == 303 and {"Secure", "HttpOnly", "SameSite=lax"} <= set(cookie.split("; "))
        assert headers["referrer-policy"] == ["same-origin"] and headers["x-content-type-options"] == [
            "nosniff"
        ]
        assert "frame-ancestors 'self'" in headers["content-security-policy"][0]
        streamlits = self.ask("GET", "/_stcore/health")[1]["set-cookie"]
        assert streamlits and all("; Secure" in each for each in streamlits)
        asyncio.run(self._connect(cookie.partition(";")[0]))

    async def _connect(self, cookie: str) -> None:
        url = f"wss://{self._host}:{self.port}/_stcore/stream"
        headers = {"Cookie": cookie, "Origin": f"https://{self._host}:{self.port}"}
        there = {"host": "localhost", "port": self.port, "ssl": self.trust, "subprotocols": ["streamlit"]}
        async with connect(url, additional_headers=headers, **there) as socket:
            assert socket.subprotocol == "streamlit"


@contextlib.contextmanager
def ended(process: subprocess.Popen) -> Iterator[subprocess.Popen]:
    """With all that it has started."""
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)


def test_a_certificate_of_ones_own(pair: tuple[Path, Path], tmp_path: Path) -> None:
    door, log = Door(free_port(), pair[0]), tmp_path / "log"
    command = [sys.executable, "-m", "lenet", "class", "--port", str(door.port)]
    command += ["--certificate", str(pair[0]), "--key", str(pair[1])]
    environment = os.environ | {"LENET_RUNS": str(tmp_path / "runs"), "PYTHONUNBUFFERED": "1"}
    with log.open("wb") as output, ended(
        subprocess.Popen(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=output,
                         stderr=output, start_new_session=True)
    ):  # fmt: skip
        door.wait()
        room = Classroom.opened(tmp_path / "runs")
        assert (
            f":{door.port}/join?code={room.code}" in log.read_text() and "Join: https://" in log.read_text()
        )
        door.check(room)
        plain = http.client.HTTPConnection("localhost", door.port, timeout=10)
        with contextlib.closing(plain), pytest.raises((http.client.HTTPException, OSError)):
            plain.request("GET", "/join")
            plain.getresponse()


def test_files_that_are_no_certificate_are_refused_in_a_sentence(pair: tuple[Path, Path]) -> None:
    for given, words in (
        (["--certificate", str(pair[0])], "expected both --certificate and --key"),
        (["--certificate", str(pair[0]), "--key", str(pair[0])], "are no certificate and its key"),
        (["--certificate", "none.pem", "--key", str(pair[1])], "No such file"),
    ):
        done = lenet("class", *given)
        assert done.returncode == 2 and words in " ".join(done.stderr.split())


@pytest.mark.skipif(NGINX is None, reason="no nginx on this machine")
def test_behind_the_proxy_of_the_documentation(pair: tuple[Path, Path], tmp_path: Path) -> None:
    block = re.search(r"```nginx\n(.*?)```", (ROOT / "docs" / "deploy.md").read_text("utf-8"), re.DOTALL)[1]
    port = free_port()
    with dashboard(tmp_path, module="tests.light_workers", **{VARIABLE: "1", "LENET_HOSTS": NAME}) as running:
        changes = {"listen 443": f"listen 127.0.0.1:{port}", "/etc/ssl/lab.pem": str(pair[0]),
                   "/etc/ssl/lab.key": str(pair[1]), "http://127.0.0.1:8501": running.url}  # fmt: skip
        for before, after in changes.items():
            assert before in block
            block = block.replace(before, after)
        kept = "".join(
            f"{name}_temp_path {tmp_path};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        config = f"pid {tmp_path}/pid; error_log {tmp_path}/errors; daemon off;"
        (tmp_path / "nginx.conf").write_text(
            f"{config} events {{}} http {{ access_log off; {kept} {block} }}"
        )
        nginx = [NGINX, "-c", str(tmp_path / "nginx.conf"), "-e", f"{tmp_path}/errors"]
        with ended(subprocess.Popen(nginx, stdin=subprocess.DEVNULL, start_new_session=True)):
            door = Door(port, pair[0], NAME)
            door.wait()
            door.check(Classroom.opened(running.runs))
            assert Door(port, pair[0], "elsewhere.example").ask("GET", "/join")[0] == 403
