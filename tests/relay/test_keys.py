"""Public keys by an injected clock: cached, rotated, seldom fetched for strangers, no good when too old."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from console.relay.keys import LATE, REFRESH, RETRY, STALE, KeySet, KeysUnavailable, UnknownKey, read_keys
from console.relay.tokens import Denied, Gate
from tests.relay.forging import DOORS, EVIL, GOOD, OPERATOR, URL, WEAK, Door, jwk, today

GAP = 300.0


class Address:
    """What answers with keys, and how often it was asked. `keys` are names of keys with the keys."""

    def __init__(self) -> None:
        self.moment = 1000.0
        self.asked: list[str] = []
        self.up = True
        self.keys = {"old": GOOD}

    def now(self) -> float:
        return self.moment

    async def fetch(self, url: str) -> bytes:
        self.asked.append(url)
        await asyncio.sleep(0)
        if not self.up:
            raise OSError("away")
        return json.dumps({"keys": [jwk(key, kid) for kid, key in self.keys.items()]}).encode()

    def key_set(self) -> KeySet:
        return KeySet(URL, self.fetch, self.now, gap=GAP)


@pytest.fixture
def address() -> Address:
    return Address()


async def test_keys_are_fetched_once_for_everybody_and_again_after_a_day(address: Address) -> None:
    keys = address.key_set()
    await asyncio.gather(*(keys.key("old") for _ in range(50)))
    assert len(address.asked) == 1
    for _ in range(20):
        address.moment += REFRESH / 20 - 1
        await keys.warm()
    assert len(address.asked) == 1 and keys.age == REFRESH - 20
    address.moment += 20
    await asyncio.gather(*(keys.warm() for _ in range(10)))
    assert len(address.asked) == 2 and keys.age == 0


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
async def test_during_a_rollover_both_keys_count_and_afterwards_only_the_new_one(
    address: Address, door: Door
) -> None:
    keys = address.key_set()
    gate = Gate(door.profile, keys, today)
    old = [door.token({"n": n}, header={"kid": "old"}) for n in range(3)]
    new = [door.token({"n": n}, key=EVIL, header={"kid": "new"}) for n in range(3)]
    assert await gate.check(old[0])
    with pytest.raises(Denied, match="unknown key"):
        await gate.check(new[0])
    address.keys = {"old": GOOD, "new": EVIL}
    address.moment += GAP
    assert await gate.check(new[0]), "found because it was asked for"
    assert await gate.check(old[1])
    address.keys = {"new": EVIL}
    address.moment += REFRESH
    await keys.warm()
    assert await gate.check(new[1])
    with pytest.raises(Denied, match="unknown key"):
        await gate.check(old[2])


async def test_a_stranger_cannot_make_us_fetch_more_than_once_in_a_gap(address: Address) -> None:
    keys = address.key_set()
    await keys.key("old")
    for second in range(1, 3 * int(GAP) + 1):
        address.moment += 1
        with pytest.raises(UnknownKey):
            await keys.key(f"unknown{second}")
        with pytest.raises(UnknownKey):
            await keys.key("unknown")
        await keys.key("old")
    assert len(address.asked) - 1 == 3
    address.up = False
    for _ in range(int(GAP)):
        address.moment += 1
        with pytest.raises(UnknownKey):
            await keys.key("unknown")
    assert len(address.asked) - 1 == 4, "nor when the address does not answer"
    assert await keys.key("old"), "which keeps nobody else out"


@pytest.mark.parametrize("kid", [None, 7, ["old"], "", "a" * 129, "x' OR 1", "old\n", "öld"])
async def test_an_id_of_a_wrong_form_causes_no_fetch(address: Address, kid: object) -> None:
    with pytest.raises(UnknownKey):
        await address.key_set().key(kid)
    assert not address.asked


async def test_old_keys_serve_for_72_hours_and_then_nobody_comes_in(address: Address) -> None:
    keys = address.key_set()
    assert keys.reason == "not fetched yet"
    await keys.key("old")
    assert not keys.reason and not keys.notice
    address.up = False
    address.moment += LATE
    await keys.warm()
    assert await keys.key("old") and "not fetched for 30 h" in keys.notice and not keys.reason
    address.moment += STALE - LATE - 1
    assert await keys.key("old") and keys.ready
    address.moment += 1
    assert not keys.ready
    with pytest.raises(KeysUnavailable):
        await keys.key("old")
    assert keys.reason == "the address does not answer with keys"
    address.up = True
    address.moment += RETRY
    assert await keys.key("old") and not keys.reason


async def test_while_the_address_is_away_it_is_asked_seldom_and_nobody_waits_for_another(
    address: Address,
) -> None:
    address.up = False
    keys = address.key_set()
    results = await asyncio.gather(*(keys.key("old") for _ in range(50)), return_exceptions=True)
    assert all(isinstance(result, KeysUnavailable) for result in results)
    assert len(address.asked) == 1
    for _ in range(20):
        address.moment += 1
        with pytest.raises(KeysUnavailable):
            await keys.key("old")
    assert len(address.asked) == 1 + 20 // RETRY


@pytest.mark.parametrize(
    ("named", "followed"),
    [
        ("https://login.example/others", True),
        ("https://LOGIN.example/others", True),
        ("http://login.example/others", False),
        ("https://login.example:444/others", False),
        ("https://login.example.evil.example/others", False),
        ("https://login.example@evil.example/others", False),
        ("https://elsewhere.example/keys", False),
        ("http://127.0.0.1/keys", False),
        ("file:///etc/passwd", False),
        ("https://[", False),
        ("", False),
        (7, False),
    ],
)
async def test_an_openid_document_names_keys_at_its_own_host_only(named: Any, followed: bool) -> None:
    asked: list[str] = []

    async def fetch(url: str) -> bytes:
        asked.append(url)
        return json.dumps({"jwks_uri": named} if url == URL else OPERATOR.keys).encode()

    keys = KeySet(URL, fetch, lambda: 0.0)
    if followed:
        assert await keys.key("good")
        assert asked == [URL, named]
    else:
        with pytest.raises(KeysUnavailable):
            await keys.key("good")
        assert asked == [URL] and keys.reason == "the document names keys at another host"


@pytest.mark.parametrize(
    "answer", [b"", b"[]", b"{nonsense", b'{"keys": 7}', b'{"keys": []}', b"\xff", b"[" * 100_000, b"{}"]
)
async def test_what_is_no_key_set_lets_nobody_in(answer: bytes) -> None:
    async def fetch(_: str) -> bytes:
        return answer

    with pytest.raises(KeysUnavailable):
        await KeySet(URL, fetch, lambda: 0.0).key("good")


def test_only_strong_rsa_keys_for_signing_are_read() -> None:
    good = jwk(GOOD, "good")
    bad: list[Any] = [
        7, {}, {**good, "kty": "EC"}, {**good, "use": "enc"}, {**good, "kid": 7}, {**good, "n": "AQAB"},
        {**good, "e": "AQ"}, {**good, "e": "Ag"}, {**good, "n": good["n"] + "!"}, {**good, "n": None},
        jwk(WEAK, "weak"),
    ]  # fmt: skip
    assert read_keys(bad) == {} and list(read_keys([*bad, good])) == ["good"]
    assert read_keys(None) == read_keys({"keys": [good]}) == {}
