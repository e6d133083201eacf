"""What a run starts from: initial weights of another run, a model that has learned, a link."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lenet.data import datasets
from lenet.engine.base import Engine
from lenet.networks.pretrained import PRETRAINED
from lenet.npz import save_arrays
from lenet.runs.folder import Run
from lenet.runs.run_index import list_runs
from lenet.training.fine_tuning import find, fine_tuned
from tests.drawn_collection import collected, symbols_collected
from tests.start_button import StartButton
from tests.train_page import (
    DIGITS,
    PAGE,
    button,
    configs,
    errors,
    finished_run,
    number,
    opened,
    said,
    selectbox,
)


@pytest.fixture
def page(runs_folder: Path, engine: Engine) -> AppTest:
    """The page on bundled digits, with an empty runs folder."""
    return opened()


def test_the_same_initial_weights_are_told_and_can_be_given_up(page: AppTest, runs_folder: Path) -> None:
    run = finished_run(runs_folder, name="the first", epochs=3)
    save_arrays(run.snapshot_path(0), {})
    page.run()
    button(page, "Same initial weights").click().run()
    start_from = selectbox(page, "Start from")
    assert start_from.value == f"{run.id}@0" and "Initial weights of the first" in start_from.options
    number(page, "Epochs").set_value(7).run()
    assert page.session_state["draft"].base.initial_weights == f"{run.id}@0" and not page.error
    selectbox(page, "Pixel values").set_value("raw").run()
    assert not page.error, "untrained weights fit any pixels"
    selectbox(page, "Start from").set_value("").run()
    assert not page.exception and page.session_state["draft"].base.initial_weights is None
    assert number(page, "Epochs").value == 7, "every other setting stays"
    assert "from" not in page.query_params


def test_initial_weights_that_are_gone_are_told(page: AppTest, runs_folder: Path) -> None:
    run = finished_run(runs_folder)
    save_arrays(run.snapshot_path(0), {})
    page.run()
    button(page, "Same initial weights").click().run()
    run.delete()
    later = AppTest.from_file(PAGE, default_timeout=60)
    later.session_state["draft"] = page.session_state["draft"]
    page = later.run()
    assert not page.exception and StartButton(page).disabled
    assert f"Start from: There is no run '{run.id}' here" in errors(page)
    selectbox(page, "Start from").set_value("").run()
    assert not page.error and not StartButton(page).disabled


# Fine-tuning


@pytest.fixture
def fine_tuning(bare_machine: Path, page: AppTest) -> AppTest:
    """The page as the gallery's link opens it, with 40 drawings."""
    collected(40)
    del page.query_params["recipe"]
    page.query_params["from"] = "lenet5-relu"
    page.query_params["dataset"] = "my-digits"
    return page.run()


def test_a_link_sets_up_fine_tuning(fine_tuning: AppTest) -> None:
    page, source = fine_tuning, PRETRAINED["lenet5-relu"].config
    assert not page.exception and not page.error and not page.warning
    assert selectbox(page, "Start from").value == "lenet5-relu"
    assert selectbox(page, "Data set").value == "my-digits"
    assert selectbox(page, "Recipe").value is None
    assert selectbox(page, "Architecture").value == source.architecture
    assert selectbox(page, "Pixel values").value == source.scaling
    assert number(page, "Learning rate").value == pytest.approx(3e-4)
    assert not StartButton(page).disabled
    StartButton(page).click()
    (summary,) = list_runs()
    config = Run.open(summary.id).config
    assert (config.initial_weights, config.dataset) == ("lenet5-relu", "my-digits")
    assert config.layers == source.layers and config.name == "lenet5-relu on my-digits"


def test_the_fewest_drawings_can_be_trained_on(bare_machine: Path, page: AppTest) -> None:
    collected(10)
    page.query_params["from"], page.query_params["dataset"] = "lenet5-relu", "my-digits"
    del page.query_params["recipe"]
    page.run()
    assert not page.error and not StartButton(page).disabled


def test_too_few_drawings_are_told_and_no_download_is_offered(bare_machine: Path, page: AppTest) -> None:
    collected(3)
    page.query_params["from"], page.query_params["dataset"] = "lenet5-relu", "my-digits"
    del page.query_params["recipe"]
    page.run()
    assert not page.exception and StartButton(page).disabled
    assert "3 drawings so far, expected at least 10" in said(page.info)
    assert not any(each.label == "Download" for each in page.button)
    collected(10)
    page.run()
    assert not StartButton(page).disabled


def test_a_model_to_start_from_brings_its_layers_and_preprocessing(page: AppTest, runs_folder: Path) -> None:
    run = finished_run(runs_folder, name="the first", scaling="raw", learning_rate=0.5)
    (run.path / "model.keras").write_bytes(b"")
    page.run()
    selectbox(page, "Architecture").set_value("lenet5-relu").run()
    number(page, "Epochs").set_value(7).run()
    twin = finished_run(runs_folder, name="the first")
    (twin.path / "model.keras").write_bytes(b"")
    page.run()
    expected = {f"the first ({each.id[-4:]}) · 97.00 %" for each in (run, twin)}
    assert expected <= set(selectbox(page, "Start from").options)
    selectbox(page, "Start from").set_value(run.id).run()
    assert not page.exception and not page.error
    assert selectbox(page, "Architecture").value == DIGITS.architecture
    assert selectbox(page, "Pixel values").value == "raw"
    assert number(page, "Epochs").value == 7 and number(page, "Learning rate").value != 0.5
    assert page.query_params["from"] in (run.id, [run.id])


def test_what_does_not_fit_is_told_before_the_start_and_mended(fine_tuning: AppTest) -> None:
    page = fine_tuning
    selectbox(page, "Pixel values").set_value("unit").run()
    assert "lenet5-relu has learned from pixels of 0 to 255, received 0 to 1" in errors(page)
    assert StartButton(page).disabled
    button(page, "Take over its layers and preprocessing").click().run()
    assert not page.error and selectbox(page, "Pixel values").value == "raw"
    selectbox(page, "Architecture").set_value("cnn-16-32").run()
    assert "layer 1 is conv 16@3×3 of 160 weights here and conv 6@5×5 of 156 weights" in errors(page)
    button(page, "Take over its layers and preprocessing").click().run()
    assert not page.error and selectbox(page, "Architecture").value == "lenet5-relu"
    assert selectbox(page, "Data set").value == "my-digits", "every other choice stays"
    selectbox(page, "Data set").set_value("digits").run()
    assert "takes images of 28×28×1, received 8×8×1. Pad the images to 28" in errors(page)


@pytest.mark.parametrize("spec", ["lenet-9000", "../../etc", "lenet5-relu@7", "<script>"])
def test_an_unknown_model_in_the_link(page: AppTest, spec: str) -> None:
    page.query_params["from"] = spec
    page.run()
    assert not page.exception and not StartButton(page).disabled
    assert "Start from: " in said(page.warning)
    assert selectbox(page, "Start from").value == ""


def test_another_link_in_the_same_session_is_another_set_up(fine_tuning: AppTest) -> None:
    page = fine_tuning
    selectbox(page, "Recipe").set_value("digits-quick").run()
    assert selectbox(page, "Start from").value == "" and "from" not in page.query_params
    page.query_params["from"], page.query_params["dataset"] = "cnn-16-32", "my-digits"
    page.run()
    assert selectbox(page, "Start from").value == "cnn-16-32"
    assert selectbox(page, "Data set").value == "my-digits"
    assert selectbox(page, "Architecture").value == "cnn-16-32"


def test_the_box_of_recipes_says_whose_settings_these_are(page: AppTest, runs_folder: Path) -> None:
    run = finished_run(runs_folder)
    save_arrays(run.snapshot_path(0), {})
    page.run()
    selectbox(page, "Recipe").set_value("dense-2").run()
    button(page, "Same initial weights").click().run()
    assert selectbox(page, "Recipe").value == "digits-quick"
    StartButton(page).click()
    assert configs()[0] == DIGITS.replace(initial_weights=f"{run.id}@0")


def test_a_batch_that_few_drawings_do_not_fill_is_made_smaller_and_said(
    bare_machine: Path, runs_folder: Path, engine: Engine
) -> None:
    collected(20)
    page = opened(recipe="lenet5-relu", dataset="my-digits").run()
    assert not page.exception and not page.error
    size = 4 if datasets.info("my-digits").num_train >= 16 else 2  # about a fifth of twenty test
    assert f"Batch size {size} instead of 64: few images are trained on" in said(page.caption)
    StartButton(page).click()
    (config,) = configs()
    assert (config.dataset, config.batch_size) == ("my-digits", size)
    assert "batch_size" not in page.query_params, "the link asks for the recipe's"


def test_a_set_of_own_symbols_is_set_up_to_start_at_once(
    bare_machine: Path, runs_folder: Path, engine: Engine
) -> None:
    symbols_collected(6)
    page = opened(**{"from": "lenet5-draw", "dataset": "our-symbols"}).run()
    assert not page.exception and not page.error and not page.warning
    assert dict(page.query_params) == {"from": "lenet5-draw", "dataset": "our-symbols"}
    StartButton(page).click()
    (config,) = configs()
    assert (config.initial_weights, config.layers[-1].units) == ("lenet5-draw", 3)
    assert config == fine_tuned(find("lenet5-draw"), datasets.info("our-symbols"))
