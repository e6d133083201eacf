"""`python -m lenet datasets add`: people's own data from the command line."""

import json
import signal
import subprocess
import time
from pathlib import Path

import numpy as np
import pytest

from lenet.data import datasets
from tests.command_line import answer, command, lenet, lenet_here
from tests.made_datasets import (
    LABELS,
    bars,
    colored_shapes,
    csv_text,
    folder_of,
    idx,
    in_order,
    npz,
    pictures_by_class,
    stored,
    zip_of,
)
from tests.project import ROOT

X = bars()


@pytest.fixture(autouse=True)
def data(bare_machine: Path) -> Path:
    return bare_machine


def test_a_zip_of_pictures_becomes_a_data_set_that_is_listed(tmp_path):
    done = lenet("datasets", "add", zip_of(tmp_path / "my bars.zip", pictures_by_class()))
    assert done.returncode == 0, done.stderr
    assert "Polarity: dark on light. Inverted: MNIST is light on dark." in done.stdout
    assert "Stored as my-bars: 28×28×1, 2 classes, 19 images to train on, 5 to test." in done.stdout
    listed = {each["name"]: each for each in answer("datasets")}
    assert listed["my-bars"]["class_names"] == ["lying", "standing"] and listed["my-bars"]["available"]


def test_what_is_chosen_goes_before_what_was_found(tmp_path):
    path = npz(tmp_path / "a.npz", x=X.swapaxes(1, 2) // 5, y=LABELS)
    said = answer("datasets", "add", path, "--name", "bars", "--range", "51:0", "--polarity", "invert",
                  "--transposed", "--class-names", "a, b,c")  # fmt: skip
    assert said["name"] == "bars" and said["class_names"] == ["a", "b", "c"]
    assert "taken for 51 (black) to 0 (white)" in " ".join(said["notes"])
    assert np.array_equal(stored("bars"), in_order(X // 5 * 5))


def test_colors_are_kept_or_made_gray(tmp_path):
    images, labels = colored_shapes(20)
    path = npz(tmp_path / "shapes.npz", x=images, y=labels)
    assert answer("datasets", "add", path)["image_shape"] == [32, 32, 3]
    gray = answer("datasets", "add", path, "--color", "gray", "--replace")
    assert gray["image_shape"] == [32, 32, 1] and "Made gray." in " ".join(gray["notes"])
    equal = npz(tmp_path / "bars.npz", x=bars(20)[..., None].repeat(3, axis=3), y=labels)
    assert answer("datasets", "add", equal)["image_shape"] == [12, 12, 1]
    assert answer("datasets", "add", equal, "--color", "keep", "--replace")["image_shape"] == [12, 12, 3]


def test_several_files_are_one_data_set(tmp_path):
    folder = folder_of(tmp_path, {"images.idx": idx(X), "labels.idx": idx(LABELS)})
    answer("datasets", "add", folder / "images.idx", folder / "labels.idx", "--name", "bars")
    assert np.array_equal(stored("bars"), in_order(X))


def test_scaling_and_size(tmp_path):
    path = folder_of(tmp_path / "bars", pictures_by_class())
    assert answer("datasets", "add", path, "--scaling", "mnist")["image_shape"] == [28, 28, 1]
    assert answer("datasets", "add", path, "--size", "32", "--replace")["image_shape"] == [32, 32, 1]


def test_a_dry_run_says_what_was_noticed_and_stores_nothing(tmp_path, data):
    (tmp_path / "bars.csv").write_bytes(csv_text([[0, *X[0].ravel()], [1, *X[1].ravel()]]))
    said = answer("datasets", "add", tmp_path / "bars.csv", "--dry-run")
    assert "Read as a table (CSV): 2 in the part train; 2 classes: 0, 1." in said["notes"]
    assert not list(data.rglob("*.npz"))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (
            ["--range", "white"],
            "Range: received 'white', expected the numbers of black and white, such as 0:16",
        ),
        (["--range", "3:3"], "Range: received '3:3', expected"),
        (["--size", "1000"], "received 1000×1000 pixels, expected 4 to 128 a side"),
        (["--name", "../a"], "Name: received '../a', expected 1 to 40 letters"),
        (["--name", "mnist"], "is that of a data set of LeNet Lab. Choose another."),
        (["--class-names", "a"], "with 1 class names; expected as many"),
    ],
)
def test_what_is_wrong_is_refused_in_a_sentence(options, words, tmp_path, data):
    refused = lenet_here("datasets", "add", npz(tmp_path / "a.npz", x=X, y=LABELS), *options)
    assert refused.returncode == 2 and words in refused.stderr and refused.stdout == ""
    assert not list(data.rglob("*.npz"))


def test_a_path_that_is_not_there(tmp_path):
    refused = lenet_here("datasets", "add", tmp_path / "gone.zip")
    assert refused.returncode == 2 and "gone.zip is not there, expected a file or a folder" in refused.stderr


def test_ctrl_c_leaves_nothing(tmp_path, data):
    good = pictures_by_class()
    pictures = {
        name.replace("/", f"/{number}-"): each for number in range(300) for name, each in good.items()
    }
    path = zip_of(tmp_path / "many.zip", pictures)
    adding = command("datasets", "add", path)
    process = subprocess.Popen(
        adding, cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # ignored in a shell's background
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while not (data / "own").exists():  # it is made when the images are
        assert time.monotonic() < deadline and process.poll() is None
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    assert "Stopped: nothing was stored." in process.communicate(timeout=30)[1]
    assert process.returncode == 2
    assert [each for each in (data / "own").rglob("*") if each.is_file()] == []


def test_json_is_all_there_is_on_standard_output(tmp_path):
    done = lenet("datasets", "add", npz(tmp_path / "bars.npz", x=X, y=LABELS), "--json")
    assert json.loads(done.stdout)["num_train"] == datasets.info("bars").num_train == 48
