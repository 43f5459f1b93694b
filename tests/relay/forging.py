"""Tokens for the relay's three doors, good ones and every forgery that we could think of."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import random
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import jwt
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from console.relay.clock import Clock
from console.relay.doorkeeper import (
    CHANGE_TRACKING,
    change_profile,
    notification_profile,
    operator_profile,
)
from console.relay.keys import KeySet
from console.relay.settings import Settings
from console.relay.tokens import Gate, Profile

TENANT, SECOND, RELAY, CONSOLE, BOT = (str(uuid.UUID(int=n)) for n in (11, 12, 13, 14, 15))
OTHER = str(uuid.UUID(int=99))
LOGIN = "https://login.example"
ENTRA = f"{LOGIN}/{{tenantid}}/v2.0"
FRAMEWORK = "https://api.botframework.com"
GOOD, EVIL = (rsa.generate_private_key(65537, 2048) for _ in range(2))
WEAK = rsa.generate_private_key(65537, 1024)  # noqa: S505 - it must be refused
NOW = int(time.time())
URL = f"{LOGIN}/keys"
PEM = GOOD.public_key().public_bytes(
    serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
)

SETTINGS = Settings(
    tenant_ids=(TENANT, SECOND),
    authority=LOGIN,
    bot_app_id=BOT,
    relay_app_id=RELAY,
    console_app_ids=(CONSOLE,),
    notification_issuers=(FRAMEWORK, "https://graph.microsoft.com"),
    denied_operators=("somebody-who-left",),
)


def today() -> float:
    """The gates' clock stands still: a slow machine must not let these tokens grow old."""
    return float(NOW)


def b64(data: bytes | str | dict[str, Any]) -> str:
    raw = json.dumps(data) if isinstance(data, dict) else data
    return base64.urlsafe_b64encode(raw.encode() if isinstance(raw, str) else raw).rstrip(b"=").decode()


def number(value: int) -> str:
    return b64(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def jwk(key: rsa.RSAPrivateKey, kid: str, **more: str) -> dict[str, str]:
    numbers = key.public_key().public_numbers()
    return {"kty": "RSA", "use": "sig", "kid": kid, "n": number(numbers.n), "e": number(numbers.e), **more}


def signed(header: str, body: str, key: rsa.RSAPrivateKey = GOOD) -> str:
    """Sign any two segments, by default with the good key: only the content can give such a token away."""
    text = f"{header}.{body}"
    return f"{text}.{b64(key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


@dataclass(frozen=True)
class Door:
    """One kind of token: who checks it, what a good one says, and which issuer the keys are told to have."""

    name: str
    profile: Profile
    claims: dict[str, Any]
    issuer: str = ""

    @property
    def keys(self) -> dict[str, Any]:
        """What the address of the keys answers: a good key, and others that must not count."""
        told = {"issuer": self.issuer} if self.issuer else {}
        return {
            "keys": [
                jwk(GOOD, "good", **told),
                jwk(GOOD, "foreign", issuer=f"{LOGIN}/consumers/v2.0"),
                jwk(WEAK, "weak"),
                jwk(EVIL, "enc", use="enc"),
                {"kty": "oct", "kid": "shared", "k": "c2VjcmV0"},
            ]
        }

    def gate(self, now: Clock = today) -> Gate:
        async def fetch(_: str) -> bytes:
            return json.dumps(self.keys).encode()

        return Gate(self.profile, KeySet(URL, fetch, time.monotonic), now)

    def token(
        self,
        changes: dict[str, Any] | None = None,
        *,
        key: rsa.RSAPrivateKey = GOOD,
        alg: str = "RS256",
        header: dict[str, Any] | None = None,
        without: tuple[str, ...] = (),
    ) -> str:
        claims = {k: v for k, v in {**self.claims, **(changes or {})}.items() if k not in without}
        # Written by hand where PyJWT would already refuse to make it.
        odd = any(not isinstance(claims.get(n, 0), int) for n in ("iat", "nbf", "exp")) or isinstance(
            claims.get("iss"), list
        )
        if odd:
            return signed(b64({"alg": "RS256", "kid": "good"}), b64(claims))
        return jwt.encode(claims, key, algorithm=alg, headers={"kid": "good", **(header or {})})


_TIMES = {"iat": NOW, "nbf": NOW, "exp": NOW + 3600}
OPERATOR = Door(
    "operator",
    operator_profile(SETTINGS),
    {
        **_TIMES,
        "iss": f"{LOGIN}/{TENANT}/v2.0",
        "aud": RELAY,
        "tid": TENANT,
        "oid": "an-operator",
        "azp": CONSOLE,
        "scp": "access_as_operator",
        "roles": ["Operator"],
        "ver": "2.0",
    },
    ENTRA,
)
CALLS = Door(
    "call notification",
    notification_profile(SETTINGS),
    {**_TIMES, "iss": FRAMEWORK, "aud": BOT, "tid": TENANT},
)
CHANGES = Door(
    "change notification",
    change_profile(SETTINGS),
    {
        **_TIMES,
        "iss": f"https://sts.windows.net/{TENANT}/",
        "aud": BOT,
        "tid": TENANT,
        "appid": CHANGE_TRACKING,
        "azp": CHANGE_TRACKING,
    },
    ENTRA,
)
DOORS = (OPERATOR, CALLS, CHANGES)


def attacks(door: Door) -> dict[str, str]:
    """Every forgery by name: those that fit each door, and those that only this one has."""
    own = {OPERATOR.name: _against_operators, CHANGES.name: _against_changes, CALLS.name: _against_calls}
    return {**_forms(door), **_headers(door), **_claims(door), **_times(door), **own[door.name](door)}


def _forms(door: Door) -> dict[str, str]:
    token = door.token()
    header, body, signature = token.split(".")
    plain = b64({"alg": "RS256", "kid": "good"})

    def raw(change: Callable[[str], str]) -> str:
        return signed(plain, b64(change(json.dumps(door.claims))))

    return {
        "body changed": f"{header}.{b64({**door.claims, 'tid': SECOND})}.{signature}",
        "signature of another token": f"{header}.{body}.{door.token({'x': 1}).split('.')[2]}",
        "signature cut": f"{header}.{body}.{signature[:-8]}",
        "signature missing": f"{header}.{body}.",
        "signature written otherwise": token[:-1] + _sibling(token[-1]),
        "duplicate member": raw(lambda c: c[:-1] + f', "aud": "{door.claims["aud"]}"}}'),
        "duplicate in the header": signed(b64('{"alg": "RS256", "alg": "RS256", "kid": "good"}'), body),
        "duplicate, escaped": raw(lambda c: c[:-1] + ', "\\u0061ud": "x"}'),
        "half a character": raw(lambda c: c[:-1] + ', "name": "\\ud800"}'),
        "nested to death": signed(plain, b64("[" * 3000)),
        "nested too deeply": raw(lambda c: c[:-1] + ', "x": ' + "[" * 40 + "]" * 40 + "}"),
        "claims are a list": signed(plain, b64("[1]")),
        "claims are no text": signed(plain, b64(b"\xff\xfe")),
        "claims are nothing": signed(plain, b64("{}")),
        "header is a list": signed(b64("[1]"), body),
        "encrypted token": "a.b.c.d.e",
        "one part": "x",
        "two parts": f"{header}.{body}",
        "four parts": f"{token}.x",
        "huge": "a" * 9000,
        "not ASCII": "é.é.é",
        "padded": f"{header}=.{body}=.{signature}=",
        "with a line break": f"{header}.{body}.{signature}\n",
        "in standard base64": token.replace("-", "+").replace("_", "/") + "+/",
        "empty": "",
        "end is NaN": raw(lambda c: c.replace(f'"exp": {NOW + 3600}', '"exp": NaN')),
        "end is Infinity": raw(lambda c: c.replace(f'"exp": {NOW + 3600}', '"exp": Infinity')),
        "end overflows": raw(lambda c: c.replace(f'"exp": {NOW + 3600}', '"exp": 1e999')),
        "end is enormous": raw(lambda c: c.replace(f'"exp": {NOW + 3600}', '"exp": ' + "9" * 400)),
    }


def _headers(door: Door) -> dict[str, str]:
    _, body, signature = door.token().split(".")

    def shared_secret(alg: str) -> str:
        text = b64({"alg": alg, "kid": "good"}) + "." + body
        return text + "." + b64(hmac.new(PEM, text.encode(), hashlib.sha256).digest())

    def headed(**header: Any) -> str:
        return signed(b64({"alg": "RS256", "kid": "good", **header}), body)

    return {
        "no algorithm": b64({"alg": "none", "kid": "good"}) + "." + body + ".",
        "no algorithm, signature kept": b64({"alg": "nOnE", "kid": "good"}) + f".{body}.{signature}",
        "algorithm missing": signed(b64({"kid": "good"}), body),
        "algorithm list": headed(alg=["RS256"]),
        "HS256 with the public key": shared_secret("HS256"),
        "HS256 called RS256": shared_secret("RS256"),
        "PS256": door.token(alg="PS256"),
        "RS512": door.token(alg="RS512"),
        "another key under our id": door.token(key=EVIL),
        "unknown key": door.token(header={"kid": "nope"}),
        "key id as a path": door.token(header={"kid": "../../dev/null"}),
        "key id as SQL": door.token(header={"kid": "x' OR 1=1--"}),
        "key id is a list": headed(kid=["good"]),
        "no key id": signed(b64({"alg": "RS256"}), body),
        "encryption key": door.token(key=EVIL, header={"kid": "enc"}),
        "weak key": signed(b64({"alg": "RS256", "kid": "weak"}), body, WEAK),
        "symmetric key": door.token(header={"kid": "shared"}),
        "key of another issuer": door.token(header={"kid": "foreign"}),
        "jku": door.token(header={"jku": "https://evil.example/keys"}),
        "embedded key": door.token(key=EVIL, header={"jwk": jwk(EVIL, "good")}),
        "x5u": door.token(header={"x5u": "https://evil.example/cert"}),
        "x5c": door.token(header={"x5c": ["AAAA"]}),
        "critical extension": headed(crit=["exp"], exp=1),
        "unencoded payload": headed(b64=False),
        "packed payload": headed(zip="DEF"),
        "another type": door.token(header={"typ": "secevent+jwt"}),
        "type is a number": headed(typ=1),
    }


def _claims(door: Door) -> dict[str, str]:
    aud, iss = door.claims["aud"], door.claims["iss"]
    return {
        "token for Graph": door.token({"aud": "00000003-0000-0000-c000-000000000000"}),
        "token for the console itself": door.token({"aud": CONSOLE}),
        "audience list with ours": door.token({"aud": [aud, "x"]}),
        "audience as an address": door.token({"aud": f"api://{aud}"}),
        "audience empty": door.token({"aud": ""}),
        "no audience": door.token(without=("aud",)),
        "another tenant": door.token({"tid": OTHER}),
        "another tenant and its issuer": door.token({"tid": OTHER, "iss": iss.replace(TENANT, OTHER)}),
        "no tenant": door.token(without=("tid",)),
        "tenant list": door.token({"tid": [TENANT]}),
        "tenant is the stand-in": door.token({"tid": "{tenantid}"}),
        "issuer with a tail": door.token({"iss": iss + ".evil.example"}),
        "issuer with one slash more": door.token({"iss": iss + "/"}),
        "issuer in capitals": door.token({"iss": iss.upper()}),
        "issuer with the stand-in": door.token({"iss": ENTRA}),
        "issuer list": door.token({"iss": [iss]}),
        "no issuer": door.token(without=("iss",)),
    }


def _times(door: Door) -> dict[str, str]:
    past = NOW - int(door.profile.leeway)
    return {
        "expired": door.token({"iat": past - 7200, "nbf": past - 7200, "exp": past - 1}),
        "no end": door.token(without=("exp",)),
        "no beginning": door.token(without=("nbf",)),
        "not issued": door.token(without=("iat",)),
        "valid tomorrow": door.token({"nbf": NOW + 600}),
        "issued tomorrow": door.token({"iat": NOW + 600}),
        "issued is text": door.token({"iat": "soon"}),
        "end is true": signed(b64({"alg": "RS256", "kid": "good"}), b64({**door.claims, "exp": True})),
        "end is text": door.token({"exp": str(NOW + 3600)}),
        "good for ten years": door.token({"exp": NOW + 10**9}),
        "good since ten years ago": door.token({"iat": NOW - 10**8, "nbf": NOW - 10**8}),
    }


def _against_operators(door: Door) -> dict[str, str]:
    return {
        "issuer of another tenant that is served": door.token({"iss": f"{LOGIN}/{SECOND}/v2.0"}),
        "another application": door.token({"azp": OTHER}),
        "no application": door.token(without=("azp",)),
        "application's own token": door.token({"idtyp": "app"}, without=("scp",)),
        "application's own token with a scope": door.token({"idtyp": "app"}),
        "no scope": door.token(without=("scp",)),
        "another scope": door.token({"scp": "User.Read"}),
        "longer scope": door.token({"scp": "access_as_operator2"}),
        "scope list": door.token({"scp": ["access_as_operator"]}),
        "no role": door.token({"roles": []}),
        "roles missing": door.token(without=("roles",)),
        "another role": door.token({"roles": ["Reader"]}),
        "role as text": door.token({"roles": "Operator"}),
        "version 1": door.token({"ver": "1.0"}),
        "nobody": door.token(without=("oid",)),
        "somebody who left": door.token({"oid": "somebody-who-left"}),
        "a call notification's token": CALLS.token(),
        "a change notification's token": CHANGES.token(),
    }


def _against_calls(door: Door) -> dict[str, str]:
    return {
        "an operator's token": OPERATOR.token(),
        "a change notification's token": CHANGES.token(),
        "an operator's token for the bot": OPERATOR.token({"aud": BOT}),
        "issuer of the government's cloud": door.token({"iss": FRAMEWORK + "/"}),
    }


def _against_changes(door: Door) -> dict[str, str]:
    return {
        "an operator's token": OPERATOR.token(),
        "an operator's token for the bot": OPERATOR.token({"aud": BOT}),
        "a call notification's token": CALLS.token(),
        "another publisher": door.token({"appid": OTHER, "azp": OTHER}),
        "another publisher in version 1": door.token({"appid": OTHER}),
        "another publisher in version 2": door.token({"azp": OTHER}),
        "no publisher": door.token(without=("appid", "azp")),
        "publisher list": door.token({"appid": [CHANGE_TRACKING]}),
        "publisher is the bot": door.token({"appid": BOT, "azp": BOT}),
        "issuer of another tenant that is served": door.token({"iss": f"https://sts.windows.net/{SECOND}/"}),
        "version 2 issuer of another tenant": door.token({"iss": f"{LOGIN}/{SECOND}/v2.0"}),
        "issuer without its slash": door.token({"iss": f"https://sts.windows.net/{TENANT}"}),
    }


def _sibling(last: str) -> str:
    """The sign that stands for the same bits and others to spare: a lenient reader takes both."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return alphabet[alphabet.index(last) ^ 1]


def mutants(door: Door, count: int, seed: int) -> Iterator[str]:
    """Yield `count` tokens that differ from a good one somewhere, the same for the same seed."""
    dice = random.Random(seed)  # noqa: S311 - repeatable
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ \n\x00é"
    good = door.token()
    others = [d.token().split(".") for d in DOORS if d is not door]
    made = 0
    while made < count:
        parts = good.split(".")
        at = dice.randrange(len(good))
        match dice.randrange(9):
            case 0:
                mutant = good[:at] + dice.choice(alphabet) + good[at + 1 :]
            case 1:
                mutant = good[:at] + dice.choice(alphabet) + good[at:]
            case 2:
                mutant = good[:at] + good[at + dice.randrange(1, 9) :]
            case 3:
                mutant = good[: dice.randrange(len(good))]
            case 4:
                mutant = ".".join(dice.choice([parts, *others])[n] for n in range(3))
            case 5:
                dice.shuffle(parts)
                mutant = ".".join(parts)
            case 6:
                claim = dice.choice(sorted(door.claims))
                value = dice.choice([None, "", [], {}, True, 0, -1, NOW * 2, TENANT, RELAY, BOT, "é"])
                mutant = f"{parts[0]}.{b64({**door.claims, claim: value})}.{parts[2]}"
            case 7:
                raw = bytearray(base64.urlsafe_b64decode(parts[2] + "=="))
                raw[dice.randrange(len(raw))] ^= 1 << dice.randrange(8)
                mutant = f"{parts[0]}.{parts[1]}.{b64(bytes(raw))}"
            case _:
                header = {"alg": dice.choice(["RS256", "none", "HS256", "rs256", ""]), "kid": "good"}
                header[dice.choice(["x", "typ", "jku", "kid"])] = dice.choice(["good", "x", "JWT", ""])
                mutant = f"{b64(header)}.{parts[1]}.{parts[2]}"
        if mutant != good:
            made += 1
            yield mutant
