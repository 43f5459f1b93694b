"""A sentence is a template with values until somebody reads it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from console.domain.text import Text, counted, sentences

GERMAN = {
    "{who} has this call.": "{who} hat diesen Anruf.",
    "Your Teams did not join. {why}": "Ihr Teams kam nicht dazu. {why}",
    "They are busy.": "Besetzt.",
    "{first} {second}": "{first} {second}",
}


def german(template: str) -> str:
    return GERMAN.get(template, template)


def test_english_is_what_str_gives() -> None:
    assert str(Text("{who} has this call.", who="Lena Ortiz")) == "Lena Ortiz has this call."


def test_a_text_among_the_values_is_translated_and_a_name_is_not() -> None:
    mixed = "{who} has this call.", "Your Teams did not join. {why}"
    assert Text(mixed[0], who="They are busy.").put(german) == "They are busy. hat diesen Anruf."
    assert Text(mixed[1], why=Text("They are busy.")).put(german) == "Ihr Teams kam nicht dazu. Besetzt."


@given(st.text())
def test_a_name_cannot_reach_into_the_template(name: str) -> None:
    assert Text("{who} has this call.", who=name).put(german) == f"{name} hat diesen Anruf."


def test_a_hole_without_a_value_stays() -> None:
    assert str(Text("{who} and {other}", who="Lena")) == "Lena and {other}"


def test_one_and_many() -> None:
    words = ("One call is ringing.", "{count} calls are ringing.")
    assert [str(counted(n, *words)) for n in (1, 2)] == ["One call is ringing.", "2 calls are ringing."]


def test_sentences_follow_one_another_without_the_empty_ones() -> None:
    joined = sentences(Text("Reject failed."), Text(""), Text("They are busy."))
    assert str(joined) == "Reject failed. They are busy."
    assert not sentences(Text("")) and str(sentences()) == ""


def test_texts_are_values() -> None:
    assert Text("a {b}", b=1) == Text("a {b}", b=1) != Text("a {b}", b=2)
    assert len({Text("a {b}", b=1), Text("a {b}", b=1)}) == 1
