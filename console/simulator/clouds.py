"""What each of Microsoft's clouds lacks of what the simulator can do (REFERENCE §8)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from console.simulator import assumptions, errors
from console.simulator.identities import Json


@dataclass(frozen=True, slots=True)
class Cloud:
    """`missing` are beginnings of operation names; `unknown` are properties of requests, by operation."""

    name: str
    missing: tuple[str, ...] = ()
    unknown: tuple[tuple[str, str], ...] = ()
    hidden_presence: tuple[str, ...] = ()
    """Properties that `presence` does not have."""
    topics: tuple[str, ...] = ("presence", "callRecords")
    """What may be subscribed to."""

    def has(self, operation: str) -> bool:
        return not operation.startswith(self.missing) if self.missing else True

    def check(self, operation: str, body: Json) -> None:
        """Refuses a body with a property that the cloud's types do not have. Raises 400."""
        for where, name in self.unknown:
            if where == operation and _present(body, name.split("/")):
                raise errors.GraphError(
                    *assumptions.CLOUD_PROPERTY.value,
                    f"The property '{name.split('/')[-1]}' does not exist on the type.",
                )


def _present(value: Any, path: list[str]) -> bool:
    """Whether there is something at `path`, in any entry of the lists on the way."""
    if isinstance(value, list):
        return any(_present(entry, path) for entry in value)
    if not path:
        return value is not None
    return isinstance(value, dict) and _present(value.get(path[0]), path[1:])


def _options() -> Iterator[tuple[str, str]]:
    """The flags of callOptions, wherever they may be sent."""
    for operation in ("calls.create", "calls.answer"):
        for flag in (
            "hideBotAfterEscalation",
            "isContentSharingNotificationEnabled",
            "isDeltaRosterEnabled",
            "isInteractiveRosterEnabled",
        ):
            yield operation, f"callOptions/{flag}"


_GOVERNMENT = {
    "missing": (
        "calls.sendDtmfTones",
        "calls.addLargeGalleryView",
        "audioRoutingGroups",
        "contentSharingSessions",
    ),
    "unknown": (
        ("calls.transfer", "transferee"),
        ("calls.answer", "participantCapacity"),
        ("participants.invite", "participants/hidden"),
        ("participants.invite", "participants/removeFromDefaultAudioRoutingGroup"),
        *_options(),
    ),
    "hidden_presence": ("sequenceNumber", "outOfOfficeSettings", "workLocation"),
    "topics": ("callRecords",),
}

CLOUDS: dict[str, Cloud] = {
    cloud.name: cloud
    for cloud in (
        Cloud("global"),
        Cloud("gcc-high", **_GOVERNMENT),  # type: ignore[arg-type]
        Cloud("dod", **_GOVERNMENT),  # type: ignore[arg-type]
        Cloud(
            "china",
            # There is no `communications` at all, and no online meetings.
            missing=(
                "calls.", "participants.", "operations.", "audioRoutingGroups", "contentSharingSessions",
                "presence.", "callRecords.", "meetings.", "attendanceReports.",
            ),
            topics=(),
        ),
    )
}  # fmt: skip
