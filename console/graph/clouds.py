"""Microsoft's clouds as frozen profiles: where each lives and what it lacks (REFERENCE §8).

An operation that a cloud lacks is refused before anything is sent, because the answer of a cloud that never
heard of it tells an operator nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from console.domain.clouds import Cloud
from console.domain.errors import NotAllowed
from console.domain.text import Text
from console.graph.operations import CALL, Operation


@dataclass(frozen=True, slots=True)
class Gap:
    """What a cloud lacks: all whose path contains one of `paths`, and the sentence for the operator."""

    paths: tuple[str, ...]
    reason: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudProfile:
    """One cloud. `notification_metadata` and `notification_issuers` are empty where no source names them.

    `graph_root` has the version, `login` no tenant; neither ends with a slash.
    `without`: operations that do not exist. `unsendable`: properties that change what is done, so they are
    refused. `droppable`: properties that only ask for more, so they are left out. `unwatchable`: beginnings
    of resources that cannot be subscribed to.
    """

    cloud: Cloud
    name: Text
    graph_root: str
    login: str
    notification_metadata: str = ""
    notification_issuers: tuple[str, ...] = ()
    without: tuple[Gap, ...] = ()
    unsendable: Mapping[str, Text]
    droppable: frozenset[str] = frozenset()
    unwatchable: tuple[Gap, ...] = ()

    @property
    def scope(self) -> str:
        """The scope of an application's token; tokens of one cloud are worth nothing in another."""
        return self.permission(".default")

    def permission(self, name: str) -> str:
        """The full name of a permission of this cloud's Graph, as a token is asked for with it.

        It has Microsoft's own address wherever requests go: Entra knows no recorder and no simulator.
        """
        return f"{profile_of(self.cloud).graph_root.removesuffix('/v1.0')}/{name}"

    def located(
        self,
        *,
        graph_root: str = "",
        login: str = "",
        notification_metadata: str = "",
        notification_issuers: tuple[str, ...] = (),
    ) -> CloudProfile:
        """Return this cloud at other addresses: those that are given, such as a simulator's."""
        return replace(
            self,
            graph_root=graph_root.rstrip("/") or self.graph_root,
            login=login.rstrip("/") or self.login,
            notification_metadata=notification_metadata or self.notification_metadata,
            notification_issuers=notification_issuers or self.notification_issuers,
        )


_NOT_IN_GOV = (
    Gap(("/sendDtmfTones",), Text("Sending tones does not exist in this cloud.")),
    Gap(("/addLargeGalleryView",), Text("The large gallery view does not exist in this cloud.")),
    Gap(("/audioRoutingGroups",), Text("Audio groups do not exist in this cloud.")),
    Gap(("/contentSharingSessions",), Text("Shared content cannot be seen in this cloud.")),
)
_UNSENDABLE_IN_GOV = {
    "transferee": Text("A group call cannot be transferred in this cloud. Invite the colleague instead."),
    "hidden": Text("Nobody can join unseen in this cloud."),
    "participantCapacity": Text("Recording by policy with a capacity does not exist in this cloud."),
    "removeFromDefaultAudioRoutingGroup": Text("Audio groups do not exist in this cloud."),
}
_DROPPED_IN_GOV = frozenset({"callOptions"})
_NO_PRESENCE_NEWS = (
    Gap(
        ("communications/presences",),
        Text("Presence cannot be watched in this cloud; the console asks instead."),
    ),
)

GLOBAL = CloudProfile(
    cloud=Cloud.GLOBAL,
    name=Text("Global"),
    graph_root="https://graph.microsoft.com/v1.0",
    login="https://login.microsoftonline.com",
    notification_metadata="https://api.aps.skype.com/v1/.well-known/OpenIdConfiguration",
    notification_issuers=("https://api.botframework.com", "https://graph.microsoft.com"),
    unsendable={},
)
GCC_HIGH = CloudProfile(
    cloud=Cloud.GCC_HIGH,
    name=Text("US Government L4 (GCC High)"),
    graph_root="https://graph.microsoft.us/v1.0",
    login="https://login.microsoftonline.us",
    without=_NOT_IN_GOV,
    unsendable=_UNSENDABLE_IN_GOV,
    droppable=_DROPPED_IN_GOV,
    unwatchable=_NO_PRESENCE_NEWS,
)
DOD = CloudProfile(
    cloud=Cloud.DOD,
    name=Text("US Government L5 (DoD)"),
    graph_root="https://dod-graph.microsoft.us/v1.0",
    login="https://login.microsoftonline.us",
    without=_NOT_IN_GOV,
    unsendable=_UNSENDABLE_IN_GOV,
    droppable=_DROPPED_IN_GOV,
    unwatchable=_NO_PRESENCE_NEWS,
)
CHINA = CloudProfile(
    cloud=Cloud.CHINA,
    name=Text("China (21Vianet)"),
    graph_root="https://microsoftgraph.chinacloudapi.cn/v1.0",
    login="https://login.chinacloudapi.cn",
    without=(
        Gap(("/communications/calls",), Text("Calls do not exist in this cloud (21Vianet).")),
        Gap(("/communications/callRecords",), Text("Call records do not exist in this cloud (21Vianet).")),
        Gap(("/onlineMeetings",), Text("Online meetings cannot be made in this cloud (21Vianet).")),
        Gap(("/communications/", "/presence"), Text("Presence does not exist in this cloud (21Vianet).")),
    ),
    unsendable={},
    unwatchable=(
        Gap(("communications/",), Text("Calls and presence do not exist in this cloud (21Vianet).")),
    ),
)
CLOUDS = (GLOBAL, GCC_HIGH, DOD, CHINA)

_WHAT_WORKS = Text("Finding colleagues works here.")


def profile_of(cloud: Cloud) -> CloudProfile:
    """Return what `cloud` is, at Microsoft's own addresses."""
    return next(profile for profile in CLOUDS if profile.cloud is cloud)


def stranger(profile: CloudProfile) -> CloudProfile | None:
    """Return the cloud whose Graph `profile` was pointed at although it is another one, else None."""
    found = (c for c in CLOUDS if c.graph_root.casefold() == profile.graph_root.casefold())
    return next((c for c in found if c.cloud is not profile.cloud), None)


def without_calls(profile: CloudProfile) -> Text | None:
    """Return the sentence that says that this cloud has no calls, None where they exist."""
    return next((gap.reason for gap in profile.without if CALL.startswith(gap.paths)), None)


def describe(profile: CloudProfile) -> list[Text]:
    """Return what an administrator should know: where this cloud is, and each thing that it lacks."""
    gaps = [gap.reason for gap in (*profile.without, *profile.unwatchable)]
    where = Text(
        "Cloud: {name}, Graph at {graph}, sign-in at {login}.",
        name=profile.name,
        graph=profile.graph_root,
        login=profile.login,
    )
    return [where, *dict.fromkeys([*gaps, *profile.unsendable.values()])]


def refusal(profile: CloudProfile, operation: Operation, sends: Iterable[str] = ()) -> Text | None:
    """Return why `profile` cannot do `operation` with the properties `sends`, in words for the operator.

    None when it can.
    """
    lost = (gap.reason for gap in profile.without if any(p in operation.path for p in gap.paths))
    unsendable = (profile.unsendable[p] for p in sends if p in profile.unsendable)
    return next(chain(lost, unsendable), None) or _watch_refusal(profile, operation.watches)


def clouds_of(operation: Operation) -> tuple[CloudProfile, ...]:
    """Return the clouds that can do `operation`."""
    return tuple(cloud for cloud in CLOUDS if refusal(cloud, operation) is None)


def fitted(profile: CloudProfile | None, operation: Operation, body: Any) -> Any:
    """Return `body` as this cloud takes it. Without a profile everything is taken.

    Raises NotAllowed when the cloud lacks the operation or something in the body that cannot be left out.
    """
    if profile is None:
        return body
    sends = _keys(body) if profile.unsendable else ()
    reason = refusal(profile, operation, sends) or _body_refusal(profile, operation, body)
    if reason:
        raise NotAllowed(reason, _WHAT_WORKS if without_calls(profile) else Text("Nothing was sent."))
    if isinstance(body, Mapping) and profile.droppable & body.keys():
        return {k: v for k, v in body.items() if k not in profile.droppable}
    return body


def _body_refusal(profile: CloudProfile, operation: Operation, body: Any) -> Text | None:
    if operation.path != "/subscriptions" or not isinstance(body, Mapping):
        return None
    return _watch_refusal(profile, str(body.get("resource", "")).lstrip("/"))


def _watch_refusal(profile: CloudProfile, resource: str) -> Text | None:
    return next((g.reason for g in profile.unwatchable if resource.startswith(g.paths)), None)


def _keys(body: Any) -> list[str]:
    if isinstance(body, Mapping):
        return [k for k, v in body.items() if v is not None] + [k for v in body.values() for k in _keys(v)]
    return [k for entry in body for k in _keys(entry)] if isinstance(body, list) else []
