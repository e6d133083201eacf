"""Named RunConfigs: the published systems and our own, each with its source and what it printed.

Must not import numpy, Streamlit, TensorFlow or Keras.
"""

from typing import Any

from lenet.training.recipe import Expected, Recipe, recipe_config
from lenet.training.recipes_1998 import LENET5_1998, LENET5_1998_DISTORTED

_SOFTMAX_IN_LOSS = (
    "The source takes the logarithm of softmax outputs; here the loss comes from the logits, "
    "the same function with less rounding."
)
_TEST_AS_VALIDATION = (
    "As in the source, the validation data are the test set: its curve is no independent check."
)
_OWN_DRAWS = "Initial weights are Keras' default (Glorot uniform, biases zero), drawn from the seed."

_LENET5_LINEAR = Recipe(
    name="lenet5-linear",
    title="LeNet-5, convolutions without activation",
    config=recipe_config(
        "lenet5-linear",
        dataset="mnist",
        pad_to=32,
        scaling="raw",
        optimizer="adam",
        learning_rate=1e-3,
        batch_size=64,
        epochs=30,
        validation="last_fraction",
        validation_fraction=0.2,
    ),
    source="Blog post “CNN LeNet-5 on MNIST”, 2021",
    expected=Expected(test_accuracy=0.9713, test_loss=0.1565),
    notes=(
        "Pixels stay at 0 to 255, as in the source.",
        "Published as well: training accuracy 97.92 % on average and 99.16 % at best; validation accuracy "
        "96.78 % on average and 97.49 % at best; lowest validation loss 0.1076.",
        _SOFTMAX_IN_LOSS,
        _OWN_DRAWS,
    ),
)

_LENET_20_50 = Recipe(
    name="lenet-20-50",
    title="LeNet with 20 and 50 maps, plain SGD",
    config=recipe_config(
        "lenet-20-50",
        dataset="mnist",
        scaling="unit",
        optimizer="sgd",
        learning_rate=0.01,
        momentum=0.0,
        batch_size=128,
        epochs=20,
        validation="test",
    ),
    source="Blog post “LeNet For MNIST”, 2019",
    notes=("The source printed no accuracy.", _TEST_AS_VALIDATION, _SOFTMAX_IN_LOSS, _OWN_DRAWS),
)

_LENET5_RELU = Recipe(
    name="lenet5-relu",
    title="LeNet-5 with relu and max pooling",
    config=recipe_config(
        "lenet5-relu",
        dataset="mnist",
        scaling="raw",
        optimizer="adam",
        learning_rate=1e-3,
        batch_size=64,
        epochs=10,
        validation="test",
    ),
    source="Blog post “Lenet5 from scratch”, 2022",
    expected=Expected(
        test_accuracy=0.9835,
        test_loss=0.0729,
        validation_accuracy=(0.9681, 0.9763, 0.9792, 0.9770, 0.9825, 0.9850, 0.9776, 0.9829, 0.9839, 0.9835),
        seconds_per_epoch=(9, 10),
    ),
    notes=(
        "The source's text scales pixels to 0–1, its listing feeds 0–255; this follows the listing.",
        _TEST_AS_VALIDATION,
        _OWN_DRAWS,
    ),
)

_CNN_16_32 = Recipe(
    name="cnn-16-32",
    title="CNN with 16 and 32 maps",
    config=recipe_config(
        "cnn-16-32",
        dataset="mnist",
        scaling="unit",
        optimizer="adam",
        learning_rate=1e-3,
        batch_size=128,
        epochs=10,
        validation="test",
    ),
    source="Notebook page “CNN with the MNIST Dataset”",
    expected=Expected(
        test_accuracy=0.9903,
        test_loss=0.0328,
        validation_accuracy=(0.9803, 0.9849, 0.9882, 0.9907, 0.9889, 0.9897, 0.9902, 0.9903, 0.9904, 0.9903),
        seconds_per_epoch=(14, 17),
    ),
    notes=(_TEST_AS_VALIDATION, _SOFTMAX_IN_LOSS, _OWN_DRAWS),
)

_FASHION_SETTINGS: dict[str, Any] = {
    "dataset": "fashion_mnist",
    "scaling": "standardize",
    "mean": 0.3814,
    "std": 0.3994,
    "optimizer": "adam",
    "learning_rate": 1e-3,
    "batch_size": 100,
    "epochs": 5,
    "seed": 59,
    "validation": "test",
}
_FASHION_NOTES = (
    "Mean 0.3814 and std 0.3994 as published; the training set's own are 0.2860 and 0.3530.",
    "The source evaluates on the held-out 10,000 at the end; here they are the validation data too, so that "
    "all 60,000 are trained on.",
    "Seed 59 as in the source; it draws other numbers here.",
)

_LENET5_TANH = Recipe(
    name="lenet5-tanh",
    title="LeNet-5 with tanh, on clothes",
    config=recipe_config("lenet5-tanh", **_FASHION_SETTINGS),
    source="Blog post “FashionMNIST classification using LeNet-5 architecture”, 2020",
    expected=Expected(
        test_accuracy=0.87,
        training_accuracy=(0.79, 0.86, 0.87, 0.88, 0.89),
        seconds_per_epoch=(90, 105),
    ),
    notes=(*_FASHION_NOTES, _OWN_DRAWS),
)

_LENET5_RELU_AVG = Recipe(
    name="lenet5-relu-avg",
    title="LeNet-5 with relu and average pooling, on clothes",
    config=recipe_config("lenet5-relu-avg", initializer="lsuv", **_FASHION_SETTINGS),
    source="Blog post “FashionMNIST classification using LeNet-5 architecture”, 2020",
    expected=Expected(test_accuracy=0.889, seconds_per_epoch=(90, 105)),
    notes=(
        "Published as well: training accuracy of about 90 %.",
        *_FASHION_NOTES,
        "Initial weights are orthogonal, drawn from the seed, and scaled until each layer gives variance 1 "
        "on 500 training images; the source does not say which it has. On 10,000 training images kept apart, "
        "twenty seeds, they were 0.7 points better than Glorot's.",
    ),
)

_DIGITS_QUICK = Recipe(
    name="digits-quick",
    title="Quick start on 8×8 digits",
    config=recipe_config(
        "digits-quick",
        dataset="digits",
        scaling="unit",
        optimizer="adam",
        learning_rate=3e-3,
        schedule="cosine",
        batch_size=32,
        epochs=30,
        rotation=20,
        shift=0.05,
        zoom=0.15,
        shear=10,
        validation="last_fraction",
        validation_fraction=0.1,
    ),
    source="LeNet Lab",
    notes=(
        "1,797 digits that scikit-learn carries: they need no download.",
        "The last 297 are the test set. Augmentation and dropout close much of the gap to them.",
        "Seeds 0, 1 and 2 reached 98.3, 98.0 and 96.6 % on two CPU cores.",
        "Validation is poor for seven epochs, training is not: batch normalization's running variance begins "
        "at 1 and moves by 1 % a step. After one epoch of 43 steps it is 0.65, after eight 0.03; that of the "
        "first layer is really 0.002.",
    ),
)

_DENSE_2 = Recipe(
    name="dense-2",
    title="Two dense layers, no convolution",
    config=recipe_config(
        "dense-2",
        dataset="mnist",
        scaling="unit",
        optimizer="adam",
        learning_rate=1e-3,
        batch_size=64,
        epochs=10,
        validation="last_fraction",
        validation_fraction=0.2,
    ),
    source="Predecessor in the blog post “CNN LeNet-5 on MNIST”, 2021",
    expected=Expected(test_accuracy=0.9666),
    notes=(
        "What a convolution is for: draw a digit, skip the centering, and compare.",
        "Only the accuracy of this network was published: its width and its settings are our choice.",
        _OWN_DRAWS,
    ),
)

_LENET5_DRAW = Recipe(
    name="lenet5-draw",
    title="For digits that people draw",
    config=recipe_config(
        "lenet5-draw",
        dataset="mnist-pens",
        scaling="unit",
        rotation=12,
        shift=0.06,
        zoom=0.12,
        shear=8,
        optimizer="adamw",
        learning_rate=3e-3,
        weight_decay=0.05,
        schedule="one_cycle",
        warmup=0.2,
        batch_size=128,
        epochs=20,
        validation="last_fraction",
        validation_fraction=0.02301,
    ),
    source="LeNet Lab",
    notes=(
        "Trained on MNIST and on the strokes of thirty people, distorted as lines and then drawn: with MNIST "
        "alone this network reads 95 to 97 % of drawings.",
        "Needs pen_strokes.jsonl.gz in a data folder; every sixth drawing is held out: see data set pens.",
        "Validation: 2,000 digits of MNIST and 400 undistorted drawings that it is not trained on.",
    ),
)


_MNIST_FAST = Recipe(
    name="mnist-fast",
    title="99 % of MNIST in one epoch",
    config=recipe_config(
        "mnist-fast",
        dataset="mnist",
        scaling="unit",
        optimizer="adam",
        learning_rate=8e-3,
        schedule="one_cycle",
        warmup=0.2,
        batch_size=64,
        epochs=1,
        validation="test",
    ),
    source="LeNet Lab",
    notes=(
        "Made for `python benchmarks/time_to_accuracy.py`, which times it beside `cnn-16-32` as it was "
        "published. Its settings were chosen on the last 6,000 training images.",
        "Validation is on the test set, since that is what the benchmark waits for; nothing is chosen by it.",
    ),
)

_BEST_SETTINGS: dict[str, Any] = {
    "architecture": "lenet5-best",
    "scaling": "unit",
    "optimizer": "adamw",
    "learning_rate": 4e-3,
    "weight_decay": 0.05,
    "label_smoothing": 0.1,
    "schedule": "one_cycle",
    "warmup": 0.2,
    "batch_size": 128,
    "epochs": 30,
    "validation": "test",
}
_BEST_NOTES = (
    "Its settings were chosen on the last 10,000 training images; what each of them brought is in "
    "docs/results.md.",
    "All 60,000 training images are trained on. The validation curve is that of the test set; nothing is "
    "chosen by it.",
)

_LENET5_BEST = Recipe(
    name="lenet5-best",
    title="The most of MNIST with LeNet-5's parameters",
    config=recipe_config(
        "lenet5-best", dataset="mnist", rotation=7, shift=0.04, zoom=0.07, shear=6, **_BEST_SETTINGS
    ),
    source="LeNet Lab",
    notes=_BEST_NOTES,
)

_LENET5_BEST_FASHION = Recipe(
    name="lenet5-best-fashion",
    title="The most of Fashion-MNIST with LeNet-5's parameters",
    config=recipe_config(
        "lenet5-best-fashion", dataset="fashion_mnist", flip=0.5, shift=0.04, zoom=0.05, **_BEST_SETTINGS
    ),
    source="LeNet Lab",
    notes=_BEST_NOTES,
)

RECIPES: dict[str, Recipe] = {
    recipe.name: recipe
    for recipe in (
        _LENET5_LINEAR,
        _LENET_20_50,
        _LENET5_RELU,
        _CNN_16_32,
        _LENET5_TANH,
        _LENET5_RELU_AVG,
        _DENSE_2,
        _DIGITS_QUICK,
        _LENET5_DRAW,
        LENET5_1998,
        LENET5_1998_DISTORTED,
        _MNIST_FAST,
        _LENET5_BEST,
        _LENET5_BEST_FASHION,
    )
}
