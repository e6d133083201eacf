"""The Train page as Streamlit runs it: at the first visit, with bad input, with layers of one's own."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lenet.engine.base import Engine
from lenet.training.recipes import RECIPES
from pages.parts.train.setting_titles import TITLES
from tests.start_button import StartButton
from tests.train_page import button, errors, number, opened, said, selectbox

KINDS = ("number_input", "selectbox", "toggle", "text_input")


@pytest.fixture
def page(runs_folder: Path, engine: Engine) -> AppTest:
    """The page on bundled digits, with an empty runs folder."""
    return opened()


def test_the_first_visit(page: AppTest) -> None:
    page.run()
    assert not page.exception and not page.error
    assert any("No run yet" in each.value for each in page.info)
    assert not StartButton(page).disabled


@pytest.fixture
def bare(bare_machine: Path, page: AppTest) -> AppTest:
    """The page as it is opened on a machine that has no data."""
    del page.query_params["recipe"]
    return page


def test_a_first_visit_without_data_can_start(bare: AppTest) -> None:
    bare.run()
    assert not (bare.exception or bare.error or bare.warning)
    assert selectbox(bare, "Recipe").value == "digits-quick" and not StartButton(bare).disabled


def test_a_fold_is_open_where_it_decides_what_is_trained(page: AppTest) -> None:
    page.run()
    assert [each.label for each in page.expander if each.proto.expanded] == []
    selectbox(page, "Start from").set_value("digits-quick").run()
    (opened_fold,) = [each.label for each in page.expander if each.proto.expanded]
    assert "Start from" in opened_fold and not page.error


def test_every_setting_is_found_by_its_name(page: AppTest) -> None:
    page.run()
    for title in selectbox(page, "Find a setting").options:
        name = next(name for name, each in TITLES.items() if each == title)
        selectbox(page, "Find a setting").set_value(name).run()
        (fold,) = [each for each in page.expander if each.proto.expanded]
        labels = [widget.label for kind in KINDS for widget in getattr(fold, kind)]
        told = [each.value for each in fold.caption if f"{title} is there with" in each.value]
        assert not page.exception and (title in labels) != bool(told), title
    selectbox(page, "Find a setting").set_value("momentum").run()
    (told,) = [each.value for each in page.caption if "is there with" in each.value]
    assert "Momentum is there with optimizer “SGD”." in told
    selectbox(page, "Optimizer").set_value("sgd").run()
    assert number(page, "Momentum") and not any("is there with" in each.value for each in page.caption)


def test_the_bundled_digits_bring_a_recipe_that_fits_them(bare: AppTest) -> None:
    bare.query_params["recipe"] = "lenet5-relu"
    bare.run()
    assert StartButton(bare).disabled and not bare.error and "11.5 MB" in bare.info[0].value
    button(bare, "Use the bundled digits").click().run()
    assert (selectbox(bare, "Recipe").value, selectbox(bare, "Data set").value) == ("digits-quick", "digits")
    assert not bare.error and not StartButton(bare).disabled
    selectbox(bare, "Recipe").set_value("dense-2").run()
    number(bare, "Epochs").set_value(3).run()
    button(bare, "Use the bundled digits").click().run()
    assert (selectbox(bare, "Recipe").value, selectbox(bare, "Data set").value) == ("dense-2", "digits")
    assert number(bare, "Epochs").value == 3, "its network fits, so all else stays"


@pytest.mark.parametrize(
    ("link", "recipe", "dataset"),
    [({"dataset": "digits"}, "digits-quick", "digits"),
     ({"dataset": "mnist"}, "lenet5-relu", "mnist"),
     ({"recipe": "cnn-16-32", "dataset": "cats"}, "digits-quick", "digits"),
     ({"dataset": "cats"}, "digits-quick", "digits")],
)  # fmt: skip
def test_a_link_to_data_brings_a_recipe_for_them(
    bare: AppTest, link: dict[str, str], recipe: str, dataset: str
) -> None:
    for name, value in link.items():
        bare.query_params[name] = value
    bare.run()
    assert (selectbox(bare, "Recipe").value, selectbox(bare, "Data set").value) == (recipe, dataset)
    assert not bare.error and StartButton(bare).disabled == (dataset == "mnist")
    assert [("received 'cats', expected one of" in said(bare.warning))] == [link["dataset"] == "cats"]


def test_a_wrong_data_set_in_the_link_leaves_the_recipe_its_own(require_mnist, page: AppTest) -> None:
    page.query_params["recipe"], page.query_params["dataset"] = "cnn-16-32", "cats"
    page.run()
    assert (selectbox(page, "Recipe").value, selectbox(page, "Data set").value) == ("cnn-16-32", "mnist")
    assert "received 'cats'" in said(page.warning) and not StartButton(page).disabled


@pytest.mark.parametrize("name", RECIPES)
def test_every_recipe_can_be_picked(page: AppTest, name: str) -> None:
    page.run()
    selectbox(page, "Recipe").set_value(name).run()
    assert not page.exception
    config = RECIPES[name].config
    assert number(page, "Epochs").value == config.epochs
    assert number(page, "Batch size").value == config.batch_size
    assert number(page, "Learning rate").value == pytest.approx(config.learning_rate)
    assert page.query_params["recipe"] in (name, [name])


@pytest.mark.parametrize(
    ("label", "value", "words"),
    [
        ("Learning rate", 0.0, ["0", "greater than 0", "nothing would be learned"]),
        ("Learning rate", -1.0, ["-1", "greater than 0"]),
        ("Epochs", 0, ["Epochs: received 0"]),
        ("Epochs", 20_000, ["Epochs: received 20000"]),
        ("Batch size", 0, ["Batch size: received 0"]),
        ("Batch size", 5000, ["5,000", "1,3"]),
    ],
)
def test_bad_numbers_get_a_sentence_and_start_is_off(
    page: AppTest, label: str, value: float, words: list[str]
) -> None:
    page.run()
    number(page, label).set_value(value).run()
    assert not page.exception
    assert StartButton(page).disabled
    for word in words:
        assert word in errors(page)
    number(page, label).set_value(1).run()
    assert not StartButton(page).disabled, "nothing else was lost"


def test_a_network_that_does_not_fit_names_its_layer(page: AppTest) -> None:
    page.run()
    architecture = selectbox(page, "Architecture")
    architecture.set_value("lenet5-relu").run()
    assert not page.exception
    assert StartButton(page).disabled
    assert errors(page).count("Layer 3") == 1, "at the layer alone; beside Start, where that is"
    assert errors(page).count("see **Network**") == 1
    (table,) = (each.value for each in page.markdown if each.value.startswith("| Layer | "))
    assert "| **All that fit** |" in table


def test_without_any_layer_the_page_says_what_to_add_and_nothing_else(page: AppTest) -> None:
    page.run()
    next(each for each in page.toggle if each.label == "Edit layers").set_value(True).run()
    while removals := [each for each in page.button if (each.key or "").endswith("-remove")]:
        removals[0].click().run()
    assert not page.exception and StartButton(page).disabled
    assert [each.value for each in page.error] == [
        "These layers cannot be trained on these data yet: see **Network**.",
        "There are no layers; the network must end with a dense layer of 10 units, one for each class. "
        "Add it.",
    ]


def test_an_unknown_recipe_in_the_link(page: AppTest) -> None:
    page.query_params["recipe"] = "lenet-9000"
    page.run()
    assert not page.exception
    assert any("received 'lenet-9000' in the link" in each.value for each in page.warning)


def test_another_architecture_keeps_the_data_set(page: AppTest) -> None:
    page.run()
    selectbox(page, "Data set").set_value("fashion_mnist").run()
    selectbox(page, "Architecture").set_value("lenet5-tanh").run()
    assert selectbox(page, "Data set").value == "fashion_mnist"


def test_a_full_disk_is_told_when_a_run_is_started(
    page: AppTest, full_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (full_disk / "filler").write_bytes(bytes(60_000))
    monkeypatch.setenv("LENET_RUNS", str(full_disk / "runs"))
    page.run()
    StartButton(page).click()
    assert not page.exception
    assert "cannot be written" in errors(page) and "Nothing was started" in errors(page)


def test_layers_are_edited_and_a_run_starts_from_them(page: AppTest) -> None:
    page.run()
    next(each for each in page.toggle if each.label == "Edit layers").set_value(True).run()
    assert not page.exception
    filters = next(each for each in page.number_input if each.label == "Filters of layer 1")
    filters.set_value(5).run()
    assert selectbox(page, "Architecture").value is not None and not StartButton(page).disabled
    assert any("| **C1** conv 5@3×3" in each.value for each in page.markdown)
