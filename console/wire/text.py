"""Sentences between relay and console: the template with its values, so that the console can translate it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from console.domain.text import NOTHING, Text, Value
from console.wire.values import member, text

_DEEPEST = 3
"""Sentences within sentences that are read."""


def text_json(said: Text) -> dict[str, Any]:
    """Return `{"template": …, "values": {name: a string, a number or another such object}}`."""
    values = {name: text_json(v) if isinstance(v, Text) else v for name, v in said.values}
    return {"template": said.template, "values": values}


def read_text(source: object, depth: int = _DEEPEST) -> Text:
    """Return the sentence in `source`, an empty one when there is none. Values are cleaned as names are."""
    values = member(source, "values")
    if not depth or not isinstance(values, Mapping):
        return NOTHING
    found: dict[str, Value] = {}
    for name, value in values.items():
        found[name] = read_text(value, depth - 1) if isinstance(value, Mapping) else text(value)
    return Text(text(member(source, "template")), **found)
