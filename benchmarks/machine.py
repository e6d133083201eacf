"""What a benchmark ran on: a ratio of two programs is that of one processor."""

import os
import platform
from pathlib import Path

_FACTS = ("cpu family", "model", "model name")  # the name alone may say little


def processor() -> str:
    """Its name, family and model, where the system says them, and how many cores of it there are."""
    information = Path("/proc/cpuinfo")
    lines = information.read_text().splitlines() if information.exists() else []
    facts = dict(_fact(line) for line in reversed(lines) if line.partition(":")[0].strip() in _FACTS)
    name = facts.get("model name") or platform.processor() or platform.machine()
    if "model" in facts:
        name += f" (family {facts['cpu family']}, model {facts['model']})"
    return f"{name}, {os.cpu_count()} cores"


def _fact(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name.strip(), value.strip()
