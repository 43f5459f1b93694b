"""Searching the directory and watching presences."""

from __future__ import annotations

from console.domain.people import Person
from console.simulator.app import Running
from console.simulator.directory import DEMO_USERS
from console.simulator.faults import Faults
from console.ui.parts import Parts
from console.ui.people_finder import PeopleFinder
from console.ui.presence import presence_word
from tests.qt.waiting import until


class Heard:
    """What the finder said."""

    def __init__(self, finder: PeopleFinder) -> None:
        self.found: list[tuple[str, tuple[Person, ...]]] = []
        self.failed: list[tuple[str, str]] = []
        finder.results.connect(lambda words, persons: self.found.append((words, persons)))
        finder.failed.connect(lambda words, sentence: self.failed.append((words, sentence)))


def _id(name: str) -> str:
    return next(u.id for u in DEMO_USERS if u.display_name == name)


async def test_words_find_people_and_only_the_newest_words_are_asked_for(
    finder: PeopleFinder, tenant: Running
) -> None:
    heard = Heard(finder)
    for words in ("a", "an", "ann", "anna"):
        finder.search(words)
    await until(lambda: bool(heard.found))
    assert [(w, [p.name for p in persons]) for w, persons in heard.found] == [("anna", ["Anna Berg"])]
    asked = [r for r in tenant.simulator.requests.since(0) if "/users" in r["path"]]
    assert len(asked) == 1


async def test_no_words_give_the_first_page_of_the_directory(finder: PeopleFinder) -> None:
    heard = Heard(finder)
    finder.search("")
    await until(lambda: bool(heard.found))
    names = [p.name for p in heard.found[0][1]]
    assert len(names) > 5
    assert names == sorted(names)


async def test_a_failure_becomes_a_sentence_and_can_be_tried_again(
    finder: PeopleFinder, tenant: Running
) -> None:
    heard = Heard(finder)
    tenant.simulator.faults.put(Faults(bare_error=1))
    finder.search("anna")
    await until(lambda: bool(heard.failed))
    assert heard.failed[0][1].startswith("People cannot be searched now.")
    finder.search("anna")
    await until(lambda: bool(heard.found))


async def test_presence_is_read_for_who_is_on_screen_and_stops_when_nobody_is(
    parts: Parts, finder: PeopleFinder, tenant: Running
) -> None:
    tom = _id("Tom Reed")
    finder.watch("people", [tom])  # type: ignore[list-item]
    await until(lambda: finder.presence(tom) is not None)  # type: ignore[arg-type]
    seen = finder.presence(tom)  # type: ignore[arg-type]
    assert seen is not None
    assert presence_word(seen.presence).text == "Busy – in a call"
    assert seen.at == parts.now()
    finder.watch("people", [])
    await until(lambda: not finder.polling)


async def test_old_presence_stays_when_reading_fails_and_the_failure_is_said(
    graph: object, parts: Parts, tenant: Running
) -> None:
    beat = PeopleFinder(graph, now=parts.now, period=lambda: 0.0)  # type: ignore[arg-type]
    tom = _id("Tom Reed")
    beat.watch("people", [tom])  # type: ignore[list-item]
    await until(lambda: beat.presence(tom) is not None)  # type: ignore[arg-type]
    tenant.simulator.faults.put(Faults(bare_error=1))
    problems: list[str] = []
    beat.presences_changed.connect(lambda: problems.append(beat.presence_problem))
    await until(lambda: any(problems))
    assert any(p.startswith("Presence is not being updated.") for p in problems)
    assert beat.presence(tom) is not None  # type: ignore[arg-type]
    await beat.close()
