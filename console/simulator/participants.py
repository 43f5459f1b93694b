"""Who is in a call, as the simulator knows it, and the `participant` Graph shows of them (REFERENCE §4.3)."""

from __future__ import annotations

from dataclasses import dataclass

from console.simulator.identities import Json, Party


@dataclass(slots=True)
class Participant:
    """One member of a call's roster. `muted_by_server` means the bot muted them; they may undo it."""

    id: str
    party: Party
    joined_at: float
    source_id: str = "1"
    muted: bool = False
    muted_by_server: bool = False
    on_hold: bool = False
    in_lobby: bool = False
    shares: bool = False
    roster_sequence: int = 0
    left_at: float | None = None

    @property
    def is_person(self) -> bool:
        return self.party.is_person

    def resource(self, *, delta: bool, removed: str | None = None) -> Json:
        """The Graph `participant`; `removed` is the reason somebody left, told in delta mode only."""
        shown: Json = {
            "@odata.type": "#microsoft.graph.participant",
            "id": self.id,
            "isMuted": self.muted,
            "isInLobby": self.in_lobby,
            "metadata": None,
            "info": participant_info(self.party, self.id),
            "mediaStreams": [
                {
                    "@odata.type": "#microsoft.graph.mediaStream",
                    "mediaType": "audio",
                    "label": "main-audio",
                    "sourceId": self.source_id,
                    # Hold music shows as an inactive stream: assumption "hold-shows".
                    "direction": "inactive" if self.on_hold else "sendReceive",
                    "serverMuted": self.muted_by_server,
                },
                *([self._screen()] if self.shares else []),
            ],
        }
        if delta:
            shown["rosterSequenceNumber"] = self.roster_sequence
        if removed is not None:
            shown["removedState"] = {"@odata.type": "#microsoft.graph.removedState", "reason": removed}
        return shown

    def _screen(self) -> Json:
        return {
            "@odata.type": "#microsoft.graph.mediaStream",
            "mediaType": "videoBasedScreenSharing",
            "label": "applicationsharing-video",
            "sourceId": f"{self.source_id}01",
            "direction": "sendOnly",
            "serverMuted": False,
        }


def participant_info(party: Party, participant_id: str | None = None) -> Json:
    """The `participantInfo` of a source or a roster entry."""
    info: Json = {
        "@odata.type": "#microsoft.graph.participantInfo",
        "identity": party.identity_set(),
        "endpointType": "default",
        "region": None,
        "languageId": None,
        "countryCode": None,
    }
    if participant_id is not None:
        info["participantId"] = participant_id
    return info


def invitation_info(party: Party, participant_id: str | None = None, replaces: str | None = None) -> Json:
    """The `invitationParticipantInfo` of a target or an invitee; invitees carry their id (§2.1)."""
    return {
        "@odata.type": "#microsoft.graph.invitationParticipantInfo",
        "identity": party.identity_set(),
        "endpointType": "default",
        "replacesCallId": replaces,
        "participantId": participant_id,
    }
