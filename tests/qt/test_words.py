"""Numbers, presence and small words."""

from __future__ import annotations

import pytest

from console.domain.ids import UserId
from console.domain.people import Presence
from console.ui.avatar import Badge
from console.ui.numbers import spaced_number, typed_number
from console.ui.presence import presence_word


@pytest.mark.parametrize(
    ("typed", "digits", "complete"),
    [
        ("+44 20 7946 0018", "+442079460018", True),
        ("+44 (0)20 7946-0018", "+442079460018", True),
        ("0049 30 123456", "+4930123456", True),
        ("(425) 555-0100", "4255550100", False),
        ("+44", "", False),
        ("+44 2", "+442", False),
        ("+1234567890123456", "+1234567890123456", False),
    ],
)
def test_numbers_are_read_as_people_type_them(typed: str, digits: str, complete: bool) -> None:
    number = typed_number(typed)
    if not digits:
        assert number is None
    else:
        assert number is not None
        assert (number.digits, number.complete) == (digits, complete)
        assert bool(number.problem) is not complete


@pytest.mark.parametrize("words", ["Anna", "Room 4", "", "+", "12", "４２５", "1 & 2"])
def test_other_words_are_not_numbers(words: str) -> None:
    assert typed_number(words) is None


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("+442079460018", "+44 207 946 0018"),
        ("+14255550123", "+1 425 555 0123"),
        ("+85221234567", "+852 2123 4567"),
        ("+4930", "+4930"),
        ("5550123", "5550123"),
    ],
)
def test_numbers_are_shown_in_groups(number: str, shown: str) -> None:
    assert spaced_number(number) == shown


@pytest.mark.parametrize(
    ("availability", "activity", "text", "badge"),
    [
        ("Available", "Available", "Available", Badge.FREE),
        ("busy", "INACALL", "Busy – in a call", Badge.BUSY),
        ("Busy", "Invented", "Busy", Badge.BUSY),
        ("BeRightBack", "BeRightBack", "Be right back", Badge.AWAY),
        ("DoNotDisturb", "Presenting", "Do not disturb – presenting", Badge.DO_NOT_DISTURB),
        ("Offline", "OffWork", "Offline – off work", Badge.OFFLINE),
        ("Invented", "InACall", "Presence not known", None),
    ],
)
def test_presence_in_words(availability: str, activity: str, text: str, badge: Badge | None) -> None:
    word = presence_word(Presence(UserId("u"), availability, activity))
    assert (word.text, word.badge) == (text, badge)


def test_nothing_known_is_said() -> None:
    assert presence_word(None).text == "Presence not known"
