"""The layer editor as Streamlit runs it: add, remove, move, edit, another recipe, a misfit's sentence."""

import pytest
from pydantic import ValidationError
from streamlit.testing.v1 import AppTest

from lenet.networks.architectures import ARCHITECTURES
from lenet.runs.config import RunConfig
from lenet.runs.layers import LAYER_KINDS, Activation, Conv, Dense, Dropout, MaxPool


def page() -> None:
    """What AppTest runs: an editor that starts from the layers that the session holds, or `lenet5-relu`."""
    import streamlit as st

    from lenet.networks.architectures import ARCHITECTURES
    from pages.parts.train.layer_editor import layer_editor

    layers = st.session_state.get("layers", ARCHITECTURES["lenet5-relu"].layers)
    editing = st.session_state.get("editing", True)
    st.session_state.edited = layer_editor(layers, (28, 28, 1), 10, "editor", editing)


@pytest.fixture
def app() -> AppTest:
    return AppTest.from_function(page, default_timeout=30).run()


def _edited(app: AppTest) -> tuple:
    assert not app.exception
    return app.session_state.edited


def _table(app: AppTest) -> str:
    return next(text.value for text in app.markdown if text.value.startswith("| Layer"))


def _add(app: AppTest, title: str) -> AppTest:
    menu = app.menu_button(key="editor-add")
    return menu.click_index(menu.options.index(title)).run()


def _click(app: AppTest, index: int, action: str) -> AppTest:
    """Press a button of the layer at `index`, as the rows stand on the screen."""
    buttons = [button for button in app.button if button.key.endswith(f"-{action}")]
    return buttons[index].click().run()


def test_each_button_says_what_it_does_to_which_layer(app: AppTest) -> None:
    labels = [button.label for button in app.button]
    assert labels[:4] == [
        "Move up layer 1, conv 6@5×5", "Move down layer 1, conv 6@5×5", "Delete layer 1, conv 6@5×5",
        "Move up layer 2, max pool 2×2",
    ]  # fmt: skip
    assert "Delete layer 5, dense 120" in labels and len(set(labels)) == len(labels)


def test_starts_with_the_layers_it_was_given(app: AppTest) -> None:
    assert _edited(app) == ARCHITECTURES["lenet5-relu"].layers
    assert "| **All** | | **44,426** | **290,814** | **281,640** | |" in _table(app)
    assert not app.error


def test_editing_a_field_changes_the_layer_and_its_sums(app: AppTest) -> None:
    app.number_input(key="editor-0-filters").set_value(8).run()
    app.selectbox(key="editor-2-kernel_size").set_value(3).run()
    app.selectbox(key="editor-4-activation").set_value("tanh").run()
    layers = _edited(app)
    assert layers[0] == Conv(filters=8, kernel_size=5)
    assert layers[2] == Conv(filters=16, kernel_size=3)
    assert layers[4] == Dense(units=120, activation="tanh")
    assert "| **C1** conv 8@5×5 | 24×24×8 | 208 |" in _table(app)


def test_new_maps_come_before_the_dense_layers(app: AppTest) -> None:
    layers = _edited(_add(app, "Conv"))
    assert [layer.kind for layer in layers] == [
        "conv", "max_pool", "conv", "max_pool", "conv", "dense", "dense", "dense",
    ]  # fmt: skip
    assert not app.error


def test_new_dense_and_dropout_come_before_the_output(app: AppTest) -> None:
    _add(app, "Dense")
    layers = _edited(_add(app, "Dropout"))
    assert [layer.kind for layer in layers[4:]] == ["dense", "dense", "dense", "dropout", "dense"]
    assert layers[-1].units == 10


def test_removing_and_adding_the_output(app: AppTest) -> None:
    for _ in range(3):
        _click(app, 4, "remove")
    assert [error.value for error in app.error] == [
        "Layer 4 (max pool 2×2) is the last one; the network must end with a dense layer of 10 units, "
        "one for each class. Add it."
    ]
    assert _edited(_add(app, "Dense"))[-1] == Dense(units=10, activation="softmax")
    assert not app.error


def test_no_layer_at_all_is_said(app: AppTest) -> None:
    for _ in range(7):
        _click(app, 0, "remove")
    assert _edited(app) == ()
    assert app.error[0].value.startswith("There are no layers")


def test_an_edited_layer_keeps_its_values_when_it_moves(app: AppTest) -> None:
    app.number_input(key="editor-5-units").set_value(50).run()
    _click(app, 5, "up")
    assert [layer.units for layer in _edited(app)[4:]] == [50, 120, 10]
    _click(app, 4, "down")
    assert [layer.units for layer in _edited(app)[4:]] == [120, 50, 10]


def test_the_ends_do_not_move_further(app: AppTest) -> None:
    ups = [button.disabled for button in app.button if button.key.endswith("-up")]
    downs = [button.disabled for button in app.button if button.key.endswith("-down")]
    assert ups == [True] + [False] * 6
    assert downs == [False] * 6 + [True]


def test_a_misfit_is_said_at_the_layer(app: AppTest) -> None:
    app.selectbox(key="editor-1-size").set_value(6).run()
    assert [error.value for error in app.error] == [
        "Layer 3 (conv 16@5×5) received 4×4×6; its 5×5 kernel is larger than that. "
        "Use a kernel of at most 4, or padding same."
    ]
    assert "| **C3** conv 16@5×5 | – | – | – | – | – |" in _table(app)
    app.selectbox(key="editor-2-padding").set_value("same").run()
    assert [error.value for error in app.error] == []
    assert _edited(app)[1] == MaxPool(size=6)


def test_another_recipe_replaces_the_layers(app: AppTest) -> None:
    app.number_input(key="editor-0-filters").set_value(8).run()
    app.session_state.layers = ARCHITECTURES["cnn-16-32"].layers
    app.run()
    assert _edited(app) == ARCHITECTURES["cnn-16-32"].layers
    app.session_state.layers = ARCHITECTURES["lenet5-relu"].layers
    app.run()
    assert _edited(app) == ARCHITECTURES["lenet5-relu"].layers


def test_no_more_layers_than_a_config_takes(app: AppTest) -> None:
    app.session_state.layers = (Activation(),) * 56 + ARCHITECTURES["lenet5-relu"].layers
    app.run()
    _add(app, "Batch norm")
    assert app.menu_button(key="editor-add").disabled
    assert len(RunConfig(layers=_edited(app)).layers) == 64
    with pytest.raises(ValidationError):
        RunConfig(layers=(*_edited(app), Activation()))


def test_every_new_layer_can_be_edited_and_fits(app: AppTest) -> None:
    app.session_state.layers = (Conv(), *ARCHITECTURES["dense-2"].layers)  # room for three pools
    app.run()
    for title in app.menu_button(key="editor-add").options:
        _add(app, title)
    assert {layer.kind for layer in _edited(app)} == set(LAYER_KINDS) - {"partial_conv", "radial_basis"}
    assert not app.error


def test_dropout_takes_any_rate_below_one(app: AppTest) -> None:
    app.session_state.layers = (Dropout(rate=0.999), *ARCHITECTURES["lenet5-relu"].layers)
    app.run()
    assert _edited(app)[0] == Dropout(rate=0.999)


def test_folding_the_rows_away_keeps_what_they_held(app: AppTest) -> None:
    app.number_input(key="editor-0-filters").set_value(8).run()
    app.selectbox(key="editor-2-kernel_size").set_value(13).run()
    edited, sentence = _edited(app), app.error[0].value
    app.session_state.editing = False
    app.run()
    assert not app.number_input and _edited(app) == edited
    assert app.error[0].value == sentence
    app.session_state.editing = True
    app.run()
    assert app.number_input(key="editor-0-filters").value == 8 and _edited(app) == edited
