"""A batch size that few images fill: a recipe's is made for tens of thousands.

Must not import Streamlit, TensorFlow or Keras.
"""

from lenet.data.dataset import DatasetInfo
from lenet.data.splits import num_training_images
from lenet.runs.config import RunConfig

_LEAST_UPDATES = 4  # an epoch


def fitted(config: RunConfig, on: DatasetInfo) -> RunConfig:
    """The config; where an epoch would have fewer than four updates, with a smaller batch.

    That is a power of two, of which an epoch has four or more.
    """
    count = num_training_images(config, on.num_train)
    if count // config.batch_size >= _LEAST_UPDATES or not count:
        return config
    most = max(1, count // _LEAST_UPDATES)
    return config.model_copy(update={"batch_size": 1 << (most.bit_length() - 1)})


def in_words(asked: RunConfig, fitting: RunConfig) -> str:
    """What is taken in place of the batch size that was asked for; empty where it is that one."""
    if fitting.batch_size == asked.batch_size:
        return ""
    size = fitting.batch_size
    return (
        f"Batch size {size} instead of {asked.batch_size:,}: few images are trained on, and an epoch has "
        f"{_LEAST_UPDATES} updates or more so."
    )
