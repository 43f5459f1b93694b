"""The gate against every forgery we could think of: one good token in, all others out."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import random
import time
import uuid
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from console.relay.keys import KeySet, KeysUnavailable
from console.relay.tokens import OPERATOR_ROLES, OPERATOR_SCOPE, Denied, Gate, Profile, bearer

TENANT, RELAY, CONSOLE = (str(uuid.UUID(int=n)) for n in (11, 12, 13))
OTHER = str(uuid.UUID(int=99))
ISSUER = f"https://login.example/{TENANT}/v2.0"
GOOD, EVIL = (rsa.generate_private_key(65537, 2048) for _ in range(2))
WEAK = rsa.generate_private_key(65537, 1024)  # noqa: S505 - it must be refused
NOW = int(time.time())


def today() -> float:
    """The gate's clock stands still: a slow machine must not let the tokens of this file grow old."""
    return float(NOW)


URL = "https://login.example/keys"

PROFILE = Profile(
    name="operator",
    issuers=frozenset({ISSUER}),
    audience=RELAY,
    tenants=frozenset({TENANT}),
    consoles=frozenset({CONSOLE}),
    scope=OPERATOR_SCOPE,
    roles=OPERATOR_ROLES,
    version="2.0",
    denied=frozenset({"somebody-who-left"}),
)
CLAIMS: dict[str, Any] = {
    "iss": ISSUER,
    "aud": RELAY,
    "iat": NOW,
    "nbf": NOW,
    "exp": NOW + 3600,
    "tid": TENANT,
    "oid": "an-operator",
    "azp": CONSOLE,
    "scp": "access_as_operator",
    "roles": ["Operator"],
    "ver": "2.0",
}


def b64(data: bytes | str | dict[str, Any]) -> str:
    raw = json.dumps(data) if isinstance(data, dict) else data
    return base64.urlsafe_b64encode(raw.encode() if isinstance(raw, str) else raw).rstrip(b"=").decode()


def number(value: int) -> str:
    return b64(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def jwk(key: rsa.RSAPrivateKey, kid: str, **more: str) -> dict[str, str]:
    numbers = key.public_key().public_numbers()
    return {"kty": "RSA", "use": "sig", "kid": kid, "n": number(numbers.n), "e": number(numbers.e), **more}


KEYS = {
    "keys": [
        jwk(GOOD, "good", issuer="https://login.example/{tenantid}/v2.0"),
        jwk(GOOD, "foreign", issuer="https://login.example/consumers/v2.0"),
        jwk(WEAK, "weak"),
        jwk(EVIL, "enc", use="enc"),
        {"kty": "oct", "kid": "shared", "k": "c2VjcmV0"},
    ]
}


def token(
    changes: dict[str, Any] | None = None,
    *,
    key: rsa.RSAPrivateKey = GOOD,
    alg: str = "RS256",
    header: dict[str, Any] | None = None,
    without: tuple[str, ...] = (),
) -> str:
    claims = {k: v for k, v in {**CLAIMS, **(changes or {})}.items() if k not in without}
    return jwt.encode(claims, key, algorithm=alg, headers={"kid": "good", **(header or {})})


def signed(header: str, body: str, key: rsa.RSAPrivateKey = GOOD) -> str:
    """Sign any two segments, by default with the good key: only the content can give such a token away."""
    text = f"{header}.{body}"
    return f"{text}.{b64(key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


HEADER, BODY, SIGNATURE = token().split(".")
PLAIN = b64({"alg": "RS256", "kid": "good"})
PEM = GOOD.public_key().public_bytes(
    serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
)


def shared_secret(alg: str) -> str:
    text = b64({"alg": alg, "kid": "good"}) + "." + BODY
    return text + "." + b64(hmac.new(PEM, text.encode(), hashlib.sha256).digest())


def raw_claims(change: Callable[[str], str]) -> str:
    return signed(PLAIN, b64(change(json.dumps(CLAIMS))))


ATTACKS: dict[str, str] = {
    "no algorithm": b64({"alg": "none", "kid": "good"}) + "." + BODY + ".",
    "no algorithm, signature kept": b64({"alg": "nOnE", "kid": "good"}) + f".{BODY}.{SIGNATURE}",
    "HS256 with the public key": shared_secret("HS256"),
    "HS256 called RS256": shared_secret("RS256"),
    "PS256": token(alg="PS256"),
    "RS512": token(alg="RS512"),
    "another key under our id": token(key=EVIL),
    "unknown key": token(header={"kid": "nope"}),
    "key id as a path": token(header={"kid": "../../dev/null"}),
    "key id as SQL": token(header={"kid": "x' OR 1=1--"}),
    "key id is a list": f"{b64({'alg': 'RS256', 'kid': ['good']})}.{BODY}.{SIGNATURE}",
    "no key id": f"{b64({'alg': 'RS256'})}.{BODY}.{SIGNATURE}",
    "encryption key": token(key=EVIL, header={"kid": "enc"}),
    "weak key": signed(b64({"alg": "RS256", "kid": "weak"}), BODY, WEAK),
    "symmetric key": token(header={"kid": "shared"}),
    "key of another issuer": token(header={"kid": "foreign"}),
    "jku": token(header={"jku": "https://evil.example/keys"}),
    "embedded key": token(key=EVIL, header={"jwk": jwk(EVIL, "good")}),
    "x5u": token(header={"x5u": "https://evil.example/cert"}),
    "x5c": token(header={"x5c": ["AAAA"]}),
    "critical extension": signed(b64({"alg": "RS256", "kid": "good", "crit": ["exp"], "exp": 1}), BODY),
    "unencoded payload": signed(b64({"alg": "RS256", "kid": "good", "b64": False}), BODY),
    "another type": token(header={"typ": "secevent+jwt"}),
    "type is a number": signed(b64({"alg": "RS256", "kid": "good", "typ": 1}), BODY),
    "body changed": f"{HEADER}.{b64({**CLAIMS, 'roles': ['Supervisor']})}.{SIGNATURE}",
    "signature of another token": f"{HEADER}.{BODY}.{token({'oid': 'x'}).split('.')[2]}",
    "signature cut": f"{HEADER}.{BODY}.{SIGNATURE[:-8]}",
    "signature missing": f"{HEADER}.{BODY}.",
    "token for Graph": token({"aud": "00000003-0000-0000-c000-000000000000"}),
    "token for the console itself": token({"aud": CONSOLE}),
    "audience list with ours": token({"aud": [RELAY, "x"]}),
    "audience in capitals": token({"aud": f"api://{RELAY}"}),
    "no audience": token(without=("aud",)),
    "another tenant": token({"tid": OTHER}),
    "another tenant and its issuer": token({"tid": OTHER, "iss": f"https://login.example/{OTHER}/v2.0"}),
    "no tenant": token(without=("tid",)),
    "issuer with a tail": token({"iss": ISSUER + ".evil.example"}),
    "issuer with a slash": token({"iss": ISSUER + "/"}),
    "issuer list": signed(PLAIN, b64({**CLAIMS, "iss": [ISSUER]})),
    "no issuer": token(without=("iss",)),
    "expired": token({"iat": NOW - 7200, "nbf": NOW - 7200, "exp": NOW - 120}),
    "no end": token(without=("exp",)),
    "no beginning": token(without=("nbf",)),
    "not issued": token(without=("iat",)),
    "valid tomorrow": token({"nbf": NOW + 600}),
    "issued tomorrow": token({"iat": NOW + 600}),
    "issued is text": signed(PLAIN, b64({**CLAIMS, "iat": "soon"})),
    "end is true": signed(PLAIN, b64({**CLAIMS, "exp": True})),
    "end is text": signed(PLAIN, b64({**CLAIMS, "exp": str(NOW + 3600)})),
    "good for ten years": token({"exp": NOW + 10**9}),
    "end is NaN": raw_claims(lambda c: c.replace(f'"exp": {NOW + 3600}', '"exp": NaN')),
    "end is Infinity": raw_claims(lambda c: c.replace(f'"exp": {NOW + 3600}', '"exp": Infinity')),
    "end overflows": raw_claims(lambda c: c.replace(f'"exp": {NOW + 3600}', '"exp": 1e999')),
    "end is enormous": raw_claims(lambda c: c.replace(f'"exp": {NOW + 3600}', '"exp": ' + "9" * 400)),
    "duplicate member": raw_claims(lambda c: c[:-1] + ', "roles": ["Supervisor"]}'),
    "duplicate in the header": signed(b64('{"alg": "RS256", "alg": "RS256", "kid": "good"}'), BODY),
    "nested to death": signed(PLAIN, b64("[" * 3000)),
    "claims are a list": signed(PLAIN, b64("[1]")),
    "claims are no text": signed(PLAIN, b64(b"\xff\xfe")),
    "another application": token({"azp": OTHER}),
    "no application": token(without=("azp",)),
    "application's own token": token({"idtyp": "app"}, without=("scp",)),
    "application's own token with a scope": token({"idtyp": "app"}),
    "no scope": token(without=("scp",)),
    "another scope": token({"scp": "User.Read"}),
    "longer scope": token({"scp": "access_as_operator2"}),
    "scope list": token({"scp": ["access_as_operator"]}),
    "no role": token({"roles": []}),
    "roles missing": token(without=("roles",)),
    "another role": token({"roles": ["Reader"]}),
    "role as text": token({"roles": "Operator"}),
    "version 1": token({"ver": "1.0"}),
    "nobody": token(without=("oid",)),
    "somebody who left": token({"oid": "somebody-who-left"}),
    "encrypted token": "a.b.c.d.e",
    "one part": "x",
    "huge": "a" * 9000,
    "not ASCII": "é.é.é",
    "padded": f"{HEADER}=.{BODY}=.{SIGNATURE}=",
    "empty": "",
}


async def fetch(_: str) -> bytes:
    return json.dumps(KEYS).encode()


def make_gate(profile: Profile = PROFILE, now: Callable[[], float] = today) -> Gate:
    return Gate(profile, KeySet(URL, fetch, time.monotonic), now)


async def test_good_tokens_come_in() -> None:
    gate = make_gate()
    assert (await gate.check(token()))["oid"] == "an-operator"
    assert await gate.check(token()) is await gate.check(token()), "checked once, then remembered"
    for header in ({"typ": "at+jwt"}, {"typ": "jwt"}, {"x5t": "abc"}):
        assert await gate.check(token(header=header))
    assert await gate.check(token({"roles": ["Reader", "Supervisor"], "scp": "openid access_as_operator"}))


@pytest.mark.parametrize("name", ATTACKS)
async def test_attack_is_refused(name: str) -> None:
    with pytest.raises(Denied):
        await make_gate().check(ATTACKS[name])


@pytest.mark.parametrize("name", ["another tenant and its issuer", "no role", "another application"])
async def test_a_genuine_token_for_another_door_is_forbidden(name: str) -> None:
    gate = make_gate()
    claims = {"another tenant and its issuer": {"tid": OTHER}, "no role": {"roles": []}}
    with pytest.raises(Denied) as denied:
        await gate.check(token(claims.get(name, {"azp": OTHER})))
    assert denied.value.forbidden


async def test_mutated_tokens_are_refused() -> None:
    gate, dice = make_gate(), random.Random(7)  # noqa: S311 - repeatable
    good = token()
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."
    accepted = 0
    for _ in range(2000):
        at = dice.randrange(len(good) - 1)  # the last sign's spare bits do not change the signature
        changed = good[:at] + dice.choice(alphabet) + good[at + 1 :]
        if changed == good:
            continue
        try:
            await gate.check(changed)
            accepted += 1
        except Denied:
            pass
    assert accepted == 0


async def test_a_remembered_token_still_ends() -> None:
    moment = [float(NOW)]
    gate = make_gate(now=lambda: moment[0])
    short = token({"exp": NOW + 300})
    assert await gate.check(short)
    moment[0] = NOW + 361.0
    with pytest.raises(Denied, match="expired"):
        await gate.check(short)


async def test_notifications_have_their_own_profile() -> None:
    profile = Profile(
        name="notification",
        issuers=frozenset({"https://api.botframework.com"}),
        audience="the-bot",
        tenants=frozenset({TENANT}),
        leeway=300.0,
    )
    keys = {"keys": [jwk(GOOD, "good")]}

    async def plain(_: str) -> bytes:
        return json.dumps(keys).encode()

    gate = Gate(profile, KeySet(URL, plain, time.monotonic), today)
    claims = {k: CLAIMS[k] for k in ("iat", "nbf", "exp", "tid")}
    claims |= {"aud": "the-bot", "iss": "https://api.botframework.com"}

    def made(**changes: Any) -> str:
        return jwt.encode({**claims, **changes}, GOOD, algorithm="RS256", headers={"kid": "good"})

    assert await gate.check(made())
    assert await gate.check(made(iat=NOW - 9000, nbf=NOW - 9000, exp=NOW - 200)), (
        "clocks may disagree by 300 s"
    )
    for changes in (
        {"aud": RELAY},
        {"iss": "https://api.botframework.com/"},
        {"tid": OTHER},
        {"exp": NOW - 400},
    ):
        with pytest.raises(Denied):
            await gate.check(made(**changes))
    with pytest.raises(Denied):
        await gate.check(token())


async def test_unknown_keys_cause_few_fetches_and_a_new_key_is_found() -> None:
    moment, fetched, keys = [1000.0], [0], {"keys": [jwk(GOOD, "good")]}

    async def count(_: str) -> bytes:
        fetched[0] += 1
        return json.dumps(keys).encode()

    key_set = KeySet(URL, count, lambda: moment[0], gap=300.0)
    gate = Gate(PROFILE, key_set, today)
    for n in range(50):
        moment[0] += 1
        with pytest.raises(Denied):
            await gate.check(token(header={"kid": f"unknown{n}"}))
    assert fetched[0] == 2
    keys["keys"].append(jwk(EVIL, "new"))
    moment[0] += 300
    assert await gate.check(token(key=EVIL, header={"kid": "new"}))


async def test_without_keys_nobody_comes_in_and_old_keys_serve_for_a_while() -> None:
    moment, up = [1000.0], [False]

    async def sometimes(_: str) -> bytes:
        if not up[0]:
            raise OSError("away")
        return json.dumps(KEYS).encode()

    gate = Gate(PROFILE, KeySet(URL, sometimes, lambda: moment[0]), today)
    with pytest.raises(KeysUnavailable):
        await gate.check(token())
    up[0] = True
    moment[0] += 6
    assert await gate.check(token())
    up[0] = False
    moment[0] += 71 * 3600
    assert await gate.check(token({"oid": "another"}))
    moment[0] += 2 * 3600
    with pytest.raises(KeysUnavailable):
        await gate.check(token({"oid": "a third"}))


async def test_the_openid_document_leads_to_the_keys_but_not_to_plain_http() -> None:
    asked: list[str] = []

    def documents(where: str) -> Callable[[str], Any]:
        async def get(url: str) -> bytes:
            asked.append(url)
            return json.dumps({"jwks_uri": where} if url == URL else KEYS).encode()

        return get

    assert await Gate(PROFILE, KeySet(URL, documents("https://x.example/k"), today), today).check(token())
    assert asked == [URL, "https://x.example/k"]
    with pytest.raises(KeysUnavailable):
        await KeySet(URL, documents("http://x.example/k"), today).key("good")
    assert "http://x.example/k" not in asked


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic abc", "Bearer a b", "abc"])
def test_only_one_bearer_token_is_taken(header: str | None) -> None:
    with pytest.raises(Denied):
        bearer(header)
    assert bearer("bearer abc") == "abc"
