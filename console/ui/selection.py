"""What the operator has chosen: one call, one participant of it and one person."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from console.domain.ids import CallId, ParticipantId
from console.domain.people import Person


class Selection(QObject):
    """The chosen call, participant and person. Choosing another call lets go of the participant."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._call: CallId | None = None
        self._participant: ParticipantId | None = None
        self._person: Person | None = None

    @property
    def call(self) -> CallId | None:
        return self._call

    @call.setter
    def call(self, call: CallId | None) -> None:
        if call != self._call:
            self._call = call
            self._participant = None
            self.changed.emit()

    @property
    def participant(self) -> ParticipantId | None:
        return self._participant

    @participant.setter
    def participant(self, participant: ParticipantId | None) -> None:
        if participant != self._participant:
            self._participant = participant
            self.changed.emit()

    @property
    def person(self) -> Person | None:
        return self._person

    @person.setter
    def person(self, person: Person | None) -> None:
        if person != self._person:
            self._person = person
            self.changed.emit()
