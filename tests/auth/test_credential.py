"""Every way in which the bot can prove who it is, against the simulated authority and with real MSAL."""

from __future__ import annotations

import base64
import json
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PublicFormat,
    load_pem_private_key,
    pkcs12,
)

from console.auth import (
    BotCredential,
    BotRegistration,
    Certificate,
    Credential,
    ManagedIdentity,
    Pfx,
    SignedElsewhere,
    TokenFile,
    signed_by_command,
)
from console.auth.credential import EXCHANGE, ends_at
from console.auth.errors import CredentialRefused, IdentityUnavailable, Misconfigured
from console.simulator.directory import BOT_APP_ID
from console.simulator.entra.assertions import Federation

Make = Callable[[Credential], BotCredential]
ISSUER, SUBJECT = "https://workloads.contoso.example", "system:serviceaccount:desk:relay"


@pytest.fixture
async def make(server: Any) -> AsyncIterator[Make]:
    made: list[BotCredential] = []

    def build(credential: Credential) -> BotCredential:
        registration = BotRegistration(server.tenant_url, BOT_APP_ID, f"{server.base_url}/.default")
        made.append(BotCredential(registration, credential, context=server.context, now=time.time))
        return made[-1]

    yield build
    for bot in made:
        await bot.close()


@pytest.fixture
def issuer(server: Any) -> Iterator[Callable[..., str]]:
    """Another issuer whose tokens the authority takes for the bot."""
    key = rsa.generate_private_key(65537, 2048)
    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    server.authority.grants.bot_federation = Federation(ISSUER, SUBJECT, pem)

    def token(**changes: Any) -> str:
        now = int(time.time())
        claims = {"iss": ISSUER, "sub": SUBJECT, "aud": EXCHANGE, "iat": now, "exp": now + 600, **changes}
        return jwt.encode(claims, key, "RS256")

    yield token
    server.authority.grants.bot_federation = None


def own_key(certificates: Any) -> rsa.RSAPrivateKey:
    key = load_pem_private_key(certificates.bot_key.read_bytes(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return key


@pytest.fixture
def pfx(certificates: Any, tmp_path: Path) -> Path:
    certificate = x509.load_pem_x509_certificate(certificates.bot_cert.read_bytes())
    packed = pkcs12.serialize_key_and_certificates(
        b"bot", own_key(certificates), certificate, None, BestAvailableEncryption(b"open sesame")
    )
    file = tmp_path / "bot.pfx"
    file.write_bytes(packed)
    return file


async def test_a_pfx_file(make: Make, pfx: Path) -> None:
    assert await make(Pfx(pfx, "open sesame")).token()
    with pytest.raises(Misconfigured, match="its passphrase is wrong"):
        await make(Pfx(pfx, "wrong")).token()
    assert "sesame" not in repr(Pfx(pfx, "open sesame"))


async def test_a_key_that_stays_elsewhere(make: Make, certificates: Any) -> None:
    asked: list[bytes] = []

    def sign(data: bytes) -> bytes:
        asked.append(data)
        salted = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
        return own_key(certificates).sign(data, salted, hashes.SHA256())

    bot = make(SignedElsewhere(certificates.bot_cert, sign))
    assert await bot.renew(await bot.token())
    assert len(asked) == 2
    claims = json.loads(base64.urlsafe_b64decode(asked[0].split(b".")[1] + b"=="))
    assert claims["iss"] == claims["sub"] == BOT_APP_ID and claims["aud"].endswith("/oauth2/v2.0/token")
    with pytest.raises(CredentialRefused, match="AADSTS700027"):
        await make(SignedElsewhere(certificates.stranger_cert, sign)).token()


async def test_a_program_that_signs(make: Make, certificates: Any, tmp_path: Path) -> None:
    program = tmp_path / "sign.py"
    program.write_text(
        "import base64, sys\n"
        "from cryptography.hazmat.primitives import hashes, serialization as s\n"
        "from cryptography.hazmat.primitives.asymmetric import padding as p\n"
        f"key = s.load_pem_private_key(open({str(certificates.bot_key)!r}, 'rb').read(), None)\n"
        "made = key.sign(sys.stdin.buffer.read(), p.PSS(p.MGF1(hashes.SHA256()), 32), hashes.SHA256())\n"
        "print(base64.b64encode(made).decode())\n"
    )
    sign = signed_by_command([sys.executable, str(program)])
    assert await make(SignedElsewhere(certificates.bot_cert, sign)).token()
    for broken in ([sys.executable, "-c", "raise SystemExit(3)"], ["/nowhere/sign"]):
        with pytest.raises(CredentialRefused, match="signs for the bot has failed"):
            await make(SignedElsewhere(certificates.bot_cert, signed_by_command(broken))).token()
    with pytest.raises(CredentialRefused, match="has signed nothing"):
        silent = signed_by_command([sys.executable, "-c", "pass"])
        await make(SignedElsewhere(certificates.bot_cert, silent)).token()


async def test_a_token_of_another_issuer_is_read_anew_each_time(
    make: Make, issuer: Callable[..., str], tmp_path: Path
) -> None:
    file = tmp_path / "token"
    file.write_text(issuer())
    bot = make(TokenFile(file))
    assert await bot.token()
    file.write_text(issuer(sub="somebody else"))
    with pytest.raises(CredentialRefused, match="AADSTS700213"):
        await bot.renew(await bot.token())
    file.write_text(issuer())
    assert await bot.renew(await bot.token())
    for changes in ({"iss": "https://elsewhere.example"}, {"aud": "somebody"}, {"exp": 1}):
        file.write_text(issuer(**changes))
        with pytest.raises(CredentialRefused):
            await make(TokenFile(file)).token()
    with pytest.raises(Misconfigured, match="cannot be read"):
        await make(TokenFile(tmp_path / "none")).token()


class Machine(BaseHTTPRequestHandler):
    """The managed identity endpoint of an Azure App Service, as MSAL asks it."""

    token: Callable[..., str] | None = None
    asked: list[dict[str, list[str]]]

    def do_GET(self) -> None:
        kind = type(self)
        kind.asked.append(parse_qs(urlsplit(self.path).query))
        good = kind.token is not None and self.headers.get("X-IDENTITY-HEADER") == "the header"
        body = (
            {"access_token": kind.token(), "expires_on": str(int(time.time()) + 600)}
            if good and kind.token
            else {}
        )
        self.send_response(200 if good else 500)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, issuer: Callable[..., str]) -> Iterator[type[Machine]]:
    kind = type("OneMachine", (Machine,), {"token": staticmethod(issuer), "asked": []})
    with ThreadingHTTPServer(("127.0.0.1", 0), kind) as serving:
        thread = threading.Thread(target=serving.serve_forever, daemon=True)
        thread.start()
        monkeypatch.setenv("IDENTITY_ENDPOINT", f"http://127.0.0.1:{serving.server_port}/msi/token")
        monkeypatch.setenv("IDENTITY_HEADER", "the header")
        yield kind
        serving.shutdown()
        thread.join()


async def test_the_identity_of_the_machine(make: Make, machine: type[Machine]) -> None:
    assert await make(ManagedIdentity()).token()
    assert machine.asked[0]["resource"] == [EXCHANGE] and "client_id" not in machine.asked[0]
    assert await make(ManagedIdentity("one-of-several")).token()
    assert machine.asked[-1]["client_id"] == ["one-of-several"]
    machine.token = None
    with pytest.raises(IdentityUnavailable):
        await make(ManagedIdentity()).token()


async def test_when_a_certificate_ends(certificates: Any, pfx: Path, make: Make, tmp_path: Path) -> None:
    in_two_days = pytest.approx(time.time() + 2 * 86_400, abs=900)
    assert ends_at(Certificate(certificates.bot_key, certificates.bot_cert)) == in_two_days
    assert ends_at(Pfx(pfx, "open sesame")) == in_two_days
    assert ends_at(TokenFile(tmp_path)) is None and ends_at(ManagedIdentity()) is None
    assert await make(SignedElsewhere(certificates.bot_cert, lambda data: data)).ends_at() == in_two_days
