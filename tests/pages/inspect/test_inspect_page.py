"""The Inspect page as Streamlit runs it: every view with no run, a running and a finished one."""

import base64
import re
import time
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from lenet.data import datasets
from lenet.engine.base import Engine
from lenet.evaluation.result import stored
from lenet.evaluation.task import task_of
from lenet.inspection import api
from lenet.inspection.layer_arithmetic import work_out
from lenet.layers import arithmetic
from lenet.networks.build import build
from lenet.networks.model_reference import resolve
from lenet.networks.weights import weights_of
from lenet.npz import save_arrays
from lenet.runs.folder import Run
from lenet.training.fine_tuning import find, fine_tuned
from lenet.training.trainer import train
from pages.parts.inspect.position import VIEWS
from tests.drawn_collection import symbols_collected
from tests.inspect_page import PAGE, QUICK, SCRIBBLE, SEVEN, answer, drawn, is_fine, sheets
from tests.linked_page import opened
from tests.made_datasets import COLORED, colored_shapes, npz
from tests.page_words import plain
from tests.tolerances import approx_words, assert_close


@pytest.fixture
def page(runs_folder: Path, engine: Engine) -> AppTest:
    return AppTest.from_file(PAGE, default_timeout=60)


@pytest.fixture
def running(finished: Run) -> Run:
    """The run as it was after its first epoch."""
    (finished.path / "model.keras").unlink()
    (finished.path / "evaluation.npz").unlink()
    for epoch in (2, 3):
        finished.snapshot_path(epoch).unlink()
    status = finished.status().model_copy(update={"state": "running", "epoch": 1, "heartbeat": time.time()})
    finished.write_status(status)
    return finished


def layers(test: AppTest) -> list[dict[str, str]]:
    return sheets(test)["lenet_layer_row"]["layers"]


def pictures(test: AppTest) -> list[str]:
    return [picture.alt for each in test.image for picture in each.proto.imgs]


# What each view shows


SHOWN = {
    "kernels": ("Kernels of C1", "Feature maps of C1"),
    "layers": ("Feature maps of C1", "Feature maps of S2", "Feature maps of Output"),
    "arithmetic": ("What goes in, with the window", "What comes out: click a place"),
    "weights": (),
    "attribution": (),
    "features": ("Feature maps of C1", "The nine test images"),
    "ablation": ("Feature maps of C1",),
    "embedding": ("Map of 297 test images",),
}


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_of_a_finished_run(page: AppTest, finished: Run, view: str) -> None:
    test = opened(page, model=finished.id, view=view)
    assert is_fine(test) and not test.info
    assert set(SHOWN[view]) <= set(sheets(test))
    assert [layer["name"] for layer in layers(test)][:3] == ["Input", "C1", "S2"]


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_of_a_running_run(page: AppTest, running: Run, view: str) -> None:
    test = opened(page, model=running.id, view=view)
    assert is_fine(test) and not test.info
    assert set(SHOWN[view]) <= set(sheets(test))
    assert test.select_slider[0].options == ["0, untrained", "1"]


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_with_no_run(page: AppTest, require_mnist, view: str) -> None:
    test = drawn(page, SEVEN, "lenet5-relu", view=view)
    assert is_fine(test) and not test.info
    names = [name.replace("297", "10,000") for name in SHOWN[view]]
    assert set(names) <= set(sheets(test))
    shapes = ["28×28×1", "24×24×6", "12×12×6", "8×8×16", "4×4×16", "120", "84", "10"]
    assert [layer["shape"] for layer in layers(test)] == shapes


def test_without_mnist_there_is_a_way_on(page: AppTest, bare_machine: Path) -> None:
    page.query_params["dataset"] = "mnist"
    test = opened(page, model="cnn-16-32")
    assert not test.exception and "MNIST digits: not on this machine" in plain(test.error)
    assert [each.label for each in test.button] == ["Draw a digit"]


def test_a_first_visit_without_data_shows_a_drawn_digit(page: AppTest, bare_machine: Path) -> None:
    test = opened(page, model="cnn-16-32")
    assert is_fine(test) and "MNIST digits: not on this machine yet" in plain(test.caption)
    assert {"Kernels of C1", "Feature maps of C1"} <= set(sheets(test))
    assert np.argmax(answer(test)[0]) == 3


def test_a_run_on_own_symbols_is_shown_as_it_learned_them_whatever_becomes_of_the_set(
    page: AppTest, bare_machine: Path, runs_folder: Path
) -> None:
    symbols = symbols_collected(6)
    config = fine_tuned(find("lenet5-draw"), datasets.info("our-symbols")).replace(epochs=1)
    run = Run.create(config, runs_folder)
    assert train(run).state == "finished"
    right = stored(task_of(resolve(run.id, runs_folder), None, "test", runs_folder)).correct
    kept = datasets.load_part("our-symbols", "test", run.path)
    symbols.remove_class("☺")
    for index, label in enumerate(kept.y_test):
        test = opened(page, model=run.id, dataset="our-symbols", index=str(index))
        assert is_fine(test) and f"Test image {index} of" in plain(test.caption)
        assert f"**{kept.class_names[label]}**" in plain(test.caption)
        assert ("Wrong prediction" in plain(test.caption)) != right[index]
    symbols.delete()
    test = opened(page, model=run.id, index="0")
    assert is_fine(test) and "Feature maps of C1" in sheets(test)
    assert f"**{kept.class_names[kept.y_test[0]]}**" in plain(test.caption)


# What is in a view


def test_kernels_and_maps_follow_the_epoch(page: AppTest, finished: Run) -> None:
    test = opened(page, model=f"{finished.id}@0")
    before, answers = sheets(test), []
    for epoch in ("1", "2"):
        test.select_slider[0].set_value(epoch)
        opened(test)
        assert test.query_params["model"] == f"{finished.id}@{epoch}"
        after = sheets(test)
        for name in ("Kernels of C1", "Feature maps of C1", "lenet_layer_row"):
            assert after[name] != before[name], name
        answers.append(tuple(answer(test)[0]))
        before = after
    assert len(set(answers)) == 2


def test_a_network_of_colored_images_is_not_asked_for_digits(
    page: AppTest, bare_machine: Path, runs_folder: Path, tmp_path: Path
) -> None:
    images, labels = colored_shapes(60)
    arrays = {"x_train": images[:40], "y_train": labels[:40], "x_test": images[40:], "y_test": labels[40:]}
    datasets.add_own("shapes", npz(tmp_path / "it.npz", **arrays, class_names=np.array(COLORED)))
    run = Run.create(QUICK.replace(dataset="shapes", recipe=None), runs_folder)
    save_arrays(run.snapshot_path(0), weights_of(build(run.config.layers, (32, 32, 3), seed=5)))
    for index in ("0", "99"):  # one that is there, and one that is not
        test = opened(page, model=f"{run.id}@0", index=index)
        opened_by = [each.proto.popover.label for each in test.get("popover")]
        labels = " ".join([each.label for each in test.button] + opened_by)
        assert not test.exception and "More images" in labels and "Draw" not in labels
        assert "digit" not in (labels + plain([*test.markdown, *test.caption])).lower()


def test_the_arithmetic_shows_the_channel_that_weighs_most(page: AppTest) -> None:
    test = drawn(page, SEVEN, "cnn-16-32", view="arithmetic", layer="C3")
    assert is_fine(test) and re.search(r"In: channel \d+, which weighs most", plain(test.caption))


def test_arithmetic_says_what_the_network_says(page: AppTest, finished: Run) -> None:
    image, _ = datasets.sample("digits", 5)
    activations = api.activations(finished.id, image, str(finished.path.parent))
    layer = activations.layers[0]
    test = opened(page, model=finished.id, index="5", view="Arithmetic", layer=layer.key, channel="2",
                  row="3", column="1")  # fmt: skip
    assert is_fine(test)
    own = re.search(
        r":green\[:material/check:\] The network's own value at row 3, column 1: \*\*(\S+)\*\*",
        plain(test.markdown),
    )
    assert float(own[1]) == pytest.approx(float(layer.after[3, 1, 2]), rel=1e-4)
    worked = work_out(layer, activations.inputs, 2, 3, 1)
    formula = test.get("markdown")[-1] if not test.latex else test.latex[0]
    assert (
        f"{worked.total:.5g}" in formula.value
        and f"sum of {layer.kernel[..., 0].size} products" in formula.value
    )
    window = sheets(test)["What goes in, with the window"]["marks"][0]
    place = tuple(window[each] for each in ("row", "column", "height", "width"))
    assert place == arithmetic.window(layer, 3, 1)


@pytest.mark.parametrize("model", ["cnn-16-32", "lenet5-tanh", "dense-2"])
def test_every_layer_has_its_arithmetic(page: AppTest, model: str) -> None:
    for key in (layer.key for layer in api.activations(model, SEVEN).layers):
        test = drawn(page, SEVEN, model, view="Arithmetic", layer=key)
        assert is_fine(test) and not test.info
        assert ":green[:material/check:] The network's own value" in plain(test.markdown), key


def test_what_only_the_layers_of_1998_have(page: AppTest, require_mnist) -> None:
    image, label = datasets.sample("mnist", 247)
    _, pooled, partial, *_, hidden, output = api.activations("lenet5-1998", image).layers
    test = opened(page, model="lenet5-1998", dataset="mnist", index="247", layer=partial.key)
    assert is_fine(test) and "60 of 96 pairs are connected" in plain(test.caption)
    assert len(test.get("vega_lite_chart")) == 1 and "Kernels of C3" in sheets(test)
    opened(test, layer=pooled.key)
    assert is_fine(test) and len(test.get("vega_lite_chart")) == 2
    opened(test, layer=output.key)
    order = np.argsort(-output.before)
    assert [alt[-1] for alt in pictures(test) if alt.startswith("Code of")] == [*map(str, order)]
    penalties = [each.value for each in test.markdown if re.match(r"\*\*\d\*\*.*\n", each.value)]
    right = [" :green[:material/check:]" if each == label else "" for each in order]
    assert penalties == [
        approx_words(f"**{each}**{sign}  \n{-output.before[each]:.2f}")
        for each, sign in zip(order, right, strict=True)
    ]
    units = np.frombuffer(base64.b64decode(sheets(test)["F6 gives"]["values"]), "<f4")
    assert_close(units, hidden.after)
    assert "It would be 0 halfway" in plain(test.markdown) and "**low confidence**" in plain(test.markdown)


def test_stepping_through_places(page: AppTest, finished: Run) -> None:
    test = opened(
        page, model=finished.id, view="Arithmetic", layer="1_conv", channel="0", row="0", column="0"
    )
    columns = sheets(test)["What comes out: click a place"]["cells"][1]
    test.button(key="icon-step-back").click()
    opened(test)
    assert f"row {columns - 1}, column {columns - 1}: " in plain(test.markdown)  # around the corner
    test.button(key="icon-step-on").click()
    opened(test)
    assert "row 0, column 0: " in plain(test.markdown)
    assert sheets(test)["What comes out: click a place"]["pace"] == 0
    test.button(key="step-play").click()
    opened(test)
    assert sheets(test)["What comes out: click a place"]["pace"] > 0
    assert test.button(key="step-play").label == "Pause"


def test_weights_have_histograms(page: AppTest, finished: Run) -> None:
    test = opened(page, model=finished.id, view="Weights", layer="1_conv")
    assert len(test.get("vega_lite_chart")) == 2
    assert "Of the cross-entropy of the first 256 training images" in plain(test.caption)
    opened(test, layer="2_max_pool")
    assert "S2 has no weights to learn" in plain(test.info)


def test_ablation_of_a_dense_layer_and_of_none(page: AppTest, finished: Run) -> None:
    test = opened(page, model=finished.id, view="Ablation", layer="1_conv")
    test.session_state["inspect-off"] = {"1_conv": (0, 1), "gone": (3,)}
    opened(test)
    assert is_fine(test) and [each.label for each in test.metric][0] == "Accuracy on 297 test images"
    assert {mark["kind"] for mark in sheets(test)["Feature maps of C1"]["marks"]} == {"off"}
    assert "Off: C1: 0 1" in plain(test.caption)
    opened(test, layer="2_max_pool")
    assert "Choose a convolution or a hidden dense layer" in plain(test.info)


def test_t_sne_forms_in_stages(page: AppTest, finished: Run) -> None:
    test = opened(page, model=finished.id, view="embedding")
    points = sheets(test)["Map of 297 test images"]["points"]
    next(each for each in test.segmented_control if each.label == "Map by").set_value("t-SNE")
    opened(test)
    assert is_fine(test)
    assert sheets(test)["Map of 297 test images"]["points"] != points
    assert sheets(test)["Map of 297 test images"]["sprite"]["width"] == 8


def test_not_sure(page: AppTest) -> None:
    test = drawn(page, SCRIBBLE, "cnn-16-32")
    assert "too much ink" in answer(test)[1]


def test_errors_and_classes_to_choose_from(page: AppTest, finished: Run) -> None:
    test = opened(page, model=finished.id)
    test.session_state["more-digits"] = True
    opened(test)
    assert is_fine(test) and re.search(r"\d+ errors in 297 test images", plain(test.caption))
    next(each for each in test.segmented_control if each.label == "Choose from").set_value("By class")
    opened(test)
    labels = sheets(test)["Images to choose from"]["labels"]
    zeros = np.flatnonzero(datasets.labels("digits", "test") == 0)
    assert labels == [f"0, image {row:,}" for row in zeros[:40]]
