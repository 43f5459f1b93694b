"""The simulator's control interface: place calls, direct people, and read what really happened."""

from __future__ import annotations

import ssl
from typing import Any

import httpx2


class Stage:
    """A client of `/sim/…`. Nothing here is known to the console or the relay."""

    def __init__(self, base_url: str, ca_file: str) -> None:
        self._http = httpx2.AsyncClient(
            base_url=base_url, verify=ssl.create_default_context(cafile=ca_file), timeout=10.0
        )

    async def close(self) -> None:
        await self._http.aclose()

    async def place(
        self,
        name: str = "",
        phone: str = "",
        *,
        user: str = "",
        line: str = "Main line",
        patience: float | None = None,
    ) -> str:
        """Let somebody ring and return the call's id."""
        caller = {k: v for k, v in {"name": name, "phone": phone, "userId": user}.items() if v}
        placed = await self._send(
            "POST", "/sim/calls", {"caller": caller, "line": line, "patience": patience}
        )
        return str(placed["id"])

    async def hang_up(self, call: str) -> None:
        await self._send("POST", f"/sim/calls/{call}/hangup")

    async def direct(self, user: str, behaviour: str, delay: float = 1.0) -> None:
        """Decide how a person reacts: "picks-up", "declines", "away" or "busy"."""
        await self._send("PUT", f"/sim/people/{user}", {"behaviour": behaviour, "delay": delay})

    async def webhook(self, url: str) -> None:
        await self._send("PUT", "/sim/webhook", {"url": url})

    async def scene(self, name: str | None, speed: float = 1.0) -> None:
        await self._send("PUT", "/sim/scene", {"name": name, "speed": speed})

    async def faults(self, **faults: Any) -> None:
        await self._send("PUT", "/sim/faults", faults)

    async def calls(self) -> list[dict[str, Any]]:
        """Return the truth about every call, ended ones included."""
        return _rows(await self._send("GET", "/sim/calls"))

    async def requests(self, since: int = 0) -> list[dict[str, Any]]:
        """Return what Graph was asked, newest last."""
        return _rows(await self._send("GET", f"/sim/requests?since={since}"))

    async def notifications(self, since: int = 0) -> list[dict[str, Any]]:
        """Return what the webhook was told, newest last."""
        return _rows(await self._send("GET", f"/sim/notifications?since={since}"))

    async def _send(self, method: str, path: str, body: object = None) -> Any:
        answer = await self._http.request(method, path, json=body)
        answer.raise_for_status()
        return answer.json() if answer.content else None


def _rows(answer: Any) -> list[dict[str, Any]]:
    if isinstance(answer, dict):
        answer = next((v for v in answer.values() if isinstance(v, list)), [])
    return list(answer)
