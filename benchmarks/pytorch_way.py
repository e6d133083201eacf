"""How one trains with PyTorch: its eager loop on float32 tensors, all in memory before it begins.

A peer in the benchmarks, at its best: PyTorch's own threads, no curves, no files. Networks are chains of
convolutions without padding, pools and dense layers with relu or tanh, as the published ones are.
"""

from collections.abc import Callable

import numpy as np
import torch
from torch import nn

from lenet.data import datasets
from lenet.data.preprocessing import prepare
from lenet.data.splits import epoch_order, split
from lenet.runs.config import RunConfig
from lenet.runs.layers import AveragePool, Conv, Dense, Layer, MaxPool

_EVALUATION_BATCH = 500
_ACTIVATIONS = {"relu": [nn.ReLU], "tanh": [nn.Tanh], "linear": [], "softmax": []}  # its loss wants logits


class PyTorchWay:
    """A module and its data, with the recipe's network, Adam, batch size and validation."""

    def __init__(self, config: RunConfig) -> None:
        if config.optimizer != "adam":
            raise SystemExit(f"Optimizer: received {config.optimizer}, expected adam.")
        self.config = config
        data = datasets.load(config.dataset)
        images = prepare(np.concatenate([data.x_train, data.x_test]), config)
        self.images = torch.from_numpy(np.ascontiguousarray(images.transpose(0, 3, 1, 2)))
        self.labels = torch.from_numpy(np.concatenate([data.y_train, data.y_test]).astype(np.int64))
        self.split = split(config, len(data.y_train), len(data.y_test))
        torch.manual_seed(config.seed)
        self.module = nn.Sequential(*[part for layer in config.layers for part in _parts(layer)])
        self.module(self.images[:1])  # PyTorch then knows the sizes of its inputs
        self.optimizer = torch.optim.Adam(self.module.parameters(), config.learning_rate, eps=1e-7)

    def fit(self, begin: Callable[[], object], end: Callable[[], object]) -> None:
        """All epochs; each begins and ends with a call."""
        for epoch in range(self.config.epochs):
            begin()
            order = epoch_order(self.split.train, self.config.seed, epoch)
            for batch in torch.from_numpy(order).split(self.config.batch_size):
                self._update(batch)
            self._evaluate()
            end()

    def _update(self, batch: torch.Tensor) -> None:
        self.optimizer.zero_grad()
        logits = self.module(self.images[batch])
        nn.functional.cross_entropy(logits, self.labels[batch]).backward()
        self.optimizer.step()

    @torch.no_grad()
    def _evaluate(self) -> float:
        """The accuracy on the validation images, 0–1."""
        chosen = torch.from_numpy(self.split.validation)
        parts = chosen.split(_EVALUATION_BATCH)
        answers = torch.cat([self.module(self.images[each]).argmax(dim=1) for each in parts])
        return float((answers == self.labels[chosen]).float().mean())


def _parts(layer: Layer) -> list[nn.Module]:
    """What a layer is in PyTorch."""
    if isinstance(layer, MaxPool):
        return [nn.MaxPool2d(layer.size)]
    if isinstance(layer, AveragePool):
        return [nn.AvgPool2d(layer.size)]
    if not isinstance(layer, Conv | Dense) or getattr(layer, "padding", "valid") != "valid":
        raise SystemExit(f"Layer: received {layer.kind}, expected conv, a pool or dense.")
    activation = [each() for each in _ACTIVATIONS[layer.activation]]
    if isinstance(layer, Conv):
        return [nn.LazyConv2d(layer.filters, layer.kernel_size, layer.strides), *activation]
    return [nn.Flatten(), nn.LazyLinear(layer.units), *activation]
