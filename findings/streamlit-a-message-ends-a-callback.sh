#!/usr/bin/env bash
# Streamlit 1.67.0: the callback of a click that a newer message of the same browser meets is ended at its next use of
# `st.session_state`, and never called again: what it had still to do is lost, though the click had arrived. One would
# expect it to be finished, or called by the run that follows, as a trigger that no run has seen is passed on. Seen in
# `SafeSessionState`, each use of which is a place where a run can be given up.
# A callback that writes "begun", waits 0.5 s and writes "done"; a second message 0.2 s after the click: only "begun",
# with `runner.fastReruns` on (the default) and off. Without the second message: "begun done".
# Needs Linux and python3. Prints what was seen; fails if it is otherwise.
set -euo pipefail
folder=$(mktemp -d)
trap 'kill "${server:-}" 2> /dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"
export HOME=$folder
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check streamlit==1.67.0 websockets==16.0

cat > app.py <<'PY'
import time
import streamlit as st

def work():
    print("begun", flush=True)
    time.sleep(0.5)
    st.session_state["done"] = True
    print("done", flush=True)

st.button("go", key="go", on_click=work)
PY
cat > browser.py <<'PY'
import asyncio, sys
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import connect

async def main(port, again):
    button = ""
    async with connect(f"ws://localhost:{port}/_stcore/stream", subprotocols=["streamlit"], max_size=None) as socket:
        async def say(clicked=""):
            message = BackMsg()
            message.rerun_script.query_string = ""
            message.rerun_script.SetInParent()
            if clicked:
                message.rerun_script.widget_states.widgets.add(id=clicked, trigger_value=True)
            await socket.send(message.SerializeToString())

        await say()
        async for data in socket:
            said = ForwardMsg.FromString(data)
            if said.WhichOneof("type") == "delta" and said.delta.new_element.HasField("button"):
                button = said.delta.new_element.button.id
            elif said.WhichOneof("type") == "script_finished":
                break
        await say(clicked=button)
        await asyncio.sleep(0.2)
        if again:
            await say()
        await asyncio.sleep(2.5)

asyncio.run(main(sys.argv[1], sys.argv[2] == "again"))
PY

said() { # PORT FAST-RERUNS AGAIN → what the callback has printed
    venv/bin/python -m streamlit run app.py --server.port "$1" --server.headless true \
        --runner.fastReruns "$2" --browser.gatherUsageStats false > "log-$1" 2>&1 &
    server=$!
    until venv/bin/python -c "import urllib.request as r; r.urlopen('http://localhost:$1/_stcore/health')" 2> /dev/null
    do sleep 0.2; done
    venv/bin/python browser.py "$1" "$3"
    kill "$server"
    wait "$server" 2> /dev/null || true
    grep -o 'begun\|done' "log-$1" | xargs
}

alone=$(said 18781 false nothing)
off=$(said 18782 false again)
on=$(said 18783 true again)
echo "a click alone: $alone; with another message, fast reruns off: $off; on: $on"
[ "$alone" = "begun done" ] && [ "$off" = "begun" ] && [ "$on" = "begun" ]
