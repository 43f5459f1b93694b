"""Every sentence that an operator can read is there in Chinese, whole, and written as Chinese is."""

from __future__ import annotations

import re
import tomllib
from collections import Counter

from console import resources
from console.domain.text import Text
from console.language import CHINESE, ENGLISH, LANGUAGES, load
from tests.unit.language.source import bypassed, not_written_out, sentences

HOLE = re.compile(r"\{\w+\}")
HAN = "\u3400-\u9fff"
DATES = {text for text in load(CHINESE).sentences if re.fullmatch(r"[dMy ]+", text)}
"""Qt's formats for dates: in them letters and digits touch the signs."""

NAMES = frozenset(
    {
        *("Operator Console", "Python", "Qt", "PySide"),
        *("Tab, Shift+Tab", "Ctrl+K"),
        *("DejaVu Sans", "Noto Sans", "Sans Serif"),
        "high contrast",  # the name of a theme, in the settings
        *("an error in a slot", "an error in the loop", "schedule meeting", "people search "),  # for the log
    }
)
"""What stands in the window's code and is the same in every language, or is never shown."""


def test_the_source_is_really_read() -> None:
    found = {sentence.text for sentence in sentences()}
    assert len(found) > 500
    assert {
        "Answer",
        "Answering…",
        "They are busy.",
        "Take the call: it is answered and your own Teams is rung, so that you can speak.",
        "Only they or a supervisor can do this.",
        "Directory id of your tenant",
        "One caller is waiting.",
    } <= found


def test_every_sentence_is_there_in_chinese() -> None:
    known = load(CHINESE).sentences
    assert [str(sentence) for sentence in sentences() if sentence.text not in known] == []


def test_nothing_is_translated_that_nobody_says() -> None:
    said = {sentence.text for sentence in sentences()}
    assert [text for text in load(CHINESE).sentences if text not in said] == []


def test_a_sentence_is_translated_once() -> None:
    tables = tomllib.loads(resources.read_text(f"text/{CHINESE}.toml"))
    times = Counter(text for table in tables.values() for text in table)
    assert [text for text, count in times.items() if count > 1] == []


def test_chinese_is_whole_and_written_as_chinese_is() -> None:
    found = [
        (said, fault) for english, said in load(CHINESE).sentences.items() for fault in faults(english, said)
    ]
    assert found == []


def faults(english: str, chinese: str) -> list[str]:
    """What is wrong with one entry."""
    touching = re.search(f"[{HAN}][A-Za-z0-9]|[A-Za-z0-9][{HAN}]", chinese) and english not in DATES
    marks = {
        "what is filled in differs": Counter(HOLE.findall(english)) != Counter(HOLE.findall(chinese)),
        "nothing, or room at an end": not chinese or chinese != chinese.strip(),
        "Latin marks in Chinese": re.search(f"[{HAN}][,;:?!.]|[,;:?!]\\s?[{HAN}]", chinese),
        "room beside a Chinese mark": re.search("[，。：；？！（）、] | [，。：；？！（）、]", chinese),
        "no room between Chinese and Latin": touching,
        "not a whole sentence": english.endswith(".") and not chinese.endswith(("。", "}", "”")),
    }
    return [fault for fault, there in marks.items() if there]


def test_the_faults_are_seen() -> None:
    wrong = {
        "{who} left.": ("已离开。", "{who} 已离开", "{who} 已离开.", "{who} 已离开。 "),
        "Not in Teams": ("不在Teams", "不在 Teams ，", "不在 Teams,好"),
    }
    assert [said for english, texts in wrong.items() for said in texts if not faults(english, said)] == []


def test_templates_are_written_out_where_they_are_used() -> None:
    assert [str(found) for found in not_written_out()] == []


def test_nothing_in_the_window_goes_past_the_catalogue() -> None:
    assert [str(found) for found in bypassed(NAMES)] == []


def test_english_is_what_is_written() -> None:
    assert load(ENGLISH).say(Text("{who} has this call.", who="Lena")) == "Lena has this call."
    assert load(CHINESE).say(Text("{who} has this call.", who="张伟")) == "张伟 正在处理此通话。"


def test_every_language_has_its_catalogue() -> None:
    assert [load(language).language for language in LANGUAGES] == list(LANGUAGES)
    assert {len(load(language).sentences) > 0 for language in LANGUAGES if language != ENGLISH} == {True}
