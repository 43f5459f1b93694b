"""Participants from JSON: roster entries in every form that notifications and answers give them."""

from __future__ import annotations

from console.domain.ids import ParticipantId, plain_id
from console.domain.participants import Participant
from console.wire.people import read_identity
from console.wire.values import flag, items, member, text, whole


def read_participants(value: object, sequence: int = 0) -> tuple[Participant, ...]:
    """Return roster entries; those without an id (just invited) are left out. `sequence`: the delta's own."""
    found = (_read_participant(p, sequence) for p in items(value))
    return tuple(p for p in found if p is not None)


def _read_participant(entry: object, sequence: int) -> Participant | None:
    id = text(member(entry, "id"))
    if not id:
        return None
    audio = [
        s for s in items(member(entry, "mediaStreams")) if text(member(s, "mediaType")).casefold() == "audio"
    ]
    directions = {text(member(s, "direction")).casefold() for s in audio}
    return Participant(
        id=ParticipantId(plain_id(id)),
        identity=read_identity(member(member(entry, "info"), "identity")),
        muted=flag(member(entry, "isMuted")) or any(flag(member(s, "serverMuted")) for s in audio),
        in_lobby=flag(member(entry, "isInLobby")),
        on_hold=bool(directions) and directions <= {"inactive"},
        sequence=whole(member(entry, "rosterSequenceNumber"), sequence) or sequence,
        left=isinstance(member(entry, "removedState"), dict),
    )
