"""The theme is made into a message once, and not for each run of a page or a fragment.

Streamlit 1.67 tells it at the start of every run, and goes through all of its settings for each of six
sections: a sixth of what a stroke on the canvas costs the server. Must not import Dask, TensorFlow or Keras.
"""

from functools import wraps
from typing import Any

from streamlit import config
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session


def install() -> None:
    """For all sessions of this process."""
    populate = app_session._populate_theme_msg
    known: dict[str, tuple[Any, CustomThemeConfig]] = {}  # section → the settings it was made of, and it

    @wraps(populate)
    def populated(message: CustomThemeConfig, section: str = "theme") -> None:
        settings = config.get_config_options()  # another dict where the file was read again
        made_of, made = known.get(section, (None, None))
        if made_of is not settings:
            made = CustomThemeConfig()
            populate(made, section)
            known[section] = settings, made
        if made.ByteSize():
            message.MergeFrom(made)

    app_session._populate_theme_msg = populated
