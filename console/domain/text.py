"""A sentence that can be read in any language: the English template with its values, put into words later.

Nothing below the window knows the operator's language. It says what happened as a `Text`; the window and the
terminal, the only places where somebody reads it, put it into words. The template is the catalogue's key, as
in gettext, so one template has one meaning: where English has one word for two things, write more words.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

_HOLE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True, init=False)
class Text:
    """`template` with `{name}` where a value goes. A value that is a Text is translated, all others are data.

    `str()` gives the English sentence, for logs.
    """

    template: str
    values: tuple[tuple[str, Value], ...]

    def __init__(self, template: str, /, **values: Value) -> None:
        object.__setattr__(self, "template", template)
        object.__setattr__(self, "values", tuple(values.items()))

    def __str__(self) -> str:
        return self.put(str)

    def __bool__(self) -> bool:
        return bool(self.template)

    def put(self, translate: Callable[[str], str]) -> str:
        """Return the sentence with every template in it replaced by what `translate` makes of it.

        A hole without a value stays as it is: a catalogue must not be able to break a message.
        """
        values = dict(self.values)

        def fill(hole: re.Match[str]) -> str:
            value = values.get(hole[1], hole[0])
            return value.put(translate) if isinstance(value, Text) else str(value)

        return _HOLE.sub(fill, translate(self.template)) if values else translate(self.template)


Value = str | int | Text

NOTHING = Text("")


def counted(count: int, one: str, many: str, /, **values: Value) -> Text:
    """Return the template for one or for many, with `count` as a value: "{count} calls are ringing."."""
    return Text(one if count == 1 else many, count=count, **values)


def sentences(*texts: Text) -> Text:
    """Return the texts that are not empty, one after the other."""
    said = [text for text in texts if text]
    if len(said) < 2:
        return said[0] if said else Text("")
    return Text("{first} {second}", first=said[0], second=sentences(*said[1:]))
