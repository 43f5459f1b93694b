"""What a relay tells whoever asks where a desk of its belongs: that, and nothing else."""

from __future__ import annotations

import json
import re
import uuid

import httpx2
import pytest
from starlette.routing import Route

from console.domain.clouds import Cloud
from console.relay.settings import Settings
from console.relay.setup import setup_facts
from tests.relay.stand import Start

OPEN = {
    "/hooks/calls": "Microsoft's token",
    "/hooks/calls/{seal}": "Microsoft's token",
    "/prompts/{name}.wav": "sounds of ours, which Microsoft fetches",
    "/health/live": "a word",
    "/health/ready": "no ids and no names",
    "/version": "the version",
    "/openapi.json": "what the source says",
    "/setup": "what every sign-in page shows",
}
"""Every path that takes no operator's token, and what guards it or why nothing has to."""


async def test_a_desk_is_told_where_it_belongs(start: Start) -> None:
    desk = await start(public_url="https://relay.contoso.example")
    async with httpx2.AsyncClient(trust_env=False, base_url=desk.url) as http:
        answer = await http.get("/setup")
        browser = await http.get("/setup", headers={"Accept": "text/html", "Origin": "https://evil.example"})
        other = await http.post("/setup", content=b"x" * 100_000)
    found = desk.simulation.description()
    assert answer.status_code == 200 and answer.headers["content-type"] == "application/json"
    assert answer.json() == {
        "cloud": "global",
        "tenant_id": found["tenant_id"],
        "tenants": 1,
        "client_id": found["console_app_id"],
        "relay_app_id": found["relay_app_id"],
        "scope": f"api://{found['relay_app_id']}/access_as_operator",
        "relay": "https://relay.contoso.example",
    }
    assert browser.content == answer.content and "access-control-allow-origin" not in browser.headers
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store" and "default-src 'none'" in str(answer.headers)
    assert other.status_code == 405 and other.json()["error"]["code"] == "notAllowed"


async def test_where_no_console_may_connect_nothing_is_told(start: Start) -> None:
    desk = await start(console_app_ids=())
    async with httpx2.AsyncClient(trust_env=False, base_url=desk.url) as http:
        assert (await http.get("/setup")).status_code == 404


async def test_every_path_without_an_operators_token_is_known(start: Start) -> None:
    """A new one has to be thought about."""
    desk = await start()
    routes = [route for route in desk.relay.app.routes if isinstance(route, Route)]
    shown = {route.path for route in routes if not route.path.startswith("/v1.0/")}
    assert shown - {path for path in shown if path.startswith("/hooks/changes")} == set(OPEN)
    async with httpx2.AsyncClient(trust_env=False, base_url=desk.url) as http:
        for route in routes:
            if route.path.startswith("/v1.0/"):
                method = sorted((route.methods or set()) - {"HEAD"})[0]
                path = re.sub(r"{\w+(:\w+)?}", str(uuid.uuid4()), route.path)
                assert (await http.request(method, path)).status_code == 401, route.path


@pytest.mark.parametrize("cloud", [Cloud.GLOBAL, Cloud.GCC_HIGH, Cloud.DOD])
def test_of_several_tenants_none_is_named(cloud: Cloud) -> None:
    several = Settings(
        cloud=cloud,
        tenant_ids=("a-tenant", "another-tenant"),
        console_app_ids=("a-console", "another-console"),
        relay_app_id="a-relay",
        public_url="https://relay.contoso.example",
        bot_app_id="the-bot",
        bot_secret_file="the-secret",
        redis_password="the-password",
    )
    said = json.dumps(setup_facts(several))
    assert setup_facts(several)["tenants"] == 2 and setup_facts(several)["cloud"] == cloud
    for untold in ("tenant_id", "a-tenant", "another", "bot", "secret", "password"):
        assert untold not in said
