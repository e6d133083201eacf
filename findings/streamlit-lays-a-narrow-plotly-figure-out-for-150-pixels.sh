#!/usr/bin/env bash
# Streamlit 1.67.0, plotly 7.1.0: `st.plotly_chart(figure, width="content")` of a figure that is narrower than 150 pixels
# lays it out for 150 and shows it in an element of its own width: what is in its middle is drawn at the right edge and
# cut. One would expect "content" to mean the figure's width, as it does from 150 on; the reference of `width` names no
# least one.
# Two figures with fixed widths of 76 and 176: laid out for 150 and 176, in elements of 76 and 176 pixels.
# Needs Linux, python3, and a Chromium (CHROMIUM names it, by default /usr/bin/chromium). Prints what was seen; fails if
# it is otherwise.
set -euo pipefail
folder=$(mktemp -d)
trap 'kill "${server:-}" 2> /dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"
export HOME=$folder CHROMIUM=${CHROMIUM:-/usr/bin/chromium}
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check streamlit==1.67.0 plotly==7.1.0 playwright==1.65.2

cat > app.py <<'PY'
import plotly.graph_objects as go
import streamlit as st

for width in (76, 176):
    figure = go.Figure(go.Scatter(x=[width / 2], y=[1], mode="text", text=["middle"]))
    figure.update_layout(width=width, height=90, margin={"l": 0, "r": 0, "t": 0, "b": 0})
    st.plotly_chart(figure, width="content", key=str(width))
PY
cat > look.py <<'PY'
import os
from playwright.sync_api import sync_playwright

SIZES = """() => [...document.querySelectorAll(".js-plotly-plot")].map((each) =>
  `for ${each._fullLayout.width} in ${Math.round(each.getBoundingClientRect().width)}`).join("; ")"""
with sync_playwright() as playwright:
    browser = playwright.chromium.launch(
        executable_path=os.environ["CHROMIUM"], args=["--no-sandbox", "--disable-gpu"]
    )
    page = browser.new_page()
    page.goto("http://localhost:18791")
    page.wait_for_function("() => document.querySelectorAll('.js-plotly-plot .textpoint').length === 2")
    print(page.evaluate(SIZES))
    browser.close()
PY
venv/bin/python -m streamlit run app.py --server.port 18791 --server.headless true \
    --browser.gatherUsageStats false > log 2>&1 &
server=$!
until venv/bin/python -c "import urllib.request as r; r.urlopen('http://localhost:18791/_stcore/health')" 2> /dev/null
do sleep 0.2; done
seen=$(venv/bin/python look.py)
echo "figures of 76 and 176 pixels, laid out and in an element of: $seen"
[ "$seen" = "for 150 in 76; for 176 in 176" ]
