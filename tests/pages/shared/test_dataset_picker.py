"""The data set picker, on a real (test) page, with real files and a real server."""

import io
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from lenet.data import datasets
from lenet.data.catalogue import SOURCES
from lenet.data.downloads import RemoteFile
from pages.parts.shared.markdown import escaped
from tests.data_server import DataServer, data_server
from tests.made_datasets import LABELS, bars, idx, in_order, npz, pictures_by_class, stored, zip_of

KEYS = ("x_train", "y_train", "x_test", "y_test")


def page(default: str) -> None:
    """The smallest page that has the picker."""
    import streamlit as st

    from pages.parts.shared.dataset_picker import dataset_picker

    info = dataset_picker("dataset", st.session_state.get("default", default))
    st.markdown(f"returned {info.name if info else None}")


def opened(default: str) -> AppTest:
    return AppTest.from_function(page, args=(default,), default_timeout=10).run()


def returned(at: AppTest) -> str:
    return at.markdown[-1].value.removeprefix("returned ")


def says(elements) -> str:
    return " ".join(element.value for element in elements).replace("\\", "")


def button(at: AppTest, label: str):
    return next(each for each in at.button if each.label == label)


def upload(at: AppTest, name: str, **arrays: np.ndarray) -> AppTest:
    content = io.BytesIO()
    np.savez(content, **arrays)
    return add(at, name, content.getvalue())


def chosen_files(at: AppTest, name: str, content: bytes) -> AppTest:
    """Until they are looked at."""
    at.file_uploader[0].upload(name, content)
    return run_until(at, lambda at: "Looking at the files" not in progress(at))


def add(at: AppTest, name: str, content: bytes) -> AppTest:
    """Until they are stored, or refused."""
    chosen_files(at, name, content)
    if not button(at, "Add").disabled:
        button(at, "Add").click()
        run_until(at, lambda at: "Storing" not in progress(at))
    return at


@pytest.fixture(autouse=True)
def nothing_remembered(bare_machine: Path) -> Iterator[Path]:
    """No download of an earlier test, and no data."""
    st.cache_resource.clear()
    yield bare_machine
    st.cache_resource.clear()


@pytest.fixture
def server(monkeypatch) -> Iterator[DataServer]:
    with data_server() as running:
        npz = RemoteFile(f"{running.url}mnist.npz", "mnist.npz", KEYS, 11_490_434)
        monkeypatch.setattr(SOURCES["mnist"], "mirrors", ((npz,),))
        yield running


def run_until(at: AppTest, condition) -> AppTest:
    """Runs the page again, as its fragment does by itself, until `condition` holds."""
    deadline = time.monotonic() + 10
    while not condition(at.run()):
        assert time.monotonic() < deadline, at
        time.sleep(0.05)
    return at


def test_the_bundled_digits_are_returned_at_once():
    at = opened("digits")
    assert returned(at) == "digits"
    titles = [each.info().title for each in SOURCES.values()]
    assert at.selectbox[0].options == titles and "MNIST digits" in titles
    assert "8×8, 10 classes, 1,500 images to train on, 297 to test" in at.caption[0].value
    assert not at.info and not at.warning and not at.error


def test_an_unknown_name_is_said_and_the_digits_are_shown():
    at = opened("../cats")
    assert returned(at) == "digits"
    assert "received '../cats', expected one of mnist, fashion_mnist, " in says(at.warning)
    assert not at.selectbox[0].select("mnist").run().warning


def test_a_missing_data_set_says_where_to_put_it_and_offers_the_digits(nothing_remembered):
    at = opened("mnist")
    assert returned(at) == "None"
    by_hand = f"Put mnist.npz into {nothing_remembered}, or download it: 11.5 MB."
    assert f"not on this machine yet. {by_hand}" in says(at.info)
    button(at, "Use the bundled digits").click().run()
    assert at.selectbox[0].value == returned(at) == "digits"
    assert not at.info


def test_a_file_that_is_put_there_by_hand_is_seen(mnist_npz, nothing_remembered):
    at = opened("mnist")
    (nothing_remembered / "mnist.npz").symlink_to(mnist_npz)
    assert returned(at.run()) == "mnist"


def test_what_shows_that_a_data_set_is_the_published_one_is_said(mnist_npz, nothing_remembered):
    (nothing_remembered / "mnist.npz").symlink_to(mnist_npz)
    at = run_until(opened("mnist"), lambda at: "Verified" in says(at.caption))
    assert "Licence: CC BY-SA 3.0. Verified by the SHA-256 of each array" in says(at.caption)
    assert "Verified" not in says(at.selectbox[0].select("digits").run().caption)


def test_a_wrong_file_is_named_once_it_has_been_looked_into(nothing_remembered):
    (nothing_remembered / "mnist.npz").write_bytes(b"<html>sign in first</html>")
    at = run_until(opened("mnist"), lambda at: returned(at) == "None")
    assert f"{nothing_remembered / 'mnist.npz'}: expected an .npz or IDX file" in says(at.warning)


def test_a_wrong_file_beside_a_good_one_is_only_mentioned(mnist_npz, nothing_remembered):
    (nothing_remembered / "mnist.npz").write_bytes(b"")
    cache = nothing_remembered.parent / "cache" / "lenet-lab"
    cache.mkdir()
    (cache / "mnist.npz").symlink_to(mnist_npz)
    at = run_until(opened("mnist"), lambda at: "Passed over" in says(at.caption))
    assert "mnist.npz: the file is empty." in says(at.caption)
    assert returned(at) == "mnist"


def test_a_new_default_is_chosen_and_a_choice_is_kept_until_then():
    at = opened("digits")
    at.selectbox[0].select("mnist").run()
    assert at.run().selectbox[0].value == "mnist"
    at.session_state["default"] = "fashion_mnist"
    assert at.run().selectbox[0].value == "fashion_mnist"


def test_a_download_shows_progress_in_every_tab_and_then_the_data_set(server, mnist_npz):
    server.files["mnist.npz"] = mnist_npz.read_bytes()
    server.hold["mnist.npz"] = threading.Event()
    one, other = opened("mnist"), opened("mnist")
    button(one, "Download").click().run()
    button(other, "Download").click().run()  # its screen is older than the first click
    run_until(other, lambda at: "5.7 of 11.5 MB" in progress(at))
    assert "Downloading MNIST digits" in progress(one.run())
    server.hold["mnist.npz"].set()
    run_until(other, lambda at: returned(at) == "mnist")
    assert returned(one.run()) == "mnist"
    assert len(server.requests) == 1


def test_a_download_can_be_stopped_and_tried_again(server, mnist_npz):
    server.files["mnist.npz"] = mnist_npz.read_bytes()
    server.hold["mnist.npz"] = threading.Event()
    at = opened("mnist")
    button(at, "Download").click().run()
    run_until(at, lambda at: "5.7 of" in progress(at))
    button(at, "Stop").click().run()
    server.hold.pop("mnist.npz").set()
    run_until(at, lambda at: "The next try goes on from there" in says(at.info))
    button(at, "Try again").click().run()
    run_until(at, lambda at: returned(at) == "mnist")
    assert server.requests[1][1].startswith("bytes=5")


def test_with_no_network_the_page_says_so_and_offers_the_digits(server, nothing_remembered):
    dead = RemoteFile("http://127.0.0.1:9/mnist.npz", "mnist.npz", KEYS, 1)
    SOURCES["mnist"].mirrors = ((dead,),)
    at = opened("mnist")
    button(at, "Download").click().run()
    run_until(at, lambda at: at.error)
    assert "there is no connection to 127.0.0.1. Put mnist.npz into" in says(at.error)
    assert {each.label for each in at.button} >= {"Try again", "Use the bundled digits"}


X = np.random.default_rng(3).integers(0, 256, (50, 8, 8), dtype=np.uint8)
Y = np.arange(50) % 3


def test_an_upload_is_chosen_under_the_name_of_its_file():
    at = upload(opened("digits"), "my leaves.npz", x=X, y=Y)
    assert at.selectbox[0].value == returned(at) == "my-leaves"
    assert "Added my-leaves: 40 images to train on" in says(at.toast)
    assert not at.error


def test_an_upload_takes_the_names_that_are_typed():
    at = opened("digits")
    at.text_input[0].input("trees")
    at.text_input[1].input("oak, elm , fir")
    upload(at, "x.npz", x=X, y=Y)
    assert returned(at) == "trees"
    assert datasets.info("trees").class_names == ("oak", "elm", "fir")
    assert [each.value for each in at.text_input] == ["", ""]


def test_what_is_wrong_with_an_upload_is_said_and_nothing_else_changes():
    at = upload(opened("digits"), "flat.npz", x=X.reshape(50, 64)[:, 1:], y=Y)
    assert "x: received the shape (50, 63), expected (N, height, width)" in says(at.error)
    assert button(at, "Add").disabled
    assert returned(at) == "digits"
    assert not at.exception


def test_an_upload_of_the_same_name_asks_before_it_replaces():
    at = upload(opened("digits"), "leaves.npz", x=X, y=Y)
    upload(at, "leaves.npz", x=X[:30], y=Y[:30])
    assert "The name 'leaves' is taken" in says(at.error)
    at.checkbox[0].check().run()
    button(at, "Add").click()
    run_until(at, lambda at: datasets.info("leaves").num_train == 24)


def test_nobody_is_offered_to_replace_a_data_set_of_the_lab():
    at = upload(opened("digits"), "mnist.npz", x=X, y=Y)
    assert "'mnist' is that of a data set of LeNet Lab. Choose another" in says(at.error)
    assert not at.checkbox and returned(at) == "digits"


def test_what_a_zip_of_pictures_would_become_is_shown_before_it_is_stored(tmp_path, nothing_remembered):
    content = zip_of(tmp_path / "bars.zip", pictures_by_class()).read_bytes()
    at = chosen_files(opened("digits"), "bars.zip", content)
    assert "Polarity: dark on light. Inverted: MNIST is light on dark." in says(at.caption)
    assert "Scaled to 28×28 pixels, proportions kept." in says(at.caption)
    assert [each.proto.imgs[0].caption for each in at.get("image")] == [
        "Yours, as stored",
        "Bundled digits",
    ]
    assert not list(nothing_remembered.rglob("*.npz")) and "bars" not in datasets.all_datasets()
    button(at, "Add").click()
    run_until(at, lambda at: returned(at) == "bars")
    assert datasets.info("bars").class_names == ("lying", "standing")
    assert np.median(datasets.load("bars").x_train) < 40


def test_range_polarity_orientation_and_size_can_be_changed(tmp_path):
    levels = bars() // 5  # up to 51: taken for "of 63"
    at = opened("digits")
    content = npz(tmp_path / "a.npz", x=levels, y=LABELS).read_bytes()
    chosen_files(at, "bars.npz", content)
    assert "taken for 0 (black) to 63 (white)" in says(at.caption)
    control(at, "text_input", "range").input("white")
    run_until(at, lambda at: at.error)
    assert "Range: received 'white', expected the numbers" in says(at.error) and button(at, "Add").disabled
    control(at, "text_input", "range").input("51:0")
    control(at, "button_group", "orientation").set_value("Transpose")
    run_until(at, lambda at: "Turned, rows for columns." in says(at.caption))
    control(at, "button_group", "polarity").set_value("Invert")
    run_until(at, lambda at: "taken for 51 (black) to 0 (white)" in says(at.caption))
    button(at, "Add").click()
    run_until(at, lambda at: returned(at) == "bars")
    assert np.array_equal(stored("bars"), in_order(levels.swapaxes(1, 2) * 5))


def test_several_files_are_one_data_set():
    at = opened("digits")
    files = [("images.idx", idx(bars()), ""), ("labels.idx", idx(LABELS), "")]
    at.file_uploader[0].set_value(files)
    run_until(at, lambda at: "IDX files: 60 in the part train" in says(at.caption))
    button(at, "Add").click()
    run_until(at, lambda at: returned(at) == "images")
    assert np.array_equal(stored("images"), in_order(bars()))


def control(at: AppTest, kind: str, what: str):
    """The widget of the form that changes that."""
    return next(each for each in at.get(kind) if each.key and each.key.endswith(f"-{what}"))


@pytest.mark.parametrize("text", ["*a* [b](c) `d` $e$", ":red[x] :material/stop: <b> # _y_ ~~z~~ \\ |"])
def test_words_of_people_are_not_read_as_markdown(text):
    assert re.sub(r"\\(.)|\u2060", r"\1", escaped(text)) == text  # U+2060 is seen by nobody
    assert re.search(r"(?<!\\)(\\\\)*[*\[\]`$:<#_~]", escaped(text)) is None


def test_the_pages_parts_load_neither_scikit_learn_nor_tensorflow():
    code = (
        "import sys, pages.parts.shared.dataset_picker;"
        "print([name for name in ('tensorflow', 'keras', 'sklearn', 'scipy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def progress(at: AppTest) -> str:
    return " ".join(each.proto.text for each in at.get("progress"))
