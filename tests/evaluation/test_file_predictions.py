"""`python -m lenet predict` as people run it, on real files."""

import gzip
import json
import math
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lenet.drawing import rasterization, strokes
from lenet.errors import DrawingError
from lenet.evaluation import file_predictions, photograph_reading, predictor
from lenet.evaluation.prediction import Prediction
from lenet.networks.pretrained import PRETRAINED
from tests.command_line import lenet, lenet_here
from tests.drawn_collection import symbols_collected
from tests.drawn_digits import drawn_digits
from tests.paper import Look, photograph, tile_of_drawing
from tests.tolerances import assert_close

MODEL = "cnn-16-32"
ONE = [[[200, 100], [190, 400]]]
ZERO = [[[250 + 100 * math.sin(t / 5), 250 - 150 * math.cos(t / 5)] for t in range(32)]]
SCRIBBLE = [[[100 + 37 * k % 300, 100 + 211 * k % 300] for k in range(40)]]


def stroke_file(path: Path, *drawings: dict) -> Path:
    text = "".join(json.dumps(drawing) + "\n" for drawing in drawings).encode()
    path.write_bytes(gzip.compress(text) if path.suffix == ".gz" else text)
    return path


@pytest.fixture(scope="module")
def labelled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A one, a zero, a scribble; then a one that calls itself 9, and a zero without a label."""
    drawings = [
        {"label": 1, "strokes": ONE}, {"label": 0, "strokes": ZERO}, {"label": 4, "strokes": SCRIBBLE},
        {"label": 9, "strokes": ONE}, {"strokes": ZERO},
    ]  # fmt: skip
    return stroke_file(tmp_path_factory.mktemp("strokes") / "digits.jsonl.gz", *drawings)


@pytest.fixture(scope="module")
def said(labelled: Path) -> dict:
    finished = lenet("predict", MODEL, labelled, "--json")
    assert finished.returncode == 0, finished.stderr
    return json.loads(finished.stdout)


def test_each_drawing_is_answered(said: dict, labelled: Path) -> None:
    assert (said["model"], said["count"], said["problems"]) == (MODEL, 5, [])
    rows = said["predictions"]
    assert [(row["file"], row["index"]) for row in rows] == [(str(labelled), index) for index in range(5)]
    assert [row["label"] for row in rows] == [1, 0, 4, 9, None]
    assert [rows[index]["prediction"] for index in (0, 1, 3, 4)] == [1, 0, 1, 0]
    assert [row["sure"] for row in rows] == [True, True, False, True, True]
    assert [bool(row["reason"]) for row in rows] == [False, False, True, False, False]
    for row in rows:
        assert sum(row["probabilities"]) == pytest.approx(1, abs=1e-5)
        assert row["prediction"] == int(np.argmax(row["probabilities"])) and "box" not in row


def test_accuracy_counts_what_has_a_label(said: dict) -> None:
    scribble = said["predictions"][2]["prediction"]
    assert said["errors"] == 1 + (scribble != 4)
    assert said["accuracy"] == pytest.approx(1 - said["errors"] / 4)


def test_the_answers_are_those_of_the_pages(said: dict) -> None:
    for row, drawn in zip(said["predictions"], (ONE, ZERO, SCRIBBLE, ONE, ZERO), strict=True):
        image = rasterization.render([strokes.parse({"strokes": drawn})])[0]
        (answer,) = predictor.predictions([MODEL], image)
        assert_close(answer.probabilities, row["probabilities"])
        assert (answer.sure, answer.reason) == (row["sure"], row["reason"])


def test_for_people(labelled: Path) -> None:
    finished = lenet_here("predict", MODEL, labelled)
    lines = finished.stdout.splitlines()
    assert finished.returncode == 0 and "wrong." in lines[1]  # wrong ones first
    assert "5 digits, 1 not sure; accuracy" in lines[-1] and "errors in 4 labelled" in lines[-1]


def test_names_of_classes_are_compared_with_those_of_the_model(tmp_path: Path, bare_machine: Path) -> None:
    """Of the export of a set, in the order of its drawings."""
    exported = tmp_path / "our-symbols.jsonl.gz"
    exported.write_bytes(symbols_collected(2, ("☺", "house")).export())
    digits, _ = file_predictions.read(str(exported))
    names = ("house", "☺\ufe0f", "tree")
    answers = [Prediction("run", np.eye(3, dtype=np.float32)[1], True, "", names) for _ in digits]
    found = file_predictions.Predictions("run", digits, answers, [])
    assert (found.num_labels, found.errors, found.accuracy) == (4, 2, 0.5)
    assert sorted(each["label"] for each in found.to_json()["predictions"]) == ["house", "house", "☺", "☺"]


def test_without_labels_there_is_no_accuracy(tmp_path: Path) -> None:
    file = stroke_file(tmp_path / "digits.jsonl", {"strokes": ONE})
    finished = lenet_here("predict", f"{MODEL}@0", file, "--json")
    said = json.loads(finished.stdout)
    assert (said["accuracy"], said["errors"], said["count"]) == (None, None, 1)
    assert not said["predictions"][0]["sure"]  # an untrained network guesses


def test_bad_files_are_named_after_the_good_ones_are_answered(tmp_path: Path) -> None:
    good = stroke_file(tmp_path / "good.jsonl", {"label": 1, "strokes": ONE})
    nan = tmp_path / "nan.jsonl"
    nan.write_text('{"strokes": [[[NaN, 3]]]}\n')
    finished = lenet_here("predict", MODEL, nan, good, tmp_path / "none.jsonl", tmp_path, "--json")
    said = json.loads(finished.stdout)
    assert finished.returncode == 2 and said["count"] == 1 and said["accuracy"] == 1
    expected = [
        f"{nan}, line 1: ",
        f"There is no file {tmp_path}/none.jsonl",
        f"There is no file {tmp_path}.",
    ]
    assert len(said["problems"]) == 3
    for problem, words in zip(said["problems"], expected, strict=True):
        assert words in problem and problem in finished.stderr
    assert "Traceback" not in finished.stderr


def test_what_a_picture_has_beside_its_digits_is_said(tmp_path: Path) -> None:
    """A sheet that lies on its head, and a blot on it."""
    tiles = [tile_of_drawing(drawing, 90, 8) for drawing, label in drawn_digits(20) if label in (2, 3, 4, 7)]
    page = photograph(tiles, 4, Look(noise=2, light=0.2), np.random.default_rng(0))
    page[20:32, 30:42] = 20
    Image.fromarray(np.rot90(page, 2)).save(tmp_path / "page.png")
    finished = lenet_here("predict", "lenet5-draw", tmp_path / "page.png", "--json")
    said = json.loads(finished.stdout)
    assert finished.returncode == 0 and said["count"] == len(tiles)
    (picture,) = said["pictures"]
    assert (picture["file"], picture["turned_left"]) == (str(tmp_path / "page.png"), 180)
    ((left, top, right, bottom),) = [each["box"] for each in picture["left_out"]]
    assert abs(left - 30) < 4 and abs(top - 20) < 4 and right - left < 20 and bottom - top < 20
    assert not any(row["touching"] for row in said["predictions"])
    words = lenet_here("predict", "lenet5-draw", tmp_path / "page.png").stdout
    assert "turned by 180°" in words and "Left out: " in words


@pytest.mark.parametrize(("kind", "count"), [("GIF", 2), ("TIFF", 3), ("WEBP", 2), ("PNG", 2), ("TIFF", 1)])
def test_only_the_first_of_several_pictures_is_read_and_that_is_said(
    tmp_path: Path, kind: str, count: int
) -> None:
    ink = _thick(strokes.parse({"strokes": ONE}))
    pages = [Image.fromarray(np.uint8(220 + 10 * page - 180 * ink)) for page in range(count)]
    path = tmp_path / f"pages.{kind.lower()}"
    pages[0].save(path, kind, save_all=True, append_images=pages[1:])
    digits, picture = file_predictions.read(str(path))
    assert len(digits) == 1 and picture.to_json()["only_first_read"] == (count > 1)
    assert ("only the first was read" in picture.in_words) == (count > 1)


@pytest.mark.parametrize("count", [1, 2])
def test_that_the_first_picture_alone_was_read_is_said_where_it_is_blank(tmp_path: Path, count: int) -> None:
    blank, digit = Image.new("L", (100, 100), 230), Image.new("L", (100, 100), 30)
    path = tmp_path / "pages.tiff"
    blank.save(path, save_all=True, append_images=[digit][: count - 1])
    with pytest.raises(DrawingError, match="all white, expected a digit") as error:
        file_predictions.read(str(path))
    assert str(error.value).endswith("only the first was read.") == (count > 1)
    with pytest.raises(DrawingError, match="all white, expected a digit") as error:
        photograph_reading.read(np.frombuffer(path.read_bytes(), np.uint8), "pages.tiff")
    assert str(error.value).endswith("only the first was read.") == (count > 1)


def test_pictures_are_read_digit_by_digit(tmp_path: Path) -> None:
    """Three digits in two rows, dark on light, as PNG, JPEG and WebP; the same digits light on dark."""
    line, ring = (_thick(strokes.parse({"strokes": drawn})) for drawn in (ONE, ZERO))
    page = 1 - np.block([[line, ring], [np.zeros((120, 120)), line]])
    names = []
    for name, shade in (("a.png", page), ("b.jpg", page), ("c.webp", page), ("d.png", 1 - page)):
        names.append(str(tmp_path / name))
        Image.fromarray(np.uint8(40 + 180 * shade)).save(names[-1])
    Image.fromarray(np.zeros((50, 50), np.uint8)).save(tmp_path / "black.png")
    (tmp_path / "text.png").write_text("hello")
    finished = lenet_here("predict", MODEL, *names, tmp_path / "black.png", tmp_path / "text.png", "--json")
    said = json.loads(finished.stdout)
    assert finished.returncode == 2 and said["accuracy"] is None
    assert [row["file"] for row in said["predictions"]] == [name for name in names for _ in range(3)]
    assert [row["prediction"] for row in said["predictions"]] == [1, 0, 1] * 4
    assert [row["index"] for row in said["predictions"]] == [0, 1, 2] * 4
    for left, top, right, bottom in (row["box"] for row in said["predictions"]):
        assert 0 <= left < right <= 240 and 0 <= top < bottom <= 240
    black, text = said["problems"]
    assert black.startswith(f"{tmp_path}/black.png: ") and "no picture" in text
    assert "Traceback" not in finished.stderr


def _thick(drawing: strokes.Drawing) -> np.ndarray:
    """(120, 120) float, ink 1."""
    points = [stroke * (120 / 500) for stroke in drawing.strokes]
    return rasterization.rasterize([points], np.array([9.0]), 120)[0]


def test_only_bad_files_ask_no_model(tmp_path: Path) -> None:
    finished = lenet_here("predict", MODEL, tmp_path / "none.jsonl", "--json")
    assert finished.returncode == 2 and json.loads(finished.stdout)["predictions"] == []


def test_a_model_that_is_not_there(labelled: Path, tmp_path: Path) -> None:
    refused = lenet_here("predict", "lenet-6", labelled, "--runs", tmp_path, "--json")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "There is no run 'lenet-6' here" in refused.stderr
    assert f"Models that are always here: {', '.join(PRETRAINED)}." in refused.stderr
    assert "Traceback" not in refused.stderr
