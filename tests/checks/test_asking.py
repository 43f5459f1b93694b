"""A desk whose operator knows nothing but the relay's address: what it tells, and who else may answer."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from console.app.line import connection
from console.checks.asking import Told, ask_relay
from console.domain.clouds import Cloud
from console.domain.errors import BadSettings
from console.domain.routes import FoundIn, Proxy
from console.settings.options import Options
from console.settings.setup_link import Setup
from console.simulator.app import Running
from tests.checks.fronts import answering, front, paper
from tests.relay.stand import Desk, serving
from tests.sockets.test_proxy import proxied

TENANT, CLIENT, API = (f"{n}0000000-0000-4000-8000-00000000000a" for n in "123")
FACTS: dict[str, Any] = {
    "cloud": "gcc-high",
    "tenant_id": TENANT,
    "tenants": 1,
    "client_id": CLIENT,
    "relay_app_id": API,
    "scope": f"api://{API}/access_as_operator",
}


async def asked(relay: str, ca_file: str = "", proxy: Proxy | None = None) -> Told:
    http = connection(Options(relay=relay, ca_file=ca_file), lambda address: proxy)
    try:
        return await ask_relay(await http.client(), relay, proxy, time.time())
    finally:
        await http.close()


def answer(facts: object, status: str = "200 OK", kind: str = "application/json") -> bytes:
    body = facts if isinstance(facts, bytes) else json.dumps(facts).encode()
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


async def test_a_relay_tells_all_that_is_needed(desk: Desk, simulation: Running) -> None:
    found = simulation.description()
    told = await asked(desk.url)
    assert told.setup == Setup(
        cloud=Cloud.GLOBAL,
        tenant_id=found["tenant_id"],
        client_id=found["console_app_id"],
        relay=desk.url,
        relay_app_id=found["relay_app_id"],
    )
    assert told.name in ("", desk.settings.public_url)


async def test_the_address_that_was_asked_is_the_one_that_holds(desk: Desk) -> None:
    """Whoever answers cannot send the operator's token elsewhere; another name of its is told."""
    async with answering(answer({**FACTS, "relay": "https://evil.example", "ca_file": "x"})) as relay:
        told = await asked(relay)
        assert told.setup.relay == relay and told.name == "https://evil.example"
        assert told.setup.cloud is Cloud.GCC_HIGH and told.setup.tenant_id == TENANT
    async with answering(answer(FACTS)) as relay:
        assert (await asked(relay)).name == ""


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({**FACTS, "tenant_id": "contoso"}, "The value of tenant_id is missing or is not one."),
        ({**FACTS, "tenant_id": 7}, "The value of tenant_id is missing or is not one."),
        ({**FACTS, "client_id": None}, "The value of client_id is missing or is not one."),
        ({**FACTS, "client_id": "https://evil.example"}, "The value of client_id is missing"),
        ({**FACTS, "relay_app_id": ""}, "The value of relay_app_id is missing"),
        ({**FACTS, "cloud": "moon"}, "cloud must be"),
        ({**FACTS, "cloud": "china"}, "so there is no relay either"),
        ({"cloud": "global", "tenants": 2, "client_id": CLIENT}, "serves several organizations."),
        ({}, "answers, but not as a relay does (200)."),
        ([], "answers, but not as a relay does (200)."),
        (b"{", "answers, but not as a relay does (200)."),
        (b"[" * 60_000, "answers, but not as a relay does (200)."),
        (b'{"client_id": "' + b"x" * 200_000 + b'"}', "answers, but not as a relay does (200)."),
    ],
)
async def test_what_cannot_be_is_not_taken(facts: Mapping[str, object] | bytes, said: str) -> None:
    async with answering(answer(facts)) as relay:
        with pytest.raises(BadSettings) as caught:
            await asked(relay)
    assert said in str(caught.value.sentence) and str(caught.value.remedy)


@pytest.mark.parametrize(
    ("reply", "said", "remedy"),
    [
        (answer({"status": "ok"}, "404 No"), "not as a relay does (404)", "Check the relay's address."),
        (answer(b"<html>", kind="text/html"), "Another page answers", "sign in first"),
        (answer(b"", "302 Found\r\nLocation: https://evil.example/setup"), "Another page answers", "address"),
        (answer(b"", "503 Away"), "not as a relay does (503)", "Check the relay's address."),
        (b"SSH-2.0-OpenSSH\r\n\r\n", "broke off", "network"),
    ],
)
async def test_somebody_else_answers(reply: bytes, said: str, remedy: str) -> None:
    async with answering(reply) as relay:
        with pytest.raises(BadSettings) as caught:
            await asked(relay)
    assert said in str(caught.value.sentence) and remedy in str(caught.value.remedy)


async def test_an_older_relay_is_told_from_somebody_else(simulation: Running, tmp_path: Path) -> None:
    """It answers as relays do, but knows nothing at this path: as one without consoles."""
    async with serving(simulation, tmp_path / "relay", console_app_ids=()) as older:
        relay = older.url
        with pytest.raises(BadSettings, match="may be an older one") as caught:
            await asked(relay)
    assert str(caught.value.remedy) == "Ask your administrator for a set-up link."


async def test_nobody_is_there() -> None:
    with pytest.raises(BadSettings, match=r"Nobody answers at 127\.0\.0\.1:9"):
        await asked("http://127.0.0.1:9")
    with pytest.raises(BadSettings, match=r"Nobody knows the name relay\.invalid"):
        await asked("https://relay.invalid")


@pytest.mark.parametrize(
    ("issuer", "names", "days", "said"),
    [
        ("Contoso Root", ("localhost",), 90, "which this computer does not trust"),
        ("Contoso Root", ("localhost",), -1, "ended on"),
        ("Zscaler Root", ("localhost",), 90, "opens the connection to localhost"),
    ],
)
async def test_a_certificate_that_is_not_believed(
    desk: Desk, tmp_path: Path, issuer: str, names: tuple[str, ...], days: int, said: str
) -> None:
    shown = paper(tmp_path, issuer, names, begins=timedelta(days=-9), ends=timedelta(days=days))
    async with front(desk.url, shown) as relay:
        with pytest.raises(BadSettings, match=said):
            await asked(relay)


async def test_by_tls_and_by_a_proxy(desk: Desk, tmp_path: Path) -> None:
    shown = paper(tmp_path, "Contoso Root")
    ca_file = tmp_path / "ca.pem"
    ca_file.write_bytes(shown.ca)
    async with proxied() as proxy, front(desk.url, shown) as relay:
        told = await asked(relay, str(ca_file))
        assert told.setup.relay == relay
        way = Proxy(f"http://127.0.0.1:{proxy.port}", FoundIn.SYSTEM)
        assert (await asked(relay, str(ca_file), way)).setup == told.setup and proxy.asked == ["CONNECT"]
        with pytest.raises(BadSettings, match=r"The proxy 127\.0\.0\.1:9 cannot be reached"):
            await asked(relay, str(ca_file), Proxy("http://127.0.0.1:9", FoundIn.OPTION))
