"""A configuration is a link: what is set up on the Train page is set up again where its link is opened."""

import pytest
from streamlit.testing.v1 import AppTest

from lenet.networks.architectures import ARCHITECTURES
from lenet.runs.config import RunConfig
from lenet.runs.layers import Conv, Dense, Dropout, MaxPool, PartialConv
from lenet.training.recipes import RECIPES
from pages.parts.shared.link_fields import SETTINGS
from pages.parts.shared.run_draft import Draft
from tests.start_button import StartButton
from tests.train_page import DIGITS, PAGE, configs, errors, number, said, selectbox

TEN = (
    *(Conv(filters=count, kernel_size=3, padding="same", activation="elu") for count in (8, 16, 24, 32)),
    MaxPool(), Dropout(rate=0.3), Dense(units=120, activation="tanh"), Dropout(rate=0.45),
    Dense(units=84, activation="sigmoid"), Dense(units=10, activation="softmax"),
)  # fmt: skip
OTHER = {
    "name": "Maps & “more” = 100 %", "initializer": "he_normal", "pad_to": 16, "scaling": "standardize",
    "mean": 0.1307, "std": 0.3081, "rotation": 12.5, "shift": 0.1, "zoom": 0.15, "shear": 7.25,
    "aspect": 0.05, "flip": 0.5, "elastic": 0.04, "cutout": 0.35, "optimizer": "sgd", "learning_rate": 3e-05,
    "momentum": 0.9, "nesterov": True, "weight_decay": 0.01, "damping": 0.03, "early_damping": 0.7,
    "loss": "map", "rejection_penalty": 2.5, "label_smoothing": 0.1, "l2": 0.0005, "schedule": "one_cycle",
    "step_epochs": 7, "step_factor": 0.1 + 0.2, "warmup": 0.25, "batch_size": 50, "epochs": 33,
    "seed": 2**31 - 1, "validation": "test", "validation_fraction": 0.15, "early_stopping": 4,
    "keep_best": True, "dataset": "fashion_mnist", "layers": TEN, "architecture": None,
}  # fmt: skip
LENET_1 = {"architecture": "lenet-1", "layers": ARCHITECTURES["lenet-1"].layers}
CONFIGS = {
    "every setting": DIGITS.replace(**OTHER),
    "none of a recipe's own": RECIPES["lenet5-1998"].config.replace(early_damping=None, pad_to=None),
    "a named architecture": RECIPES["dense-2"].config.replace(**LENET_1),
    "a recipe as it is": RECIPES["cnn-16-32"].config,
    "another's weights": RECIPES["lenet5-relu"].config.replace(initial_weights="lenet5-relu", epochs=2),
    "no recipe": DIGITS.replace(recipe=None, epochs=5),
}  # fmt: skip


pytestmark = pytest.mark.usefixtures("runs_folder", "engine")


def link_of(config: RunConfig) -> dict[str, str]:
    """What the page writes into its link where that is set up."""
    test = AppTest.from_file(PAGE, default_timeout=60)
    test.session_state["draft"] = Draft(config)
    test.run()
    assert not test.exception
    return in_link(test)


def opened_at(link: dict[str, object]) -> AppTest:
    """The page in a new session."""
    test = AppTest.from_file(PAGE, default_timeout=60)
    test.query_params.update(link)
    return test.run()


def in_link(test: AppTest) -> dict[str, str]:
    """What stands there, once each."""
    return {name: text if isinstance(text, str) else text[0] for name, text in test.query_params.items()}


def set_up(test: AppTest) -> RunConfig:
    """What Start would train."""
    assert not test.exception
    return test.session_state["draft-said"][1]


def test_the_list_has_every_setting() -> None:
    assert OTHER.keys() - {"dataset", "layers", "architecture"} == set(SETTINGS)


@pytest.mark.parametrize("case", CONFIGS)
def test_a_link_opens_the_same_configuration(case: str) -> None:
    config = CONFIGS[case]
    link = link_of(config)
    page = opened_at(link)
    assert set_up(page) == config and not page.warning
    assert in_link(page) == link, "it stays as it was"
    assert sum(len(name) + len(text) + 2 for name, text in link.items()) < 1_500


def toggle(test: AppTest, label: str):
    return next(each for each in test.toggle if each.label == label)


def test_what_is_set_by_hand_is_in_the_link_and_is_started_there() -> None:
    page = opened_at({"recipe": "digits-quick"})
    assert in_link(page) == {"recipe": "digits-quick"}, "nothing differs"
    number(page, "Epochs").set_value(7).run()
    selectbox(page, "Optimizer").set_value("sgd").run()
    number(page, "Momentum").set_value(0.8).run()
    toggle(page, "Nesterov").set_value(True).run()
    toggle(page, "Early stopping").set_value(True).run()
    toggle(page, "Edit layers").set_value(True).run()
    number(page, "Filters of layer 1").set_value(5).run()
    expected = set_up(page)
    assert (expected.epochs, expected.momentum, expected.layers[0].filters) == (7, 0.8, 5)
    link = in_link(page)
    assert link.keys() == {
        "recipe",
        "epochs",
        "optimizer",
        "momentum",
        "nesterov",
        "early_stopping",
        "layers",
    }
    StartButton(opened_at(link)).click()
    assert configs() == [expected]


def test_what_cannot_be_trained_is_not_in_the_link() -> None:
    page = opened_at({"recipe": "digits-quick"})
    number(page, "Epochs").set_value(7).run()
    number(page, "Epochs").set_value(0).run()
    assert in_link(page)["epochs"] == "7" and "Epochs: received 0" in errors(page)
    assert number(page, "Epochs").value == 0


def test_tables_that_no_link_takes_are_told() -> None:
    table = tuple(tuple(range(40)) for _ in range(80))
    layers = (Conv(filters=40, kernel_size=3), PartialConv(kernel_size=3, table=table), *TEN[-4:])
    config = DIGITS.replace(layers=layers, architecture=None, seed=5)
    test = AppTest.from_file(PAGE, default_timeout=60)
    test.session_state["draft"] = Draft(config)
    test.run()
    assert not test.exception and in_link(test) == {"recipe": "digits-quick", "seed": "5"}
    assert "too long for a link" in said(test.warning)


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("epochs", "many", "Epochs: received 'many' in the link, expected a whole number, at least 1"),
        ("learning_rate", "0", "Learning rate: received '0' in the link, expected a number, above 0."),
        ("pad_to", "999", "expected a whole number, at least 1, at most 256, or 0 for none. None is shown."),
        ("optimizer", "lion", "Optimizer: received 'lion' in the link, expected one of sgd, adam"),
        ("architecture", "lenet-9000", "Architecture: received 'lenet-9000' in the link, expected one of"),
        ("layers", "conv-filters-0", "Layer 1 (conv): filters: received '0', expected at least 1"),
        ("layers", "conv-fil", "Layers: received 'conv-fil' in the link, expected layers as the Train page"),
    ],
)
def test_a_wrong_value_is_told_and_the_recipe_has_the_word(name: str, text: str, sentence: str) -> None:
    page = opened_at({"recipe": "digits-quick", name: text, "seed": "5"})
    assert set_up(page) == DIGITS.replace(seed=5), "the rest of the link holds"
    assert sentence in said(page.warning)
    assert in_link(page) == {"recipe": "digits-quick", "seed": "5"}


def test_settings_that_do_not_go_together_are_told_where_they_stand() -> None:
    page = opened_at({"recipe": "digits-quick", "optimizer": "sgd", "nesterov": "yes"})
    assert not page.exception and "Nesterov: received momentum 0" in errors(page)
    assert StartButton(page).disabled
    number(page, "Momentum").set_value(0.9).run()
    assert not StartButton(page).disabled
