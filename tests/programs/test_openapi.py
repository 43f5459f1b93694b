"""The OpenAPI document of the relay is true: schemathesis holds a running relay against it."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest

from console.app.line import account
from console.auth import command_browser
from console.demo.programs import Programs
from console.demo.stage import Stage
from console.graph.catalogue import CATALOGUE
from console.relay.openapi import document

EXAMPLES, SEED = 8, 20261124


def test_the_document_names_what_is_offered() -> None:
    paths = document()["paths"]
    named = {one["operationId"] for methods in paths.values() for one in methods.values()}
    assert named == {o.name for o in CATALOGUE.values() if o.offered} | {"stream", "ping", "setup"}


async def token_of(programs: Programs, operator: str) -> str:
    options = programs.options(operator)
    signed_in = account(options, command_browser(options.browser_command))
    await signed_in.sign_in(operator)
    token = await signed_in.token("relay")
    await signed_in.close()
    return token


@pytest.mark.skipif(
    importlib.util.find_spec("schemathesis") is None, reason="schemathesis is not installed (extra: fuzz)"
)
@pytest.mark.timeout(300)
async def test_a_running_relay_keeps_to_the_document(
    programs: Programs, stage: Stage, tmp_path: Path
) -> None:
    token = await token_of(programs, "ines@contoso.example")
    call = await stage.place("Wilma Testperson", "+14255550151")
    async with httpx2.AsyncClient(trust_env=False) as http:

        async def known() -> bool:
            headers = {"Authorization": f"Bearer {token}"}
            url = f"{programs.relay_url}/v1.0/communications/calls/{call}/participants"
            return (await http.get(url, headers=headers)).status_code != 404

        async with asyncio.timeout(20):
            while not await known():
                await asyncio.sleep(0.05)
    config = tmp_path / "schemathesis.toml"
    config.write_text(f'[parameters]\n"path.call" = {json.dumps(call)}\n')
    command = [
        sys.executable, "-m", "schemathesis.cli", "--config-file", str(config),
        "run", f"{programs.relay_url}/openapi.json", "--header", f"Authorization: Bearer {token}",
        "--checks", "all", "--phases", "coverage,fuzzing", "--exclude-path", "/v1.0/stream",
        "--max-examples", str(EXAMPLES), "--seed", str(SEED), "--continue-on-failure", "--no-color",
    ]  # fmt: skip
    done = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-6000:].replace(token, "<token>")
