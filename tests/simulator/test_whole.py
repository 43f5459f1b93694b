"""The whole simulator as it is run: over TLS, with tokens from its own Entra, as a process of its own."""

import asyncio
import json
import os
import signal
import ssl
import stat
import sys
import time

import httpx2
import jwt
import pytest

from console.simulator.__main__ import main
from console.simulator.app import Simulator

MEDIA = {"@odata.type": "#microsoft.graph.serviceHostedMediaConfig"}


async def bot_token(http, running):
    """An app token for the bot, by certificate, as MSAL would ask for it."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes

    certificate = x509.load_pem_x509_certificate(running.certificates.bot_certificate.read_bytes())
    endpoint = f"{running.authority}/oauth2/v2.0/token"
    app = running.directory.bot_app_id
    now = int(time.time())
    claims = {"aud": endpoint, "iss": app, "sub": app, "jti": str(now), "nbf": now, "exp": now + 300}
    thumbprint = jwt.utils.base64url_encode(certificate.fingerprint(hashes.SHA256())).decode()
    assertion = jwt.encode(
        claims,
        running.certificates.bot_key.read_text(),
        algorithm="PS256",
        headers={"x5t#S256": thumbprint},
    )
    answer = await http.post(
        endpoint,
        data={
            "grant_type": "client_credentials",
            "client_id": app,
            "scope": "https://graph.microsoft.com/.default",
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": assertion,
        },
    )
    assert answer.status_code == 200, answer.text
    return answer.json()["access_token"]


async def test_a_call_over_tls_with_tokens_of_its_own_entra(hook, state):
    simulator = Simulator(state, speed=0, webhook=hook.url)
    async with simulator.serve(tls=True) as running:
        trust = ssl.create_default_context(cafile=str(running.certificates.ca_file))
        async with httpx2.AsyncClient(verify=trust, trust_env=False) as http:
            assert running.base_url.startswith("https://127.0.0.1:")
            body = {"caller": {"name": "Wilma Testperson"}}
            call = (await http.post(f"{running.base_url}/sim/calls", json=body)).json()["id"]
            url = f"{running.graph_url}/communications/calls/{call}"
            assert (await http.get(url)).status_code == 401
            token = await bot_token(http, running)
            http.headers["Authorization"] = f"Bearer {token}"
            answer = await http.post(
                f"{url}/answer",
                json={"callbackUri": hook.url, "acceptedModalities": ["audio"], "mediaConfig": MEDIA},
            )
            assert answer.status_code == 202, answer.text
            await simulator.clock.advance(1)
            await simulator.notifier.drained()
            assert (await http.get(url)).json()["state"] == "established"
            tampered = token[:-8] + ("A" * 8)
            answer = await http.get(url, headers={"Authorization": f"Bearer {tampered}"})
            assert answer.status_code == 401


def test_secrets_are_for_their_owner_only(state):
    files = Simulator(state).certificates
    for path in (
        files.ca_file,
        files.server_key,
        files.server_certificate,
        files.bot_key,
        files.bot_certificate,
    ):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


async def test_a_taken_port_is_an_error(state):
    async with Simulator(state).serve() as running:
        with pytest.raises(OSError, match="in use"):
            async with Simulator(state).serve(port=int(running.base_url.rsplit(":", 1)[1])):
                pass


@pytest.fixture
async def process(tmp_path, soon):
    """`graph-simulator serve`, and what its simulator.json says."""
    running = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "console.simulator", "serve",
        "--state", str(tmp_path), "--scene", "lobby-rush", "--seed", "3", "--speed", "20",
        stdout=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    path = tmp_path / "simulator.json"
    async with asyncio.timeout(20):
        while not path.exists():
            assert running.returncode is None
            await asyncio.sleep(0.02)
    yield running, json.loads(path.read_text())
    if running.returncode is None:
        running.kill()
        await running.wait()


async def test_the_process_serves_and_ends_cleanly_with_open_connections(process, tmp_path, capsys):
    running, said = process
    assert said["pid"] == running.pid
    assert set(said) == {
        "base_url", "graph_url", "authority", "cloud", "tenant_id", "console_app_id", "relay_app_id",
        "bot_app_id", "openid_configuration", "notification_issuers", "ca_file", "bot_certificate", "bot_key",
        "pid",
    }  # fmt: skip
    assert await asyncio.to_thread(main, ["call", "--state", str(tmp_path), "--name", "Wilma"]) == 0
    call = json.loads(capsys.readouterr().out)["id"]
    trust = ssl.create_default_context(cafile=said["ca_file"])
    async with httpx2.AsyncClient(verify=trust, trust_env=False) as http:
        calls = (await http.get(f"{said['base_url']}/sim/calls")).json()
        assert call in [one["id"] for one in calls]
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", int(said["base_url"].rsplit(":", 1)[1]), ssl=trust
        )
        writer.write(
            b"POST /v1.0/communications/calls HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n\r\n{"
        )
        await writer.drain()
        os.kill(running.pid, signal.SIGTERM)
        async with asyncio.timeout(6):
            assert await running.wait() == 0
        writer.close()
        await asyncio.gather(reader.read(), writer.wait_closed(), return_exceptions=True)
    assert not (tmp_path / "simulator.json").exists()


def test_the_commands_print(capsys, tmp_path):
    assert main(["scenes"]) == 0
    assert "quiet-morning" in capsys.readouterr().out
    assert main(["assumptions"]) == 0
    assert "UNCONFIRMED" in capsys.readouterr().out
    assert main(["call", "--state", str(tmp_path)]) == 1
