"""The assistant's work with checks whose findings a test lays out."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from console.app.setting_up import SettingUp
from console.checks.examination import CHECKS, Tell
from console.checks.findings import Finding, Outcome, good
from console.domain.text import Text
from console.settings.layers import Configuration

TENANT, CLIENT, API = (f"{n}0000000-0000-4000-8000-00000000000a" for n in "123")
LINK = f"https://relay.contoso.example/setup#tenant_id={TENANT}&client_id={CLIENT}&relay_app_id={API}"
_SAID = {
    "settings": Text("Everything that is needed is set."),
    "proxy": Text("No proxy is used."),
    "reach": Text("The relay at {host} answers.", host="relay.contoso.example"),
    "certificate": Text("No certificate is needed on this computer."),
    "clock": Text("This computer's clock is right."),
    "keeping": Text("Sign-ins end when the console closes, as this desk is set: keep_sign_in is false."),
    "sign-in": Text("Signed in as {who}.", who="Lena Ortiz"),
    "role": Text("The relay takes you for {who} with the role {roles}.", who="Lena Ortiz", roles="Operator"),
    "consents": Text("The permissions that every desk needs are granted."),
    "event": Text("An event came over the stream after {count} ms.", count=12),
}
ALL_GOOD = {check.name: good(_SAID[check.name]) for check in CHECKS}


class Work(SettingUp):
    """What the assistant asks of, with checks whose findings a test lays out."""

    def __init__(self, configuration: Configuration, folder: Path) -> None:
        super().__init__(configuration, folder, lambda options: None)  # type: ignore[arg-type, return-value]
        self.findings: dict[str, Finding] = dict(ALL_GOOD)
        self.gate: asyncio.Event | None = None

    def checks(self) -> Any:
        async def run(tell: Tell) -> list[Outcome]:
            outcomes = []
            for check in CHECKS:
                tell(check, None)
                if self.gate is not None:
                    await self.gate.wait()
                await asyncio.sleep(0)
                outcomes.append(Outcome(check.name, check.title, self.findings[check.name]))
                tell(check, self.findings[check.name])
            return outcomes

        return CHECKS, run
