"""Start of the Train page, for AppTest, which presses no components of our own."""

import json

from streamlit.components.v2.bidi_component.main import _make_trigger_id
from streamlit.testing.v1 import AppTest


class StartButton:
    """As it is drawn; `shown` is what a click on it says was on the page."""

    def __init__(self, test: AppTest) -> None:
        found = (each.proto for each in test.get("bidi_component"))
        proto = next(each for each in found if each.component_name == "lenet_start_button")
        self._test, self._id, data = test, proto.id, json.loads(proto.json)
        self.disabled, self.shown = data["disabled"], data["shown"]

    def click(self) -> AppTest:
        """Press it, with what the widgets of the test say; runs the page."""
        states = self._test._tree.get_widget_states()
        pressed = states.widgets.add(id=_make_trigger_id(self._id, "events"))
        pressed.json_trigger_value = json.dumps([{"event": "pressed", "value": self.shown}])
        return self._test._run(states)
