"""How far networks in other programs are from Keras', and what int8 costs, for every pretrained model.

    python benchmarks/exports.py [--models lenet5-1998 …] [--formats onnx litert-int8 …]
    python benchmarks/exports.py --keras 3.0.5 3.8.0 3.12.4

Without `--keras` each model is exported, opened again and compared, as `python -m lenet export` does it, on
all its test images. With it the `.keras` files are opened in these versions, which pip installs into folders
that go afterwards. Needs MNIST and Fashion-MNIST (LENET_DATA) and the packages of requirements-export.txt;
PyTorch where it is installed.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np  # noqa: E402

from lenet.errors import ModelError  # noqa: E402
from lenet.evaluation.model_data import held_out  # noqa: E402
from lenet.export.formats import FORMATS  # noqa: E402
from lenet.export.making import data_of, keras_answers  # noqa: E402
from lenet.export.network import TrainedNetwork, trained_network  # noqa: E402
from lenet.formatting import percent  # noqa: E402
from lenet.networks.pretrained import PRETRAINED  # noqa: E402

ALONE = ("keras", "python", "pytorch")  # asked in a process of their own: about a few images
FEW = 200
OLD_KERAS = """\
import sys
sys.path[:0] = [{folder!r}, "."]
import glob, keras, numpy as np
if glob.glob("paper1998_layers.py"):
    import paper1998_layers
model = keras.models.load_model(glob.glob("*.keras")[0])
np.save("answers.npy", model.predict(np.load("images.npy"), verbose=0))
"""


def compare_formats(models: list[str], formats: list[str]) -> None:
    """A table: each model in each format."""
    print("| model | format | images | labels differ | largest difference | accuracy | with Keras | bytes |")
    print("|---|---|---|---|---|---|---|---|", flush=True)
    for model in models:
        network, data = trained_network(model), held_out(model)
        expected = keras_answers(network, data.images)
        for name in formats:
            print(_row(network, name, data.images, data.labels, expected), flush=True)


def _row(
    network: TrainedNetwork, name: str, images: np.ndarray, labels: np.ndarray, expected: np.ndarray
) -> str:
    about = FORMATS[name]
    if problem := about.missing():
        return f"| {network.name} | {name} | {problem} | | | | | |"
    count = FEW if name in ALONE else len(images)
    try:
        files = about.export(network, data_of(network.name))
        found = about.answers(network, files, images[:count])
    except ModelError as error:
        return f"| {network.name} | {name} | {error} | | | | | |"
    chosen, own = found.argmax(axis=1), expected[:count].argmax(axis=1)
    figures = (
        f"{count:,}", (chosen != own).sum(), f"{np.abs(found - expected[:count]).max():.1e}",
        percent((chosen == labels[:count]).mean()), percent((own == labels[:count]).mean()),
        f"{sum(map(len, files.values())):,}",
    )  # fmt: skip
    return f"| {network.name} | {name} | {' | '.join(map(str, figures))} |"


def compare_keras(models: list[str], versions: list[str]) -> None:
    """A table: the `.keras` file of each model in each version."""
    print(
        "| Keras | model | images | labels differ | largest difference |\n|---|---|---|---|---|", flush=True
    )
    with tempfile.TemporaryDirectory() as folder:
        for version in versions:
            target = Path(folder, version)
            packages = [
                f"keras=={version}",
                "dm-tree",
            ]  # which the first ones needed, and TensorFlow does not
            subprocess.run([sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", target,
                            *packages], check=True, stderr=subprocess.DEVNULL)  # fmt: skip
            for model in models:
                print(_in_version(version, str(target), model), flush=True)


def _in_version(version: str, folder: str, model: str) -> str:
    network, images = trained_network(model), held_out(model).images[:FEW]
    expected = keras_answers(network, images)
    with tempfile.TemporaryDirectory() as place:
        for name, content in FORMATS["keras"].export(network, data_of(model)).items():
            Path(place, name).write_bytes(content)
        np.save(Path(place, "images.npy"), images)
        program = OLD_KERAS.format(folder=folder)
        done = subprocess.run(
            [sys.executable, "-I", "-c", program], cwd=place, capture_output=True, check=False
        )
        if done.returncode:
            words = done.stderr.decode().strip().splitlines()[-1]
            return f"| {version} | {model} | does not open: {words} | | |"
        found = np.load(Path(place, "answers.npy"))
    differ = (found.argmax(axis=1) != expected.argmax(axis=1)).sum()
    return f"| {version} | {model} | {len(images)} | {differ} | {np.abs(found - expected).max():.1e} |"


def main(arguments: Any) -> None:
    """Print one of the tables."""
    if arguments.keras:
        compare_keras(arguments.models, arguments.keras)
    else:
        compare_formats(arguments.models, arguments.formats)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--models", nargs="*", default=sorted(PRETRAINED))
    parser.add_argument("--formats", nargs="*", default=list(FORMATS), choices=list(FORMATS))
    parser.add_argument("--keras", nargs="*", help="versions")
    main(parser.parse_args())
