"""Microsoft's door: who may post, what is kept, and that a 202 is a promise a kill does not break."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import uuid
from pathlib import Path
from typing import Any

import httpx2

from console.domain.calls import Situation
from console.domain.ids import CallId
from console.relay.callbacks import Callbacks, keep_key
from console.relay.disk import open_disk
from console.relay.settings import Rescue
from console.relay.webhooks import item_key
from console.simulator.app import Running
from console.wire.notifications import LooseItem
from tests.relay.stand import Desk, Start, settings_for, until

ORIGINAL = "X-Microsoft-Skype-Original-Message-ID"
TENANT = "5b7d2f0a-2c4e-4a5e-8f31-9f1c7f6e2a10"


def body(call: str, state: str = "incoming", **more: Any) -> dict[str, Any]:
    data = {"@odata.type": "#microsoft.graph.call", "state": state, "direction": "incoming", **more}
    item = {"changeType": "created", "resourceUrl": f"/communications/calls/{call}", "resourceData": data}
    return {"@odata.type": "#microsoft.graph.commsNotifications", "value": [item]}


async def post(desk: Desk, content: Any, *, path: str = "", token: str | None = None, **headers: str) -> int:
    signer = desk.simulation.simulator.signer
    sent = {"Authorization": f"Bearer {signer.token() if token is None else token}", **headers}
    async with httpx2.AsyncClient(trust_env=False) as http:
        raw = content if isinstance(content, bytes) else json.dumps(content).encode()
        return (await http.post(f"{desk.url}/hooks/calls{path}", content=raw, headers=sent)).status_code


async def test_only_microsofts_tokens_are_believed(start: Start) -> None:
    desk = await start(rescue=Rescue.RING_OUT)
    signer, id = desk.simulation.simulator.signer, str(uuid.uuid4())
    for fault in ("audience", "issuer", "expired", "tenant", "signature"):
        status = await post(desk, body(id), token=signer.token(fault))  # type: ignore[arg-type]
        assert status in (401, 403), fault
    assert await post(desk, body(id), token=desk.token("0d000000-0000-4000-8000-000000000001")) == 401
    assert await post(desk, b"not even read", token="x") == 401
    assert desk.relay.hub.seq == 0
    assert await post(desk, body(id, tenantId=str(uuid.uuid4()))) == 403, "the call of another tenant"
    assert await post(desk, body(id, tenantId=TENANT.upper())) == 202
    assert desk.call(id).situation is Situation.RINGING


async def test_what_is_answered_to_what(start: Start) -> None:
    desk = await start(rescue=Rescue.RING_OUT)
    assert await post(desk, {"id": "legacy", "state": "incoming"}) == 204
    assert await post(desk, b"{nonsense") == 400
    assert await post(desk, b"[]") == 400
    assert await post(desk, b"[" * 100_000) == 400
    assert await post(desk, b" " * 262_145) == 413
    assert await post(desk, b"x", **{"Content-Encoding": "gzip"}) == 415
    assert desk.relay.hub.seq == 0
    odd = {"@odata.type": "#microsoft.graph.commsNotifications", "value": [{"resourceUrl": "/teams/1"}]}
    assert await post(desk, odd) == 202, "what we do not understand is counted, not refused"
    assert sum(desk.world.unknown.values()) == 1


async def test_a_repeated_notification_is_one_fact(start: Start) -> None:
    desk = await start(rescue=Rescue.RING_OUT)
    id, name = str(uuid.uuid4()), "X-Microsoft-Skype-Message-ID"
    statuses = await asyncio.gather(
        *(post(desk, body(id), **{name: "one", ORIGINAL: "o"}) for _ in range(50))
    )
    assert set(statuses) == {202} and desk.relay.hub.seq == 1
    assert await post(desk, body(id), **{name: "two", ORIGINAL: "o"}) == 202
    assert desk.relay.hub.seq == 1, "delivered again under another id"
    assert await post(desk, body(id, "terminated"), **{ORIGINAL: "o"}) == 202
    assert desk.relay.hub.seq == 2, "the same id for other news loses nothing"
    unnamed = body(str(uuid.uuid4()))
    assert [await post(desk, unnamed), await post(desk, unnamed)] == [202, 202]
    assert desk.relay.hub.seq == 3


async def test_the_sealed_address_belongs_to_one_call(start: Start) -> None:
    desk = await start(rescue=Rescue.RING_OUT)
    callbacks = Callbacks(desk.url, keep_key(Path(desk.settings.data_dir) / "callback.key"))
    mine, other = str(uuid.uuid4()), str(uuid.uuid4())
    path = callbacks.for_call(CallId(mine)).removeprefix(f"{desk.url}/hooks/calls")
    assert await post(desk, body(mine), path=path) == 202
    assert await post(desk, body(other), path=path) == 403
    assert await post(desk, body(other), path="/guess") == 403
    assert await post(desk, body(other), path="/%2e%2e") in (403, 404)
    fresh = callbacks.for_new().removeprefix(f"{desk.url}/hooks/calls")
    assert await post(desk, body(other), path=fresh) == 202
    assert await post(desk, body(other), path=fresh + "x") == 403


async def test_odd_json_is_refused_and_nothing_of_it_kept(start: Start) -> None:
    desk = await start(rescue=Rescue.RING_OUT)
    good = json.dumps(body(str(uuid.uuid4()))).encode()
    inner = good[:-1] + b', "more": '
    for odd in (
        good[:-1] + b', "value": []}',
        inner + b"NaN}",
        inner + b"1e999}",
        inner + b"9" * 5000 + b"}",
        inner + b'"\\ud800"}',
        inner + b"[" * 40 + b"]" * 40 + b"}",
        inner + b'{"a":' * 10_000 + b"1" + b"}" * 10_001,
    ):
        assert await post(desk, odd) == 400, odd[:60]
    assert await post(desk, inner[:-8] + b'"' + b"k" * 1_000_000 + b'": 1}') == 413
    assert await post(desk, {**body("c"), "value": [{}] * 1001}) == 413
    assert desk.relay.hub.seq == 0
    assert await post(desk, inner + b"[" * 30 + b"]" * 30 + b"}") == 202


async def test_a_call_that_nobody_told_us_of_is_asked_about_before_anybody_sees_it(start: Start) -> None:
    desk = await start(rescue=Rescue.RING_OUT)
    token = desk.simulation.simulator.signer.token()
    forged = str(uuid.uuid4())
    for state in ("incoming", "established"):
        told = body(forged, state, source={"identity": {"phone": {"id": "+12065550100"}}})
        told["value"][0] |= {"changeType": "updated"}
        told["value"][0]["resourceUrl"] = f"https://elsewhere.example/app/calls/{forged}"
        assert await post(desk, told, token=token) == 202
    await until(lambda: desk.call(forged).ended, what="Graph does not know it")
    assert desk.sent(forged, forged), "Graph was asked"
    call = desk.call(forged)
    assert not call.identified and call.source is None and not call.history[:-1]
    assert not desk.relay.hub.world.live()


async def test_early_news_of_a_real_call_are_not_lost(start: Start) -> None:
    desk = await start(rescue=Rescue.RING_OUT)
    desk.trouble(lost=1.0)
    id = desk.ring()
    news = body(id, "incoming")
    news["value"][0]["changeType"] = "updated"
    assert await post(desk, news) == 202
    await until(lambda: desk.call(id).identified, what="read from Graph")
    assert desk.call(id).situation is Situation.RINGING


async def test_begun_and_continued_in_one_post(start: Start) -> None:
    desk = await start(rescue=Rescue.RING_OUT)
    id = str(uuid.uuid4())
    both = body(id)
    both["value"] += [{**body(id, "established")["value"][0], "changeType": "updated"}]
    assert await post(desk, both) == 202
    assert desk.call(id).established_at is not None


async def test_tones_never_reach_the_disk(start: Start) -> None:
    desk = await start(rescue=Rescue.RING_OUT)
    tone = {"toneInfo": {"sequenceId": 1, "tone": "tone7-secret"}}
    assert await post(desk, body(str(uuid.uuid4()), "established", **tone)) == 202
    kept = await desk.relay.hub.history.after(0, 10)
    assert kept and b"tone7" not in b"".join(data for _, data in kept)


def test_item_keys_depend_on_what_is_told() -> None:
    item, other = (LooseItem(body("c", state)["value"][0]) for state in ("incoming", "established"))
    names = [
        item_key(b"m", 0, item),
        item_key(b"n", 0, item),
        item_key(b"m", 1, item),
        item_key(b"m", 0, other),
    ]
    assert len(set(names)) == 4 and all(len(name) == 24 for name in names)
    assert names[0] == item_key(b"m", 0, LooseItem(dict(item.raw)))


def command(config: Path, ready: Path) -> list[str]:
    start = [sys.executable, "-m", "console.relay", "serve"]
    return [*start, "--config", str(config), "--ready-file", str(ready)]


def write_config(simulation: Running, folder: Path) -> Path:
    settings = settings_for(simulation, folder / "data")
    lists = ("tenant_ids", "console_app_ids")
    names = (
        "public_url", "data_dir", "authority", "graph_root", "ca_file", "bot_app_id", "bot_certificate",
        "bot_key", "relay_app_id", "notification_keys_url",
    )  # fmt: skip
    lines = [f"{n} = {json.dumps(getattr(settings, n))}" for n in names]
    lines += [f"{n} = {json.dumps(list(getattr(settings, n)))}" for n in lists]
    lines += ["listen_port = 0", 'rescue = "ring-out"', "silence = 1000.0"]
    file = folder / "relay.toml"
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


async def test_every_acknowledged_notification_survives_kill_9(simulation: Running, tmp_path: Path) -> None:
    config, ready = write_config(simulation, tmp_path), tmp_path / "ready.json"
    acknowledged: set[str] = set()
    for round in range(3):
        ready.unlink(missing_ok=True)
        process = await asyncio.create_subprocess_exec(
            *command(config, ready),
            stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        await until(ready.exists, what="listening")
        told = json.loads(ready.read_text(encoding="utf-8"))
        assert told["pid"] == process.pid
        headers = {"Authorization": f"Bearer {simulation.simulator.signer.token()}"}
        async with httpx2.AsyncClient(trust_env=False, headers=headers) as http:

            async def burst(http: httpx2.AsyncClient = http, url: str = told["url"]) -> None:
                while True:
                    id = str(uuid.uuid4())
                    try:
                        answer = await http.post(f"{url}/hooks/calls", json=body(id, "terminated"))
                    except httpx2.HTTPError:
                        return
                    if answer.status_code == 202:
                        acknowledged.add(id)

            enough = len(acknowledged) + 60 + 37 * round
            bursts = [asyncio.create_task(burst()) for _ in range(8)]
            await until(lambda enough=enough: len(acknowledged) > enough)  # type: ignore[misc]
            os.kill(process.pid, signal.SIGKILL)
            await asyncio.gather(*bursts)
        await process.wait()
    history, _, seq = open_disk(tmp_path / "data" / "facts.db", mark="check")
    kept = await history.after(0, 1_000_000)
    assert kept is not None and [s for s, _ in kept] == list(range(1, seq + 1))
    assert acknowledged <= {json.loads(data)["call"] for _, data in kept}
    await history.close()


async def test_sigterm_stops_cleanly(simulation: Running, tmp_path: Path) -> None:
    config, ready = write_config(simulation, tmp_path), tmp_path / "ready.json"
    process = await asyncio.create_subprocess_exec(
        *command(config, ready),
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    await until(ready.exists, what="listening")
    process.terminate()
    _, log = await process.communicate()
    assert process.returncode == 0 and not ready.exists()
    lines = [json.loads(line) for line in log.decode().splitlines()]
    assert lines[-1]["body"] == "stopped"
    assert not [line for line in lines if line["severity_number"] > 9], lines
