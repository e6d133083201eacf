"""The theme as it is told with each run of a page: what Streamlit itself would tell."""

import inspect

import pytest
from streamlit import config
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session

from pages.parts.shared import theme_message

PARTS = {"theme": "", "theme.light": "light", "theme.dark": "dark", "theme.sidebar": "sidebar"}


def told() -> CustomThemeConfig:
    """With its sections."""
    theme = CustomThemeConfig()
    for section, part in PARTS.items():
        app_session._populate_theme_msg(getattr(theme, part) if part else theme, section)
    return theme


@pytest.fixture
def by_streamlit(monkeypatch: pytest.MonkeyPatch) -> CustomThemeConfig:
    """What is told without this module, which is installed from here on."""
    original = inspect.unwrap(app_session._populate_theme_msg)
    monkeypatch.setattr(app_session, "_populate_theme_msg", original)
    expected = told()
    theme_message.install()
    return expected


def test_it_is_what_streamlit_tells_each_time(by_streamlit: CustomThemeConfig) -> None:
    assert by_streamlit.dark.primary_color == "#0d847c"
    assert not by_streamlit.HasField("sidebar")
    assert [told(), told()] == [by_streamlit, by_streamlit]


def test_another_theme_in_the_settings_is_told(by_streamlit: CustomThemeConfig) -> None:
    told()
    settings = config.get_config_options()
    option = settings["theme.dark.primaryColor"]
    before = option.value
    try:
        config._config_options = dict(settings)  # as where the file was read again
        option.set_value("#123456", "this test")
        assert told().dark.primary_color == "#123456"
    finally:
        option.set_value(before, option.where_defined)
        config._config_options = settings
