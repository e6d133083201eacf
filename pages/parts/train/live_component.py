"""What the browser draws of a run while it trains: a part of the panel, a component of our own.

All parts of a page share one conversation with the server (`pages/assets/live.js`), which goes on without
the page. Must not import TensorFlow or Keras.
"""

import hashlib
from pathlib import Path
from typing import Any, Literal

import streamlit as st

from pages.parts.shared.module_import import importing

ASSETS = Path(__file__).resolve().parent.parent.parent / "assets"
_FILES = ("live.js", "charts.js", "uplot/uPlot.iife.min.js", "uplot/uPlot.min.css", "live.css")
# Part of each address: a browser keeps what it has loaded until that changes.
_VERSION = hashlib.sha256(b"".join((ASSETS / file).read_bytes() for file in _FILES)).hexdigest()[:12]

_LOADER = (
    importing(f"lenet/assets/{_VERSION}/live.js")
    + """
const assets = new URL("lenet/assets/VERSION/", folder).href;
import(`${assets}charts.js`);  // live.js imports it: both are on their way at once
export default function (component) {
  let leave = null, left = false;
  loading.then((live) => { if (!left) leave = live.draw(component, { folder, assets }); });
  return () => { left = true; leave?.(); };
}
""".replace("VERSION", _VERSION)
)

_mount = st.components.v2.component(
    "lenet_live",
    html='<div class="live"></div>',
    css="\n".join((ASSETS / file).read_text("utf-8") for file in _FILES if file.endswith(".css")),
    js=_LOADER,
)

Part = Literal["figures", "curves", "network", "runs", "sweep"]


def live_component(part: Part, watched: dict[str, Any], **options: Any) -> None:
    """That part of the panel.

    Args:
        watched: `run`, the id of the run, "" where there is none yet; `wanted`: whether the link asks for it;
            `signature`: of what the page has drawn. The part "figures" runs the page again when that of the
            server is another one; the part "runs" when `runs`, the version of the list, is; the part "sweep"
            when `version`, that of the sweep whose id is `sweep`, is.
        options: what else the part needs.
    """
    # A change is told by the run of the page that follows it; there is nothing else to do.
    _mount(key=f"live-{part}", data={"part": part, **watched, **options}, on_changed_change=lambda: None)
