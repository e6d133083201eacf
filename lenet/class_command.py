"""`python -m lenet class`: the dashboard for a class, which joins by a link. Must not import Streamlit."""

import os
import ssl
import subprocess
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from lenet.data.published_files import storage_folder
from lenet.errors import JoinError
from lenet.files import write_atomically
from lenet.people.addresses import room_address
from lenet.people.class_archive import archive
from lenet.people.classroom import VARIABLE, Classroom
from lenet.people.deeds import FOLDER
from lenet.people.institution import Institution, read_institution
from lenet.runs.folder import default_folder
from lenet.terminal import refuse

_APP = Path(__file__).resolve().parent.parent / "app.py"


def run_class(
    port: Annotated[int, typer.Option(min=1, max=65_535, help="Where the class reaches it.")] = 8501,
    address: Annotated[str, typer.Option(help="127.0.0.1 behind a proxy on this machine.")] = "0.0.0.0",
    certificate: Annotated[Path | None, typer.Option(help="For TLS: a PEM file, with its chain.")] = None,
    key: Annotated[Path | None, typer.Option(help="The private key of the certificate.")] = None,
    login: Annotated[Path | None, typer.Option(help="Settings of an institution's log in.")] = None,
    export: Annotated[Path | None, typer.Option(help="Write all of the class into this zip file.")] = None,
) -> None:
    """Start the dashboard for a class: prints the link to join, and the teacher's own."""
    if export is not None:
        return _export(export)
    place = _institution(login) if login else None
    tls = _tls(certificate, key)
    try:
        room = Classroom.opened(default_folder())
    except OSError as error:
        refuse(
            f"{default_folder()} cannot be written: {error.strerror or error}. Point LENET_RUNS elsewhere."
        )
    link = _link(address, port, bool(tls))
    typer.echo(
        f"Log in, by {place.title}: {link.removesuffix('join')}"
        if place
        else f"Join: {link}?code={room.code}    (code {room.code})"
    )
    typer.echo(f"The teacher's own link, for you alone: {link}?teacher={room.teacher_secret}")
    command = [sys.executable, "-m", "streamlit", "run", str(_APP), "--server.address", address]
    command += ["--server.port", str(port), "--server.headless", "true"]
    command += tls
    command += ["--secrets.files", str(login.resolve())] if login else []
    _become(command, os.environ | {VARIABLE: "1"})


def _become(command: list[str], environment: dict[str, str]) -> NoReturn:
    """The server takes the place of this program, so that what ends the one ends the other."""
    sys.stdout.flush()
    if os.name == "posix":
        os.execve(command[0], command, environment)
    raise typer.Exit(subprocess.run(command, env=environment, check=False).returncode)


def _institution(path: Path) -> Institution:
    """Of that file; ends the program where it is none."""
    try:
        return read_institution(path)
    except JoinError as error:
        refuse(f"{error} See docs/deploy.md.")


def _tls(certificate: Path | None, key: Path | None) -> list[str]:
    """Streamlit's options; none without TLS. Ends the program where they are no certificate and its key."""
    if certificate is None and key is None:
        return []
    if certificate is None or key is None:
        refuse("TLS: received one file, expected both --certificate and --key.")
    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(certificate, key, password="")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        refuse(f"TLS: {certificate} and {key} are no certificate and its key without a password ({reason}).")
    return ["--server.sslCertFile", str(certificate.resolve()), "--server.sslKeyFile", str(key.resolve())]


def _export(file: Path) -> None:
    """All of the class of the folder of runs; also while its server runs."""
    if not (default_folder() / FOLDER / "class.json").is_file():
        refuse(f"{default_folder()} has no class. Point LENET_RUNS at the folder of its runs.")
    if file.exists():
        refuse(f"{file} is there already: name another file, or move it away.")
    made = archive(Classroom.opened(default_folder()), {"runs": default_folder(), "data": storage_folder()})
    try:
        write_atomically(file, lambda stream: stream.writelines(made))
    except OSError as error:
        refuse(f"{file} cannot be written: {error.strerror or error}. Choose another place.")
    typer.echo(f"{file}: {file.stat().st_size / 1e6:.1f} MB")


def _link(address: str, port: int, is_tls: bool) -> str:
    """Of the door, as others reach it: behind a proxy under the first name of LENET_HOSTS, over TLS."""
    named = os.environ.get("LENET_HOSTS", "").partition(",")[0].strip()
    if address in ("127.0.0.1", "localhost", "::1") and named:
        return f"https://{named}/join"
    host = room_address() if address in ("0.0.0.0", "::") else address
    return f"{'https' if is_tls else 'http'}://{host}:{port}/join"
