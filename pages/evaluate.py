"""Where a first link to `/evaluate` on a fresh server arrives, before `app.py` has named the pages."""

import runpy
from pathlib import Path

runpy.run_path(str(Path(__file__).resolve().parent.parent / "app.py"))
