"""What training minimises: the loss of each image, smoothed labels, a penalty for large weights.

Curves and evaluations have the loss alone, so that runs with the other two and without can be compared.
Imports TensorFlow and Keras: workers and the command line only. Must not import Streamlit.
"""

import keras
import tensorflow as tf

from lenet.runs.config import RunConfig


def loss_of_each(logits: tf.Tensor, labels: tf.Tensor, config: RunConfig) -> tf.Tensor:
    """(n, classes) float32, (n,) int32 → (n,) float32; the config says which loss.

    The paper's two (LeCun et al. 1998, section II.C) are of penalties y, here negative logits: y of the right
    class; and that plus log(exp(−j) + Σ exp(−y)), a cross-entropy with a class of rubbish whose y is j.
    """
    if config.loss == "cross_entropy":
        return tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits)
    if config.loss == "distance":
        return -tf.gather(logits, labels, batch_dims=1)
    rubbish = tf.fill((tf.shape(logits)[0], 1), -config.rubbish)
    with_rubbish = tf.concat([logits, rubbish], axis=1)
    return tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=with_rubbish)


def smoothed(losses: tf.Tensor, logits: tf.Tensor, config: RunConfig) -> tf.Tensor:
    """(n,) float32, (n, classes) float32 → (n,): as if a share of every label belonged to all classes alike.

    Source: Szegedy et al. 2016, section 7.
    """
    share = config.label_smoothing
    if not share or config.loss != "cross_entropy":
        return losses
    of_all_classes = tf.reduce_logsumexp(logits, axis=1) - tf.reduce_mean(logits, axis=1)
    return (1 - share) * losses + share * of_all_classes


def weight_penalty(model: keras.Model, config: RunConfig) -> tf.Tensor | float:
    """What large weights add to the objective (L2), a scalar: kernels, not biases or one number a map."""
    if not config.weight_penalty:
        return 0.0
    kernels = [each.value for each in model.trainable_variables if len(each.shape) > 1]
    return config.weight_penalty * tf.add_n([tf.nn.l2_loss(kernel) for kernel in kernels])
