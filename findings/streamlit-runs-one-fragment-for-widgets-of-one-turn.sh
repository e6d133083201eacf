#!/usr/bin/env bash
# Streamlit 1.67.0: two widgets that change within one turn of the browser's event loop have one part of the page run, that
# of the first of them. Where that is in a fragment and the other one is not, the callback of the other one is called,
# and the page is not run: it shows what was. One would expect a run of the whole page to win, as it does in the
# server's own queue (`ScriptRequests` says so); the browser sends one message with the first fragment's id, and warns.
# A checkbox in a fragment and one outside, clicked one after the other by one script: the callback counts 1, the page
# still shows 0. In two turns of the loop the page shows 2.
# Needs Linux, python3, and a Chromium (CHROMIUM names it, by default /usr/bin/chromium). Prints what was seen; fails if
# it is otherwise.
set -euo pipefail
folder=$(mktemp -d)
trap 'kill "${server:-}" 2> /dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"
export HOME=$folder CHROMIUM=${CHROMIUM:-/usr/bin/chromium}
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check streamlit==1.67.0 playwright==1.65.2

cat > app.py <<'PY'
import streamlit as st

state = st.session_state
state.setdefault("count", 0)


def clicked():
    state.count += 1
    print("called", state.count, flush=True)


@st.fragment
def part():
    st.checkbox("inside")


part()
st.checkbox("outside", on_change=clicked)
st.text(f"count {state.count}")
PY
cat > look.py <<'PY'
import os
from playwright.sync_api import sync_playwright

CLICK = """(names) => {
  for (const each of document.querySelectorAll("[data-testid=stCheckbox]"))
    if (names.includes(each.textContent)) each.querySelector("input").click();
}"""
with sync_playwright() as playwright:
    browser = playwright.chromium.launch(
        executable_path=os.environ["CHROMIUM"], args=["--no-sandbox", "--disable-gpu"]
    )
    page = browser.new_page()
    page.goto("http://localhost:18793")
    page.get_by_text("count 0").wait_for()
    page.evaluate(CLICK, ["inside", "outside"])
    page.wait_for_timeout(3000)
    print(page.get_by_text("count").inner_text(), end="; ")
    page.evaluate(CLICK, ["inside"])
    page.wait_for_timeout(500)
    page.evaluate(CLICK, ["outside"])
    page.wait_for_timeout(3000)
    print(page.get_by_text("count").inner_text())
    browser.close()
PY
venv/bin/python -m streamlit run app.py --server.port 18793 --server.headless true \
    --browser.gatherUsageStats false > log 2>&1 &
server=$!
until venv/bin/python -c "import urllib.request as r; r.urlopen('http://localhost:18793/_stcore/health')" 2> /dev/null
do sleep 0.2; done
seen=$(venv/bin/python look.py)
called=$(grep -c called log)
echo "in one turn, then in two: the page shows $seen; the callback was called $called times"
[ "$seen" = "count 0; count 2" ] && [ "$called" = 2 ]
