"""The people of a meeting: found through the directory, kept as chips that can be taken out again."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from console.domain.people import Person
from console.ui.flow import Flow
from console.ui.icons import Icons
from console.ui.labels import PlainLabel, button_text, one_line, tooltip
from console.ui.language import tr
from console.ui.people_finder import PeopleFinder
from console.ui.people_list import PeopleList
from console.ui.people_rows import people_rows
from console.ui.search_field import SearchField

_SHOWN = 4
_WATCHER = "attendees"


class Attendees(QWidget):
    """`changed` comes whenever somebody was added or taken out."""

    changed = Signal()
    submitted = Signal()
    """Ctrl+Enter: the whole dialog is meant."""

    def __init__(self, icons: Icons, finder: PeopleFinder, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icons = icons
        self._finder = finder
        self._people: list[Person] = []
        self._found: tuple[Person, ...] = ()
        self._search = finder.searcher(self)
        self._chips = QWidget(self)
        self._flow = Flow(self._chips, gap=4)
        self._field = SearchField()
        self._field.setObjectName("attendee-search")
        self._field.setPlaceholderText(tr("Add people"))
        self._field.setAccessibleName(tr("Add people to the meeting"))
        self._list = PeopleList(icons)
        self._list.setObjectName("attendee-results")
        self._note = PlainLabel(role="caption", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for widget in (self._chips, self._field, self._note, self._list):
            column.addWidget(widget)
        self._field.textChanged.connect(self._typed)
        self._field.moved.connect(self._list.step)
        self._field.confirmed.connect(self._add_chosen)
        self._field.escaped.connect(self._escape)
        self._field.invited.connect(self.submitted)
        self._field.installEventFilter(self)
        self._list.confirmed.connect(self._add_chosen)
        self._list.clicked.connect(lambda _: self._add_chosen())
        self._search.found.connect(self._results)
        self._search.failed.connect(lambda _, sentence: self._say(sentence))
        finder.presences_changed.connect(self._refresh)
        self._show_chips()
        self._close_list()

    @property
    def people(self) -> tuple[Person, ...]:
        return tuple(self._people)

    @property
    def field(self) -> SearchField:
        return self._field

    def show_people(self, people: tuple[Person, ...]) -> None:
        """Start with these."""
        self._people = list(people)
        self._show_chips()

    def add(self, person: Person) -> None:
        """Add `person` once."""
        if all(p.id != person.id for p in self._people):
            self._people.append(person)
            self._show_chips()
            self.changed.emit()

    def remove(self, person: Person) -> None:
        """Take `person` out."""
        self._people = [p for p in self._people if p.id != person.id]
        self._show_chips()
        self.changed.emit()

    async def close_search(self) -> None:
        """Stop looking for people and wait for it."""
        await self._search.close()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._field and event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            empty = not self._field.text()
            if event.key() == Qt.Key.Key_Backspace and empty and self._people:
                self.remove(self._people[-1])
                return True
        return super().eventFilter(watched, event)

    def _typed(self, text: str) -> None:
        if text.strip():
            self._search.begin(text)
        else:
            self._search.cancel()
            self._close_list()

    def _results(self, words: str, persons: tuple[Person, ...]) -> None:
        if not self._field.text().strip():
            return
        known = {p.id for p in self._people}
        self._found = tuple(p for p in persons if p.id not in known)
        rows = people_rows("", self._found, self._finder.presence)
        self._list.show_rows(rows, choose_first=True)
        self._list.setVisible(bool(rows))
        if rows:
            self._list.setFixedHeight(min(_SHOWN, len(rows)) * self._list.sizeHintForRow(0))
        self._say("" if rows else tr("Nobody found for “{words}”.", words=one_line(words, 40)))
        self._finder.watch(_WATCHER, self._list.visible_users())

    def _refresh(self) -> None:
        if self._list.isVisible():
            self._list.refresh_rows(people_rows("", self._found, self._finder.presence))

    def _add_chosen(self) -> None:
        person = self._list.person() if self._list.isVisible() else None
        if person is not None:
            self.add(person)
            self._field.clear()
            self._field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _escape(self) -> None:
        if self._field.text():
            self._field.clear()
        else:
            # Nothing to back out of here: let the dialog close.
            self.window().close()

    def _close_list(self) -> None:
        self._list.hide()
        self._list.show_rows((), choose_first=False)
        self._say("")
        self._finder.watch(_WATCHER, ())

    def _say(self, text: str) -> None:
        self._note.setText(text)
        self._note.setVisible(bool(text))

    def _show_chips(self) -> None:
        while (item := self._flow.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
        for person in self._people:
            self._flow.addWidget(self._chip(person))
        self._chips.setVisible(bool(self._people))

    def _chip(self, person: Person) -> QPushButton:
        chip = QPushButton(button_text(one_line(person.name, 32)), self._chips)
        chip.setProperty("kind", "chip")
        chip.setAccessibleName(tr("{who}, press to take out", who=person.name))
        chip.setToolTip(tooltip(f"{person.name}\n{tr('Press to take out')}"))
        chip.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the × stands after the name
        self._icons.dress(chip, "x")
        chip.clicked.connect(lambda: self.remove(person))
        return chip
