"""AppTest runs a page as the dashboard does: packages are read once, and no Keras is loaded beside it."""

import functools
from collections.abc import Iterator

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.scriptrunner import script_runner


@pytest.fixture(scope="session", autouse=True)
def quick_pages() -> Iterator[None]:
    """Spares tests what takes a second of every AppTest.

    Where Keras is loaded, as it is by the tests' oracles, Streamlit ends each run of a page with Keras'
    `clear_session`, which collects the garbage of the whole process; and each AppTest reads the metadata of
    every installed package.
    """
    scan = functools.cache(manifest_scanner.scan_component_manifests)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(script_runner, "_clean_problem_modules", lambda: None)
        patch.setattr(manifest_scanner, "scan_component_manifests", scan)
        yield
