"""What a browser says of a widget of Streamlit 1.67: a field of WidgetState and its value."""

from typing import Any

from streamlit.proto.NumberInput_pb2 import NumberInput


def set_value(kind: str, widget: Any) -> dict[str, Any] | None:
    """What the server gives a widget, whatever it was; None: nothing."""
    if not getattr(widget, "set_value", False):
        return None
    if kind == "checkbox":
        return {"bool_value": widget.value}
    if kind in ("text_input", "selectbox"):
        return {"string_value": widget.value if kind == "text_input" else widget.raw_value}
    if kind == "slider" and widget.options:
        return {"string_array_value": {"data": [widget.options[int(each)] for each in widget.value]}}
    if kind == "slider":
        return {"double_array_value": {"data": widget.value}}
    if kind == "number_input":
        is_whole = widget.data_type == NumberInput.INT
        return {"int_value": int(widget.value)} if is_whole else {"double_value": widget.value}
    return {"string_array_value": {"data": widget.raw_values}} if kind == "button_group" else None


def first_value(kind: str, widget: Any) -> dict[str, Any] | None:
    """What a browser says of a widget that nobody has touched; None: nothing."""
    if kind == "checkbox":
        return {"bool_value": widget.default}
    if kind == "text_input":
        return {"string_value": widget.default}
    if kind == "slider" and widget.options:
        return {"string_array_value": {"data": [widget.options[int(each)] for each in widget.default]}}
    if kind == "slider":
        return {"double_array_value": {"data": widget.default}}
    if kind == "number_input":
        is_whole = widget.data_type == NumberInput.INT
        return {"int_value": int(widget.default)} if is_whole else {"double_value": widget.default}
    if kind == "selectbox" and widget.options and widget.HasField("default"):
        return {"string_value": widget.options[widget.default]}
    if kind == "button_group":
        chosen = (widget.options[each] for each in widget.default)
        words = [f"{each.content_icon} {each.content}".strip() for each in chosen]
        return {"string_array_value": {"data": words}}
    return None
