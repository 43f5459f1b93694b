"""After a day of the programs at DEBUG no secret of that day lies anywhere, and the search would find it."""

from __future__ import annotations

import json

import pytest

from tests.leaks.conftest import Day
from tests.leaks.secrets_of import Leak, Needle, needles_of, read, scan, scan_folder

pytestmark = pytest.mark.timeout(300)

WANTED = {
    "access token", "refresh token", "id token", "bearer token", "authorization code", "code verifier",
    "device code", "client assertion", "state", "nonce",
}  # fmt: skip
MADE_FOR_IT = {"state/relay-data/facts.db", "state/relay-data/audit.db"}
"""The relay's log of calls and its audit are there to know who called, for the days that retention gives."""


def told(leaks: set[Leak]) -> list[str]:
    return sorted(f"{leak.kind} ({leak.shape}) in {leak.place}" for leak in leaks)


def test_nothing_of_the_day_lies_around(day: Day) -> None:
    """Files, logs, what was printed, what was deleted; the password store's own file, too."""
    secrets = day.secrets
    assert secrets.keys() >= WANTED and len(day.keys) == 2, "the day had every kind of secret"
    needles = needles_of(secrets, day.keys, day.numbers)
    leaks = scan_folder(day.scanned, needles) | scan_folder(day.service.home, needles)
    known = {leak for leak in leaks if leak.kind == "caller's number" and leak.place in MADE_FOR_IT}
    assert told(leaks - known) == []
    assert {leak.place for leak in known} == MADE_FOR_IT, "an exception that is none any more"


def test_the_day_was_a_whole_one(day: Day) -> None:
    """Everything that is searched is there: logs at DEBUG, what was deleted, a sign-in that is kept."""
    log = (day.scanned / "console.log").read_text("utf-8")
    assert "DEBUG:" in log and "audit" in log
    assert "call.hangUp" in (day.scanned / "state/logs/relay.log").read_text("utf-8")
    assert 'log_level = "debug"' in (day.scanned / "state/relay.toml").read_text("utf-8")
    assert "DEBUG:" in (day.scanned / "state/logs/simulator.log").read_text("utf-8")
    assert list((day.scanned / "deleted").iterdir()) and list(day.scanned.rglob("*.sealed"))
    assert (day.scanned / "profile/window.ini").exists()


def test_other_programs_are_told_no_secret(day: Day) -> None:
    """Arguments and environments can be read by others. The browser is given the address of the sign-in
    page; what is in there opens nothing without the verifier, and only once."""
    needles = needles_of(day.secrets, day.keys, day.numbers)
    shown = {
        Leak(n.kind, n.shape, name) for name, text in day.processes.items() for n in found(text, needles)
    }
    assert len(day.processes) == 3 and told(shown) == []
    started = list(read(day.tap, "started"))
    assert [s for s in started if "sign-in" in s["argv"]]
    for one in started:
        assert found(json.dumps(one["environment"]).encode(), needles) == set()
        kinds = {leak.kind for leak in found(json.dumps(one["argv"]).encode(), needles)}
        assert kinds <= ({"state", "nonce"} if "sign-in" in one["argv"] else set()), one["argv"]


def found(text: bytes, needles: list[Needle]) -> set[Leak]:
    return scan(text, "here", needles)


def test_the_search_finds_what_msal_says_when_nobody_keeps_it_quiet(day: Day) -> None:
    """The proof that it can fail: the same day with MSAL at DEBUG."""
    leaks = scan_folder(day.base / "leaky", needles_of(day.secrets, day.keys, day.numbers))
    assert {leak.kind for leak in leaks} >= {"authorization code", "code verifier"}, told(leaks)
    assert {leak.place for leak in leaks} == {"console.log"}
