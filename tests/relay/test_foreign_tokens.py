"""Tokens that were signed by programs we have no part in: taken as they are, and refused for each change."""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from console.relay.keys import KeySet
from console.relay.tokens import Denied, Gate
from tests.relay.forging import DOORS, ENTRA, OTHER, URL, Door, b64, today

Sign = Callable[[dict[str, Any], dict[str, Any]], str]

NODE = """
const { createSign, generateKeyPairSync, createPrivateKey } = require("crypto"), fs = require("fs");
const [file, input] = process.argv.slice(1);
if (!fs.existsSync(file)) {
  const pair = generateKeyPairSync("rsa", { modulusLength: 2048 });
  fs.writeFileSync(file, pair.privateKey.export({ type: "pkcs8", format: "pem" }));
}
const key = createPrivateKey(fs.readFileSync(file));
const jwk = key.export({ format: "jwk" });
const text = JSON.parse(input).map((p) => Buffer.from(JSON.stringify(p)).toString("base64url")).join(".");
const signature = createSign("RSA-SHA256").update(text).sign(key).toString("base64url");
console.log(JSON.stringify({ token: text + "." + signature, key: { kty: jwk.kty, n: jwk.n, e: jwk.e } }));
"""


def by_node(folder: Path) -> tuple[Sign, dict[str, str]]:
    """Node's own cryptography."""

    def run(header: dict[str, Any], claims: dict[str, Any]) -> dict[str, Any]:
        command = ["node", "-e", NODE, str(folder / "node.pem"), json.dumps([header, claims])]
        found: dict[str, Any] = json.loads(subprocess.check_output(command))
        return found

    return lambda header, claims: run(header, claims)["token"], run({}, {})["key"]


def by_openssl(folder: Path) -> tuple[Sign, dict[str, str]]:
    """The command line of OpenSSL."""
    key = folder / "openssl.pem"
    subprocess.run(["openssl", "genrsa", "-out", key, "2048"], check=True, capture_output=True)
    shown = subprocess.check_output(["openssl", "rsa", "-in", key, "-noout", "-modulus"], text=True)
    modulus = bytes.fromhex(re.sub(r".*=|\s", "", shown))

    def sign(header: dict[str, Any], claims: dict[str, Any]) -> str:
        text = f"{b64(header)}.{b64(claims)}"
        command = ["openssl", "dgst", "-sha256", "-sign", key]
        return f"{text}.{b64(subprocess.check_output(command, input=text.encode()))}"

    return sign, {"kty": "RSA", "n": b64(modulus), "e": "AQAB"}


SIGNERS = {"node": by_node, "openssl": by_openssl}


@pytest.fixture(scope="module", params=SIGNERS)
def foreign(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Sign, Any]:
    program: str = request.param
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    return SIGNERS[program](tmp_path_factory.mktemp(program))


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
async def test_a_foreign_token_is_taken_and_each_changed_claim_refused(
    foreign: tuple[Sign, Any], door: Door
) -> None:
    sign, key = foreign
    told = {**key, "use": "sig", "kid": "foreign", **({"issuer": ENTRA} if door.issuer else {})}

    async def fetch(_: str) -> bytes:
        return json.dumps({"keys": [told]}).encode()

    gate = Gate(door.profile, KeySet(URL, fetch, time.monotonic), today)
    header = {"alg": "RS256", "typ": "JWT", "kid": "foreign"}
    good = sign(header, door.claims)
    assert (await gate.check(good))["aud"] == door.claims["aud"]
    first, _, last = good.split(".")
    for claim in door.claims:
        wrong = {**door.claims, claim: OTHER}
        with pytest.raises(Denied, match="signature"):
            await gate.check(f"{first}.{b64(wrong)}.{last}")
        if claim != "oid":  # anybody may be an operator
            with pytest.raises(Denied):
                await gate.check(sign(header, wrong))
    raw = bytearray(base64.urlsafe_b64decode(good.split(".")[2] + "=="))
    raw[100] ^= 1
    with pytest.raises(Denied, match="signature"):
        await gate.check(".".join([*good.split(".")[:2], b64(bytes(raw))]))
