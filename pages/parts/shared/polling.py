"""Scripts of components that ask the server what is new. Standard library only."""

from pathlib import Path

_POLLING = Path(__file__).with_name("polling.js")


def with_polling(script: Path) -> str:
    """That script as one that may call `poll` of `polling.js`: a component has one file."""
    return f"{_POLLING.read_text('utf-8')}\n{script.read_text('utf-8')}"
