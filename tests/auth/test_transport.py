"""The HTTP client MSAL is given: our trust, a limit of time, and exceptions MSAL understands."""

from __future__ import annotations

import ssl
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import requests.exceptions as known

from console.auth import build_context
from console.auth.errors import Misconfigured
from console.auth.http import HttpAdapter
from console.simulator.entra import Fault


def token_url(server: Any) -> str:
    return f"{server.tenant_url}/oauth2/v2.0/token"


def test_trust_is_the_system_and_one_file(server: Any, certificates: Any, tmp_path: Path) -> None:
    url = f"{server.base_url}/common/discovery/instance"
    plain = build_context()
    assert plain.verify_mode is ssl.CERT_REQUIRED and plain.check_hostname
    strangers, friends = HttpAdapter(plain), HttpAdapter(build_context(certificates.ca_file))
    with pytest.raises(known.ConnectionError):
        strangers.get(url)
    assert friends.get(url).status_code == 200
    for adapter in (strangers, friends):
        adapter.close()
    for bad in (tmp_path / "none.pem", certificates.bot_key):
        with pytest.raises(Misconfigured):
            build_context(bad)


def test_environment_does_not_override_trust(server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere")
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere")
    adapter = HttpAdapter(server.context())
    assert adapter.get(f"{server.base_url}/common/discovery/instance").status_code == 200
    adapter.close()


def test_failures_are_mapped(server: Any) -> None:
    adapter = HttpAdapter(server.context(), timeout=0.2)
    late = time.monotonic() + 0.5
    server.authority.faults.add(Fault(delay=0.5), Fault(503, headers={"Retry-After": "11"}), Fault(429))
    with pytest.raises(known.Timeout):
        adapter.post(token_url(server), data={"client_assertion": b"x", "none": None})
    assert adapter.post(token_url(server), data={}).status_code == 503 and adapter.retry_after == 11
    assert adapter.post(token_url(server), data={}).status_code == 429 and adapter.retry_after is None
    with pytest.raises(known.RequestException):
        adapter.post(f"{server.tenant_url}/oauth2/v2.0/authorize", data={})  # a page, not a JSON object
    with pytest.raises(known.RequestException):
        adapter.get("https://")
    server.authority.faults.add(Fault(429, endpoint="discovery"))
    with pytest.raises(known.RequestException):
        adapter.get(f"{server.base_url}/common/discovery/instance")
    time.sleep(max(0.0, late + 0.3 - time.monotonic()))  # an answer that a stop cuts off is logged
    server.stop()
    with pytest.raises(known.ConnectionError):
        adapter.get(f"{server.base_url}/common/discovery/instance")
    adapter.close()


def test_bytes_are_sent_as_text(server: Any) -> None:
    adapter = HttpAdapter(server.context())
    answer = adapter.post(token_url(server), data={"grant_type": b"odd", "scope": None})
    assert "'odd'" in answer.text
    adapter.close()


def test_import_is_light() -> None:
    program = (
        "import sys, console.auth; "
        "heavy = {'msal', 'httpx2', 'requests', 'cryptography', 'jwt', 'keyring', 'truststore'}; "
        "print(heavy & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
