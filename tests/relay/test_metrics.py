"""What Prometheus reads is true, names nobody, and is all that the alerts ask about."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import httpx2
import pytest
import yaml

from console.relay.checking import find_problems
from console.relay.settings import Settings
from tests.relay.stand import ANNA, KOFI, LENA, Start, until
from tests.relay.test_streams import listening

ALERTS = Path(__file__).parents[2] / "packaging/relay/alerts.yml"


async def metrics(desk_log: str) -> str:
    async with httpx2.AsyncClient(trust_env=False) as http:
        return (await http.get(desk_log)).text


def value(text: str, line: str) -> float:
    found = re.search(rf"^{re.escape(line)} (\S+)$", text, re.M)
    return float(found.group(1)) if found else 0.0


async def test_what_happened_is_counted_and_nobody_is_named(
    start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO"):
        desk = await start(metrics_listen="127.0.0.1:0")
    url = next(m for m in caplog.messages if m.startswith("metrics at ")).removeprefix("metrics at ")
    async with listening(desk) as lena:
        desk.behave(ANNA, "picks-up", 0.5)
        id = await desk.answered(LENA)
        assert (await desk.client(KOFI).answer(id)).status_code == 409
        await until(lambda: len(lena.sequence) > 3)
        kept = 'relay_request_seconds_count{kind="call notification",status="202"}'
        async with asyncio.timeout(20):  # a request counts when its answer is out
            while value(text := await metrics(url), kept) < 3 or not value(
                text, "relay_stream_lag_seconds_count"
            ):
                await asyncio.sleep(0.05)
    assert value(text, "relay_stream_lag_seconds_count") > 0
    assert value(text, 'relay_claims_total{what="taken"}') == 1
    assert value(text, 'relay_graph_requests_total{operation="call.answer",status="202"}') == 1
    assert value(text, 'relay_request_seconds_count{kind="operator",status="202"}') == 1
    assert value(text, 'relay_request_seconds_count{kind="operator",status="409"}') == 1
    assert value(text, 'relay_facts_total{kind="CallClaimed"}') == 1
    assert (value(text, "relay_streams"), value(text, "relay_calls_live")) == (1, 1)
    assert value(text, "relay_ready") == 1 and value(text, "relay_bot_token_seconds_left") > 60
    assert value(text, "relay_bot_certificate_days_left") > 30
    for secret in (id, LENA, "Lena", "12065550188", desk.token(LENA)[:20]):
        assert secret not in text


async def test_every_metric_of_an_alert_exists(start: Start, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO"):
        await start(metrics_listen="127.0.0.1:0")
    url = next(m for m in caplog.messages if m.startswith("metrics at ")).removeprefix("metrics at ")
    text = await metrics(url)
    known = set(re.findall(r"^# TYPE (\w+) ", text, re.M))
    known |= {f"{name}_{part}" for name in known for part in ("bucket", "count", "total")}
    rules = yaml.safe_load(ALERTS.read_text("utf-8"))["groups"][0]["rules"]
    asked = {name for rule in rules for name in re.findall(r"relay_\w+", rule["expr"])}
    assert len(rules) >= 10 and asked - known == set()
    for rule in rules:
        assert rule["labels"]["severity"] in ("page", "look")
        assert {"summary", "means", "do"} == rule["annotations"].keys()


def test_an_address_that_cannot_be() -> None:
    assert "metrics_listen must be like" in " ".join(find_problems(Settings(metrics_listen="somewhere")))
