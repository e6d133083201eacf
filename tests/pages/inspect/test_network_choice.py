"""What a network that is inspected can be asked for: a digit, another drawing, neither."""

from pathlib import Path

import numpy as np
import pytest

from lenet.data import datasets
from lenet.networks.model_reference import resolve
from lenet.npz import save_arrays
from lenet.runs.folder import Run
from lenet.training.recipes import RECIPES
from pages.parts.inspect.network_choice import Network


@pytest.mark.parametrize(("channels", "is_of_digits"), [(1, True), (3, False)])
def test_digits_have_no_colors(
    channels: int, is_of_digits: bool, bare_machine: Path, runs_folder: Path, tmp_path: Path
) -> None:
    images = np.random.default_rng(0).integers(0, 256, (40, 28, 28, channels), np.uint8)
    np.savez(tmp_path / "a.npz", x=images, y=np.arange(40) % 10)
    datasets.add_own("ten", tmp_path / "a.npz")
    run = Run.create(RECIPES["lenet5-relu"].config.replace(dataset="ten"), runs_folder)
    save_arrays(run.snapshot_path(0), {"x": np.zeros(1)})  # that it has weights is all that is asked
    network = Network(resolve(f"{run.id}@0"), "ten")
    assert network.predicts_digits == network.takes_drawings == is_of_digits
