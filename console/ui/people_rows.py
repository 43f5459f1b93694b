"""What the people search can offer: persons of the directory and a number that was typed. Pure values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from console.domain.ids import UserId
from console.domain.people import Person
from console.ui.labels import one_line
from console.ui.language import listed, tr
from console.ui.numbers import TypedNumber, typed_number
from console.ui.people_finder import SeenPresence
from console.ui.presence import NOT_KNOWN, PresenceWord, presence_word


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One line of the results. `problem` says why it cannot be chosen yet."""

    person: Person
    presence: PresenceWord | None = NOT_KNOWN
    problem: str = ""

    @property
    def key(self) -> str:
        return "number" if self.presence is None else self.person.id

    @property
    def work(self) -> str:
        """Title and department, for the second line."""
        return listed(one_line(self.person.job_title), one_line(self.person.department))

    @property
    def detail(self) -> str:
        """What stands below the name after the presence word."""
        if self.presence is None:
            return self.problem or tr("Telephone number")
        return self.work

    @property
    def spoken(self) -> str:
        """The row for a screen reader."""
        presence = self.presence.text if self.presence else ""
        return listed(one_line(self.person.name), presence, self.detail)


def people_rows(
    words: str,
    persons: Sequence[Person],
    presence: Callable[[UserId], SeenPresence | None],
    unread: PresenceWord = NOT_KNOWN,
) -> tuple[PersonRow, ...]:
    """The rows for what was typed and found: a typed number first, then the persons.

    `unread` is what is said of somebody whose presence was not read.
    """
    number = typed_number(words)
    head = (_number_row(number),) if number else ()
    return head + tuple(_person_row(p, presence(p.id), unread) for p in persons)


def _number_row(number: TypedNumber) -> PersonRow:
    return PersonRow(number.person, None, number.problem)


def _person_row(person: Person, seen: SeenPresence | None, unread: PresenceWord) -> PersonRow:
    return PersonRow(person, presence_word(seen.presence) if seen else unread)
