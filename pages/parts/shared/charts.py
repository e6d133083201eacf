"""Charts of a page, with letters as large as its screen asks for. Must not import TensorFlow or Keras."""

from typing import Any

import plotly.graph_objects as go
import pyarrow as pa
import streamlit as st

from lenet.figures.letters import enlarged, enlarged_spec
from pages.parts.shared.screen import screen


def chart(figure: go.Figure, **shown: Any) -> Any:
    """A plotly figure; `shown`: what `st.plotly_chart` takes besides."""
    return st.plotly_chart(enlarged(figure, screen().letters), config={"displayModeBar": False}, **shown)


def drawing(svg: str, words: str) -> None:
    """A figure in SVG, as wide as a projector's page; `words`: what it is, for who does not see it."""
    st.image(svg, width="stretch" if screen().is_large else "content", alt=words)


def vega_chart(rows: pa.Table, spec: dict[str, Any], height: int, **shown: Any) -> None:
    """A Vega-Lite chart, `height` in pixels of a laptop; `shown`: what `st.vega_lite_chart` takes besides."""
    times = screen().letters
    st.vega_lite_chart(rows, enlarged_spec(spec, times), height=round(height * times), **shown)
