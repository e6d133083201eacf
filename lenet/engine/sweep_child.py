"""`python -m lenet.engine.sweep_child SWEEP SLOTS SERVER`: drives a sweep, and says which runs are to be
trained.

It says so in lines of JSON on standard output, and last of all what went wrong. Loads Optuna; must not import
TensorFlow, Keras, Dask or Streamlit.
"""

import json
import os
import sys
from pathlib import Path

from lenet.engine.lifeline import end_with_parent
from lenet.errors import DatasetError, SweepError
from lenet.people.owner import owner_of
from lenet.people.person import set_acting
from lenet.sentences import reason
from lenet.sweep.driver import Driver
from lenet.sweep.folder import Sweep

_NICENESS = 3  # as a trainer: the page and its browser come first


def main() -> None:
    """Until the sweep is at its end, or the server."""
    path, slots, server = sys.argv[1:]
    end_with_parent()
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    set_acting(lambda: owner_of(Path(path)))  # whose sweep it is, theirs are its trials
    try:
        Driver(Sweep(Path(path)), lambda run: _say(start=run.id), int(slots), server or None).drive()
    except (SweepError, DatasetError) as error:
        _say(problem=str(error))
    except OSError as error:
        _say(
            problem=f"The sweep cannot be gone on with: {error.strerror or error}. Mend that, then resume it."
        )
    except Exception as error:  # of a library, or ours: the person hears of it
        _say(
            problem=f"Unexpected {type(error).__name__}: {reason(error)}. Resume the sweep: no trial is lost."
        )


def _say(**document: str) -> None:
    print(json.dumps(document), flush=True)


if __name__ == "__main__":
    main()
