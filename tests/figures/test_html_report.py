"""The evaluation as one HTML file: all that is said is in it, and it asks nobody for anything."""

import re

import plotly.graph_objects as go

from lenet.figures.html_report import Section, report_html


def test_a_file_that_stands_alone() -> None:
    sections = [
        Section("Figures", "a < b & c", table={"class": ["<script>", "2"], "recall": ["99 %", "98 %"]}),
        Section("Drawn", figures=(go.Figure(go.Bar(y=[1, 2])), go.Figure(go.Bar(y=[3])))),
    ]
    page = report_html("A <b>title</b>", sections)
    assert "<h1>A &lt;b&gt;title&lt;/b&gt;</h1>" in page and "<p>a &lt; b &amp; c</p>" in page
    assert "<td>&lt;script&gt;</td><td>99 %</td>" in page and "<th>recall</th>" in page
    assert page.count("Plotly.newPlot(") >= 2
    assert not re.search(r"<(script|link|img)[^>]*(src|href)=", page), "nothing is fetched"
