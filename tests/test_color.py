"""Images in color, from somebody's `.npz` to a trained network, its evaluation and what is inside it."""

import base64
import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lenet import live
from lenet.browser.html_export import html_page
from lenet.browser.network_file import network_file
from lenet.data import datasets
from lenet.errors import ModelError
from lenet.evaluation import predictor
from lenet.inspection import ablation, api, embedding, feature_visualization
from lenet.inspection.layer_arithmetic import work_out
from lenet.inspection.results import METHODS
from lenet.layers import arithmetic
from lenet.networks.validation import check
from lenet.runs.folder import Run
from lenet.runs.status import Status
from lenet.training.recipes import RECIPES
from lenet.training.trainer import train
from tests.command_line import answer, lenet_here
from tests.made_datasets import COLORED, colored_shapes, npz
from tests.small_runs import assert_same, weights

SETTINGS = ("--set", "dataset=shapes", "--set", "epochs=12", "--set", "batch_size=20")


@pytest.fixture(scope="module")
def shapes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder of data with `shapes`, in color, and `gray-shapes`, added by the command line; and of runs."""
    folder = tmp_path_factory.mktemp("color")
    images, labels = colored_shapes(700)
    path = npz(folder / "it.npz", x_train=images[:600], y_train=labels[:600], x_test=images[600:],
               y_test=labels[600:], class_names=np.array(COLORED))  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LENET_DATA", str(folder / "data"))
        patch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
        patch.setenv("LENET_RUNS", str(folder / "runs"))
        answer("datasets", "add", path, "--name", "shapes")
        answer("datasets", "add", path, "--name", "gray-shapes", "--color", "gray")
        yield folder


@pytest.fixture(scope="module")
def run(shapes: Path) -> Run:
    """LeNet-5, which was made for gray digits, on colors."""
    return Run.open(answer("train", "lenet5-relu", *SETTINGS)["run"])


def test_a_network_learns_what_only_colors_tell(run: Run) -> None:
    assert datasets.info("shapes").image_shape == (32, 32, 3)
    found = answer("evaluate", run.id)
    assert found["accuracy"] == run.status().test_accuracy > 0.85
    assert np.trace(found["confusion"]) / np.sum(found["confusion"]) == found["accuracy"]
    gray = answer("train", "lenet5-relu", *SETTINGS, "--set", "dataset=gray-shapes")
    assert gray["test_accuracy"] < 0.5, "of ten classes shape tells two, and brightness a little"


def test_every_recipe_takes_colors(shapes: Path) -> None:
    about = datasets.info("shapes")
    for name, recipe in RECIPES.items():
        assert not check(recipe.config.replace(dataset="shapes"), about), name


def test_it_is_stopped_and_goes_on_to_the_same_weights(run: Run) -> None:
    again = Run.create(run.config, run.path.parent)

    def stop_soon(status: Status) -> None:
        if status.step > 25:
            again.write_control(command="stop")

    assert train(again, stop_soon).state == "stopped"
    again.queue()
    assert train(again).state == "finished"
    assert_same(weights(again, 12), weights(run, 12))


def test_every_layer_has_its_arithmetic(run: Run) -> None:
    image, _ = datasets.sample("shapes", 3)
    found = api.activations(run.id, image)
    assert found.inputs.shape == (32, 32, 3) and found.layers[0].kernel.shape[2] == 3
    given = found.inputs
    for layer in found.layers:
        place = (1, 2) if layer.after.ndim == 3 else (0, 0)
        worked = work_out(layer, given, 1, *place)
        own = layer.after[(*place, 1)] if layer.after.ndim == 3 else layer.after[1]
        after = arithmetic.softmax(layer.before).shares[1] if worked.after is None else worked.after
        assert arithmetic.is_same(worked, float(after), float(own)), layer.name
        given = layer.after
    assert len(work_out(found.layers[0], found.inputs, 1, 1, 2).terms) == 3


def test_what_is_asked_of_a_network(run: Run) -> None:
    image, label = datasets.sample("shapes", 3)
    for method in METHODS:
        found = api.attribute(run.id, image, method)
        assert found.heat_map.shape == (32, 32) and found.heat_map.max() > 0, method
    best = feature_visualization.optimized_image(run.id, "1_conv", 0)
    left, top, right, bottom = (round(each) for each in best.place)
    made = best.image[top:bottom, left:right]
    assert made.shape[2] == 3 and np.ptp(made, axis=2).max() > 0.1, "in color"
    assert best.activation > best.start
    assert feature_visualization.strongest_images(run.id, "1_conv", 0).images.shape == (9, 32, 32, 3)
    units = embedding.principal_components(run.id)
    assert len(units.points) == 100 and np.isfinite(units.points).all()
    off = ablation.ablated(run.id, image, {"1_conv": (0, 1)})
    assert off.count == 2 and off.accuracy < off.accuracy_before == run.status().test_accuracy


def test_who_watches_sees_colors(run: Run) -> None:
    watched = live.LiveRun(run)
    watched.refresh()
    kernels = decoded(watched.kernels()["src"])
    assert watched.kernels()["words"].startswith("Gray is zero")
    assert np.ptp(kernels[..., :3].astype(int), axis=2).max() > 40
    rows = live.feature_maps(run, api.live_feature_maps(str(run.path), 3))["rows"]
    shown = decoded(rows[0]["src"])
    np.testing.assert_array_equal(shown[..., :3], datasets.sample("shapes", 3)[0])


def test_what_knows_no_colors_says_so(run: Run) -> None:
    network_file(run.id)
    with pytest.raises(ModelError, match="takes images of 32×32×3, expected 28×28×1, as a drawing is"):
        html_page(run.id)
    refused = lenet_here("evaluate", "lenet5-draw", "--dataset", "shapes")
    assert refused.returncode == 2
    assert "takes images of 28×28×1" in plain(refused.stderr) and "has images of 32×32×3" in plain(
        refused.stderr
    )
    with pytest.raises(ModelError, match="takes images of 32×32×3; a drawing is 28×28×1"):
        predictor.load_for_drawings(run.id)


def plain(text: str) -> str:
    """Without the ends of lines that a terminal makes."""
    return " ".join(text.split())


def decoded(address: str) -> np.ndarray:
    """The pixels of a picture in an address."""
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(address.partition(",")[2]))))
