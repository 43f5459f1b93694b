"""Which credential the settings name, what is wrong with them, and the warning before it ends."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from starlette.requests import Request

from console.auth import Certificate, ManagedIdentity, Pfx, Secret, SignedElsewhere, TokenFile
from console.relay.credential import Expiry, chosen, problems
from console.relay.health import Health
from console.relay.settings import Settings


def test_the_settings_name_a_credential(tmp_path: Path) -> None:
    (tmp_path / "word").write_text("open sesame\n")
    word = str(tmp_path / "word")
    cases = [
        (
            Settings(bot_certificate="c", bot_key="k", bot_passphrase_file=word),
            Certificate(Path("k"), Path("c"), "open sesame"),
        ),
        (Settings(bot_pfx="p", bot_passphrase_file=word), Pfx(Path("p"), "open sesame")),
        (Settings(bot_token_file="t"), TokenFile(Path("t"))),
        (Settings(bot_managed_identity="machine"), ManagedIdentity()),
        (Settings(bot_managed_identity="abc"), ManagedIdentity("abc")),
        (Settings(bot_secret_file=word, allow_secret=True), Secret("open sesame")),
    ]
    for settings, credential in cases:
        assert problems(settings) == []
        assert chosen(settings) == credential
    signer = Settings(bot_certificate="c", bot_signer=("sign", "--slot", "1"))
    assert problems(signer) == [] and isinstance(chosen(signer), SignedElsewhere)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        (Settings(), "The bot has no credential"),
        (Settings(bot_pfx="p", bot_token_file="t"), "more than one credential: bot_token_file, bot_pfx"),
        (Settings(bot_certificate="c"), "needs either bot_key or bot_signer"),
        (Settings(bot_certificate="c", bot_key="k", bot_signer=("s",)), "needs either bot_key or bot_signer"),
        (Settings(bot_secret_file="s"), "only accepted with allow_secret = true"),
    ],
)
def test_what_is_wrong_with_a_credential(settings: Settings, says: str) -> None:
    assert says in " ".join(problems(settings))


@pytest.mark.logs("the bot's certificate")
async def test_its_end_is_told_at_30_7_and_1_days(caplog: pytest.LogCaptureFixture) -> None:
    now, ends = [0.0], [40 * 86_400.0]

    async def ends_at() -> float:
        return ends[0]

    expiry = Expiry(ends_at, lambda: now[0])
    told = []
    with caplog.at_level(logging.WARNING):
        for day in range(42):
            now[0] = day * 86_400.0
            caplog.clear()
            await expiry.look()
            if caplog.messages:
                told.append((day, expiry.notice))
    assert told == [(10, "ends in 30 days"), (33, "ends in 7 days"), (39, "ends in 1 days")]
    assert expiry.notice == "has ended"
    ends[0] = now[0] + 400 * 86_400.0
    await expiry.look()
    assert expiry.notice == ""


async def test_health_tells_of_it_and_the_relay_is_ready_all_the_same() -> None:
    health = Health({}, lambda: {}, lambda: [], {"bot certificate": lambda: "ends in 3 days"})
    answer = await health.ready(Request({"type": "http"}))
    assert answer.status_code == 200 and b'"notices":{"bot certificate":"ends in 3 days"}' in answer.body
