"""What a check found, as values, and a whole examination as text or JSON for whoever helps."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from console.domain.text import NOTHING, Text


class Verdict(StrEnum):
    """GOOD, NOTE for what works but somebody should know, BAD, and SKIPPED after what it depends on."""

    GOOD = "good"
    NOTE = "note"
    BAD = "bad"
    SKIPPED = "skipped"


Facts = tuple[tuple[str, str], ...]
"""Names and values as they are spelt everywhere: options, host names, numbers."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A sentence, what to do next, and facts for support. None of it holds a secret."""

    verdict: Verdict
    sentence: Text
    remedy: Text = NOTHING
    facts: Facts = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """One check of an examination. `name` is its id in JSON, `title` what people call it."""

    name: str
    title: Text
    finding: Finding


def good(sentence: Text | str, *, facts: Facts = ()) -> Finding:
    return Finding(Verdict.GOOD, _text(sentence), facts=facts)


def note(sentence: Text | str, remedy: Text | str = "", *, facts: Facts = ()) -> Finding:
    return Finding(Verdict.NOTE, _text(sentence), _text(remedy), facts)


def bad(sentence: Text | str, remedy: Text | str = "", *, facts: Facts = ()) -> Finding:
    return Finding(Verdict.BAD, _text(sentence), _text(remedy), facts)


def passed(outcomes: Sequence[Outcome]) -> bool:
    """True when nothing that was looked at is bad."""
    return all(outcome.finding.verdict is not Verdict.BAD for outcome in outcomes)


SIGNS = {Verdict.GOOD: "✓", Verdict.NOTE: "!", Verdict.BAD: "✗", Verdict.SKIPPED: "–"}


def as_lines(outcome: Outcome, say: Callable[[Text], str]) -> list[str]:
    """Return one outcome as lines of plain text."""
    finding = outcome.finding
    said = [f"{SIGNS[finding.verdict]} {say(outcome.title)}: {say(finding.sentence)}"]
    if finding.remedy:
        said.append(f"  → {say(finding.remedy)}")
    return [*said, *(f"    {name}: {value}" for name, value in finding.facts)]


def as_text(outcomes: Sequence[Outcome], say: Callable[[Text], str]) -> str:
    """Return the examination as text to be sent to whoever helps."""
    return "\n".join(line for outcome in outcomes for line in as_lines(outcome, say))


def as_json(outcomes: Sequence[Outcome], say: Callable[[Text], str]) -> str:
    """Return the examination as JSON: `ok`, and each check by its name with verdict, sentence and facts."""
    checks = [
        {
            "name": outcome.name,
            "title": say(outcome.title),
            "verdict": outcome.finding.verdict,
            "sentence": say(outcome.finding.sentence),
            "remedy": say(outcome.finding.remedy),
            "facts": dict(outcome.finding.facts),
        }
        for outcome in outcomes
    ]
    return json.dumps({"ok": passed(outcomes), "checks": checks}, ensure_ascii=False, indent=2)


def _text(said: Text | str) -> Text:
    return said if isinstance(said, Text) else Text(said)
