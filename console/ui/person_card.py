"""The chosen person: where they work, whether they are free, how to reach them, and the verbs for them."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from console.domain.calls import Situation
from console.domain.people import Person
from console.ui.avatar import Avatar
from console.ui.buttons import VerbButton
from console.ui.flow import Flow
from console.ui.labels import PlainLabel
from console.ui.language import listed, tr
from console.ui.numbers import Dialled, spaced_number
from console.ui.parts import Parts
from console.ui.people_finder import SeenPresence
from console.ui.presence import presence_word
from console.ui.times import age_text

_VERBS = ("call.redirect", "call.transfer", "participant.invite", "person.call")
_RINGING = ("call.redirect", "person.call")
_UP = ("call.transfer", "participant.invite", "person.call")
_STALE = 30.0
"""Seconds after which a presence should not be trusted without looking at its age."""


class PersonCard(QFrame):
    """Shows one person; hidden when nobody is chosen."""

    def __init__(self, parts: Parts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("person-card")
        self.setProperty("panel", "card")
        self._parts = parts
        self._seen: SeenPresence | None = None
        self._knows_presence = parts.graph.lacks("presence.many") is None
        self._avatar = Avatar(parts.icons, 40, self)
        self._name = PlainLabel(role="strong", elide=True)
        self._work = PlainLabel(role="muted", elide=True)
        self._presence = PlainLabel(elide=True)
        self._presence.setObjectName("person-presence")
        self._lines = {icon: _Line(parts, icon) for icon in ("building", "message", "phone")}
        self._buttons = {id: VerbButton(id, parts.commands, parts.icons) for id in _VERBS}
        self._lay_out()
        parts.icons.changed.connect(self._draw_icons)
        self.hide()

    def show_person(self, person: Person | None, seen: SeenPresence | None) -> None:
        """Show `person` with what was last read about their presence."""
        self.setVisible(person is not None)
        if person is None:
            return
        self._seen = seen
        self.setAccessibleName(person.name)
        self._avatar.show_person(person.name, person.id, seen.presence if seen else None)
        self._name.setText(person.name)
        number = isinstance(person, Dialled)
        work = listed(person.job_title, person.department)
        self._work.setText(tr("Telephone number") if number else work)
        self._work.setVisible(bool(number or work))
        self._presence.setVisible(not number and self._knows_presence)
        phones = () if number else person.phones
        self._lines["building"].show_text(person.office)
        self._lines["message"].show_text(person.mail)
        self._lines["phone"].show_text(" · ".join(spaced_number(p) for p in phones[:2]))
        self.refresh()

    def refresh(self) -> None:
        """Say the presence with its present age, and show the verbs that suit the chosen call."""
        if self._seen is None:
            self._presence.setText(presence_word(None).text)
        else:
            age = self._parts.now() - self._seen.at
            word = presence_word(self._seen.presence).text
            self._presence.setText(f"{word} · {age_text(age)}")
            self._presence.set_tone("warning" if age > _STALE else "muted")
        id = self._parts.selection.call
        call = self._parts.store.view.calls.get(id) if id else None
        suitable: tuple[str, ...]
        match call.situation if call else None:
            case Situation.RINGING:
                suitable = _RINGING
            case Situation.WAITING | Situation.TALKING | Situation.ON_HOLD:
                suitable = _UP
            case _:
                suitable = ("person.call",)
        for verb, button in self._buttons.items():
            button.setVisible(verb in suitable)

    def _lay_out(self) -> None:
        names = QVBoxLayout()
        names.setSpacing(1)
        for label in (self._name, self._work, self._presence):
            names.addWidget(label)
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(self._avatar)
        top.addLayout(names, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        column.addLayout(top)
        details = QVBoxLayout()
        details.setSpacing(2)
        for line in self._lines.values():
            details.addWidget(line)
        column.addLayout(details)
        verbs = QWidget(self)
        flow = Flow(verbs, gap=6)
        for button in self._buttons.values():
            flow.addWidget(button)
        column.addWidget(verbs)
        self._draw_icons()

    def _draw_icons(self) -> None:
        for line in self._lines.values():
            line.draw()


class _Line(QWidget):
    """A small icon and a text, hidden when there is none."""

    def __init__(self, parts: Parts, icon: str) -> None:
        super().__init__()
        self._icons, self._icon = parts.icons, icon
        self._mark = QLabel(self)
        self._text = PlainLabel(role="muted", elide=True, parent=self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._mark)
        row.addWidget(self._text, 1)

    def show_text(self, text: str) -> None:
        self._text.setText(text)
        self.setVisible(bool(text))

    def draw(self) -> None:
        self._mark.setPixmap(self._icons.pixmap(self._icon, "text_muted", 14))
