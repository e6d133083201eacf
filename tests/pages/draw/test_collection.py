"""“The correct digit is …” and the gallery, as Streamlit runs them: real files, a real inference worker."""

import gzip
import re
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from lenet.data.drawing_collection import Collection, images
from lenet.data.drawn_data import in_test_part
from lenet.engine.base import Engine
from lenet.evaluation.predictor import drawing_probabilities
from lenet.figures.mosaics import contact_sheet
from lenet.networks.pretrained import PRETRAINED
from lenet.runs.config import RunConfig
from lenet.runs.folder import Run
from lenet.runs.status import Status
from tests.drawn_collection import drawing, image
from tests.tolerances import accuracy_of


def page() -> None:
    """The smallest page that has both; the session names the drawing by its number, below 0 is none."""
    import streamlit as st

    from pages.parts.draw.collection import collect_form, gallery
    from pages.parts.shared import questions
    from tests.drawn_collection import drawing, image

    questions.will_look_again()
    questions.begin()
    number = st.session_state.get("number", 0)
    st.session_state.setdefault("then", 0)

    def then() -> None:
        st.session_state["then"] += 1

    if number < 0:
        collect_form(None, None)
    else:
        collect_form(drawing(number), image(number), then)
    gallery(st.session_state.get("specs", ()))
    questions.settle()
    questions.look_again()


@pytest.fixture
def at(bare_machine: Path, runs_folder: Path, engine: Engine) -> AppTest:
    """The page with an empty collection."""
    return AppTest.from_function(page, default_timeout=60)


def filled(count: int) -> list[str]:
    return [Collection().add(drawing(each), each % 10, image(each)) for each in range(count)]


def button(at: AppTest, label: str):
    return next(each for each in at.button if each.label == label)


def said(elements) -> str:
    """Their words without what keeps Markdown from taking them as markup."""
    return re.sub(r"\\(.)", r"\1", " ".join(each.value for each in elements))


def answered(at: AppTest) -> AppTest:
    """The page once the models have answered: it runs again by itself, here it is told to."""
    deadline = time.monotonic() + 60
    while "…" in table(at):
        assert time.monotonic() < deadline, at
        time.sleep(0.05)
        at.run()
    return at


def table(at: AppTest) -> str:
    return next(each.value for each in at.markdown if each.value.startswith("| | All drawings"))


# The form


def test_ten_buttons_store_the_drawing_under_its_label(at: AppTest) -> None:
    at.run()
    assert not at.exception and "No digits yet" in said(at.info)
    button(at, "7").click().run()
    (entry,) = Collection().entries()
    assert entry.label == 7
    np.testing.assert_array_equal(entry.drawing.strokes[0], drawing(0).strokes[0])
    np.testing.assert_array_equal(entry.pixels, image(0))
    assert "Stored as a 7. Press another digit to correct it." in said(at.caption)
    assert at.session_state["then"] == 1


def test_a_drawing_is_stored_once_and_its_label_can_be_corrected(at: AppTest) -> None:
    at.run()
    for label in ("7", "7", "1"):
        button(at, label).click().run()
    assert [entry.label for entry in Collection().entries()] == [1]
    at.session_state["number"] = 1
    at.run()
    assert "Stored as a 1." in said(at.caption) and "Press another" not in said(at.caption)
    button(at, "1").click().run()
    assert [entry.label for entry in Collection().entries()] == [1, 1]


def test_what_was_stored_can_be_taken_back_and_stored_again(at: AppTest) -> None:
    filled(1)
    at.session_state["number"] = 1
    at.run()
    button(at, "7").click().run()
    button(at, "Take it back").click().run()
    assert [entry.label for entry in Collection().entries()] == [0]
    button(at, "7").click().run()
    assert [entry.label for entry in Collection().entries()] == [0, 7]
    Collection().remove(Collection().entries()[1].id)  # as another tab does
    at.run()
    button(at, "7").click().run()
    assert [entry.label for entry in Collection().entries()] == [0, 7]


def test_photographs_are_stored_without_strokes(at: AppTest) -> None:
    def photographs() -> None:
        from pages.parts.draw.collection import collect_form
        from tests.drawn_collection import image

        for number in (3, 4):
            collect_form(None, image(number), key=f"photo-{number}")

    form = AppTest.from_function(photographs).run()
    for number in (3, 4):
        next(each for each in form.button if each.key == f"photo-{number}-{number}").click().run()
    assert not form.exception
    for number, entry in zip((3, 4), Collection().entries(), strict=True):
        assert entry.drawing is None and entry.label == number
        np.testing.assert_array_equal(images([entry])[0], image(number))


def test_with_nothing_drawn_nothing_is_stored(at: AppTest) -> None:
    at.session_state["number"] = -1
    at.run()
    assert not at.exception
    assert all(button(at, str(digit)).disabled for digit in range(10))


def test_a_full_disk_is_told(at: AppTest, full_disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LENET_DATA", str(full_disk))
    (full_disk / "filler").write_bytes(bytes(64_000))
    at.run()
    button(at, "7").click().run()
    assert (
        not at.exception and "cannot be written" in said(at.error) and "nothing was stored" in said(at.error)
    )


# The gallery


def test_a_row_for_each_digit_that_somebody_drew(at: AppTest) -> None:
    for label in (3, 3, 5):
        Collection().add(drawing(label), label, image(label))
    at.run()
    assert not at.exception
    assert [each.value for each in at.markdown if each.value.startswith("###")] == ["### 3", "### 5"]
    assert len(at.get("image")) == 2, "one image for all drawings of a digit"


def test_the_sheet_shows_every_drawing_in_its_place() -> None:
    pictures = np.stack([image(number) for number in range(5)])
    red = (255, 0, 0)
    sheet = contact_sheet(pictures, 3, [None, red, None, None, None])
    assert sheet.shape == (2 * 34, 3 * 34, 4) and sheet.dtype == np.uint8
    for number, picture in enumerate(pictures):
        top, left = 34 * (number // 3) + 3, 34 * (number % 3) + 3
        np.testing.assert_array_equal(sheet[top : top + 28, left : left + 28, 0], picture)
        frame = sheet[top - 1, left : left + 28]
        assert (frame == [*red, 255]).all() if number == 1 else (frame[:, 3] == 0).all()
    assert (sheet[34:, 68:, 3] == 0).all(), "no sixth drawing"


def test_one_drawing_is_deleted(at: AppTest) -> None:
    ids = filled(30)  # three of each digit
    at.run()
    at.toggle[0].set_value(True).run()
    at.selectbox[0].set_value(4).run()
    number = next(each for each in at.number_input if each.label == "Number")
    assert number.value == number.max == 3
    number.set_value(2).run()
    button(at, "Delete this drawing").click().run()
    assert not at.exception
    assert [entry.id for entry in Collection().entries()] == [each for each in ids if each != ids[14]]


def test_a_question_comes_before_all_are_deleted(at: AppTest) -> None:
    filled(3)
    at.run()
    at.toggle[0].set_value(True).run()
    button(at, "Delete all 3").click().run()
    assert not at.exception and "All 3 drawings will be gone for good" in said(at.markdown)
    assert len(Collection().entries()) == 3


def test_a_damaged_file_is_named_and_the_rest_is_shown(at: AppTest) -> None:
    first, _ = filled(2)
    (Collection().folder / f"{first}.json").write_text("{")
    at.run()
    assert not at.exception and f"{first}.json is damaged" in said(at.warning)
    assert len(at.get("image")) == 1


def test_an_export_is_imported(at: AppTest, tmp_path: Path) -> None:
    elsewhere = Collection(tmp_path / "elsewhere")
    for number in range(5):
        elsewhere.add(drawing(number), number, image(number))
    at.run()
    at.file_uploader[0].upload("class-7b.jsonl.gz", elsewhere.export()).run()
    assert not at.exception and "class-7b.jsonl.gz: 5 drawings were added." in said(at.success)
    assert [entry.id for entry in Collection().entries()] == [entry.id for entry in elsewhere.entries()]
    at.file_uploader[0].upload("class-7b.jsonl.gz", elsewhere.export()).run()
    assert "0 drawings were added. 5 were here already." in said(at.success)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (lambda: b"PK\x03\x04", "is a zip archive"),
        (lambda: b'{"label": 11, "strokes": [[[1, 2]]]}', "line 1: Label: received 11"),
        (lambda: gzip.compress(b"\n" * 200_000_000, 1), "more than 100,000 lines"),
    ],
    ids=["zip", "label", "bomb"],
)
def test_a_bad_import_is_told_and_nothing_is_lost(
    at: AppTest, content: Callable[[], bytes], words: str
) -> None:
    filled(2)
    at.run()
    at.file_uploader[0].upload("bad_file.jsonl.gz", content()).run()
    assert not at.exception
    assert words in said(at.error) and "bad_file.jsonl.gz" in said(at.error)
    assert "Nothing was imported." in said(at.error)
    assert len(Collection().entries()) == 2


# Models


def test_the_accuracy_of_models_is_that_of_their_answers(at: AppTest) -> None:
    ids = filled(40)
    labels, test = np.arange(40) % 10, in_test_part(ids)
    at.session_state["specs"] = list(PRETRAINED)[:2]
    answered(at.run())
    for spec in list(PRETRAINED)[:2]:
        expected = drawing_probabilities(spec, np.stack([image(each) for each in range(40)]))
        row = next(line for line in table(at).splitlines() if line.startswith(f"| {spec} "))
        for rows in (np.full(40, True), test):
            (right,) = re.findall(rf"\*\*(\d+) of {rows.sum()}\*\* \([\d.]+ to [\d.]+ %\)", row)
            assert int(right) / rows.sum() == accuracy_of(expected[rows], labels[rows])
    assert re.search(r"\d of 4", said(at.caption)), "and of each digit"


def test_a_new_drawing_is_answered_too(at: AppTest) -> None:
    filled(12)
    answered(at.run())
    assert "of 12**" in table(at)
    at.session_state["number"] = 50
    at.run()
    button(at, "3").click().run()
    assert "of 13**" in table(answered(at))


def test_a_run_that_was_trained_on_them_is_tested_too_and_a_broken_one_is_told(
    at: AppTest, runs_folder: Path
) -> None:
    filled(12)
    config = PRETRAINED["lenet5-relu"].config
    broken = RunConfig.model_validate(config.model_dump() | {"dataset": "my-digits", "name": "ours"})
    run = Run.create(broken, runs_folder)
    run.write_status(Status(state="finished", created=time.time(), heartbeat=time.time()))
    (run.path / "model.keras").write_bytes(b"no model")
    answered_or_told = at.run()
    deadline = time.monotonic() + 60
    while "is no Keras model" not in said(answered_or_told.warning):
        assert time.monotonic() < deadline
        time.sleep(0.05)
        at.run()
    assert not at.exception and "| ours | " in table(at)
    assert re.search(r"of 12\*\*", table(at)), "the other model has answered all the same"


def test_models_that_know_no_digits_are_not_offered(at: AppTest, runs_folder: Path) -> None:
    filled(1)
    for name, dataset in (("clothes", "fashion_mnist"), ("small", "digits"), ("gone", "nobody-knows")):
        run = Run.create(
            PRETRAINED["lenet5-relu"].config.model_copy(update={"dataset": dataset, "name": name})
        )
        run.write_status(Status(state="finished", created=time.time(), heartbeat=time.time()))
        (run.path / "model.keras").write_bytes(b"")
    at.run()
    assert set(at.multiselect[0].options) <= set(PRETRAINED)


def test_fine_tuning_is_offered_from_ten_drawings_on(at: AppTest) -> None:
    filled(9)
    at.run()
    (offer,) = [each for each in at.button if each.label.startswith("Fine-tune ")]
    assert offer.disabled and "9 drawings so far, expected at least 10" in said(at.caption)
    filled(1)
    at.run()
    (offer,) = [each for each in at.button if each.label.startswith("Fine-tune ")]
    assert not offer.disabled
