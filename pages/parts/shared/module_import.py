"""How the script of a component gets at JavaScript modules that this server has. Standard library only."""

_FOLDER = """
const path = location.pathname.replace(/\\/+$/, "").replace(/[^/]*$/, "");
const folder = new URL(path, location.origin).href;
"""


def importing(path: str) -> str:
    """The first lines of a component's script: `folder`, an address, and `loading`, a promise of the module.

    The script itself has no address from which another one could be imported, hence the page's.

    Args:
        path: of the module, from the root of the server.
    """
    return _FOLDER + f"const loading = import(`${{folder}}{path}`);\n"
