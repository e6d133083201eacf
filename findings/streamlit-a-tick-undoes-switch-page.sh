#!/usr/bin/env bash
# Streamlit 1.67.0: the tick of a fragment (`run_every`) that the browser sends before it has heard of a
# `st.switch_page` brings the session back to the page that was left. The browser's message names the page that it is
# on; while the other page runs for the first time, the fragments of the former one are still known, so the tick is
# taken, the server declares the former page open again, and drops the values of the other page's widgets. One would
# expect what Streamlit does with ticks of fragments that are gone: nothing. Seen in `AppSession.request_rerun`
# (drops a tick only where its fragment is forgotten) and `ScriptRunner._run_script` (follows the message's page).
# A click, 0.2 s later the tick, on valid messages as the browser sends them: the pages that the server declares open
# are a, b, a. Without the tick: a, b.
# Needs Linux and python3. Prints what was seen; fails if it is otherwise.
set -euo pipefail
folder=$(mktemp -d)
trap 'kill "${server:-}" 2> /dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"
export HOME=$folder
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check streamlit==1.67.0 websockets==16.0

cat > app.py <<'PY'
import streamlit as st
st.navigation([st.Page("a.py", default=True), st.Page("b.py")]).run()
PY
cat > a.py <<'PY'
import streamlit as st

@st.fragment(run_every=60)
def clock():
    st.write("tick")

clock()
if st.button("go", key="go"):
    st.switch_page("b.py")
PY
cat > b.py <<'PY'
import time
import streamlit as st
st.text_input("words", key="words")
time.sleep(1)
PY
cat > browser.py <<'PY'
import asyncio, sys
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import connect

async def seen(ticks):
    pages, known = [], {}
    async with connect("ws://localhost:18771/_stcore/stream", subprotocols=["streamlit"], max_size=None) as socket:
        async def say(page, fragment="", clicked=""):
            message = BackMsg()
            asked = message.rerun_script
            asked.page_script_hash, asked.fragment_id, asked.is_auto_rerun = page, fragment, bool(fragment)
            if clicked:
                asked.widget_states.widgets.add(id=clicked, trigger_value=True)
            await socket.send(message.SerializeToString())

        async def listen(seconds):
            try:
                async with asyncio.timeout(seconds):
                    async for data in socket:
                        said = ForwardMsg.FromString(data)
                        kind = said.WhichOneof("type")
                        if kind == "new_session" and pages[-1:] != [said.new_session.page_script_hash]:
                            pages.append(said.new_session.page_script_hash)
                        elif kind == "auto_rerun":
                            known["fragment"] = said.auto_rerun.fragment_id
                        elif kind == "delta" and said.delta.new_element.HasField("button"):
                            known["button"] = said.delta.new_element.button.id
            except TimeoutError:
                pass

        await say("")
        await listen(3)
        a = pages[-1]
        pages[:] = [a]
        await say(a, clicked=known["button"])
        await listen(0.2)
        if ticks:
            await say(a, fragment=known["fragment"])
        await listen(3)
        return " ".join("a" if page == a else "b" for page in pages)

print(asyncio.run(seen(sys.argv[1] == "tick")))
PY
venv/bin/python -m streamlit run app.py --server.port 18771 --server.headless true \
    --browser.gatherUsageStats false > log 2>&1 &
server=$!
until venv/bin/python -c 'import urllib.request as r; r.urlopen("http://localhost:18771/_stcore/health")' 2> /dev/null
do sleep 0.2; done
without=$(venv/bin/python browser.py nothing)
with=$(venv/bin/python browser.py tick)
echo "pages that are declared open, without a tick: $without; with one: $with"
[ "$without" = "a b" ] && [ "$with" = "a b a" ]
