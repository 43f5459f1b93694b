"""A list model of frozen rows with keys, which turns a new list into the smallest Qt signals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

Row = TypeVar("Row")
Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class Rows(QAbstractListModel, Generic[Row]):
    """Shows `rows`; `key` tells which row is which, `spoken` is its text for eyes and for screen readers."""

    def __init__(
        self, key: Callable[[Row], str], spoken: Callable[[Row], str], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._key = key
        self._spoken = spoken
        self._rows: list[Row] = []

    @property
    def rows(self) -> tuple[Row, ...]:
        return tuple(self._rows)

    def row(self, index: Index) -> Row | None:
        """The row behind `index`, or None."""
        return self._rows[index.row()] if index.isValid() and index.row() < len(self._rows) else None

    def at(self, key: str) -> QModelIndex:
        """The index of the row with `key`; invalid when there is none."""
        place = next((i for i, r in enumerate(self._rows) if self._key(r) == key), -1)
        return self.index(place) if place >= 0 else QModelIndex()

    def show(self, rows: Sequence[Row]) -> None:
        """Show these rows now. Rows that stay keep their selection and focus."""
        new = {self._key(r) for r in rows}
        for place in reversed(range(len(self._rows))):
            if self._key(self._rows[place]) not in new:
                self.beginRemoveRows(_NOWHERE, place, place)
                del self._rows[place]
                self.endRemoveRows()
        for place, row in enumerate(rows):
            key = self._key(row)
            old = next((i for i in range(place, len(self._rows)) if self._key(self._rows[i]) == key), -1)
            if old < 0:
                self.beginInsertRows(_NOWHERE, place, place)
                self._rows.insert(place, row)
                self.endInsertRows()
                continue
            if old != place:
                self.beginMoveRows(_NOWHERE, old, old, _NOWHERE, place)
                self._rows.insert(place, self._rows.pop(old))
                self.endMoveRows()
            if self._rows[place] != row:
                self._rows[place] = row
                self.dataChanged.emit(self.index(place), self.index(place))

    def touch(self) -> None:
        """Paint every row again: a clock ran or a presence changed."""
        if self._rows:
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.row(index)
        if row is None:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                return self._spoken(row)
            case Qt.ItemDataRole.UserRole:
                return row
        return None
