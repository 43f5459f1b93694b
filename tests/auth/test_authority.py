"""The simulated authority seen by a plain HTTP client and by unmodified MSAL."""

from __future__ import annotations

import base64
import hashlib
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import msal
import pytest
import requests

from console.simulator.directory import BOT_APP_ID, CONSOLE_APP_ID, GRAPH_RESOURCE_ID, RELAY_APP_ID, TENANT_ID
from console.simulator.entra import Fault, InvalidToken
from console.simulator.entra.browser import SignInFailed, approve_device, read_form, sign_in

LENA = "lena@contoso.example"
RELAY_SCOPE = f"api://{RELAY_APP_ID}/access_as_operator"
VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


@pytest.fixture
def client(server: Any) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=server.tenant_url, verify=server.context(), trust_env=False) as opened:
        yield opened


def authorize_fields(**more: str) -> dict[str, str]:
    fields = {
        "client_id": CONSOLE_APP_ID,
        "redirect_uri": "http://localhost:1",
        "response_type": "code",
        "scope": f"{RELAY_SCOPE} User.Read openid profile offline_access",
        "state": "s<&>\"'",
        "nonce": "n",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    return fields | more


def press(client: httpx2.Client, user: str = LENA, **more: str) -> dict[str, str]:
    """Sign in on the page and return what the redirect carries."""
    page = client.get("/oauth2/v2.0/authorize", params=authorize_fields(**more))
    form = read_form(page.text)
    assert form is not None and user in form.choices["user"]
    answer = client.post(
        f"https://{client.base_url.netloc.decode()}{form.action}", data=form.fields | {"user": user}
    )
    assert answer.status_code == 303
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}


def redeem(client: httpx2.Client, **fields: str) -> httpx2.Response:
    return client.post("/oauth2/v2.0/token", data={"client_id": CONSOLE_APP_ID} | fields)


def code_fields(code: str, **more: str) -> dict[str, str]:
    return {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": "http://localhost:1",
        "code_verifier": VERIFIER,
        "scope": f"{RELAY_SCOPE} openid offline_access",
    } | more


@pytest.fixture
def session(server: Any) -> Iterator[requests.Session]:
    with requests.Session() as opened:
        opened.trust_env = False
        opened.verify = server.ca_file
        yield opened


@pytest.fixture
def app(server: Any, session: requests.Session) -> msal.PublicClientApplication:
    return msal.PublicClientApplication(
        CONSOLE_APP_ID, authority=server.tenant_url, instance_discovery=False, http_client=session
    )


def test_relay_token_has_entras_claims(server: Any, client: httpx2.Client) -> None:
    answer = press(client)
    assert answer["state"] == "s<&>\"'"
    body = redeem(client, **code_fields(answer["code"])).json()
    claims = server.authority.verify(body["access_token"], RELAY_APP_ID)
    lena = server.directory.user(LENA)
    assert claims["iss"] == f"{server.base_url}/{TENANT_ID}/v2.0"
    assert (claims["oid"], claims["tid"], claims["azp"]) == (lena.id, TENANT_ID, CONSOLE_APP_ID)
    assert (claims["scp"], claims["roles"], claims["ver"]) == ("access_as_operator", ["Operator"], "2.0")
    assert (claims["azpacr"], claims["name"], claims["preferred_username"]) == ("0", "Lena Ortiz", LENA)
    assert claims["exp"] - claims["iat"] == 3600 and claims["uti"]


def test_custom_cloud_graph_scopes_are_graphs(server: Any, client: httpx2.Client) -> None:
    first = redeem(client, **code_fields(press(client)["code"])).json()
    for scope in (f"{server.base_url}/User.Read", f"{server.base_url}/.default", "User.Read"):
        body = redeem(
            client, grant_type="refresh_token", refresh_token=first["refresh_token"], scope=scope
        ).json()
        claims = server.authority.verify(body["access_token"], GRAPH_RESOURCE_ID)
        assert "User.Read" in claims["scp"].split() and "roles" not in claims
        assert scope in body["scope"].split()


@pytest.mark.parametrize(
    ("change", "number"),
    [
        ({"code_verifier": "wrong"}, 501481),
        ({"redirect_uri": "http://localhost:2"}, 50011),
        ({"client_id": "someone"}, 700016),
        ({"scope": "https://other.example/Read"}, 500011),
        ({"scope": f"{RELAY_SCOPE} User.Read"}, 28000),
        ({"scope": "Mail.Read"}, 70011),
        ({"grant_type": "password"}, 70003),
    ],
)
def test_bad_redemption_is_refused(client: httpx2.Client, change: dict[str, str], number: int) -> None:
    answer = redeem(client, **code_fields(press(client)["code"]) | change)
    assert answer.status_code == 400 and answer.json()["error_codes"] == [number]
    assert answer.json()["error_description"].startswith(f"AADSTS{number}: ")


def test_code_works_once_and_only_for_a_minute(client: httpx2.Client, clock: Any) -> None:
    code = press(client)["code"]
    assert redeem(client, **code_fields(code)).status_code == 200
    assert redeem(client, **code_fields(code)).json()["error_codes"] == [54005]
    late = press(client)["code"]
    clock.offset = 61
    assert redeem(client, **code_fields(late)).json()["error_codes"] == [70008]


def test_authorize_without_pkce_or_with_a_foreign_redirect_is_refused(client: httpx2.Client) -> None:
    plain = client.get("/oauth2/v2.0/authorize", params=authorize_fields(code_challenge_method="plain"))
    assert plain.status_code == 303 and "error=invalid_request" in plain.headers["location"]
    away = client.get("/oauth2/v2.0/authorize", params=authorize_fields(redirect_uri="https://evil.example/"))
    assert away.status_code == 400 and "AADSTS50011" in away.text and "location" not in away.headers
    unknown = client.get("/oauth2/v2.0/authorize", params=authorize_fields(client_id="<script>"))
    assert unknown.status_code == 400 and "<script>" not in unknown.text


def test_pages_escape_what_they_are_given(client: httpx2.Client) -> None:
    fields = authorize_fields(state='"><script>alert(1)</script>', response_mode="form_post")
    page = client.get("/oauth2/v2.0/authorize", params=fields)
    assert "<script>" not in page.text and "李伟" in page.text
    form = read_form(page.text)
    assert form is not None and form.fields["state"] == fields["state"]
    done = client.post(
        f"https://{client.base_url.netloc.decode()}{form.action}", data=form.fields | {"user": LENA}
    )
    answer = read_form(done.text)
    assert (
        answer is not None and answer.fields["state"] == fields["state"] and "<script>alert" not in done.text
    )


def test_discovery_and_keys(server: Any, client: httpx2.Client) -> None:
    for tenant in (TENANT_ID, "common", "organizations"):
        url = f"{server.base_url}/{tenant}/v2.0/.well-known/openid-configuration"
        assert client.get(url).json()["issuer"] == f"{server.base_url}/{TENANT_ID}/v2.0"
    assert client.get(f"{server.base_url}/other/v2.0/.well-known/openid-configuration").status_code == 400
    assert client.get("/discovery/v2.0/keys").json()["keys"][0]["kid"] == server.authority.mint.key.id
    metadata = client.get(f"{server.base_url}/common/discovery/instance").json()
    assert metadata["tenant_discovery_endpoint"].startswith(server.base_url)


def test_verify_refuses_forged_expired_and_misdirected(
    server: Any, client: httpx2.Client, clock: Any
) -> None:
    authority = server.authority
    authority.access_token_lifetime = 120
    token = redeem(client, **code_fields(press(client)["code"])).json()["access_token"]
    head, body, signature = token.split(".")
    for bad in (f"{head}.{body}.{signature[:-6]}AAAAAA", f"{head}.{body}.", "x", ""):
        with pytest.raises(InvalidToken):
            authority.verify(bad)
    with pytest.raises(InvalidToken):
        authority.verify(token, GRAPH_RESOURCE_ID)
    clock.offset = 121
    with pytest.raises(InvalidToken):
        authority.verify(token)


def test_revoked_blocked_and_unassigned_users(server: Any, client: httpx2.Client) -> None:
    refresh = redeem(client, **code_fields(press(client)["code"])).json()["refresh_token"]
    fields = {"grant_type": "refresh_token", "refresh_token": refresh, "scope": RELAY_SCOPE}
    server.authority.sessions.blocked.add(server.directory.user(LENA).id)
    assert redeem(client, **fields).json()["error_codes"] == [50057]
    server.authority.sessions.blocked.clear()
    assert redeem(client, **fields).status_code == 200
    server.authority.revoke(LENA)
    assert redeem(client, **fields).json()["error_codes"] == [50173]
    server.authority.grants.assignment_required = True
    refused = press(client, "anna@contoso.example")
    assert refused["error"] == "access_denied" and "AADSTS50105" in refused["error_description"]
    server.authority.grants.assignment_required = False
    server.authority.grants.consented = frozenset({"access_as_operator"})
    server.authority.grants.users_consent = False
    assert "AADSTS90094" in press(client)["error_description"]


def test_faults_are_served_once(server: Any, client: httpx2.Client) -> None:
    server.authority.faults.add(Fault(429, {"error": "busy"}, {"Retry-After": "7"}))
    first, second = (redeem(client, grant_type="none") for _ in range(2))
    assert (first.status_code, first.headers["retry-after"], second.status_code) == (429, "7", 400)


def test_msals_own_interactive_flow(server: Any, app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """MSAL with its own listener, and a scripted browser in the place of the real one."""

    def open_page(uri: str, browser_name: str | None = None) -> bool:
        threading.Thread(target=sign_in, args=(LENA, uri, server.ca_file), daemon=True).start()
        return True

    monkeypatch.setattr("msal.oauth2cli.authcode._browse", open_page)
    result = app.acquire_token_interactive([RELAY_SCOPE], timeout=10)
    assert result["access_token"], result
    account = app.get_accounts()[0]
    assert account["home_account_id"] == f"{server.directory.user(LENA).id}.{TENANT_ID}"
    silent = app.acquire_token_silent([RELAY_SCOPE], account)
    assert silent["token_source"] == "cache"
    graph = app.acquire_token_silent([f"{server.base_url}/User.Read"], account)
    assert server.authority.verify(graph["access_token"])["aud"] == GRAPH_RESOURCE_ID
    assert server.authority.refreshes() == 1


def test_msals_device_flow(server: Any, app: Any) -> None:
    server.authority.devices.interval = 1
    flow = app.initiate_device_flow([RELAY_SCOPE])
    assert (
        app.acquire_token_by_device_flow(flow, exit_condition=lambda _: True)["error"]
        == "authorization_pending"
    )
    with pytest.raises(SignInFailed):
        approve_device(LENA, flow["verification_uri"], "WRONGCODE", server.ca_file)
    approve_device(LENA, flow["verification_uri"], flow["user_code"].lower(), server.ca_file)
    result = app.acquire_token_by_device_flow(flow, exit_condition=lambda _: True)
    assert server.authority.verify(result["access_token"])["preferred_username"] == LENA


def test_msals_certificate_credential(server: Any, certificates: Any, session: requests.Session) -> None:
    def bot(cert: Any, key: Any) -> dict[str, Any]:
        app = msal.ConfidentialClientApplication(
            BOT_APP_ID,
            {"private_key": key.read_text(), "public_certificate": cert.read_text()},
            authority=server.tenant_url,
            instance_discovery=False,
            http_client=session,
        )
        return dict(app.acquire_token_for_client([f"{server.base_url}/.default"]))

    claims = server.authority.verify(bot(certificates.bot_cert, certificates.bot_key)["access_token"])
    assert (claims["aud"], claims["appid"], claims["azp"]) == (GRAPH_RESOURCE_ID, BOT_APP_ID, BOT_APP_ID)
    assert (claims["idtyp"], claims["azpacr"]) == ("app", "2") and "Calls.Initiate.All" in claims["roles"]
    assert bot(certificates.stranger_cert, certificates.stranger_key)["error_codes"] == [700027]
    assert bot(certificates.bot_cert, certificates.stranger_key)["error_codes"] == [700027]


def test_browser_says_who_is_missing(server: Any) -> None:
    url = httpx2.URL(f"{server.tenant_url}/oauth2/v2.0/authorize", params=authorize_fields())
    with pytest.raises(SignInFailed, match="does not offer"):
        sign_in("nobody@contoso.example", str(url), server.ca_file)
