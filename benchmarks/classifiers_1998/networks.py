"""The neural networks of the chart, trained by the train step of the runs. Imports TensorFlow."""

from collections.abc import Callable

import numpy as np
import tensorflow as tf

from benchmarks.classifiers_1998.images import cut, deslanted, in_field, small
from benchmarks.classifiers_1998.outcome import Digits, Outcome, by_outputs
from benchmarks.classifiers_1998.training import Network
from lenet.evaluation.predictor import predict
from lenet.evaluation.rejection import penalty_differences
from lenet.networks.architectures import ARCHITECTURES
from lenet.networks.loading import load_model
from lenet.networks.summary import Summary, summarize
from lenet.runs.config import RunConfig
from lenet.runs.layers import Dense, Layer
from lenet.training.augmentation import augment

# As for `lenet5-1998-distorted`.
DISTORTED = {"shift": 0.04, "zoom": 0.1, "aspect": 0.1, "shear": 6}
LENET_4 = ARCHITECTURES["lenet-4-like"]
MOST_PASSES = 100  # of a boosted network, where its digits are few
DRAWS = 20  # of every training digit, to find what a boosted network gets wrong

# Answers of each network, labels, chance → indices of the digits that the next one learns
Choose = Callable[[list[np.ndarray], np.ndarray, np.random.Generator], np.ndarray]


def config_of(layers: tuple[Layer, ...], seed: int, **changes: object) -> RunConfig:
    """The one recipe of all that are trained here; its rate was chosen on training digits kept apart."""
    settings = {
        "scaling": "paper", "optimizer": "sgd", "learning_rate": 0.03, "momentum": 0.9, "batch_size": 32,
        "epochs": 20, "schedule": "cosine", "seed": seed, "validation": "test",
    }  # fmt: skip
    return RunConfig(layers=layers, **settings | changes)


def dense(*units: int) -> tuple[Layer, ...]:
    """Hidden layers of so many units, and ten outputs."""
    hidden = [Dense(units=count, activation="scaled_tanh") for count in units]
    return (*hidden, Dense(units=10, activation="softmax"))


def fully_connected(digits: Digits, seed: int, units: tuple[int, ...], is_distorted: bool = False) -> Outcome:
    """A network of dense layers."""
    return _trained(digits, config_of(dense(*units), seed, **DISTORTED if is_distorted else {}), "dense")


def upright(digits: Digits, seed: int) -> Outcome:
    """400-300-10: of deslanted digits, cut to 20×20."""
    return fully_connected(digits.prepared(lambda images: cut(deslanted(images))), seed, (300,))


def lenet_1(digits: Digits, seed: int) -> Outcome:
    """Of digits shrunk to 16×16, in a field of 28×28."""
    layers = ARCHITECTURES["lenet1-1998"].layers
    return _trained(
        digits.prepared(lambda images: in_field(small(images))), config_of(layers, seed), "lenet1"
    )


def lenet_4(digits: Digits, seed: int) -> Outcome:
    """On 32×32."""
    return _trained(digits, config_of(LENET_4.layers, seed, pad_to=32), "lenet4")


def lenet_4_features(digits: Digits, seed: int, classify: Callable[..., Outcome]) -> Outcome:
    """Another classifier in the place of its last layer, of what its 120 units make of the digits."""
    network = _network(digits, config_of(LENET_4.layers, seed, pad_to=32), "lenet4")
    train, test = (network.features(images) for images in (digits.x_train, digits.x_test))
    found = classify(train, digits.y_train, test)
    before = _summary(network.config, digits).layers[:-1]
    multiply_adds = sum(layer.multiply_adds for layer in before) + found.multiply_adds
    memory = sum(layer.parameters for layer in before) + found.memory
    return Outcome(found.predicted, found.margins, multiply_adds, memory, network.seconds)


def _trained(digits: Digits, config: RunConfig, name: str) -> Outcome:
    network, summary = _network(digits, config, name), _summary(config, digits)
    outcome = by_outputs(network.probabilities(digits.x_test), summary.multiply_adds, summary.parameters)
    return Outcome(outcome.predicted, outcome.margins, outcome.multiply_adds, outcome.memory, network.seconds)


def _network(digits: Digits, config: RunConfig, name: str) -> Network:
    return Network(config, digits.x_train, digits.y_train, name)


def _summary(config: RunConfig, digits: Digits) -> Summary:
    side = max(digits.x_train.shape[1], config.pad_to or 0)
    return summarize(config.layers, (side, side, 1))


def shipped(digits: Digits, seed: int, name: str) -> Outcome:
    """A pretrained model; its outputs are penalties."""
    loaded = load_model(name)
    probabilities = predict(loaded, digits.x_test[..., None])
    summary = summarize(loaded.config.layers, (32, 32, 1))
    margins = penalty_differences(probabilities)
    return Outcome(probabilities.argmax(axis=1), margins, summary.multiply_adds, summary.parameters)


# Boosting


def boosted(digits: Digits, seed: int) -> Outcome:
    """Three LeNet-4 whose outputs are added (Drucker, Schapire, Simard 1993).

    The first learns distorted digits. The second learns those of other distorted digits that the first gets
    wrong, and as many that it gets right; the third those on which the two disagree. All are distorted anew
    in each pass, for the second ones are few, and would be learned by heart.
    """
    config = config_of(LENET_4.layers, seed, pad_to=32, **DISTORTED)
    networks = [_network(digits, config, "boosted-1")]
    for number, choose in enumerate((wrong_and_as_many_right, disagreement)):
        images, labels = _chosen(digits, networks, choose, config)
        passes = min(MOST_PASSES, round(config.epochs * len(digits.x_train) / len(images)))
        print(f"  boosted {number + 2}: {len(images):,} digits, {passes} passes", flush=True)
        again = config.replace(seed=seed + 1000 * (number + 1), epochs=passes)
        networks.append(Network(again, images, labels, f"boosted-{number + 2}"))
    outputs = sum(each.probabilities(digits.x_test) for each in networks) / len(networks)
    summary = _summary(config, digits)
    sizes = (len(networks) * each for each in (summary.multiply_adds, summary.parameters))
    found = by_outputs(outputs, *sizes)
    seconds = sum(each.seconds for each in networks)
    return Outcome(found.predicted, found.margins, found.multiply_adds, found.memory, seconds)


def _chosen(
    digits: Digits, networks: list[Network], choose: Choose, config: RunConfig
) -> tuple[np.ndarray, np.ndarray]:
    """Of distorted versions of every training digit those that are chosen by what the networks answer."""
    images, labels = [], []
    for draw in range(DRAWS):
        distorted = _distorted(digits.x_train, config, draw)
        answers = [each.probabilities(distorted).argmax(axis=1) for each in networks]
        chosen = choose(answers, digits.y_train, np.random.default_rng((config.seed, draw)))
        images.append(distorted[chosen])
        labels.append(digits.y_train[chosen])
    return np.concatenate(images), np.concatenate(labels)


def wrong_and_as_many_right(
    answers: list[np.ndarray], labels: np.ndarray, chance: np.random.Generator
) -> np.ndarray:
    """Indices of all that the first network gets wrong, and of as many others."""
    wrong = np.flatnonzero(answers[0] != labels)
    right = np.flatnonzero(answers[0] == labels)
    return np.concatenate([wrong, chance.choice(right, min(len(wrong), len(right)), replace=False)])


def disagreement(answers: list[np.ndarray], labels: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    """Indices of those on which the first two do not agree."""
    return np.flatnonzero(answers[0] != answers[1])


def _distorted(images: np.ndarray, config: RunConfig, draw: int) -> np.ndarray:
    """(N, H, W) uint8 → same, distorted as no pass of the training does it."""
    blocks = []
    for number, start in enumerate(range(0, len(images), 2_000)):
        block = tf.constant(images[start : start + 2_000, ..., None], tf.float32)
        draws = (config.seed, 10_000_000 + 1_000 * draw + number)
        found = augment(block, config, draws, background=0.0).numpy()[..., 0]
        blocks.append(np.rint(found).clip(0, 255).astype(np.uint8))
    return np.concatenate(blocks)
