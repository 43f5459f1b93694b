"""One POST of notifications: headers, token, retries, the legacy first format and 302 (REFERENCE §3.1)."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Sequence

import httpx2
import msgspec

from console.simulator import assumptions
from console.simulator.clock import Clock
from console.simulator.faultbox import FaultBox
from console.simulator.faults import TokenFault
from console.simulator.fields import is_callback
from console.simulator.identities import Json
from console.simulator.ids import Ids
from console.simulator.ledger import Ledger
from console.simulator.notes import Note
from console.simulator.signing import Signer
from console.simulator.tap import Observer, Told
from console.simulator.traffic import Traffic

USER_AGENT = "Microsoft-Skype/3.0,(Calling/1.0)"
SPELLINGS = ("pascal_case", "id_variants", "string_codes", "missing_slash", "nameless")
"""The faults that write a notification otherwise than the pages do."""
LEGACY = "legacy_first"


class Courier:
    """Carries notes to the bot's URLs. `webhook` is the registered one; later notes go to the callbackUri."""

    def __init__(
        self, *, clock: Clock, signer: Signer, faults: FaultBox, ids: Ids, ledger: Ledger, traffic: Traffic,
        webhook: Callable[[], str | None], legacy_first: Callable[[], bool],
        trust: Callable[[], ssl.SSLContext], observer: Observer | None = None,
    ) -> None:  # fmt: skip
        self._clock = clock
        self._signer = signer
        self._faults = faults
        self._ids = ids
        self._ledger = ledger
        self._traffic = traffic
        self._webhook = webhook
        self._legacy_first = legacy_first
        self._trust = trust
        self._observer = observer
        self._context: ssl.SSLContext | None = None
        self._idle: list[httpx2.AsyncClient] = []
        """With one connection each: one client with many looks at all of them for every request."""

    async def carry(self, notes: Sequence[Note], mark: str) -> bool:
        """Delivers `notes`, which share an address, in one POST; `mark` is by what the faults know the first.

        False when the last retry failed too, which ends the call.
        """
        first, faults = notes[0], self._faults
        url = first.callback_uri or self._webhook()
        if url is None:
            for note in notes:
                self.lose(note)
            return True
        message_id = self._ids.apart(f"{first.call_id}/{first.number}").new()
        if faults.happens("forged", mark):
            token = faults.wrong_token(mark)
            await self._post(url, [first], forged_form(first), message_id, (), "forged", token)
        old = self._legacy_first() or faults.happens("legacy_first", mark)
        if old and first.change_type == "created":
            status = await self._post(url, [first], legacy_form(first), message_id, (LEGACY,), "legacy")
            if 0 < status < 500 and status != 204:
                # A bot that takes the older format gets no other: it will never see this call as Graph does.
                return True
        spelt = tuple(name for name in SPELLINGS if faults.happens(name, mark))
        items = [faults.mangle(note.item(), note.call_id, mark) for note in notes]
        body = {"@odata.type": "#microsoft.graph.commsNotifications", "value": items}
        for wait in (*assumptions.RETRY_SECONDS.value, None):
            status = await self._post(url, notes, body, message_id, spelt)
            if faults.happens("duplicate", mark):
                status = await self._post(url, notes, body, message_id, spelt)
            if 0 < status < 500:
                # A 4xx is the bot's own refusal: repeating it would not help.
                return True
            if wait is None:
                return notes[-1].last
            await self._traffic.nap(wait)
        return False

    def lose(self, note: Note) -> None:
        """Writes down a notification that was never sent."""
        self._record(note, note.kind, None, None)

    async def close(self) -> None:
        for client in self._idle:
            await client.aclose()

    async def _post(
        self, url: str, notes: Sequence[Note], body: Json, message_id: str, spelt: tuple[str, ...],
        kind: str | None = None, token: TokenFault | None = None,
    ) -> int:  # fmt: skip
        """Posts once, after a 302 elsewhere again; the HTTP status, or 0 when nobody answered in time.

        `spelt` are the faults that wrote the body. `kind` is for the ledger, when it is not the notes' own;
        `token` when it is not the faults'.
        """
        headers = self._headers(notes[0], message_id, token or self._faults.faults.token)
        content, status = msgspec.json.encode(body), 0
        async with self._traffic.turn():
            for _ in range(assumptions.MOVES.value + 1):
                if self._observer is not None:
                    self._observer(Told(url, body, spelt))
                status, elsewhere = await self._send(url, content, headers)
                for note in notes:
                    self._record(note, kind or note.kind, url, status)
                if elsewhere is None or notes[0].change_type != "created":
                    break
                url = elsewhere
        return status

    async def _send(self, url: str, content: bytes, headers: dict[str, str]) -> tuple[int, str | None]:
        """The status, and for a 302 the other deployment's address, where it may be used (REFERENCE §3.1)."""
        client = self._idle.pop() if self._idle else self._client()
        try:
            answer = await client.post(url, content=content, headers=headers)
            if answer.status_code == 302 and "location" in answer.headers:
                place = str(httpx2.URL(url).join(answer.headers["location"]))
                return 302, place if is_callback(place) else None
        except (httpx2.HTTPError, httpx2.InvalidURL):
            return 0, None
        finally:
            self._idle.append(client)
        return answer.status_code, None

    def _client(self) -> httpx2.AsyncClient:
        if self._context is None:
            self._context = self._trust()
        seconds = assumptions.RESPONSE_SECONDS.value
        return httpx2.AsyncClient(verify=self._context, timeout=seconds, trust_env=False)

    def _headers(self, note: Note, message_id: str, token: TokenFault) -> dict[str, str]:
        headers = {
            "Accept": "application/json",
            "Content-Type": "application/json",
            "User-Agent": USER_AGENT,
            "Authorization": f"Bearer {self._signer.token(token)}",
            "X-Microsoft-Skype-Chain-ID": note.chain_id,
            "X-Microsoft-Skype-Message-ID": message_id,
            "X-Microsoft-Skype-Original-Message-ID": message_id,
            "MS-Teams-Ring": "general",
            "MS-Teams-Partition": "simulator-01",
            "MS-Teams-Region": "simulator",
        }
        if note.scenario_id is not None:
            headers["Scenario-Id"] = note.scenario_id
        return headers

    def _record(self, note: Note, kind: str, url: str | None, status: int | None) -> None:
        self._ledger.add(
            at=self._clock.now(),
            callId=note.call_id,
            kind=kind,
            changeType=note.change_type,
            state=note.state,
            url=url,
            status=status,
        )


def legacy_form(note: Note) -> Json:
    """A first POST in the older format; a bot that speaks Graph answers 204 to it (REFERENCE §3.1)."""
    return {"id": note.call_id, "links": {"self": f"/v1/calls/{note.call_id}"}, "state": note.state}


def forged_form(note: Note) -> Json:
    """What a stranger claims: the call is over. Whoever checks tokens will not believe it."""
    path = f"/communications/calls/{note.call_id}"
    item = {
        "@odata.type": "#microsoft.graph.commsNotification",
        "changeType": "deleted",
        "resourceUrl": path,
        "resourceData": {"@odata.type": "#microsoft.graph.call", "@odata.id": path, "state": "terminated"},
    }
    return {"@odata.type": "#microsoft.graph.commsNotifications", "value": [item]}
