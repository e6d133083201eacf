"""What a sweep varies: as text, as data, and what no config can have, in the config's own sentences."""

import pytest

from lenet.errors import SweepError
from lenet.networks.architectures import ARCHITECTURES
from lenet.sweep.space import Vary, grid_values, is_whole, parse, space_problems, value_of, varied
from lenet.sweep.suggestion import first_text, settings
from lenet.training.recipes import RECIPES

BASE = RECIPES["digits-quick"].config


@pytest.mark.parametrize(
    ("line", "vary"),
    [
        ("learning_rate=1e-4..1e-1:log", Vary(setting="learning_rate", low=1e-4, high=0.1, log=True)),
        ("batch_size=32,64,128", Vary(setting="batch_size", values=(32, 64, 128))),
        ("layers.1.filters=4..32:3", Vary(setting="layers.1.filters", low=4, high=32, points=3)),
        ("keep_best=true,false", Vary(setting="keep_best", values=(True, False))),
        ("early_stopping=none,3", Vary(setting="early_stopping", values=(None, 3))),
        ("squeeze=0..0.2", Vary(setting="aspect", low=0, high=0.2)),  # a former name
    ],
)
def test_a_line_of_text_and_back(line: str, vary: Vary) -> None:
    assert parse(line) == vary and parse(vary.text()) == vary


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("", "expected SETTING=VALUES"),
        ("=3..4", "expected SETTING=VALUES"),
        ("learning_rate=", "received nothing, expected two values or more"),
        ("seed=3", "expected two values or more"),
        ("seed=3,3", "expected two values or more"),
        ("epochs=5..1", "expected the lower end first"),
        ("epochs=5..5", "Nothing lies in that one"),
        ("learning_rate=0..1:log", "expected a lower end above 0"),
        ("learning_rate=a..b", "expected a number at each end"),
        ("learning_rate=1e-3..1e999", "expected a number at each end"),
        ("learning_rate=1..2:lgo", "expected nothing, :log or a number of points"),
        ("learning_rate=1..2:1", "at least 2"),
        ("seed=" + ",".join(map(str, range(500))), "expected at most 100"),
        ("x" * 5_000 + "=1", "^x{99}….*expected two values or more"),
    ],
)
def test_what_is_no_range_is_said(line: str, sentence: str) -> None:
    with pytest.raises(SweepError, match=sentence):
        parse(line)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("learnig_rate=1..2", "Did you mean learning_rate?"),
        ("layers.1.filtres=1..2", "Did you mean filters?"),
        ("layers.99.filters=1..2", "expected layers.NUMBER.SETTING with a number from 1 to"),
        ("layers=1,2", "expected a layer's setting"),
        ("dataset=mnist,digits", "Figures of different images do not compare."),
        ("recipe=lenet5-relu,lenet6", "expected one of"),
        ("momentum=0..1", "expected a number less than 1"),
        ("optimizer=adam,sdg", "expected 'sgd', 'adam'"),
        ("keep_best=0..1", "received a range, expected values"),
        ("batch_size=1..2.5", "expected a whole number"),
    ],
)
def test_what_no_config_can_have_is_said(line: str, sentence: str) -> None:
    assert any(sentence in each for each in space_problems(BASE, [parse(line)]))


def test_a_setting_twice_is_said() -> None:
    assert "received it twice" in space_problems(BASE, [parse("seed=1,2"), parse("seed=3,4")])[0]


def test_a_trial_has_the_settings_that_it_was_given() -> None:
    config = varied(BASE, {"learning_rate": 0.01, "layers.1.filters": 7, "layers.1.activation": "tanh"})
    assert (config.learning_rate, config.layers[0].filters, config.layers[0].activation) == (0.01, 7, "tanh")
    assert config.layers[1:] == BASE.layers[1:] and config.architecture is None
    assert value_of(config, "layers.1.filters") == 7
    other = varied(BASE, {"architecture": "lenet5-relu"})
    assert other.layers == ARCHITECTURES["lenet5-relu"].layers and other.architecture == "lenet5-relu"


def test_another_recipe_keeps_data_and_what_a_person_changed() -> None:
    base = BASE.replace(epochs=7)
    config, own = varied(base, {"recipe": "dense-2", "seed": 4}), RECIPES["dense-2"].config
    assert (config.dataset, config.epochs, config.seed) == ("digits", 7, 4)
    assert (config.recipe, config.layers, config.optimizer) == ("dense-2", own.layers, own.optimizer)


def test_the_points_of_a_grid() -> None:
    assert grid_values(parse("learning_rate=1e-4..1e-1:log:4"), False) == (1e-4, 1e-3, 1e-2, 0.1)
    assert grid_values(parse("rotation=0..20:3"), False) == (0, 10, 20)
    filters, epochs = parse("layers.1.filters=4..32:3"), parse("epochs=2..4")
    assert is_whole(BASE, filters) and grid_values(filters, True) == (4, 18, 32)
    assert grid_values(epochs, is_whole(BASE, epochs)) == (2, 3, 4)
    assert not is_whole(BASE, parse("rotation=0..20"))


@pytest.mark.parametrize("recipe", ["digits-quick", "lenet5-1998", "mnist-fast"])
def test_what_is_suggested_can_be_varied(recipe: str) -> None:
    base = RECIPES[recipe].config
    for setting in settings(base):
        text = first_text(base, setting)
        if text:  # of a setting that has one value alone there is none
            vary = parse(f"{setting}={text}")
            assert vary.setting == setting and space_problems(base, [vary]) == [], setting
