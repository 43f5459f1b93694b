"""Telephone numbers as people type them, brought to the one form that Teams can dial."""

from __future__ import annotations

import re
from dataclasses import dataclass

from console.domain.ids import UserId
from console.domain.people import Identity, IdentityKind, Person
from console.ui.language import say, tr

_TYPED = re.compile(r"\+?[\d\s().\-/\u2010-\u2013]*\d[\d\s().\-/\u2010-\u2013]*", re.ASCII)
_SHORTEST = 3
_LONGEST = 15
"""Digits in an E.164 number, the country's included."""


class Dialled(Person, frozen=True):
    """A typed number in a person's place: everything that can be done with a person can be done with it."""

    @property
    def identity(self) -> Identity:
        return Identity(IdentityKind.PHONE, self.id)


@dataclass(frozen=True, slots=True)
class TypedNumber:
    """What was typed: `digits` with a leading + when the country is named."""

    digits: str

    @property
    def complete(self) -> bool:
        """True when it names its country, so that anybody in the world could dial it."""
        return self.digits.startswith("+") and 8 <= len(self.digits) <= _LONGEST + 1

    @property
    def problem(self) -> str:
        """Why it cannot be dialled yet, or an empty string."""
        if self.complete:
            return ""
        if len(self.digits.lstrip("+")) > _LONGEST:
            return tr("Too long for a telephone number")
        if self.digits.startswith("+"):
            return tr("Keep typing: the number is not complete")
        return tr("Add + and the country code to dial")

    @property
    def person(self) -> Dialled:
        return Dialled(UserId(self.digits), spaced_number(self.digits), phones=(self.digits,))


def shown_name(identity: Identity) -> str:
    """What to call somebody on screen: the name, the number in groups, or that it is hidden."""
    if identity.kind is IdentityKind.PHONE and not identity.name and identity.id:
        return spaced_number(identity.id)
    return say(identity.label)


def picture_name(identity: Identity) -> str:
    """What an avatar is drawn from: a name, a number, or nothing for a caller who is hidden."""
    return identity.name or (identity.id if identity.kind is IdentityKind.PHONE else "")


def typed_number(text: str) -> TypedNumber | None:
    """Read `text` as a telephone number; None when it is something else. 00 is read as +."""
    stripped = text.strip()
    if not _TYPED.fullmatch(stripped):
        return None
    digits = re.sub(r"[^\d+]", "", stripped, flags=re.ASCII)
    # +44 (0)20 …: the bracketed 0 is only dialled inside the country.
    if digits.startswith("+") and "(0)" in stripped:
        head = re.sub(r"[^\d+]", "", stripped.split("(0)", 1)[0])
        digits = head + digits[len(head) + 1 :]
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    return TypedNumber(digits) if len(digits.lstrip("+")) >= _SHORTEST else None


_TWO_DIGIT_COUNTRIES = frozenset(
    [
        "20",
        "27",
        "30",
        "31",
        "32",
        "33",
        "34",
        "36",
        "39",
        "40",
        "41",
        "43",
        "44",
        "45",
        "46",
        "47",
        "48",
        "49",
        "51",
        "52",
        "53",
        "54",
        "55",
        "56",
        "57",
        "58",
        "60",
        "61",
        "62",
        "63",
        "64",
        "65",
        "66",
        "81",
        "82",
        "84",
        "86",
        "90",
        "91",
        "92",
        "93",
        "94",
        "95",
        "98",
    ]
)


def spaced_number(number: str) -> str:
    """Break an E.164 number into groups that can be read aloud: +442079460018 → +44 207 946 0018."""
    if not number.startswith("+") or not number[1:].isdigit() or len(number) < 9:
        return number
    two = 3 if number[1:3] in _TWO_DIGIT_COUNTRIES else 4
    country = 2 if number[1] in "17" else two
    head, rest = number[:country], number[country:]
    groups = [rest[-4:]]
    rest = rest[:-4]
    while len(rest) > 4:
        groups.append(rest[-3:])
        rest = rest[:-3]
    return " ".join([head, *([rest] if rest else []), *reversed(groups)])
