"""The row model: whatever list follows another, Qt hears it right and nothing is rebuilt."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QModelIndex
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication

from console.ui.rows import Rows

Row = tuple[str, int]
LISTS = st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(0, 2)), unique_by=lambda r: r[0])


def _model() -> Rows[Row]:
    return Rows(lambda r: r[0], lambda r: f"{r[0]} {r[1]}")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(before=LISTS, after=LISTS)
def test_any_list_can_follow_any_other(qapp: QApplication, before: list[Row], after: list[Row]) -> None:
    rows = _model()
    tester = QAbstractItemModelTester(rows, QAbstractItemModelTester.FailureReportingMode.Warning)
    resets: list[bool] = []
    rows.modelReset.connect(lambda: resets.append(True))
    rows.show(before)
    rows.show(after)
    assert rows.rows == tuple(after)
    assert not resets
    del tester


@pytest.mark.usefixtures("qapp")
def test_what_did_not_change_is_not_painted_again() -> None:
    rows = _model()
    rows.show([("a", 1), ("b", 1), ("c", 1)])
    painted: list[int] = []
    rows.dataChanged.connect(lambda first, last: painted.append(first.row()))
    rows.show([("a", 1), ("b", 2), ("c", 1)])
    assert painted == [1]
    rows.show([("a", 1), ("b", 2), ("c", 1)])
    assert painted == [1]


@pytest.mark.usefixtures("qapp")
def test_a_row_is_found_by_its_key() -> None:
    rows = _model()
    rows.show([("a", 1), ("b", 1)])
    assert rows.row(rows.at("b")) == ("b", 1)
    assert not rows.at("z").isValid()
    assert rows.row(QModelIndex()) is None
