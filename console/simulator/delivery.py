"""One POST of one notification: headers, token, retries, the legacy first format and 302 (REFERENCE §3.1)."""

from __future__ import annotations

import ssl
from collections.abc import Callable

import httpx2

from console.simulator import assumptions
from console.simulator.clock import Clock
from console.simulator.faults import FaultBox
from console.simulator.identities import Json
from console.simulator.ids import Ids
from console.simulator.ledger import Ledger
from console.simulator.notes import Note
from console.simulator.signing import Signer
from console.simulator.tap import Observer, Told

USER_AGENT = "Microsoft-Skype/3.0,(Calling/1.0)"
SPELLINGS = ("pascal_case", "id_variants", "string_codes", "missing_slash")
"""The faults that write a notification otherwise than the pages do."""


class Courier:
    """Carries notes to the bot's URLs. `webhook` is the registered one; later notes go to the callbackUri."""

    def __init__(
        self, *, clock: Clock, signer: Signer, faults: FaultBox, ids: Ids, ledger: Ledger,
        webhook: Callable[[], str | None], legacy_first: Callable[[], bool],
        trust: Callable[[], ssl.SSLContext], observer: Observer | None = None,
    ) -> None:  # fmt: skip
        self._clock = clock
        self._signer = signer
        self._faults = faults
        self._ids = ids
        self._ledger = ledger
        self._webhook = webhook
        self._legacy_first = legacy_first
        self._trust = trust
        self._observer = observer
        self._client: httpx2.AsyncClient | None = None

    async def carry(self, note: Note, *, twice: bool = False) -> bool:
        """Delivers `note`; False when the last retry failed too, which ends the call."""
        url = note.callback_uri or self._webhook()
        if url is None:
            self.lose(note)
            return True
        if note.change_type == "created" and self._legacy_first():
            status = await self._post(url, note, legacy_form(note), self._ids.new(), legacy=True)
            if status != 204:
                # A bot that takes the older format gets no other: it will never see this call as Graph does.
                return True
        spelt = tuple(name for name in SPELLINGS if getattr(self._faults.faults, name) > 0)
        item = self._faults.mangle(note.item(), note.call_id)
        body = {"@odata.type": "#microsoft.graph.commsNotifications", "value": [item]}
        message_id = self._ids.new()
        for wait in (*assumptions.RETRY_SECONDS.value, None):
            status = await self._post(url, note, body, message_id, spelt=spelt)
            if twice:
                status = await self._post(url, note, body, message_id, spelt=spelt)
            if 0 < status < 500:
                # A 4xx is the bot's own refusal: repeating it would not help.
                return True
            if wait is None:
                return note.last
            await self._clock.sleep(wait)
        return False

    def lose(self, note: Note) -> None:
        """Writes down a notification that was never sent."""
        self._record(note, None, None)

    async def close(self) -> None:
        if self._client is not None:
            await self._client.aclose()

    async def _post(
        self, url: str, note: Note, body: Json, message_id: str,
        *, legacy: bool = False, spelt: tuple[str, ...] = (),
    ) -> int:  # fmt: skip
        """Posts once and follows one 302; the HTTP status, or 0 when nobody answered in time."""
        headers = self._headers(note, message_id)
        status = 0
        if self._observer is not None:
            self._observer(Told(url, body, ("legacy_first",) if legacy else spelt))
        try:
            answer = await self._http().post(url, json=body, headers=headers)
            if answer.status_code == 302 and "location" in answer.headers:
                url = answer.headers["location"]
                answer = await self._http().post(url, json=body, headers=headers)
            status = answer.status_code
        except (httpx2.HTTPError, httpx2.InvalidURL):
            pass
        self._record(note, url, status, legacy=legacy)
        return status

    def _http(self) -> httpx2.AsyncClient:
        if self._client is None:
            self._client = httpx2.AsyncClient(
                verify=self._trust(),
                timeout=assumptions.RESPONSE_SECONDS.value,
                trust_env=False,
                limits=httpx2.Limits(max_connections=50, max_keepalive_connections=20),
            )
        return self._client

    def _headers(self, note: Note, message_id: str) -> dict[str, str]:
        headers = {
            "Accept": "application/json",
            "User-Agent": USER_AGENT,
            "Authorization": f"Bearer {self._signer.token(self._faults.faults.token)}",
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

    def _record(self, note: Note, url: str | None, status: int | None, *, legacy: bool = False) -> None:
        self._ledger.add(
            at=self._clock.now(),
            callId=note.call_id,
            kind="legacy" if legacy else note.kind,
            changeType=note.change_type,
            state=note.state,
            url=url,
            status=status,
        )


def legacy_form(note: Note) -> Json:
    """A first POST in the older format; a bot that speaks Graph answers 204 to it (REFERENCE §3.1)."""
    return {"id": note.call_id, "links": {"self": f"/v1/calls/{note.call_id}"}, "state": note.state}
