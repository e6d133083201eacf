"""The layout that drawings without axes share. Plain data; must not import Streamlit, TensorFlow or Keras."""

CLEAR = "rgba(0,0,0,0)"  # the page's own background shows through, light or dark

BARE = {
    "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
    "paper_bgcolor": CLEAR,
    "plot_bgcolor": CLEAR,
    "showlegend": False,
    "dragmode": False,
    "hovermode": "closest",
}
