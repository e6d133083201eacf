"""When a prediction is called unsure: each rule, and how often on real digits and on scribbles."""

import numpy as np
import pytest
from scipy import ndimage

from benchmarks import abstention as drawings
from lenet.data import datasets
from lenet.drawing.rasterization import render
from lenet.drawing.strokes import Drawing
from lenet.evaluation import abstention, out_of_distribution, predictor
from lenet.networks.build import build
from lenet.networks.loading import load_model
from lenet.networks.pretrained import PRETRAINED
from scripts import signs
from tests.conftest import require

BLANK = np.zeros((28, 28), np.uint8)
ONE = render([Drawing((np.array([[200.0, 100.0], [230.0, 400.0]]),))])[0]

_CIRCLE = np.linspace(0, 2 * np.pi, 60)
RING = render([Drawing((250 + 150 * np.stack([np.cos(_CIRCLE), np.sin(_CIRCLE)], axis=1),))])[0]

SMILEY = signs.drawn([signs.signs()[1]], np.random.default_rng(0), 1)[0]


def outputs(*digits: int, share: float = 0.98) -> np.ndarray:
    """Probabilities of the image and its variants; what is left over goes to the next digit."""
    digits = (*digits, *[digits[-1]] * (1 + abstention.NUM_VARIANTS - len(digits)))
    table = np.zeros((len(digits), 10))
    for row, digit in zip(table, digits, strict=True):
        row[digit], row[(digit + 1) % 10] = share, 1 - share
    return table


def test_plain_digits_are_sure():
    assert abstention.decide(ONE, outputs(1)) == abstention.decide(RING, outputs(0)) == (True, "")


@pytest.mark.parametrize(
    ("image", "probabilities", "words"),
    [
        (BLANK, outputs(1), "Nothing is drawn."),
        (drawings.images_of(drawings.dot, 1)[0], outputs(1), "There is too little ink for a digit"),
        (np.full((28, 28), 255, np.uint8), outputs(1), "There is too much ink for a digit"),
        (np.pad(np.full((12, 12), 255, np.uint8), 8), outputs(1), "areas are filled"),
        (ONE, outputs(1, share=0.74), "More than one digit is possible: 1 (74 %) or 2 (26 %) on average"),
        (ONE, outputs(0), "It says 0, but this is shaped more like a 1."),
        (
            SMILEY,
            outputs(1),
            "It says 1, but this is more like a letter, a sign, a scribble or two digits",
        ),
        (ONE, outputs(1, 7, 7, 7, 1), "More than one digit is possible: 1 (71 %) or 7 (27 %) on average"),
    ],
)
def test_each_reason(image, probabilities, words):
    sure, reason = abstention.decide(image, probabilities)
    assert not sure
    assert words in reason


SYMBOLS = ("☺", "cat", "dot")


@pytest.mark.parametrize(
    "image", [SMILEY, np.full((28, 28), 255, np.uint8), drawings.images_of(drawings.dot, 1)[0]]
)
def test_symbols_are_no_digits_and_sure_all_the_same(image):
    sure = np.tile([0.98, 0.01, 0.01], (1 + abstention.NUM_VARIANTS, 1))
    assert abstention.decide(image, sure, SYMBOLS) == (True, "")
    assert not abstention.decide(image, outputs(1))[0], "of digits that would be doubted"


def test_of_symbols_what_may_be_another_is_doubted_by_name():
    changes = np.tile([0.1, 0.8, 0.1], (1 + abstention.NUM_VARIANTS, 1))
    changes[0] = [0.9, 0.05, 0.05]
    words = (
        "More than one class is possible: ☺ (17 %) or cat (73 %) on average when it is moved and turned a "
    )
    words += "little."
    assert abstention.decide(SMILEY, changes, SYMBOLS) == (False, words)
    assert abstention.decide(BLANK, changes, SYMBOLS) == (False, "Nothing is drawn.")


def test_two_variants_may_differ():
    assert abstention.decide(ONE, outputs(1, 7, 7, 1))[0]
    assert abstention.decide(ONE, outputs(1, share=0.76))[0]


def test_variants_are_what_scipy_makes():
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (3, 28, 28)).astype(np.uint8)
    made = abstention.variants(images)
    assert made.shape == (3, 1 + abstention.NUM_VARIANTS, 28, 28) and made.dtype == np.uint8
    np.testing.assert_array_equal(made[:, 0], images)
    for number, (right, down, degrees, zoom, slant) in enumerate(abstention._VARIANTS, start=1):
        angle = np.radians(degrees)
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        matrix = turn @ np.array([[1, slant], [0, 1]]) / zoom  # of (x, y); scipy wants (row, column)
        offset = np.array([13.5, 13.5]) - matrix @ np.array([13.5 + right, 13.5 + down])
        for image, each in zip(images, made, strict=True):
            expected = ndimage.affine_transform(
                image.astype(float), matrix[::-1, ::-1], offset[::-1], order=1, mode="grid-constant"
            )
            np.testing.assert_allclose(each[number], expected, atol=0.51)


def test_the_second_network_answers_as_in_keras():
    model = build(out_of_distribution.LAYERS, out_of_distribution.IMAGE_SHAPE, 0)
    for each in model.weights:
        each.assign(out_of_distribution.weights()[each.path])
    images = np.concatenate([drawings.images_of(kind, 60) for kind in (drawings.letter, drawings.scribble)])
    expected = model.predict(images[..., None] / np.float32(255), verbose=0)
    np.testing.assert_allclose(out_of_distribution.probabilities(images), expected, atol=1e-5)
    assert out_of_distribution.probabilities(images[:0]).shape == (0, 11)


def test_letters_are_called_unsure():
    """Of faces that the second network has not learned."""
    letters = signs.drawn(signs.letters(signs.HELD_OUT), np.random.default_rng(4), 400)
    said = predictor.predict_drawings(load_model("lenet5-draw"), letters)
    assert np.mean([not each.sure for each in said]) >= 0.95


@pytest.fixture(scope="module")
def scribbles() -> np.ndarray:
    """200 of each kind."""
    return np.concatenate([drawings.images_of(kind, 200) for kind in drawings.SCRIBBLES])


@pytest.mark.parametrize(
    "name", [name for name, card in PRETRAINED.items() if card.image_shape == (28, 28, 1)]
)
def test_scribbles_are_called_unsure(name, scribbles):
    said = predictor.predict_drawings(load_model(name), scribbles)
    unsure = np.reshape([not each.sure for each in said], (-1, 200)).mean(axis=1)
    assert unsure.mean() >= 0.9
    assert unsure.min() >= 0.8, dict(zip([kind.__name__ for kind in drawings.SCRIBBLES], unsure, strict=True))


def test_real_digits_are_not():
    require(datasets.available("pens"), "no pen strokes in LENET_DATA")
    name, limit = ("lenet5-draw", 0.012) if "lenet5-draw" in PRETRAINED else ("cnn-16-32", 0.09)
    digits = datasets.load("pens").x_test[..., 0]
    said = predictor.predict_drawings(load_model(name), digits)
    assert np.mean([not each.sure for each in said]) <= limit
