"""Carries change notifications to subscribers: the handshake, then in order, with retries (§6.4, §6.5)."""

from __future__ import annotations

import asyncio
import ssl
from collections import deque
from collections.abc import Callable

import httpx2

from console.simulator import assumptions
from console.simulator.clock import Clock
from console.simulator.identities import Json
from console.simulator.ids import Ids
from console.simulator.ledger import Ledger
from console.simulator.tap import Observer, Told
from console.simulator.traffic import Traffic

RETRY_SECONDS = (10.0, 60.0, 600.0, 3600.0, 9000.0)
"""Growing waits, four hours together; then the notification is dropped (§6.5)."""
HANDSHAKE_SECONDS = 10.0


class Postman:
    """One queue per subscription, while it has something to say."""

    def __init__(
        self, *, clock: Clock, ids: Ids, ledger: Ledger, traffic: Traffic,
        trust: Callable[[], ssl.SSLContext], observer: Observer | None = None,
    ) -> None:  # fmt: skip
        self._clock = clock
        self._ids = ids
        self._ledger = ledger
        self._traffic = traffic
        self._trust = trust
        self._observer = observer
        self._queues: dict[str, deque[tuple[str, Json]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._client: httpx2.AsyncClient | None = None
        self.on_dropped: Callable[[str], None] = lambda _subscription_id: None
        """Told of every change that was given up after the last retry."""

    async def validate(self, url: str) -> bool:
        """The handshake: whether `url` gives the token back as plain text within ten seconds."""
        token = f"Validation: Testing client application reachability. Request-Id: {self._ids.new()}"
        address = httpx2.URL(url).copy_merge_params({"validationToken": token})
        try:
            answer = await self._http().post(
                address,
                content=b"",
                headers={"Content-Type": "text/plain; charset=utf-8"},
                timeout=HANDSHAKE_SECONDS,
            )
        except (httpx2.HTTPError, httpx2.InvalidURL):
            return False
        is_text = answer.headers.get("content-type", "").startswith("text/plain")
        return answer.status_code == 200 and is_text and answer.text == token

    def post(self, subscription_id: str, url: str, body: Json) -> None:
        """Queues one notification; never waits."""
        waiting = self._queues.get(subscription_id)
        if waiting is not None:
            waiting.append((url, body))
            return
        waiting = self._queues[subscription_id] = deque([(url, body)])
        self._traffic.begin()
        task = asyncio.get_running_loop().create_task(
            self._work(subscription_id, waiting), name=f"changes for {subscription_id}"
        )
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def drained(self) -> None:
        """Waits until everything that may go now has gone."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    async def close(self) -> None:
        """Stops delivering; what waits is dropped."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._client is not None:
            await self._client.aclose()

    async def _work(self, subscription_id: str, waiting: deque[tuple[str, Json]]) -> None:
        try:
            while waiting:
                await self._deliver(subscription_id, *waiting.popleft())
        finally:
            self._queues.pop(subscription_id, None)
            self._traffic.end()

    async def _deliver(self, subscription_id: str, url: str, body: Json) -> None:
        item = body["value"][0]
        for wait in (*RETRY_SECONDS, None):
            async with self._traffic.turn():
                status = await self._send(url, body)
            self._ledger.add(
                at=self._clock.now(),
                callId=None,
                kind="lifecycle" if "lifecycleEvent" in item else "change",
                changeType=item.get("lifecycleEvent") or item["changeType"],
                state=item.get("resource"),
                url=url,
                status=status,
            )
            if 200 <= status < 300:
                return
            if wait is not None:
                await self._traffic.nap(wait)
        if "lifecycleEvent" not in item:
            self.on_dropped(subscription_id)

    async def _send(self, url: str, body: Json) -> int:
        if self._observer is not None:
            self._observer(Told(url, body))
        try:
            answer = await self._http().post(url, json=body)
        except (httpx2.HTTPError, httpx2.InvalidURL):
            return 0
        return answer.status_code

    def _http(self) -> httpx2.AsyncClient:
        if self._client is None:
            self._client = httpx2.AsyncClient(
                verify=self._trust(), timeout=assumptions.CHANGE_SECONDS.value, trust_env=False
            )
        return self._client
