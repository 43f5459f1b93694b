"""What the command palette offers for a few letters: actions, calls and people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtGui import QAction

from console.actions import ACTIONS
from console.domain.calls import Call
from console.domain.people import Person
from console.domain.world import World
from console.ui.call_rows import line_text
from console.ui.call_words import situation_phrase
from console.ui.commands import Commands, key_text
from console.ui.labels import one_line
from console.ui.language import listed, say, tr
from console.ui.numbers import shown_name, typed_number

MOST_CALLS, MOST_PEOPLE = 8, 8
FROM_LETTERS = 4
"""Letters from which on the purpose of an action is searched too: "an" is in every sentence."""


@dataclass(frozen=True, slots=True)
class PaletteRow:
    """One line: an action, a call or a person. `refused` is why it cannot be done now."""

    kind: Literal["action", "call", "person"]
    id: str
    title: str
    detail: str
    icon: str
    keys: str = ""
    refused: str = ""
    person: Person | None = None

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.id}"

    @property
    def spoken(self) -> str:
        return listed(self.title, self.keys, self.refused or self.detail)


def rank(words: str, text: str) -> int | None:
    """How well `text` fits: 0 begins with the words, 1 has words that begin so, 2 contains them; or None."""
    wanted, found = words.casefold().split(), text.casefold()
    if not wanted or found.startswith(words.casefold().strip()):
        return 0
    parts = found.replace("(", " ").replace("-", " ").split()
    if all(any(part.startswith(word) for part in parts) for word in wanted):
        return 1
    return 2 if all(word in found for word in wanted) else None


def action_rows(words: str, commands: Commands, more: Sequence[QAction]) -> list[PaletteRow]:
    """The actions whose name or purpose fits, those that can be done now first."""
    found: list[tuple[int, int, PaletteRow]] = []
    for place, action in enumerate(ACTIONS.values()):
        title, summary = say(action.title), say(action.summary)
        names = (title, str(action.title))  # whoever learnt the English name still finds it
        best = min((r for name in names if (r := rank(words, name)) is not None), default=None)
        if best is None and len(words.strip()) >= FROM_LETTERS:
            best = 3 if rank(words, summary) in (0, 1) else None
        if best is not None:
            why = commands.reason(action.id) or ""
            keys = key_text(action.keys) if action.keys else ""
            row = PaletteRow("action", action.id, title, summary, action.icon, keys, why)
            found.append((best + 10 * bool(why), place, row))
    for place, view in enumerate(more, start=len(ACTIONS)):
        title = view.iconText()
        best = rank(words, title)
        if best is not None:
            keys = key_text(view.shortcut().toString()) if not view.shortcut().isEmpty() else ""
            why = "" if view.isEnabled() else view.statusTip()
            row = PaletteRow("action", view.objectName(), title, "", "settings", keys, why)
            found.append((best + 3, place, row))
    return [row for _, _, row in sorted(found, key=lambda entry: entry[:2])]


def call_rows(words: str, world: World) -> list[PaletteRow]:
    """The calls whose caller, number or line fits, live ones first."""
    if not words.strip():
        return []
    found = [(rank_, call) for call in world.calls.values() if (rank_ := _call_rank(words, call)) is not None]
    found.sort(key=lambda entry: (not entry[1].live, entry[0], -entry[1].first_seen))
    return [_call_row(call) for _, call in found[:MOST_CALLS]]


def person_rows(words: str, people: Iterable[Person], promise: str) -> list[PaletteRow]:
    """The people found for the words, and the words themselves when they are a number.

    `promise` is what Enter does with them.
    """
    number = typed_number(words)
    dialled = [number.person] if number is not None and number.complete else []
    rows = []
    for person in [*dialled, *people][:MOST_PEOPLE]:
        about = " · ".join(part for part in (person.job_title, person.department) if part)
        detail = about or (tr("Telephone number") if person in dialled else person.mail)
        name = one_line(person.name)
        icon = "keypad" if person in dialled else "user"
        rows.append(PaletteRow("person", person.id, name, one_line(detail), icon, promise, "", person))
    return rows


def _call_rank(words: str, call: Call) -> int | None:
    if not call.identified:
        return None
    texts = (
        call.caller.name or "",
        call.caller.id,
        shown_name(call.caller),
        call.line.known if call.line else "",
    )
    return min((r for text in texts if (r := rank(words, text)) is not None), default=None)


def _call_row(call: Call) -> PaletteRow:
    phrase = situation_phrase(call)
    detail = " · ".join(part for part in (phrase.text, line_text(call)) if part)
    return PaletteRow("call", call.id, one_line(shown_name(call.caller)), one_line(detail), phrase.icon)
