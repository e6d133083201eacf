"""How an exported Python file trains: settings, schedule, augmentation, loss, `fit`, in the words of Keras.

Must not import Streamlit, TensorFlow or Keras.
"""

import math
import textwrap
from collections.abc import Iterator

from lenet.data.splits import num_training_images
from lenet.errors import ModelError
from lenet.export import python_sections as sections
from lenet.export.keras_layers import KerasLayer
from lenet.export.network import TrainedNetwork
from lenet.runs.config import RunConfig
from lenet.training.schedules import RATES

_NO_CURVATURE = (
    "its second derivatives have no place in `fit`",
    "Train it with adam, or export its weights: keras, onnx, c",
)
_NO_WEIGHTS = ("the file holds no weights", "Export a run that starts from random weights")
_DISTORTIONS = ("rotation", "shift", "zoom", "shear", "aspect", "flip", "cutout")


def check(network: TrainedNetwork) -> None:
    """Raises `ModelError`: plain Keras cannot be asked for one of its settings."""
    config = network.config
    if config.optimizer == "levenberg_marquardt":
        raise _refused(network, "the optimizer levenberg_marquardt", *_NO_CURVATURE)
    if config.initial_weights:
        raise _refused(network, f"weights to start from, {config.initial_weights}", *_NO_WEIGHTS)
    if config.elastic:
        raise _refused(network, "the distortion elastic", "Keras has no layer for it", "Train it without")


def _refused(network: TrainedNetwork, received: str, why: str, what_would: str) -> ModelError:
    return ModelError(
        f"Python: received {network.name} with {received}; expected settings of plain Keras, for {why}. "
        f"{what_would}."
    )


def constants(network: TrainedNetwork) -> str:
    """The settings, with names in capitals."""
    config, names = network.config, ", ".join(f'"{each}"' for each in map(_escaped, network.classes))
    classes = textwrap.wrap(f"CLASSES = [{names}]", 100, subsequent_indent=" " * 11, break_long_words=False)
    scale = "1 / 255" if config.scaling == "unit" else repr(network.scale)
    lines = [
        *classes,
        f"SCALE, OFFSET = {scale}, {network.offset!r}  # a pixel of 0 to 255 → what the network gets",
    ]
    lines += [f"SEED, EPOCHS, BATCH_SIZE = {config.seed}, {config.epochs}, {config.batch_size}"]
    return "\n".join(lines)


def _escaped(name: str) -> str:
    return name.replace("\\", "\\\\").replace('"', '\\"')


def of_kernel(layer: KerasLayer, network: TrainedNetwork) -> dict[str, str]:
    """How its first weights are drawn, and what they cost, where Keras' defaults are others."""
    config, found = network.config, {}
    if not layer.has_kernel:
        return found
    found["kernel_initializer"] = "PaperUniform()" if layer.is_squashed else f"drawn({layer.index})"
    if config.l2:
        found["kernel_regularizer"] = f"keras.regularizers.L2({config.l2 / 2!r})"
    return found


def drawn(network: TrainedNetwork) -> str:
    """The text of the function that draws first weights, the same that are drawn here."""
    name = "orthogonal" if network.config.initializer == "lsuv" else network.config.initializer
    return sections.DRAWN.format(initializer="".join(part.capitalize() for part in name.split("_")))


def functions(network: TrainedNetwork) -> Iterator[str]:
    """What the file needs to train, and `main`."""
    config = network.config
    if config.initializer == "lsuv":
        yield sections.UNIT_VARIANCE
    if config.schedule == "one_cycle":
        yield sections.ONE_CYCLE
    if config.loss == "distance":
        yield sections.DISTANCE
    if config.loss == "map":
        yield sections.MAP.format(penalty=config.rejection_penalty)
    if _is_distorted(config):
        largest = {name: getattr(config, name) for name in _DISTORTIONS}
        settings = ", ".join(f"{name}={value!r}" for name, value in largest.items() if value)
        yield sections.DISTORTED.format(settings=settings)
    yield _main(network)
    yield 'if __name__ == "__main__":\n    main()\n'


def _is_distorted(config: RunConfig) -> bool:
    return any(getattr(config, name) for name in _DISTORTIONS)


def _main(network: TrainedNetwork) -> str:
    config = network.config
    lines = [*_BEGINNING, *_split(config), "model = build()"]
    if config.initializer == "lsuv":
        lines.append("give_unit_variance(model, x_train[:500])")
    lines += [*_rate(config, _steps_per_epoch(network)), "model.compile("]
    lines += [f"    optimizer={_optimizer(config)},", f"    loss={_loss(config)},"]
    lines += [
        '    metrics=["accuracy"],',
        ")",
        *_fit(config),
        *_END,
        f'model.save("{network.file_name}.keras")',
    ]
    return "def main():\n" + "".join(f"    {line}\n" for line in lines)


_BEGINNING = (
    '"""Train, test, save."""',
    "keras.utils.set_random_seed(SEED)",
    "(x_train, y_train), (x_test, y_test) = load_data()",
    "x_train, x_test = prepare(x_train), prepare(x_test)",
)
_SHUFFLE = (
    "order = np.random.default_rng((SEED, 1)).permutation(len(x_train))",
    "x_train, y_train = x_train[order], y_train[order]",
)
_CUT = ("x_train, x_val = x_train[:kept], x_train[kept:]", "y_train, y_val = y_train[:kept], y_train[kept:]")
_END = (
    "loss, accuracy = model.evaluate(x_test, y_test, verbose=0)",
    'print(f"Test accuracy: {accuracy:.2%}")',
)


def _split(config: RunConfig) -> list[str]:
    """Which images validate, and labels as the loss takes them."""
    names, lines = ["y_train", "y_test"], list(_SHUFFLE) if config.validation == "random_fraction" else []
    if config.validation != "test":
        kept = f"kept = int(len(x_train) * (1 - {config.validation_fraction!r}))  # the others validate"
        lines, names = [*lines, kept, *_CUT], [*names, "y_val"]
    if config.label_smoothing and config.loss == "cross_entropy":
        lines += [f"{each} = keras.utils.to_categorical({each}, len(CLASSES))" for each in names]
    return lines


def _steps_per_epoch(network: TrainedNetwork) -> int:
    num_images = num_training_images(network.config, network.data.num_train)
    return math.ceil(num_images / network.config.batch_size)


def _rate(config: RunConfig, steps: int) -> list[str]:
    """The learning rate, a number or a schedule of updates."""
    peak, of_keras = repr(config.learning_rate), "keras.optimizers.schedules"
    if config.schedule == "constant":
        return [f"rate = {peak}"]
    count = f"steps = EPOCHS * {steps}  # updates"
    if config.schedule == "cosine":
        return [count, f"rate = {of_keras}.CosineDecay({peak}, steps)"]
    if config.schedule == "one_cycle":
        return [count, f"rate = OneCycle({peak}, steps, warmup={config.warmup!r})"]
    if config.schedule == "step":
        every, factor = config.step_epochs * steps, config.step_factor
        return [f"rate = {of_keras}.ExponentialDecay({peak}, {every}, {factor!r}, staircase=True)"]
    passes = sum(count for count, _ in RATES)
    ends = [sum(count for count, _ in RATES[: number + 1]) for number in range(len(RATES) - 1)]
    bounds = [max(math.ceil(end / passes * config.epochs * steps) - 1, 0) for end in ends]
    values = [config.learning_rate * rate / RATES[0][1] for _, rate in RATES]
    return [f"rate = {of_keras}.PiecewiseConstantDecay({bounds}, {values})"]


def _optimizer(config: RunConfig) -> str:
    if config.optimizer == "sgd":
        nesterov = ", nesterov=True" if config.nesterov else ""
        return f"keras.optimizers.SGD(rate, momentum={config.momentum!r}{nesterov})"
    if config.optimizer == "adamw":
        return f"keras.optimizers.AdamW(rate, weight_decay={config.weight_decay!r})"
    return {"adam": "keras.optimizers.Adam(rate)", "rmsprop": "keras.optimizers.RMSprop(rate)"}[
        config.optimizer
    ]


def _loss(config: RunConfig) -> str:
    if config.loss != "cross_entropy":
        return "distance_loss" if config.loss == "distance" else "map_loss"
    if config.label_smoothing:
        smoothing = f"label_smoothing={config.label_smoothing!r}"
        return f"keras.losses.CategoricalCrossentropy(from_logits=True, {smoothing})"
    return "keras.losses.SparseCategoricalCrossentropy(from_logits=True)"


def _fit(config: RunConfig) -> list[str]:
    """The call, and what follows it."""
    validation = "(x_test, y_test)" if config.validation == "test" else "(x_val, y_val)"
    callbacks = []
    if config.early_stopping:
        callbacks.append(f"keras.callbacks.EarlyStopping(patience={config.early_stopping})")
    if config.keep_best:
        callbacks.append(
            'keras.callbacks.ModelCheckpoint("best.weights.h5", save_best_only=True, save_weights_only=True)'
        )
    data = (
        "Distorted(x_train, y_train),"
        if _is_distorted(config)
        else "x_train, y_train, batch_size=BATCH_SIZE,"
    )
    lines = ["model.fit(", f"    {data} epochs=EPOCHS, validation_data={validation}, verbose=2,"]
    if callbacks:
        lines += ["    callbacks=[", *(f"        {each}," for each in callbacks), "    ],"]
    lines.append(")")
    return [*lines, 'model.load_weights("best.weights.h5")'] if config.keep_best else lines
