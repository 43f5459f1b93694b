"""What is wrong with one exchange or notification, measured by Microsoft's types."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from console.simulator.tap import Asked, Told
from tests.contract.microsoft import CLIENT, GRAPH, Types, Voice
from tests.contract.places import Place, Places

ROOT = "/v1.0"
NOTIFIED = frozenset({"graph.call", "graph.presence", "graph.callRecords.callRecord"})
"""§3.3, §6.4: these are partial in a notification: absent means "not told"."""


class Exchanges:
    """Looks at whatever goes over the wire. A request that was refused promises nothing, its refusal does."""

    def __init__(self, types: Types) -> None:
        self._types = types
        self._places = Places(types)

    def problems(self, seen: Asked | Told) -> list[str]:
        """Return what is wrong, each with the path to it: "calls.get response $.state: …"."""
        if isinstance(seen, Told):
            return self._told(seen)
        if seen.status >= 400:
            return self._refusal(seen)
        path = seen.path.removeprefix(ROOT)
        place = self._places.find(seen.method, path)
        if place is None:
            return [f"{seen.operation}: tests/contract/places.py knows no types for {seen.method} {path}"]
        return [*self.sent(place, seen.body, f"{seen.operation} request $"), *self._answered(place, seen)]

    def request(self, method: str, path: str, body: Any, voice: Voice) -> list[str]:
        """Return what is wrong with a request to `path` below Graph's root; nothing for unknown ones."""
        place = self._places.find(method, path)
        return [] if place is None else self.sent(place, body, f"{method} {place.path} request $", voice)

    def sent(self, place: Place, body: Any, where: str, voice: Voice = CLIENT) -> list[str]:
        if not place.takes or place.method == "GET":
            return [] if body is None else [f"{where}: {body!r} where no body belongs"]
        if place.method == "PATCH":
            voice = Voice(voice.sent, voice.relayed, frozenset({place.takes}))
        found = self._types.problems({} if body is None else body, place.takes + "!", where, voice)
        if place.takes == "graph batch" and not found:
            for part in body["requests"]:
                path = unquote(part["url"].partition("?")[0])
                found += self.request(part["method"], path, part.get("body"), voice)
        return found

    def _answered(self, place: Place, seen: Asked) -> list[str]:
        where = f"{seen.operation} response $"
        answer, gives = seen.answer, place.gives
        if not gives:
            return [] if answer is None else [f"{where}: {answer!r} where nothing belongs"]
        voice = GRAPH
        if "select=" in seen.query:
            voice = Voice(partial=frozenset({gives.removeprefix("Collection(").removesuffix(")")}))
        if gives.startswith("Collection("):
            return self._listed(answer, gives, where, voice)
        return self._types.problems(answer, gives + "!", where, voice)

    def _listed(self, answer: Any, gives: str, where: str, voice: Voice) -> list[str]:
        if not isinstance(answer, dict) or "value" not in answer:
            return [f"{where}: {answer!r} has no value"]
        head = {key: value for key, value in answer.items() if key != "value"}
        found = self._types.problems(head, "graph list", where, voice)
        return found + self._types.problems(answer["value"], gives + "!", f"{where}.value", voice)

    def _refusal(self, seen: Asked) -> list[str]:
        answer, declared = seen.answer, "graph error!"
        if seen.faults and isinstance(answer, dict) and "error" not in answer:
            declared = "graph bare error!" if "errorCode" in answer else "graph.publicError!"
        voice = Voice(faults=frozenset(seen.faults))
        return self._types.problems(answer, declared, f"{seen.operation} error $", voice)

    def _told(self, seen: Told) -> list[str]:
        if "legacy_first" in seen.faults:
            return []  # §3.1: the older format is no Graph type at all
        kind = "graph change notifications"
        if isinstance(seen.body, dict) and seen.body.get("@odata.type"):
            kind = "graph.commsNotifications"
        voice = Voice(partial=NOTIFIED, faults=frozenset(seen.faults))
        return self._types.problems(seen.body, kind + "!", "notification $", voice)
