"""The checks against a real relay and the simulator: what is in order, and every way in which it is not."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from console.auth import Account, Resource
from console.auth.vault import Reason, Trouble
from console.auth.vault.troubles import NotKept
from console.checks.bench import Bench
from console.checks.examination import CHECKS, examine
from console.checks.findings import Finding, Outcome, Verdict, as_json, as_text, passed
from console.domain.clouds import Cloud
from console.domain.routes import FoundIn, Proxy
from console.graph.clouds import CHINA
from console.graph.consents import asked_at_sign_in
from console.language import CHINESE, load
from console.settings.layers import Configuration
from console.settings.options import Options
from console.simulator.app import Running
from console.simulator.entra.faults import Fault
from tests.auth.keys import FileKeys
from tests.checks.conftest import Late, Prepare
from tests.checks.fronts import Paper, answering, front, holding_back, paper
from tests.relay.stand import ANNA, LENA, Desk
from tests.sockets.test_proxy import proxied

GOOD, NOTE, BAD, SKIPPED = Verdict
SECRET = "correct-horse"


async def findings(bench: Bench) -> dict[str, Finding]:
    outcomes = await examine(bench)
    for text in (as_text(outcomes, str), as_json(outcomes, str)):
        assert SECRET not in text and "eyJ" not in text, "no secret is shown"
    return {outcome.name: outcome.finding for outcome in outcomes}


def only_bad(found: dict[str, Finding]) -> Finding:
    """The one finding that is bad; what depends on it was not looked at."""
    (wrong,) = (f for f in found.values() if f.verdict is BAD)
    return wrong


def trusting(shown: Paper, simulation: Running, folder: Path) -> str:
    """A file with the simulator's authority and that of `shown`."""
    both = folder / "both.pem"
    both.write_bytes(simulation.certificates.ca_file.read_bytes() + shown.ca)
    return str(both)


@dataclass
class Refusing(FileKeys):
    """A password store that gives nothing."""

    trouble: Trouble = field(kw_only=True)

    def read(self, entry: str, *, patient: bool = False) -> bytes | None:
        raise NotKept(self.trouble)


class Pass:
    """Somebody with a token as Entra gives it, so that no browser is needed; `roles` are those in it."""

    def __init__(self, desk: Desk, user: str = LENA, **claims: object) -> None:
        self.account = Account("Lena Ortiz", "lena@contoso.example", user, "tenant")
        self._token = desk.token(user, **claims)
        self.granted = frozenset(asked_at_sign_in())

    async def token(self, resource: Resource) -> str:
        return self._token


async def test_all_is_in_order(prepare: Prepare) -> None:
    told: list[tuple[str, bool]] = []
    outcomes = await examine(
        await prepare(), lambda check, finding: told.append((check.name, finding is None))
    )
    assert [
        (o.name, o.finding.verdict, str(o.finding.sentence))
        for o in outcomes
        if o.finding.verdict is not GOOD
    ] == []
    assert [o.name for o in outcomes] == [check.name for check in CHECKS]
    assert told == [(check.name, begins) for check in CHECKS for begins in (True, False)]
    said = {o.name: str(o.finding.sentence) for o in outcomes}
    assert said["role"] == "The relay takes you for Lena Ortiz with the role Operator."
    assert said["event"].startswith("An event came over the stream after ")
    assert said["sign-in"] == "Signed in as Lena Ortiz."
    assert passed(outcomes) and json.loads(as_json(outcomes, str))["ok"] is True


# -- the way there -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("issuer", "names", "begins", "ends", "said"),
    [
        ("Contoso Root", ("localhost",), -1, 90, "is from Contoso Root, which this computer does not trust"),
        (
            "Zscaler Intermediate",
            ("localhost",),
            -1,
            90,
            "Zscaler Intermediate opens the connection to localhost",
        ),
        ("Contoso Root", ("localhost",), -9, -1, "ended on"),
        ("Contoso Root", ("localhost",), 2, 9, "begins only on"),
        ("Hotel", ("wifi.hotel.example",), -1, 90, "shows a certificate for wifi.hotel.example"),
    ],
)
async def test_a_certificate_that_is_not_believed_says_why(
    prepare: Prepare,
    desk: Desk,
    tmp_path: Path,
    issuer: str,
    names: tuple[str, ...],
    begins: int,
    ends: int,
    said: str,
) -> None:
    shown = paper(tmp_path, issuer, names, begins=timedelta(days=begins), ends=timedelta(days=ends))
    async with front(desk.url, shown) as relay:
        found = await findings(await prepare(relay=relay))
    wrong = only_bad(found)
    assert wrong is found["reach"] and said in str(wrong.sentence) and wrong.remedy
    assert ("issuer", issuer) in wrong.facts
    assert [name for name, f in found.items() if f.verdict is SKIPPED] == [
        "certificate",
        "clock",
        "role",
        "event",
    ]


@pytest.mark.parametrize(
    ("issuer", "days", "verdict", "said"),
    [
        ("Contoso Root", 90, GOOD, "is vouched for by Contoso Root until"),
        ("Contoso Root", 3, NOTE, "ends on"),
        ("Netskope CA", 90, NOTE, "Netskope CA opens the encrypted connection"),
    ],
)
async def test_a_certificate_that_is_believed_names_its_issuer(
    prepare: Prepare,
    desk: Desk,
    simulation: Running,
    tmp_path: Path,
    issuer: str,
    days: int,
    verdict: Verdict,
    said: str,
) -> None:
    shown = paper(tmp_path, issuer, ends=timedelta(days=days))
    both = trusting(shown, simulation, tmp_path)
    async with front(desk.url, shown) as relay:
        bench = await prepare(relay=relay, ca_file=both, browser=False)
        found = await findings(bench)
    assert found["certificate"].verdict is verdict and said in str(found["certificate"].sentence)
    assert found["reach"].verdict is GOOD


async def test_behind_a_proxy(prepare: Prepare, desk: Desk, tmp_path: Path) -> None:
    shown = paper(tmp_path, "Zscaler Root")
    async with proxied() as proxy, front(desk.url, shown) as relay:

        def way(address: str) -> Proxy:
            return Proxy(f"http://lena:{SECRET}@127.0.0.1:{proxy.port}", FoundIn.ENVIRONMENT)

        for says, expected in (
            (b"HTTP/1.1 407 Who are you", "wants a user name and a password"),
            (b"HTTP/1.1 403 No", "does not let anybody through to localhost"),
            (b"HTTP/1.1 200 Fine", "Zscaler Root opens the connection"),
        ):
            proxy.says = says
            found = await findings(await prepare(relay=relay, way=way, browser=False))
            assert expected in str(only_bad(found).sentence)
            assert f"The proxy 127.0.0.1:{proxy.port} is used" in str(found["proxy"].sentence)
        assert set(proxy.asked) == {"CONNECT"}


async def test_a_proxy_that_lets_through(
    prepare: Prepare, desk: Desk, simulation: Running, tmp_path: Path
) -> None:
    shown = paper(tmp_path, "Contoso Root")
    both = trusting(shown, simulation, tmp_path)
    async with proxied() as proxy, front(desk.url, shown) as relay:

        def way(address: str) -> Proxy | None:
            proxies = {relay: Proxy(f"http://127.0.0.1:{proxy.port}", FoundIn.SYSTEM)}
            return proxies.get(address)

        bench = await prepare(relay=relay, ca_file=both, way=way)
        bench.account = Pass(desk)
        found = await findings(bench)
        assert {f.verdict for f in found.values()} == {GOOD} and proxy.asked
        await bench.http.close()


async def test_a_proxy_that_is_away(prepare: Prepare) -> None:
    def way(address: str) -> Proxy:
        return Proxy("http://127.0.0.1:9", FoundIn.OPTION)

    found = await findings(await prepare(relay="https://relay.contoso.example", way=way, browser=False))
    assert str(only_bad(found).sentence) == "The proxy 127.0.0.1:9 cannot be reached."


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (
            b"HTTP/1.1 302 Found\r\nLocation: http://hotel.example\r\nContent-Length: 0\r\n\r\n",
            "Another page",
        ),
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\nHi! ", "Another page"),
        (b"HTTP/1.1 511 Sign in\r\nContent-Length: 0\r\n\r\n", "Another page"),
        (b"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n", "not as a relay does (404)"),
        (
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n[]",
            "not as a relay",
        ),
        (b"SSH-2.0-OpenSSH\r\n\r\n", "broke off"),
    ],
)
async def test_somebody_else_answers(prepare: Prepare, answer: bytes, said: str) -> None:
    async with answering(answer) as relay:
        found = await findings(await prepare(relay=relay, browser=False))
    assert said in str(only_bad(found).sentence)


async def test_nobody_is_there(prepare: Prepare) -> None:
    found = await findings(await prepare(relay="http://127.0.0.1:9", browser=False))
    assert str(only_bad(found).sentence) == "Nobody answers at 127.0.0.1:9."


@pytest.mark.parametrize(
    ("seconds", "verdict", "said"),
    [(-3600, BAD, "slow"), (3600, BAD, "fast"), (100, NOTE, "fast"), (-2, GOOD, "right")],
)
async def test_a_clock_that_is_off(prepare: Prepare, seconds: float, verdict: Verdict, said: str) -> None:
    bench = await prepare(browser=False)
    bench.now = Late(seconds)
    found = (await findings(bench))["clock"]
    assert found.verdict is verdict and said in str(found.sentence)
    off = int(dict(found.facts)["seconds"])
    assert 0 <= off - seconds <= 2, "whole seconds, and the server writes its date once in a second"
    if verdict is not GOOD:
        assert f" {abs(off) // 60}:{abs(off) % 60:02} " in str(found.sentence)


async def test_a_server_without_a_date(prepare: Prepare) -> None:
    answer = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n{"status":"ok"}'
    async with answering(answer) as relay:
        assert (await findings(await prepare(relay=relay, browser=False)))["clock"].verdict is NOTE


# -- who sits here -----------------------------------------------------------------------------------


async def test_somebody_without_a_role_signs_in(prepare: Prepare) -> None:
    found = await findings(await prepare(user="anna@contoso.example"))
    assert str(only_bad(found).sentence) == "You do not have the Operator role."
    assert str(only_bad(found).remedy) == "Ask your administrator to assign it to you."
    assert str(found["event"].sentence) == "Not looked at: Role comes first."


async def test_no_role_and_a_token_that_the_relay_does_not_know(prepare: Prepare, desk: Desk) -> None:
    bench = await prepare()
    for someone, said in (
        (Pass(desk, ANNA, roles=[]), "You do not have the Operator role."),
        (Pass(desk, LENA, aud="another"), "The relay does not accept the sign-in."),
        (Pass(desk, LENA, tid="another"), "The relay does not accept the sign-in."),
    ):
        bench.account = someone
        found = await findings(bench)
        assert str(only_bad(found).sentence) == said
        assert found["event"].verdict is SKIPPED and found["consents"].verdict is GOOD


@pytest.mark.parametrize("reason", [Reason.LOCKED, Reason.NO_SERVICE, Reason.FORGETFUL])
async def test_a_desk_that_cannot_keep_a_sign_in(prepare: Prepare, tmp_path: Path, reason: Reason) -> None:
    """It is said with the sentence of the amber line, and everything else goes on."""
    trouble = Trouble(reason, "Secret Service", "KeyringLocked")
    found = await findings(await prepare(keys=Refusing(tmp_path / "none", trouble=trouble)))
    keeping = found["keeping"]
    assert keeping.verdict is NOTE and str(keeping.sentence) == f"{trouble.headline} {trouble.sentence}"
    assert keeping.remedy == trouble.remedy and dict(keeping.facts)["reason"] == reason
    assert found["role"].verdict is GOOD


async def test_keeping_is_rehearsed_and_leaves_nothing_behind(prepare: Prepare, tmp_path: Path) -> None:
    bench = await prepare(browser=False)
    keeping = (await findings(bench))["keeping"]
    assert str(keeping.sentence) == "a file keeps the key to sign-ins on this computer."
    assert [file.name for file in (tmp_path / "sign-ins").iterdir()] == ["lock"]
    assert json.loads((tmp_path / "keys.json").read_text()) == {}
    (tmp_path / "sign-ins" / "lock").unlink()
    (tmp_path / "sign-ins" / "lock").mkdir()
    keeping = (await findings(bench))["keeping"]
    assert keeping.verdict is NOTE and "Your sign-in cannot be kept here." in str(keeping.sentence)
    never = (await findings(await prepare(browser=False, keep_sign_in=False)))["keeping"]
    assert never.verdict is GOOD and "keep_sign_in is false" in str(never.sentence)


async def test_a_permission_is_missing(prepare: Prepare, simulation: Running) -> None:
    bench = await prepare()
    assert bench.sign_in is not None
    await bench.sign_in()
    refused = Fault(400, {"error": "invalid_grant", "error_codes": [65001]})
    simulation.simulator.authority.faults.add(refused, refused)  # also for whatever else was granted
    found = await findings(bench)
    assert str(only_bad(found).sentence) == "This application lacks a permission it needs."
    assert only_bad(found) is found["consents"]


async def test_the_sign_in_service_does_not_know_the_relay(prepare: Prepare) -> None:
    found = await findings(await prepare(client_id="00000000-0000-4000-8000-00000000dead", browser=False))
    assert found["sign-in"].verdict is NOTE
    assert str(found["role"].sentence) == "Not looked at: Sign-in comes first."


async def test_something_holds_the_stream_back(prepare: Prepare, desk: Desk) -> None:
    async with holding_back(desk.url) as relay:
        bench = await prepare(relay=relay)
        bench.account, bench.patience = Pass(desk), 0.3
        found = await findings(bench)
        await bench.http.close()
    assert "nothing arrives over its stream" in str(only_bad(found).sentence)


# -- what is there to be examined --------------------------------------------------------------------


async def test_what_is_not_set_is_named_and_nothing_else_is_tried(prepare: Prepare) -> None:
    bench = await prepare(browser=False)
    bench.configuration = Configuration(Options(relay="https://relay.contoso.example"))
    found = await findings(bench)
    assert str(only_bad(found).sentence) == "The option relay_app_id is not set."
    assert {f.verdict for name, f in found.items() if name != "settings"} == {SKIPPED}


async def test_china_is_said_at_once_and_what_works_is_checked(prepare: Prepare) -> None:
    bench = await prepare(cloud=Cloud.CHINA, relay="", relay_app_id="")
    assert bench.cloud.cloud is CHINA.cloud
    outcomes: list[Outcome] = await examine(bench)
    first = outcomes[0].finding
    assert str(first.sentence) == "Calls do not exist in this cloud (21Vianet)."
    assert str(first.remedy) == "Finding colleagues works here."
    assert [o.name for o in outcomes] == [
        "settings",
        "proxy",
        "reach",
        "certificate",
        "clock",
        "keeping",
        "sign-in",
        "consents",
    ]
    assert {o.name: o.finding.verdict for o in outcomes if o.finding.verdict is not GOOD} == {
        "settings": NOTE
    }


async def test_it_is_said_in_chinese(prepare: Prepare) -> None:
    outcomes = await examine(await prepare(relay="http://127.0.0.1:9", browser=False))
    text = as_text(outcomes, load(CHINESE).say)
    assert "✗ 连接：" in text or "✗ 连接: " in text
    assert "Nobody answers" not in text


@pytest.mark.logs("the check (proxy|reach) failed")
async def test_a_fault_of_ours_hides_nothing_else(prepare: Prepare) -> None:
    bench = await prepare(browser=False)

    def broken(address: str) -> Proxy:
        raise ZeroDivisionError

    bench.route = broken
    outcomes = await examine(bench)
    assert [str(o.finding.sentence) for o in outcomes][1] == "This check itself failed."


async def test_a_feature_without_its_permission_is_named(prepare: Prepare, desk: Desk) -> None:
    bench = await prepare()
    someone = Pass(desk)
    someone.granted = someone.granted - {"Presence.Read.All"}
    bench.account = someone
    found = (await findings(bench))["consents"]
    assert found.verdict is NOTE
    assert str(found.sentence) == "Seeing who is free lacks the permission Presence.Read.All."
