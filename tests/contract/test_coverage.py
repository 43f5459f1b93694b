"""Behind each operation stand a typed function, a simulator route, a contract test and an SDK test."""

from __future__ import annotations

import pytest

from console.graph.pages import Format, written
from tests.contract import coverage


@pytest.fixture(scope="module")
def rows() -> list[coverage.Row]:
    return coverage.rows()


def test_no_cell_is_empty_without_a_reason(rows: list[coverage.Row]) -> None:
    empty = {(row.operation.name, column) for row in rows for column in row.empty()}
    assert empty == coverage.REASONS.keys()


def test_what_graph_has_for_calls_and_participants_is_whole(rows: list[coverage.Row]) -> None:
    about_calls = [row for row in rows if row.operation.name.startswith(("call.", "participant."))]
    assert len(about_calls) > 25
    assert [row.operation.name for row in about_calls if row.empty() and not row.operation.relay_only] == []


def test_the_kept_table_is_fresh(rows: list[coverage.Row]) -> None:
    kept = coverage.FILE.read_text("utf-8")
    assert kept == written(coverage.page(rows), Format.MARKDOWN), f"run: {coverage.COMMAND}"


def test_operations_that_are_one_to_graph_have_tests_of_their_own(rows: list[coverage.Row]) -> None:
    """Those that stand in one feature; a subscription is the same test for whoever makes it."""
    by_test: dict[tuple[str, ...], list[str]] = {}
    for row in rows:
        by_test.setdefault(row.sdk, []).append(row.operation.name)
    shared = {frozenset(names) for test, names in by_test.items() if test and len(names) > 1}
    verbs = ("create", "list", "get", "renew", "reauthorize", "delete")
    assert shared == {frozenset((f"presenceWatch.{verb}", f"recordWatch.{verb}")) for verb in verbs}
