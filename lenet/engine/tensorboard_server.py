"""TensorBoard for this machine alone: `python -m lenet.engine.tensorboard_server FOLDER`.

Started by `lenet.engine.tensorboard_process`, and ends with that process. Prints one line of JSON: its
address, or what went wrong. Loads TensorBoard and not TensorFlow; no page may import it.
"""

import json
import sys
import threading
import types
from collections.abc import Callable, Iterable
from typing import Any

from lenet.engine.lifeline import end_with_parent
from lenet.sentences import reason

ADDRESS = "127.0.0.1"
_NAMES = (ADDRESS, "localhost")
_RELOAD_SECONDS = 5  # TensorBoard looks for new events so often
Application = Callable[[dict[str, Any], Callable], Iterable[bytes]]


def serve(folder: str) -> str:
    """Starts in threads of its own; returns the address."""
    # Where this module is, as in builds without TensorFlow, TensorBoard reads event files by itself.
    sys.modules["tensorboard.compat.notf"] = types.ModuleType("tensorboard.compat.notf")
    from tensorboard import program

    def server(application: Application, flags: Any) -> program.TensorBoardServer:
        return program.create_port_scanning_werkzeug_server(for_this_machine(application), flags)

    board = program.TensorBoard(server_class=server)
    board.configure(("tensorboard",), logdir=folder, host=ADDRESS, port=0, reload_interval=_RELOAD_SECONDS)
    return board.launch()


def for_this_machine(application: Application) -> Application:
    """The application, for who asks for it by a name of this machine alone.

    A page elsewhere could give this machine a name of its own, and read here what others may not.
    """

    def checked(environ: dict[str, Any], start_response: Callable) -> Iterable[bytes]:
        received = environ.get("HTTP_HOST", "")
        if received.partition(":")[0] in _NAMES:
            return application(environ, start_response)
        start_response("403 Forbidden", [("Content-Type", "text/plain; charset=utf-8")])
        return [f"Host: received {received[:80]!r}, expected {' or '.join(_NAMES)}.\n".encode()]

    return checked


def main() -> None:
    """Serves until the parent is gone."""
    end_with_parent()
    try:
        said = {"url": serve(sys.argv[1])}
    except Exception as error:  # whatever TensorBoard raises: the parent reads it
        said = {"problem": reason(error)}
    print(json.dumps(said), flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main()
