"""Makes faults happen: each message's fate follows from the seed and the message, not from its neighbours."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from console.simulator.chance import draw, pick
from console.simulator.faults import BY_CHANCE, STRIKES, WRONG_TOKENS, Faults, Strike, TokenFault
from console.simulator.identities import Json
from console.simulator.notes import Note
from console.simulator.spelling import ERROR_FORMS, nameless, pascal_case, string_codes


class FaultBox:
    """The faults in force. Requests and calls may interleave as they like: a replay meets the same trouble.

    A call goes by its place among the calls of its direction since the faults were put in force, a
    notification by its place in its call, a request by its place among those of the same operation on the
    same thing.
    """

    def __init__(self, faults: Faults | None = None) -> None:
        self.faults = faults or Faults()
        self._by_chance = False
        self._calls: dict[str, str] = {}
        self._seen: Counter[str] = Counter()

    def put(self, faults: Faults) -> None:
        """Puts `faults` in force and starts their seed anew."""
        self.faults = faults
        self._by_chance = any(getattr(faults, name) > 0 for name in BY_CHANCE)
        self._calls.clear()
        self._seen.clear()

    def mark(self, note: Note) -> str:
        """The name by which chance knows a notification. Calls are named in the order they are seen."""
        name = self._calls.get(note.call_id)
        if name is None:
            direction = "incoming" if note.change_type == "created" else "outgoing"
            self._seen[direction] += 1
            name = self._calls[note.call_id] = f"{direction} {self._seen[direction]}"
        return f"{name}/{note.number}"

    def happens(self, fault: str, mark: str) -> bool:
        """Whether the fault of that name, a chance, hits the message of that mark."""
        chance: float = getattr(self.faults, fault)
        return chance > 0 and draw(self.faults.seed, fault, mark) < chance

    def request(self, operation: str, call_id: str | None, path: str) -> str:
        """The mark of a request on a call or another thing. Ask once for each request: it counts."""
        if not self._by_chance:
            return ""
        about = f"{operation} {self._calls.get(call_id or '', path)}"
        self._seen[about] += 1
        return f"{about}/{self._seen[about]}"

    def strike(self, operation: str, mark: str) -> Strike | None:
        """What hits this request: what was ordered, and its count goes down, or what chance says."""
        faults = self.faults
        if not operation.startswith(faults.operation):
            return None
        for name in STRIKES:
            if (left := getattr(faults, name)) > 0:
                self.faults = replace(faults, **{name: left - 1})
                return name
        return next((name for name in STRIKES if self.happens(f"{name}_chance", mark)), None)

    def wrong_token(self, mark: str) -> TokenFault:
        """What is wrong with the token of a forged notification."""
        return pick(WRONG_TOKENS, self.faults.seed, "wrong token", mark)

    def form(self, mark: str) -> int:
        """Which of the other forms an error has."""
        return pick(ERROR_FORMS, self.faults.seed, "error form", mark)

    def mangle(self, item: Json, call_id: str, mark: str) -> Json:
        """The same notification in one of the other spellings seen on the wire (REFERENCE §0.8, §3.3)."""
        if self.happens("pascal_case", mark):
            item = pascal_case(item)
        if self.happens("nameless", mark):
            item = nameless(item)
        if self.happens("string_codes", mark):
            item = string_codes(item)
        if self.happens("id_variants", mark):
            variant = call_id.replace("-", "").upper()
            item = {**item, "resourceUrl": item["resourceUrl"].replace(call_id, variant)}
        if self.happens("missing_slash", mark):
            item = {**item, "resourceUrl": item["resourceUrl"].lstrip("/")}
        return item
