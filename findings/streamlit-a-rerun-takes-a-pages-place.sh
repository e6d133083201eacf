#!/usr/bin/env bash
# Streamlit 1.67.0 with `runner.fastReruns = false`: a page that ends with `st.rerun()` takes the place of a click to
# another page that came while it ran. The click's request waits for the run to end; `st.rerun` makes a request of its
# own, of the page that is being left; the two are made one, and that one keeps the newer page. One would expect that
# the page that a person asked for is shown, as it is when the page just ends. Seen in
# `ScriptRequests._request_rerun_locked` (joins the two) and `st.rerun` (asks for the page that runs).
# A click that makes page a work for a second, 0.3 s later the request for page b, valid messages as the browser sends
# them: the last page that the server declares open is a where a ends with `st.rerun()`, and b where it just ends.
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
import time
import streamlit as st

if st.button("ends", key="ends"):
    time.sleep(1)
if st.button("runs again", key="again"):
    time.sleep(1)
    st.rerun()
PY
echo 'import streamlit as st; st.write("b")' > b.py
cat > browser.py <<'PY'
import asyncio, sys
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import connect

async def seen(label):
    opened, buttons, pages = [], {}, {}
    async with connect("ws://localhost:18772/_stcore/stream", subprotocols=["streamlit"], max_size=None) as socket:
        async def say(page, clicked=""):
            message = BackMsg()
            message.rerun_script.page_script_hash = page
            if clicked:
                message.rerun_script.widget_states.widgets.add(id=clicked, trigger_value=True)
            await socket.send(message.SerializeToString())

        async def listen(seconds):
            try:
                async with asyncio.timeout(seconds):
                    async for data in socket:
                        said = ForwardMsg.FromString(data)
                        kind = said.WhichOneof("type")
                        if kind == "new_session":
                            opened.append(said.new_session.page_script_hash)
                        elif kind == "navigation":
                            pages.update({each.page_name: each.page_script_hash for each in said.navigation.app_pages})
                        elif kind == "delta" and said.delta.new_element.HasField("button"):
                            button = said.delta.new_element.button
                            buttons[button.label] = button.id
            except TimeoutError:
                pass

        await say("")
        await listen(3)
        await say(pages["a"], buttons[label])
        await listen(0.3)
        await say(pages["b"])
        await listen(4)
        return next(name for name, page in pages.items() if page == opened[-1])

print(asyncio.run(seen(sys.argv[1])))
PY
venv/bin/python -m streamlit run app.py --server.port 18772 --server.headless true \
    --runner.fastReruns false --browser.gatherUsageStats false > log 2>&1 &
server=$!
until venv/bin/python -c 'import urllib.request as r; r.urlopen("http://localhost:18772/_stcore/health")' 2> /dev/null
do sleep 0.2; done
ends=$(venv/bin/python browser.py ends)
again=$(venv/bin/python browser.py "runs again")
echo "the page that is open at the end, where a just ends: $ends; where it ends with st.rerun: $again"
[ "$ends" = b ] && [ "$again" = a ]
