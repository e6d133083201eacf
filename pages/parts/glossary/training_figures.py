"""Figures of the terms of how a network learns. Must not import TensorFlow or Keras."""

from dataclasses import replace

import numpy as np
import streamlit as st

from lenet.data.preprocessing import scale_and_offset
from lenet.evaluation.metrics import wilson_interval
from lenet.figures import arithmetic_svg
from lenet.figures.dataset_figures import one_hot_figure
from lenet.figures.evaluation_figures import Curves, history_figure
from lenet.glossary import bowl, small_network
from lenet.glossary.small_network import FILTERS, KERNEL, Settings, Training, trained
from lenet.layers.arithmetic import Distance
from lenet.layers.paper1998_tables import CODE_WIDTH, CODES
from lenet.training.recipes import RECIPES
from lenet.training.schedules import learning_rate as rate_at
from pages.parts.glossary.drawn import bars, chart, digit, lines, pictures
from pages.parts.shared import questions
from pages.parts.shared.charts import drawing
from pages.parts.shared.markdown import escaped
from pages.parts.shared.tables import show_table
from pages.parts.shared.theme import colors, ink

_NOTHING = dict.fromkeys(("rotation", "shift", "zoom", "shear", "aspect", "elastic", "flip", "cutout"), 0.0)
_FEW = Settings(images=100, epochs=60)  # so few that they are learned by heart


def one_hot_label() -> None:
    """That of the digit."""
    image, label = digit()
    pictures([(image, f"a {label} of the test set")], of_words=180)
    chart(one_hot_figure(label, [str(each) for each in range(10)], ink()), "The label, one-hot", "content")


def standardization() -> None:
    """Pixels of the bundled digits, as stored and in three scalings."""
    pixels = np.rint(small_network.digits().x_train * 255)
    mean, deviation = float((pixels / 255).mean()), float((pixels / 255).std())
    config = RECIPES["digits-quick"].config.model_copy(update={"mean": mean, "std": deviation})
    names = {"raw": "As stored", "unit": "0 to 1", "paper": "As in 1998", "standardize": "Standardized"}
    scaled = []
    for scaling in names:
        scale, offset = scale_and_offset(config.model_copy(update={"scaling": scaling}))
        scaled.append(pixels * scale + offset)
    columns = {"Pixels of the bundled digits": list(names.values())}
    columns |= {
        title: [round(float(measure(each)), 3) + 0.0 for each in scaled]
        for title, measure in (("Smallest", np.min), ("Mean", np.mean), ("Standard deviation", np.std),
                               ("Largest", np.max))
    }  # fmt: skip
    show_table(columns)


def parts() -> None:
    """The three parts of the bundled digits, and how good the small network is on each."""
    data, weights = small_network.digits(), trained().weights
    rows = {
        "Training": (data.x_train, data.y_train),
        "Validation": (data.x_validation, data.y_validation),
        "Test": (data.x_test, data.y_test),
    }
    columns = {"Part of the bundled digits": list(rows), "Images": [], "Accuracy %": [], "95 % interval": []}
    for images, labels in rows.values():
        correct = small_network.probabilities(weights, images).argmax(axis=1) == labels
        low, high = wilson_interval(int(correct.sum()), len(labels))
        columns["Images"].append(len(labels))
        columns["Accuracy %"].append(round(100 * float(correct.mean()), 2))
        columns["95 % interval"].append(f"{100 * low:.1f} to {100 * high:.1f} %")
    show_table(columns)
    st.caption("A network of one convolution, trained by this page on the training part alone.")


def loss() -> None:
    """On the training images, epoch by epoch."""
    found = trained().training
    lines({"training": (list(range(len(found))), found)}, "Epoch", "Loss")


def cross_entropy() -> None:
    """The loss of one image against its probability, and where ten test digits lie."""
    shares = np.geomspace(0.001, 1, 100)
    data = small_network.digits()
    given = small_network.probabilities(trained().weights, data.x_test[:40])[np.arange(40), data.y_test[:40]]
    given = np.sort(given)[::4]
    found = {"−log p": (shares, -np.log(shares)), "ten test digits": (given, -np.log(given))}
    lines(found, "Probability p of the true class", "Loss of the image", points="ten test digits")


def mean_squared_error() -> None:
    """The code of 8 where that of 3 is the target."""
    outputs, target = (np.array(CODES[each], float).reshape(-1, CODE_WIDTH) for each in (8, 3))
    worked = Distance(outputs, target)
    drawing(arithmetic_svg.distance(worked, ink()), "Outputs, target, squared differences")
    mean = worked.squares.mean()
    st.caption(f"The sum is {worked.squares.sum():.0f}; over {outputs.size} outputs the mean is {mean:.3f}.")


def label_smoothing() -> None:
    """The label of the digit, as it is and smoothed as a recipe does."""
    share, label = RECIPES["lenet5-best"].config.label_smoothing, digit()[1]
    plain = np.eye(10)[label]
    smoothed = (1 - share) * plain + share / 10
    bars([str(each) for each in range(10)],
         {"one-hot": plain.tolist(), f"smoothed by {share:g}": smoothed.tolist()}, "Label")  # fmt: skip


def gradient() -> None:
    """Of the kernels, before anything is learned; and one of its numbers, tried."""
    data, weights = small_network.digits(), small_network.initial()
    images, labels = data.x_train[:32], data.y_train[:32]
    found = small_network.gradients(weights, images, labels).kernels
    kernels = found.reshape(KERNEL, KERNEL, FILTERS)
    pictures([(kernels[..., each], f"of kernel {each}") for each in range(FILTERS)], 72, is_signed=True)
    step = 1e-5
    moved = weights.kernels.copy()
    moved[0, 0] += step
    before = small_network.cross_entropy(weights, images, labels)
    after = small_network.cross_entropy(replace(weights, kernels=moved), images, labels)
    words = (
        f"The first weight of kernel 0, tried: with {step:.5f} more the loss changes by "
        f"{after - before:.2e}, so the derivative is {(after - before) / step:.4f}. Backpropagation says "
        f"{found[0, 0]:.4f}."
    )
    st.caption(words.replace("-", "−"))


def _by_epoch(found: Training) -> tuple[list[int], list[float]]:
    return list(range(len(found.validation))), found.validation


def batch() -> None:
    """Three sizes, everything else alike."""
    sizes = (8, 32, 300)
    found = {f"batches of {size}": _by_epoch(trained(Settings(batch=size, epochs=6))) for size in sizes}
    lines(found, "Epoch", "Validation loss")
    updates = ", ".join(f"{-(-Settings().images // size):,}" for size in sizes)
    st.caption(f"Updates in one epoch of {Settings().images:,} images: {updates}.")


def epoch() -> None:
    """Loss on training and validation images after each."""
    found = trained()
    epochs = list(range(len(found.training)))
    lines({"training": (epochs, found.training), "validation": (epochs, found.validation)}, "Epoch", "Loss")


def optimizer() -> None:
    """Four down the same bowl."""
    steps = list(range(bowl.STEPS + 1))
    found = {
        name: (steps, [bowl.loss(place) for place in bowl.path(rule)]) for name, rule in bowl.RULES.items()
    }
    lines(found, "Update", "Loss")
    st.caption("Two weights, and a loss five times as narrow along the second as along the first.")


def _paths(rules: dict[str, bowl.Rule]) -> None:
    found = {name: bowl.path(rule).T for name, rule in rules.items()}
    lines(found, "First weight", "Second weight")
    st.caption(f"{bowl.STEPS} updates from the upper left to the goal at 0, 0; the loss bends "
               f"{bowl.CURVATURES[1]:g} times as much along the second weight.")  # fmt: skip


def momentum() -> None:
    """Without it to and fro, with it along."""
    _paths({"SGD": bowl.sgd, "with momentum 0.7": bowl.momentum})


def levenberg_marquardt() -> None:
    """Straight, for each weight has a rate of its own."""
    _paths({"SGD, one rate for both": bowl.sgd, "divided by curvature + 1": bowl.levenberg_marquardt})


def learning_rate() -> None:
    """Too small, right, too large."""
    rates = (0.005, 0.05, 1.0)
    found = {f"rate {rate:g}": _by_epoch(trained(Settings(learning_rate=rate))) for rate in rates}
    lines(found, "Epoch", "Validation loss", y_range=(0, 3))


def schedule() -> None:
    """All there are on the Train page, over twenty epochs."""
    base = RECIPES["digits-quick"].config.model_copy(update={"learning_rate": 1.0, "epochs": 20})
    steps, found = range(200), {}
    for name in ("constant", "step", "cosine", "one_cycle", "paper"):
        config = base.model_copy(update={"schedule": name})
        rates = [rate_at(config, step, 10) for step in steps]
        title = "steps of 1998" if name == "paper" else name.replace("_", " ")
        found[title] = ([step / 10 for step in steps], rates)
    lines(found, "Epoch", "Share of the highest rate")


def initial_weights() -> None:
    """How large the logits are before anything is learned, and what is learned then."""
    names = {0.05: "a twentieth", 1.0: "as drawn", 20.0: "twenty times"}
    images = small_network.digits().x_train[:200]
    spread, curves = [], {}
    for scale, name in names.items():
        start = small_network.initial(scale=scale)
        maps = small_network.feature_maps(start, images)
        spread.append(float(small_network.logits_of(start, maps).std()))
        curves[name] = _by_epoch(small_network.train(Settings(epochs=3), start))
    lines(curves, "Epoch", "Validation loss", y_range=(0, 5))
    words = ", ".join(f"{each:.3g} {name}" for each, name in zip(spread, names.values(), strict=True))
    st.caption(f"Standard deviation of the logits before the first update: {words}.")


def lsuv() -> None:
    """The spread of each layer's sums, before and after."""
    images, start = small_network.digits().x_train[:500], small_network.initial()
    sums = small_network.patches(images) @ start.kernels
    scaled = replace(start, kernels=start.kernels / sums.std())
    before, between = (
        small_network.logits_of(each, small_network.feature_maps(each, images)) for each in (start, scaled)
    )
    after = between / between.std()
    found = {
        "before": [float(sums.std()), float(before.std())],
        "after": [float((sums / sums.std()).std()), float(after.std())],
    }
    bars(["convolution", "dense layer"], found, "Standard deviation of the sums", number=".3f")


def weight_decay() -> None:
    """How large weights are after training with more and more of it."""
    decays = (0.0, 0.001, 0.01)
    found = [trained(Settings(weight_decay=each)).weights for each in decays]
    sizes = [float((each.dense**2).sum()) for each in found]
    bars([f"{each:g}" for each in decays], {"": sizes}, "Sum of the squared weights", number=".1f")
    st.caption("The dense layer of the small network, trained with a weight decay of 0, 0.001 and 0.01.")


def _distorted(name: str, **amounts: float) -> None:
    """Eight versions of the digit, by the training's own function: the inference worker makes them."""
    image = np.rint(digit()[0] * 255).astype(np.uint8)[..., None]
    config = RECIPES["digits-quick"].config.model_copy(update=_NOTHING | amounts)
    reply = questions.ask(f"glossary-{name}", "lenet.training.augmentation.preview", (image, config, 8, 0))
    if reply.problem:
        st.error(escaped(reply.problem))
    elif not reply.values:
        st.caption(f":material/hourglass_top: {questions.what_is_awaited()}")
    else:
        versions = enumerate(reply.values[0][..., 0] / 255, start=1)
        shown = [(each, f"update {number}") for number, each in versions]
        pictures([(digit()[0], "the image"), *shown], 80)


def overfitting() -> None:
    """A hundred images, sixty epochs."""
    found = trained(_FEW)
    epochs = list(range(len(found.training)))
    lines({"training": (epochs, found.training), "validation": (epochs, found.validation)}, "Epoch", "Loss",
          y_range=(0, 1.5))  # fmt: skip
    st.caption(f"A network of one convolution that learns from {_FEW.images} images alone.")


def early_stopping() -> None:
    """The same, with its best epoch."""
    found = trained(_FEW)
    best, epochs = int(np.argmin(found.validation)), list(range(len(found.training)))
    curves = Curves(epochs[3:], found.training[3:], found.validation[3:], [], [], best=best)
    chart(history_figure(curves, False, colors()), "Loss by epoch, with the best epoch")
    st.caption(
        f"The lowest validation loss is that of epoch {best}: with a patience of some epochs training ends "
        f"soon after that, and not at epoch {epochs[-1]}."
    )


def fine_tuning() -> None:
    """A hundred new images: from random weights, and from those that have learned from a thousand others."""
    learned = trained(Settings(images=1_000)).weights
    gentle, new = Settings(images=100, epochs=8, learning_rate=0.01), slice(1_000, None)
    found = {
        "from random weights": _by_epoch(small_network.train(gentle, rows=new)),
        "from what it had learned": _by_epoch(small_network.train(gentle, learned, new)),
    }
    lines(found, "Epoch on the new images", "Validation loss")


FIGURES = {
    "one-hot label": one_hot_label,
    "standardization": standardization,
    "training set": parts,
    "validation set": parts,
    "test set": parts,
    "loss": loss,
    "cross-entropy": cross_entropy,
    "mean squared error": mean_squared_error,
    "label smoothing": label_smoothing,
    "gradient": gradient,
    "batch": batch,
    "epoch": epoch,
    "optimizer": optimizer,
    "learning rate": learning_rate,
    "learning rate schedule": schedule,
    "momentum": momentum,
    "Levenberg–Marquardt": levenberg_marquardt,
    "initial weights": initial_weights,
    "LSUV": lsuv,
    "weight decay": weight_decay,
    "augmentation": lambda: _distorted("augmentation", rotation=15, shift=0.1, zoom=0.15, shear=10),
    "cutout": lambda: _distorted("cutout", cutout=0.4),
    "overfitting": overfitting,
    "early stopping": early_stopping,
    "fine-tuning": fine_tuning,
}
