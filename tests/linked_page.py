"""A page as a link opens it in AppTest, when the workers have answered all that is on it."""

from streamlit.testing.v1 import AppTest

from tests.engine_fixtures import wait_until


def opened(test: AppTest, **query: str) -> AppTest:
    """The page that such a link opens, when everything on it is answered."""
    for name, value in query.items():
        test.query_params[name] = value
    wait_until(lambda: is_settled(test.run()), 90)
    return test


def is_settled(test: AppTest) -> bool:
    """Whether nothing on it waits for an answer, or it ended in an exception."""
    waits = any("comes by itself" in each.value for each in test.caption)
    return bool(test.exception) or not (waits or test.get("progress"))
