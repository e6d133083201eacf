"""Networks that answer in the browser at every move of the pen: what they draw, and the route to their files.

The modules that compute are in `lenet/browser/modules/`; all parts on a page share one session there
(`dashboard.js`), which outlives the runs of the page. Must not import Dask, TensorFlow or Keras.
"""

import base64
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError
from pathlib import Path
from typing import Any, Literal

import numpy as np
import streamlit as st
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from lenet.browser import modules_folder
from lenet.browser.network_file import NetworkFile, network_file
from lenet.browser.no_digit_file import no_digit_file
from lenet.drawing.strokes import Drawing
from lenet.errors import EngineError, ModelError, RunError
from lenet.evaluation.prediction import Prediction
from lenet.networks.model_reference import ModelReference, parse
from lenet.runs.folder import Run, default_folder
from lenet.runs.listing import summarize
from lenet.runs.status import ACTIVE_STATES
from pages.parts.shared.engine import engine, engine_id
from pages.parts.shared.module_import import importing

_LONGEST = 300  # characters of a model's name
_PATIENCE = 5.0  # seconds for weights that only the worker knows
_DIGITS = 3  # after the point, in pixels of the canvas

_HERE = Path(__file__).parent
MODULES = importing(f"lenet/modules/{modules_folder.version()}/dashboard.js")

Part = Literal["pen", "image", "pixels", "prediction", "maps"]
_mounts = {
    part: st.components.v2.component(
        f"lenet_live_{part}",
        html=f'<div class="live {part}"></div>',
        css=(_HERE / "live_network.css").read_text("utf-8"),
        js=MODULES + (_HERE / "live_network.js").read_text("utf-8"),
    )
    for part in ("pen", "image", "pixels", "prediction", "maps")
}


def live_network(
    part: Part, page: str, key: str, on_sure: Callable[[], None] = lambda: None, **data: Any
) -> None:
    """That part of the page.

    Args:
        on_sure: called where a prediction is there that nothing speaks against, if `data` asks for that.
        data: what `dashboard.js` says that it takes.
    """
    _mounts[part](key=key, data={"part": part, "page": page, **data}, on_sure_change=on_sure)


def told(answer: Prediction) -> dict[str, Any]:
    """The server's prediction, as a card takes it that has none of the browser."""
    probabilities, names = answer.probabilities.tolist(), answer.class_names
    return {"probabilities": probabilities, "classes": names, "doubt": answer.reason}


def epochs_under(slider: str, model: ModelReference, epochs: Sequence[str]) -> dict[str, Any] | None:
    """The slider of that key, whose steps are these epochs: a prediction follows the finger on it."""
    if len(epochs) < 2:
        return None
    return {"slider": slider, "names": [str(model.at(epoch)) for epoch in epochs]}


def strokes(drawing: Drawing | None, canvas: int) -> list[list[list[float]]]:
    """The strokes on a canvas of that many pixels, as JSON has them."""
    if drawing is None:
        return []
    scale = canvas / drawing.canvas
    return [np.round(stroke * scale, _DIGITS).tolist() for stroke in drawing.strokes]


def encoded(image: np.ndarray | None) -> str:
    """Pixels, uint8, as text; empty where there are none."""
    return "" if image is None else base64.b64encode(image.tobytes()).decode()


# The route


def network(request: Request) -> Response:
    """`GET lenet/network?model=NAME`: layers and weights of a model; in a thread, since it reads files."""
    name = request.query_params.get("model", "")[:_LONGEST]
    try:
        if parse(name).is_file:
            raise ModelError("A file from elsewhere is computed by the server alone.")
        file = network_file(name, default_folder(), _untrained)
    except ModelError as error:
        is_awaited = _has_just_begun(name)
        return JSONResponse({"problem": str(error), "is_awaited": is_awaited}, 503 if is_awaited else 404)
    except (EngineError, TimeoutError, CancelledError):
        words = "TensorFlow is warming up: it draws the weights of this untrained network."
        return JSONResponse({"problem": words, "is_awaited": True}, status_code=503)
    return _answer(request, file, is_fixed=parse(name).is_pretrained)


def no_digit(request: Request) -> Response:
    """`GET lenet/no-digit`: the network that tells digits from other drawings; another one with a version."""
    headers = {"Cache-Control": "private, max-age=3600"}
    return Response(no_digit_file(), media_type="application/octet-stream", headers=headers)


def _answer(request: Request, file: NetworkFile, is_fixed: bool) -> Response:
    """The file; nothing but "the same" where the browser has it. Of a fixed one a page need not ask again."""
    tag = f'"{file.digest}"'
    headers = {
        "ETag": tag,
        "Cache-Control": "private, no-cache" + (", immutable" if is_fixed else ""),
        "Lenet-Training": str(int(file.is_training)),
    }
    if tag in request.headers.get("if-none-match", ""):  # also as W/"…", which a proxy makes of it
        return Response(status_code=304, headers=headers)
    return Response(file.content, media_type="application/octet-stream", headers=headers)


def _has_just_begun(name: str) -> bool:
    """Whether it is a run that will have weights."""
    try:
        return summarize(Run.open(parse(name).name).path, engine_id()).state in ACTIVE_STATES
    except RunError:
        return False


def _untrained(name: str) -> dict[str, np.ndarray]:
    ready = engine()
    if ready is None or ready.state().inference not in ("ready", "busy"):
        raise TimeoutError
    return ready.infer("lenet.browser.untrained.weights", name).result(timeout=_PATIENCE)
