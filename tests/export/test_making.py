"""An export by the command line, and by a process beside the server: tried, then handed over or refused."""

import io
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest

from lenet.engine.export_process import ExportProcess, ExportRequest
from lenet.errors import ModelError
from lenet.export import making
from lenet.export.c_header import CHeader
from lenet.export.formats import FORMATS
from lenet.export.making import Tried, compared
from tests.command_line import answer, lenet_here
from tests.conftest import require

MODEL = "digits-quick"  # its images come with scikit-learn
C = FORMATS["c"]


@pytest.fixture
def compiler() -> None:
    require(not C.missing(), C.missing())


def test_the_command_line_writes_what_was_tried(compiler: None, tmp_path: Path) -> None:
    file = tmp_path / "network.h"
    said = answer("export", MODEL, "--to", "c", "--output", file)
    assert said["bytes"] == file.stat().st_size and said["format"] == "c"
    first, *others = said["sentences"]
    assert "asked for 200 test images of Small digits" in first and "labels equal" in first
    assert any("bytes of flash" in each for each in others)


def test_of_int8_the_accuracy_is_said_beside_the_floats(compiler: None, tmp_path: Path) -> None:
    said = answer("export", MODEL, "--to", "c-int8", "--output", tmp_path / "network.h")
    assert "asked for 297 test images" in said["sentences"][0]
    assert said["sentences"][1].startswith("Accuracy on these: 9")


def test_the_default_name_is_the_models(
    compiler: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = lenet_here("export", MODEL, "--to", "c")
    assert done.returncode == 0 and done.stdout.startswith(f"{MODEL}.h: ")
    assert (tmp_path / f"{MODEL}.h").is_file()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nothing", "--to", "c"], "Models that are always here"),
        ([MODEL, "--to", "fax"], "'fax' is not one of"),
    ],
)
def test_bad_input_gets_a_sentence(arguments: list[str], sentence: str) -> None:
    done = lenet_here("export", *arguments)
    assert done.returncode == 2 and sentence in " ".join(done.stderr.split())


# What is compared


def tried(count: int) -> Tried:
    return Tried(np.zeros((count, 8, 8, 1), np.uint8), np.zeros(count, int), "images")


def sharp(labels: list[int]) -> np.ndarray:
    """Probabilities of three classes that are sure of these."""
    return 0.1 + 0.7 * np.eye(3, dtype=np.float32)[labels]


def test_another_label_is_not_handed_over(compiler: None) -> None:
    with pytest.raises(ModelError, match="another label for 1, .* It was not handed over"):
        compared(C, sharp([0, 1, 2]), sharp([0, 1, 1]), tried(3))


def test_another_probability_is_not_handed_over(compiler: None) -> None:
    with pytest.raises(ModelError, match=r"another label for 0, and probabilities 0\.01 apart"):
        compared(C, sharp([0, 1]), sharp([0, 1]) + 0.01, tried(2))


def test_what_is_no_number_is_not_handed_over(compiler: None) -> None:
    with pytest.raises(ModelError, match="no probabilities"):
        compared(C, sharp([0]), sharp([0]) * np.nan, tried(1))


def test_a_tie_may_be_broken_either_way(compiler: None) -> None:
    tie = np.array([[0.5, 0.5, 0]], np.float32)
    (said,) = compared(C, tie, tie + np.array([[0, 1e-6, 0]]), tried(1))
    assert "labels equal" in said


def test_int8_that_answers_otherwise_is_not_handed_over(compiler: None) -> None:
    rough = FORMATS["c-int8"]
    with pytest.raises(ModelError, match=r"the label of Keras for 50\.0 %, expected at least 90 %"):
        compared(rough, sharp([0, 1]), sharp([0, 2]), tried(2))


def test_several_files_are_one_zip() -> None:
    class Network:
        file_name = "mine"

    name, content = making._packed(CHeader(), Network(), {"a.txt": b"a", "b.txt": b"b"})
    assert name == "mine-c.zip"
    assert zipfile.ZipFile(io.BytesIO(content)).namelist() == ["a.txt", "b.txt"]


# Beside the server


def ended(process: ExportProcess) -> ExportProcess:
    while process.running:
        time.sleep(0.02)
    return process


def test_a_process_beside_the_server_says_why_not(tmp_path: Path) -> None:
    done = ended(ExportProcess(ExportRequest("nothing", "c", str(tmp_path))))
    assert "Models that are always here" in done.problem and not done.content


def test_it_can_be_stopped(tmp_path: Path) -> None:
    process = ExportProcess(ExportRequest(MODEL, "c", str(tmp_path)))
    process.stop()
    assert ended(process).problem == "" and not process.content
