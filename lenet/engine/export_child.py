"""`python -m lenet.engine.export_child`: reads a request from standard input, answers in lines of JSON.

Loads TensorFlow when it has to. Must not import Streamlit.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

from lenet.engine.lifeline import end_with_parent
from lenet.errors import ModelError
from lenet.export.making import make
from lenet.sentences import reason


def main() -> None:
    """Do what is asked for, once."""
    request = json.loads(sys.stdin.readline())
    end_with_parent()
    answers = _own_standard_output()
    try:
        made = make(
            request["model"], request["format"], Path(request["runs_folder"]),
            lambda words: _say(answers, doing=words),
        )  # fmt: skip
        Path(request["file"]).write_bytes(made.content)
        _say(answers, file_name=made.file_name, sentences=made.sentences)
    except ModelError as error:
        _say(answers, problem=str(error))
    except MemoryError:
        _say(answers, problem="The network does not fit into memory. Choose a smaller one.")
    except Exception as error:  # of a library that cannot do it
        _say(answers, problem=f"The export failed: {reason(error)}. Choose another format.")


def _own_standard_output() -> int:
    """What libraries print goes nowhere; answers go where standard output went."""
    answers = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    return answers


def _say(answers: int, **document: Any) -> None:
    os.write(answers, json.dumps(document).encode() + b"\n")


if __name__ == "__main__":
    main()
