#!/usr/bin/env bash
# Streamlit 1.67.0: `streamlit run FILE` opens the browser where FILE is a script, and does not where FILE holds an
# `st.App`, though `server.headless` is false for both and both print the same address. Seen in
# `streamlit/web/bootstrap.py`: only `run`, for scripts, calls `maybe_open_browser`; `run_asgi_app` does not.
# Needs Linux, python3 and curl. Prints what was seen; fails if either behaves otherwise.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export HOME=$folder DISPLAY=:99
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check streamlit==1.67.0

mkdir bin
printf '#!/bin/sh\necho "$1" >> "%s/opened"\n' "$folder" > bin/xdg-open
chmod +x bin/xdg-open
export PATH=$folder/bin:$PATH
printf 'import streamlit as st\nst.write("hello")\n' > script.py
printf 'import streamlit as st\napp = st.App("script.py")\n' > asgi.py

opened_by() { # FILE PORT → how often the browser was asked for within ten seconds of the server's first answer
    : > opened
    venv/bin/python -m streamlit run "$1" --server.port "$2" --server.showEmailPrompt false \
        --browser.gatherUsageStats false > log 2>&1 &
    local server=$! seconds=0
    until curl --silent --fail "localhost:$2/_stcore/health" > /dev/null; do sleep 0.2; done
    until [ -s opened ] || [ "$seconds" -ge 10 ]; do sleep 1; seconds=$((seconds + 1)); done
    kill "$server"
    wait "$server" 2> /dev/null || true
    wc -l < opened
}

script=$(opened_by script.py 18761)
asgi=$(opened_by asgi.py 18762)
echo "a script: the browser is opened $script time(s); an st.App: $asgi time(s)"
[ "$script" -ge 1 ] && [ "$asgi" -eq 0 ]
