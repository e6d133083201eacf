"""What the server does beside the pages: every five seconds ended sessions go, and free memory is given back.

Must not import Dask, TensorFlow or Keras.
"""

import asyncio

from streamlit import runtime

from lenet.engine.memory import Keeper, give_back

_PAUSE = 5.0  # seconds


async def keep_house() -> None:
    """Until it is cancelled; in the server's event loop, to which sessions belong."""
    keeper = Keeper()
    while True:
        await asyncio.sleep(_PAUSE)
        if forget_ended_sessions():
            give_back()
        keeper.look()


def forget_ended_sessions() -> int:
    """How many went: Streamlit 1.67 keeps the session of a closed tab for some time, two minutes usually.

    It looks at the clock when the next tab is closed: the last 128 of a class stay, with all that they were
    shown and uploaded, until somebody comes again.
    """
    if not runtime.exists():
        return 0
    ended = runtime.get_instance()._session_mgr._session_storage._cache.expire()
    for _, about in ended:
        about.session.shutdown()  # lets its files go, whoever still refers to it
    return len(ended)
