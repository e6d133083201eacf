"""The layers of a network as a table: shapes and counts. Must not import TensorFlow or Keras."""

import streamlit as st

from lenet.layers.kind import format_shape
from lenet.networks.summary import LayerSummary, Summary
from pages.parts.shared.glossary_links import term
from pages.parts.shared.screen import screen
from pages.parts.shared.tables import show_table

_COLUMNS = ("Layer", "Output", "Parameters", "Connections", "Multiply-adds", "Receptive field")
_HEADINGS = (
    "Layer",
    term("feature map", "Output"),
    term("trainable parameters", "Parameters"),
    term("connections", "Connections"),
    term("multiply-adds", "Multiply-adds"),
    term("receptive field", "Receptive field"),
)


def layer_table(summary: Summary) -> None:
    """Each layer's output shape and counts, and the totals; on a phone it is moved in its own place."""
    total = "All" if all(layer.output_shape for layer in summary.layers) else "All that fit"
    counts = f"{summary.parameters:,}", f"{summary.connections:,}", f"{summary.multiply_adds:,}"
    if screen().is_phone:
        rows = [[f"{layer.name} {layer.title}", *_cells(layer)] for layer in summary.layers]
        columns = zip(*rows, [total, "", *counts, ""], strict=True)
        show_table(dict(zip(_COLUMNS, columns, strict=True)))
        return
    lines = [
        _HEADINGS,
        [":--", ":--", "--:", "--:", "--:", "--:"],
        *([f"**{layer.name}** {layer.title}", *_cells(layer)] for layer in summary.layers),
        [f"**{total}**", "", *(f"**{count}**" for count in counts), ""],
    ]
    st.markdown("\n".join(f"| {' | '.join(line)} |".replace("  ", " ") for line in lines))


def _cells(layer: LayerSummary) -> list[str]:
    if layer.output_shape is None:
        return list("–––––")
    counts = f"{layer.parameters:,}", f"{layer.connections:,}", f"{layer.multiply_adds:,}"
    return [format_shape(layer.output_shape), *counts, format_shape(layer.receptive_field)]
