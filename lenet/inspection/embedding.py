"""Embedding of the test set: the last hidden layer's output for each image, in two dimensions.

t-SNE: L. van der Maaten, G. Hinton, “Visualizing Data using t-SNE”, 2008. Runs in the inference worker and in
the command line. Imports TensorFlow, and scikit-learn where it is needed; must not import Streamlit.
"""

from pathlib import Path

import numpy as np
import tensorflow as tf

from lenet import turns
from lenet.cache import Cache
from lenet.errors import ModelError
from lenet.evaluation.model_data import HeldOut, held_out
from lenet.inspection.layer_activations import output_layer
from lenet.inspection.results import TEST_IMAGES, TSNE_IMAGES, TSNE_STAGES, Embedding
from lenet.inspection.submodels import Submodel, over_batches
from lenet.lean_import import without
from lenet.networks.loaded_model import LoadedModel, Network, Weights
from lenet.networks.loading import load_model, once_a_network

_MOST_BYTES = 20_000_000
_STEPS = 250  # of a stage: scikit-learn makes no fewer
_PERPLEXITY = 30  # neighbors that count, about
_EXAGGERATION = 12.0  # of the first stage, which gathers the clusters
_PACE = 200.0  # of the later ones

_FORMING = "The map is forming: images that are alike pull at each other"

_hidden = Cache(_MOST_BYTES)


def principal_components(spec: str, runs_folder: str | None = None) -> Embedding:
    """The whole test set of the model `spec`, by the two directions in which it differs most (PCA).

    Raises:
        ModelError: there is no such model, or its data are not here.
    """
    values, predicted, data = _hidden_values(spec, runs_folder)
    _check(values)
    points, shares = _reduced(values)
    shown = float(shares[0]), float(shares[1])
    return _embedding(points, np.arange(len(values)), predicted, data, shown)


def tsne(spec: str, runs_folder: str | None = None) -> Embedding:
    """2,000 test images by t-SNE: neighbors stay neighbors, distances mean little. Each stage is shown.

    Raises:
        ModelError: there is no such model, or its data are not here.
    """
    found = None
    for stage in range(TSNE_STAGES):
        found = tsne_stage(spec, stage, None if found is None else found.points, runs_folder)
        turns.report(stage + 1, TSNE_STAGES, _FORMING, found)
    return found


def tsne_stage(
    spec: str, stage: int, previous: np.ndarray | None = None, runs_folder: str | None = None
) -> Embedding:
    """2,000 test images after one more stage of t-SNE: neighbors stay neighbors, distances mean little.

    Args:
        stage: 0 to `TSNE_STAGES` − 1. The first one begins with the principal components.
        previous: (N, 2) float32, the points after the stage before; None before the first.

    Raises:
        ModelError: as `principal_components` does; or `stage` and `previous` do not belong together.
    """
    values, predicted, data = _hidden_values(spec, runs_folder)
    _check(values)
    chosen = _chosen(len(values))
    points = _beginning(values[chosen]) if stage == 0 else previous
    if not 0 <= stage < TSNE_STAGES or points is None or points.shape != (len(chosen), 2):
        received = "no points" if points is None else f"points of shape {points.shape}"
        raise ModelError(
            f"t-SNE: received stage {stage} with {received}, expected 0 to {TSNE_STAGES - 1} with "
            f"({len(chosen)}, 2) of the stage before. Begin with stage 0."
        )
    return _embedding(_one_stage(values[chosen], points, stage == 0), chosen, predicted, data, None)


def _one_stage(values: np.ndarray, points: np.ndarray, is_first: bool) -> np.ndarray:
    """(N, 2) float32 after so many steps from `points`; on one thread, for two wait for each other more."""
    from threadpoolctl import threadpool_limits

    stage = _tsne()(
        perplexity=min(_PERPLEXITY, (len(values) - 1) / 3),
        early_exaggeration=_EXAGGERATION if is_first else 1.0,
        learning_rate="auto" if is_first else _PACE,
        max_iter=_STEPS,
        init=points.astype(np.float32),
        random_state=0,
    )
    with threadpool_limits(1), turns.aside():
        return stage.fit_transform(values)


def _beginning(values: np.ndarray) -> np.ndarray:
    """(N, 2): the principal components, made small so that they can still move; the same every time."""
    points, _ = _reduced(values)
    return points / (points[:, 0].std() or 1) * 1e-4


def _reduced(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(N, 2) by the two directions in which `values` differ most; the share of each in the variance, (2,).

    Bit for bit what scikit-learn's PCA gives with `covariance_eigh`: to load that takes 50 MB.
    """
    count, mean = len(values), values.mean(axis=0)
    covariance = values.T @ values - count * mean[:, None] * mean
    variances, directions = np.linalg.eigh(covariance / (count - 1))  # the largest last; a column each
    variances, axes = np.maximum(variances[::-1], 0), np.array(directions.T[:-3:-1])
    largest = np.abs(axes).argmax(axis=1)
    axes *= np.sign(axes[[0, 1], largest])[:, None]  # both ways are right: the same one every time
    return values @ axes.T - mean[None] @ axes.T, variances[:2] / variances.sum()


def _tsne() -> type:
    """scikit-learn's, which workers that nobody asks for neighbors do without; and without pandas: 66 MB."""
    with without("pandas"):
        from sklearn.manifold import TSNE
    return TSNE


def _chosen(count: int) -> np.ndarray:
    """Which test images the map shows, in their order."""
    random = np.random.default_rng(0)
    return np.sort(random.choice(count, min(count, TSNE_IMAGES), replace=False))


def _check(values: np.ndarray) -> None:
    count, units = values.shape
    if count < 4:
        raise ModelError(f"Embedding: received {count} test images, expected at least 4. Add some.")
    if units < 2:
        raise ModelError(
            "Embedding: received a last hidden layer of a single unit, expected at least 2: a map has two "
            "directions. Choose another network."
        )


def _embedding(
    points: np.ndarray,
    indices: np.ndarray,
    predicted: np.ndarray,
    data: HeldOut,
    explained: tuple[float, float] | None,
) -> Embedding:
    return Embedding(
        points=points.astype(np.float32),
        indices=indices,
        labels=data.labels[indices],
        predicted=predicted[indices],
        dataset=data.dataset,
        part="test",
        explained=explained,
    )


# The last hidden layer


def _hidden_values(spec: str, runs_folder: str | None) -> tuple[np.ndarray, np.ndarray, HeldOut]:
    """(N, units) float32 and predicted classes (N,) int32 of the whole test set."""
    loaded = load_model(spec, Path(runs_folder) if runs_folder else None)
    data = held_out(spec, runs_folder)
    key = (data.dataset, len(data.labels))
    return *_hidden.get(loaded.weights, key, lambda: _over_all(loaded, data)), data


def _over_all(loaded: LoadedModel, data: HeldOut) -> tuple[np.ndarray, ...]:
    hidden = _last_hidden(loaded.network)
    values, predicted = over_batches(
        lambda images: hidden(loaded.weights, tf.constant(loaded.inputs(images))),
        data.images,
        words=TEST_IMAGES,
    )
    if not np.isfinite(values).all():
        raise ModelError(
            f"{loaded.label} gives NaN: it diverged, or its weights are damaged. Train it again."
        )
    return values, predicted


@once_a_network
def _last_hidden(network: Network) -> tf.types.experimental.ConcreteFunction:
    """(weights, inputs) → what the output layer is given, (N, units), and predicted classes (N,) int32."""
    output = output_layer(network)
    until = Submodel(network, output.input)
    rest = Submodel(network, network.model.outputs[0], output.input)

    @tf.function(input_signature=network.signature)
    def hidden(weights: Weights, inputs: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        values = until(weights, inputs)
        predicted = tf.argmax(rest(weights, values), axis=-1, output_type=tf.int32)
        return tf.reshape(values, (tf.shape(values)[0], -1)), predicted

    return hidden.get_concrete_function()
