"""Who goes to another page gets there, also where the page that is left has itself run again at that moment.

What asks for another page waits until what runs has ended. Where that ends with `st.rerun`, Streamlit 1.67
keeps one request for both, and the page of the newer one: the click was lost. Here such a rerun is left out,
for the other page is a whole run. Must not import Dask, TensorFlow or Keras.
"""

from functools import wraps

from streamlit.runtime.scriptrunner import RerunData, get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequests, ScriptRequestType


def install() -> None:
    """For all sessions of this process."""
    request = ScriptRequests._request_rerun_locked

    @wraps(request)
    def requested(self: ScriptRequests, rerun: RerunData) -> bool:
        return _leads_elsewhere(self, rerun) or request(self, rerun)

    ScriptRequests._request_rerun_locked = requested


def _leads_elsewhere(requests: ScriptRequests, rerun: RerunData) -> bool:
    """Whether a page asks for itself, and somebody is waiting for another one."""
    context = get_script_run_ctx(suppress_warning=True)
    if context is None or context.script_requests is not requests:  # a message of the browser
        return False
    page, waiting = context.page_script_hash, requests._rerun_data
    is_waiting = requests._state == ScriptRequestType.RERUN and bool(waiting.page_script_hash)
    return is_waiting and rerun.page_script_hash == page != waiting.page_script_hash
