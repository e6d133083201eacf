"""An evaluation as one HTML file that opens anywhere, without this program and without a network.

Must not import Streamlit, TensorFlow or Keras.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

import plotly.graph_objects as go
from plotly.offline import get_plotlyjs

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; color: #15211f; max-width: 960px; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; margin: 1rem 0 } td, th { border: 1px solid #c9d4d1; padding: .25rem .75rem }
th { background: #f1f5f4; text-align: left } td + td { text-align: right }
"""  # noqa: E501


@dataclass(frozen=True)
class Section:
    """A part of the report: what it says, figures, and a table of columns (all text, equally long)."""

    title: str
    words: str = ""
    figures: tuple[go.Figure, ...] = ()
    table: Mapping[str, Sequence[str]] = field(default_factory=dict)


def report_html(title: str, sections: Sequence[Section]) -> str:
    """The file's text; 5 MB, for it brings what draws its figures."""
    body = "\n".join(_section(each) for each in sections)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style><script>{get_plotlyjs()}</script></head>"
        f"<body><h1>{escape(title)}</h1>\n{body}\n</body></html>"
    )


def _section(section: Section) -> str:
    figures = "".join(_figure(each) for each in section.figures)
    words = f"<p>{escape(section.words)}</p>" if section.words else ""
    return f"<h2>{escape(section.title)}</h2>{words}{figures}{_table(section.table)}"


def _figure(figure: go.Figure) -> str:
    standing = go.Figure(figure).update_layout(template="plotly_white")
    return standing.to_html(full_html=False, include_plotlyjs=False, config={"displayModeBar": False})


def _table(columns: Mapping[str, Sequence[str]]) -> str:
    if not columns:
        return ""
    head = "".join(f"<th>{escape(name)}</th>" for name in columns)
    rows = zip(*columns.values(), strict=True)
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><tr>{head}</tr>{body}</table>"
