"""The fields of all links as rows of a table in Markdown, for `docs/links.md`."""

from pages.parts.shared.link_field_kinds import (
    Cell,
    Choice,
    Decimal,
    Field,
    Image,
    Layers,
    Names,
    Number,
    Several,
    Switch,
)
from pages.parts.shared.link_fields import PAGES, SETTINGS

_OF_RECIPES = {*SETTINGS, "dataset", "architecture", "layers"}
_MANY = 9  # options: a table that names so many is out of date at the next one


def rows() -> list[str]:
    """One for each field."""
    return [
        f"| `/{page}` | `{field.name}` | {field.title} | {_what(field)} | {_default(field)} |"
        for page, fields in PAGES.items()
        for field in fields.values()
    ]


def _what(field: Field) -> str:
    if isinstance(field, Several):
        return "controls of the page, with commas between" if field.options else "nothing on this page"
    if isinstance(field, Choice) and not 0 < len(field.options) < _MANY:
        return "one of those on the page"
    if isinstance(field, Cell):
        return "two numbers, such as 4-9"
    kinds = {Choice: field.expected, Number: "a whole number", Decimal: field.expected, Names: "names"}
    kinds |= {
        Layers: "layers, as below",
        Switch: "no, yes (or false, true)",
        Image: "a drawing of 28×28 pixels",
    }
    if isinstance(field, Number) and field.highest:
        return f"a whole number, {field.expected}"
    return kinds.get(type(field), field.expected)


def _default(field: Field) -> str:
    if field.page == "train" and field.name in _OF_RECIPES:
        return "as the recipe has it"
    if isinstance(field, Several):
        return "all are shown"
    if field.default is None:
        return "as the page decides"
    return "`no`" if isinstance(field, Switch) else f"`{field.default}`"
