"""Sentences keep their template and values on the way from the relay to the console."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.text import NOTHING, Text
from console.wire.text import read_text, text_json

NAMES = st.text(st.characters(min_codepoint=48, max_codepoint=0x9FFF, categories=("L", "N")), min_size=1)


def there_and_back(text: Text) -> Text:
    return read_text(msgspec.json.decode(msgspec.json.encode(text_json(text))))


@given(NAMES)
def test_what_is_sent_is_what_is_read(who: str) -> None:
    text = Text("{who}: {why}", who=who, why=Text("Ended with code {code}.", code="408/1"))
    assert there_and_back(text) == text


def test_a_number_comes_back_as_its_digits() -> None:
    assert str(there_and_back(Text("{count} calls", count=3))) == "3 calls"


@pytest.mark.parametrize(
    "told", [None, 7, "text", [], {}, {"template": "x"}, {"template": "x", "values": 3}, {"values": {}}]
)
def test_what_is_no_sentence_is_nothing(told: object) -> None:
    assert not read_text(told)


def test_an_endless_sentence_is_cut() -> None:
    told: dict[str, object] = {"template": "the end", "values": {}}
    for _ in range(50):
        told = {"template": "{more}", "values": {"more": told}}
    assert "the end" not in str(read_text(told))


def test_signs_that_turn_a_name_around_are_taken_out() -> None:
    told = {"template": "{who} has this call.", "values": {"who": "Lena\u202eOrtiz\n"}}
    assert str(read_text(told)) == "LenaOrtiz has this call."
    assert read_text({"template": "", "values": {}}) == NOTHING
