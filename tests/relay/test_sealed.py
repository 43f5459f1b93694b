"""Sealed data: what OpenSSL's command line sealed is opened, and nothing that was changed on its way."""

from __future__ import annotations

import base64
import json
import secrets
import shutil
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from console.relay.changes.sealed import KEPT, ROTATED, CannotOpen, Keyring
from console.simulator.sealing import seal

DATA = {"id": "8d2e", "availability": "Büsy", "activity": "InACall"}
DAY = 86_400.0


class Days:
    """A clock that a test moves."""

    now = 1_790_000_000.0

    def __call__(self) -> float:
        return self.now

    def pass_(self, days: float) -> None:
        self.now += days * DAY


def b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")


def openssl(*arguments: str, given: bytes = b"") -> bytes:
    return subprocess.run(["openssl", *arguments], input=given, capture_output=True, check=True).stdout


def sealed_by_openssl(keyring: Keyring, folder: Path, plain: bytes, key: bytes) -> dict[str, str]:
    """What Graph sends, made by a program that we have no part in."""
    certificate, id = keyring.current()
    public = folder / "public.pem"
    public.write_bytes(
        openssl("x509", "-inform", "der", "-noout", "-pubkey", given=base64.b64decode(certificate))
    )
    data = openssl("enc", "-aes-256-cbc", "-K", key.hex(), "-iv", key[:16].hex(), given=plain)
    oaep = (
        "-pkeyopt",
        "rsa_padding_mode:oaep",
        "-pkeyopt",
        "rsa_oaep_md:sha1",
        "-pkeyopt",
        "rsa_mgf1_md:sha1",
    )
    wrapped = openssl("pkeyutl", "-encrypt", "-pubin", "-inkey", str(public), *oaep, given=key)
    signature = openssl(
        "dgst", "-sha256", "-mac", "HMAC", "-macopt", f"hexkey:{key.hex()}", "-binary", given=data
    )
    return {
        "data": b64(data),
        "dataKey": b64(wrapped),
        "dataSignature": b64(signature),
        "encryptionCertificateId": id,
        "encryptionCertificateThumbprint": "not looked at",
    }


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    return Keyring(tmp_path / "keys", Days())


@pytest.fixture(params=["openssl", "simulator"])
def sealer(request: pytest.FixtureRequest, tmp_path: Path, keyring: Keyring) -> Callable[[], dict[str, Any]]:
    if request.param == "simulator":
        return lambda: seal(DATA, *keyring.current())
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    plain = json.dumps(DATA, ensure_ascii=False).encode()
    return lambda: sealed_by_openssl(keyring, tmp_path, plain, secrets.token_bytes(32))


def flipped(value: str, at: int) -> str:
    raw = bytearray(base64.b64decode(value))
    raw[at] ^= 1
    return b64(bytes(raw))


def test_what_others_sealed_is_opened(keyring: Keyring, sealer: Callable[[], dict[str, Any]]) -> None:
    assert keyring.open(sealer()) == DATA


@pytest.mark.parametrize("part", ["data", "dataKey", "dataSignature"])
@pytest.mark.parametrize("at", [0, 7, -1])
def test_one_bit_that_changed_is_noticed(
    keyring: Keyring, sealer: Callable[[], dict[str, Any]], part: str, at: int
) -> None:
    sealed = sealer()
    with pytest.raises(CannotOpen):
        keyring.open({**sealed, part: flipped(sealed[part], at)})


def test_parts_of_two_notifications_do_not_go_together(
    keyring: Keyring, sealer: Callable[[], dict[str, Any]]
) -> None:
    one, other = sealer(), sealer()
    for part in ("data", "dataKey", "dataSignature"):
        with pytest.raises(CannotOpen):
            keyring.open({**one, part: other[part]})
    both = {**one, "data": other["data"], "dataSignature": other["dataSignature"]}
    with pytest.raises(CannotOpen):
        keyring.open(both)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_an_initial_vector_or_a_key_of_another_kind_is_refused(keyring: Keyring, tmp_path: Path) -> None:
    key = secrets.token_bytes(32)
    sealed = sealed_by_openssl(keyring, tmp_path, json.dumps(DATA).encode(), key)
    other = bytes(16)
    data = openssl(
        "enc", "-aes-256-cbc", "-K", key.hex(), "-iv", other.hex(), given=json.dumps(DATA).encode()
    )
    signature = openssl(
        "dgst", "-sha256", "-mac", "HMAC", "-macopt", f"hexkey:{key.hex()}", "-binary", given=data
    )
    with pytest.raises(CannotOpen, match="no JSON"):
        keyring.open({**sealed, "data": b64(data), "dataSignature": b64(signature)})
    for plain in (b"no JSON", b'{"a":1,"a":2}', b"[" * 500):
        with pytest.raises(CannotOpen, match="no JSON"):
            keyring.open(sealed_by_openssl(keyring, tmp_path, plain, key))
    # A shorter key would open it by another cipher than the one that Microsoft names.
    short = sealed_by_openssl(keyring, tmp_path, json.dumps(DATA).encode(), key)
    wrapped = openssl(
        "pkeyutl", "-encrypt", "-pubin", "-inkey", str(tmp_path / "public.pem"), "-pkeyopt",
        "rsa_padding_mode:oaep", given=key[:16],
    )  # fmt: skip
    with pytest.raises(CannotOpen, match="length"):
        keyring.open({**short, "dataKey": b64(wrapped)})


@pytest.mark.parametrize("value", [None, 7, "", "!", "é", ["x"], "A" * 300_000])
@pytest.mark.parametrize("part", ["data", "dataKey", "dataSignature", "encryptionCertificateId"])
def test_odd_parts_are_refused(keyring: Keyring, part: str, value: object) -> None:
    sealed = seal(DATA, *keyring.current())
    with pytest.raises(CannotOpen):
        keyring.open({**sealed, part: value})
    without = {name: content for name, content in sealed.items() if name != part}
    for odd in (without, {}, [], None, 7):
        with pytest.raises(CannotOpen):
            keyring.open(odd)


def test_keys_are_rotated_kept_as_long_as_needed_and_nobodys_business(tmp_path: Path) -> None:
    days, folder = Days(), tmp_path / "keys"
    keyring = Keyring(folder, days)
    first = keyring.current()
    assert keyring.current() == first
    old = seal(DATA, *first)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}
    days.pass_(ROTATED.days)
    second = keyring.current()
    assert second[1] != first[1]
    again = Keyring(folder, days)
    assert again.current() == second, "the newest counts"
    for ring in (keyring, again):
        assert ring.open(old) == DATA and ring.open(seal(DATA, *second)) == DATA
    days.pass_(KEPT.days - ROTATED.days)
    assert again.current() == second
    with pytest.raises(CannotOpen):
        again.open(old)
    assert [file.stem for file in folder.iterdir()] == [second[1]]
