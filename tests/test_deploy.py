"""What `docs/deploy.md` hands out can be read by what it is for."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from lenet.people.institution import institution_of
from tests.command_line import command
from tests.project import ROOT

TEXT = (ROOT / "docs" / "deploy.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd on this machine")
def test_the_unit(tmp_path: Path) -> None:
    (unit,) = blocks("ini")
    changes = {"/opt/lenet-lab/.venv/bin/python": sys.executable, "/opt/lenet-lab": str(ROOT)}
    for before, after in changes.items():
        assert before in unit
        unit = unit.replace(before, after)
    (tmp_path / "lenet-lab.service").write_text(unit)
    found = subprocess.run(["systemd-analyze", "verify", str(tmp_path / "lenet-lab.service")],
                           capture_output=True, encoding="utf-8", timeout=60)  # fmt: skip
    assert (found.returncode, "lenet-lab.service:" in found.stderr) == (0, False), found.stderr


def test_options_of_the_class_command_exist() -> None:
    helped = subprocess.run(
        command("class", "--help"), cwd=ROOT, capture_output=True, encoding="utf-8"
    ).stdout
    lines = [line for block in (*blocks("bash"), *blocks("ini")) for line in block.splitlines()]
    options = {each for line in lines if "lenet class" in line for each in re.findall(r" (--[a-z]+)", line)}
    assert len(options) >= 5 and all(each in helped for each in options)


def test_the_settings_of_an_institution() -> None:
    (settings,) = blocks("toml")
    place = institution_of(tomllib.loads(settings.replace("…", "x" * 40)))
    assert place.teachers == ("noether@school.example",) and place.students == ("@school.example",)


def test_kubernetes_and_python_are_read() -> None:
    (manifests,) = blocks("yaml")
    kinds = [each["kind"] for each in yaml.safe_load_all(manifests)]
    assert kinds == ["Service", "Deployment", "Deployment"]
    for block in blocks("python"):
        compile(block, "deploy.md", "exec")
