"""The meetings of a month: kept over a restart, one number for each person, and nothing that names them."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from console.settings.tally import Tally

LENA, KOFI = "0d000000-0000-4000-8000-000000000001", "0d000000-0000-4000-8000-000000000002"


class Clock:
    def __init__(self, *day: int) -> None:
        self.day = datetime(*day, tzinfo=UTC)  # type: ignore[arg-type, misc]

    def __call__(self) -> float:
        return self.day.timestamp()


def test_a_restart_does_not_forget(tmp_path: Path) -> None:
    for _ in range(3):
        Tally(tmp_path, Clock(2026, 11, 30, 23, 59, 59)).add(LENA)
    Tally(tmp_path, Clock(2026, 11, 2)).add(KOFI)
    again = Tally(tmp_path, Clock(2026, 11, 30))
    assert (again.count(LENA), again.count(KOFI), again.count("nobody")) == (3, 1, 0)


def test_a_new_month_begins_at_nothing(tmp_path: Path) -> None:
    clock = Clock(2026, 11, 30, 23, 59, 59)
    tally = Tally(tmp_path, clock)
    tally.add(LENA)
    clock.day = datetime(2026, 12, 1, tzinfo=UTC)
    assert tally.count(LENA) == 0
    tally.add(LENA)
    assert tally.count(LENA) == 1


def test_the_file_tells_a_number_and_not_whose_it_is(tmp_path: Path) -> None:
    Tally(tmp_path, Clock(2026, 11, 24)).add(LENA)
    (file,) = tmp_path.iterdir()
    assert json.loads(file.read_text()) == {"2026-11": 1}
    assert LENA not in file.name and "000000000001" not in file.name
    assert os.name == "nt" or file.stat().st_mode & 0o077 == 0


def test_two_consoles_of_one_person_add_to_the_same_number(tmp_path: Path) -> None:
    first, second = (Tally(tmp_path, Clock(2026, 11, 24)) for _ in range(2))
    first.add(LENA)
    second.add(LENA)
    assert first.count(LENA) == second.count(LENA) == 2


@pytest.mark.parametrize("content", ["", "[]", '{"2026-11": "x"}', "\ufffd", '{"2026-11": true}'])
def test_a_broken_file_counts_as_none_and_is_mended(tmp_path: Path, content: str) -> None:
    tally = Tally(tmp_path, Clock(2026, 11, 24))
    tally.add(LENA)
    (file,) = tmp_path.iterdir()
    file.write_text(content, "utf-8")
    assert tally.count(LENA) == 0
    tally.add(LENA)
    assert Tally(tmp_path, Clock(2026, 11, 24)).count(LENA) == 1


@pytest.mark.logs("cannot be kept")
def test_a_disk_that_cannot_be_written_costs_only_the_memory(tmp_path: Path) -> None:
    folder = tmp_path / "in the way"
    folder.write_text("no folder")
    tally = Tally(folder / "below", Clock(2026, 11, 24))
    tally.add(LENA)
    tally.add(LENA)
    assert tally.count(LENA) == 2
