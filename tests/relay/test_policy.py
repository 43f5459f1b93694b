"""Who may do what: every cell of the table, and the pure rules of claims, steps and settings."""

from __future__ import annotations

import dataclasses
import io
import json
import logging
from pathlib import Path

import pytest
from msgspec.structs import replace

from console.domain.calls import (
    Call,
    CallState,
    Claim,
    Direction,
    Happening,
    Moment,
    Outcome,
    Parked,
    Prompt,
    Situation,
)
from console.domain.errors import BadSettings, Refused, Taken
from console.domain.events import RosterChanged
from console.domain.ids import CallId, OperationId, ParticipantId, UserId
from console.domain.participants import Invitation, Participant
from console.domain.people import Identity, IdentityKind, Operator
from console.domain.results import Result
from console.graph.catalogue import CATALOGUE
from console.relay import claims
from console.relay.__main__ import main
from console.relay.checking import find_problems
from console.relay.doorkeeper import Principal, read_principal
from console.relay.logs import JsonLines, redact
from console.relay.policy import RULES, Action, refusal
from console.relay.settings import Rescue, Settings, document, load
from console.relay.steps import Memory, Step, due, has_gap, should_invite, wanted_prompt

LENA, KOFI = Operator(UserId("lena"), "Lena Ortiz"), Operator(UserId("kofi"), "Kofi Mensah")
OPERATOR = Principal(LENA, frozenset({"Operator"}), 1e12)
OTHER = Principal(KOFI, frozenset({"Operator"}), 1e12)
SUPERVISOR = Principal(KOFI, frozenset({"Operator", "Supervisor"}), 1e12)
LINE = Identity(IdentityKind.APPLICATION_INSTANCE, "line-1")
ELSEWHERE = dataclasses.replace(SUPERVISOR, closed_lines=frozenset({"line-1"}))
"""A supervisor of other lines than the calls' here."""
CALLER = Identity(IdentityKind.PHONE, "+12065550188")
BOT = Participant(ParticipantId("bot"), Identity(IdentityKind.APPLICATION, "bot"))


def user(name: str) -> Identity:
    return Identity(IdentityKind.USER, name)


def here(name: str, **more: bool) -> Participant:
    identity = CALLER if name == "caller" else user(name)
    return Participant(ParticipantId(f"p-{name}"), identity, **more)


def call(*states: CallState, **more: object) -> Call:
    made = Call(
        id=CallId("call-0001"),
        direction=Direction.INCOMING,
        source=CALLER,
        targets=(LINE,),
        first_seen=100.0,
        told=dict.fromkeys(states, 1),
        established_at=101.0 if CallState.ESTABLISHED in states else None,
    )
    return replace(made, **more)  # type: ignore[arg-type]


def roster(*people: Participant) -> dict[ParticipantId, Participant]:
    return {p.id: p for p in (BOT, *people)}


def claimed(made: Call, by: Operator = LENA, at: float = 102.0) -> Call:
    moment = Moment(at, f"claim{at}", Happening.CLAIMED, by.name)
    return replace(made, claim=Claim(by, at + 20), history=(*made.history, moment))


INCOMING, UP = CallState.INCOMING, CallState.ESTABLISHED
CALLS = {
    Situation.RINGING: call(INCOMING),
    Situation.CONNECTING: call(INCOMING, CallState.ESTABLISHING),
    Situation.WAITING: call(INCOMING, UP),
    Situation.TALKING: call(UP, participants=roster(here("caller"), here("lena"))),
    Situation.ON_HOLD: call(UP, participants=roster(here("caller", on_hold=True), here("lena"))),
    Situation.TRANSFERRING: call(UP, CallState.TRANSFERRING),
    Situation.ENDED: call(UP, CallState.TERMINATED),
}


def test_the_examples_are_what_they_say() -> None:
    assert {s: c.situation for s, c in CALLS.items()} == {s: s for s in Situation}


WHOSE = ("nobody's", "own", "another's")


def expected(role: Principal, action: Action, situation: Situation, whose: str) -> bool:
    """The table in words, written a second time: who may, when, and to whose call."""
    rule = RULES[action]
    if situation not in rule.while_:
        return False
    if action is Action.LOOK or whose != "another's" or situation is Situation.ENDED:
        return True
    return rule.step_in and role is SUPERVISOR


@pytest.mark.parametrize("whose", WHOSE)
@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("situation", Situation)
def test_every_cell_of_the_table(action: Action, situation: Situation, whose: str) -> None:
    """Role x action x situation x whose call x line, each cell."""
    for role in (OTHER, SUPERVISOR, ELSEWHERE):
        owner = {"nobody's": None, "own": role.operator, "another's": LENA}[whose]
        made = CALLS[situation] if owner is None else claimed(CALLS[situation], owner)
        refused = refusal(action, made, role)
        assert (refused is None) is expected(role, action, situation, whose), role
        if whose == "another's" and made.live and action is not Action.LOOK and refused is not None:
            assert isinstance(refused, Taken | Refused)
            assert "Lena Ortiz" in str(refused.sentence) or role is SUPERVISOR


def test_every_route_of_an_operator_has_its_row() -> None:
    """A new operation that nobody has thought about who may do must not be reachable."""
    about_calls = {o.name for o in CATALOGUE.values() if o.offered and "{call}" in o.path}
    looking = {"participant.list", "participant.get"}
    assert about_calls - looking == {a.value for a in Action}


def test_a_supervisor_of_one_line_is_none_of_another() -> None:
    lines = {"line-1": ("kofi",), "line-2": ("ines",)}
    claims: dict[str, object] = {"oid": "Kofi", "roles": ["Operator", "Supervisor"], "exp": 1, "tid": "t"}
    principal = read_principal(claims, lines)
    overseen = [line for line in ("line-1", "line-2", "line-3", "") if principal.supervises(line)]
    assert overseen == ["line-1", "line-3", ""]
    assert not read_principal({**claims, "roles": ["Operator"]}, lines).supervises("line-1")


def test_only_what_must_be_exclusive_is_closed_to_supervisors() -> None:
    assert {a for a, rule in RULES.items() if not rule.step_in} == {
        Action.ANSWER,
        Action.REJECT,
        Action.REDIRECT,
    }


def invitation(
    name: str, at: float, *, failed: bool = False, ended: bool = False
) -> dict[OperationId, Invitation]:
    made = Invitation(
        OperationId(f"op{at}"), user(name), at, ended=failed or ended, failed=Result(486) if failed else None
    )
    return {made.operation: made}


@pytest.mark.parametrize(
    ("made", "now", "lost"),
    [
        (call(INCOMING), 500.0, False),
        (claimed(call(INCOMING)), 110.0, False),
        (claimed(call(INCOMING)), 123.0, True),
        (claimed(call(CallState.ESTABLISHING, direction=Direction.OUTGOING)), 150.0, False),
        (claimed(call(UP)), 110.0, False),
        (claimed(call(UP)), 123.0, True),
        (claimed(call(UP, invitations=invitation("lena", 103.0))), 500.0, False),
        (claimed(call(UP, invitations=invitation("lena", 103.0, failed=True))), 104.0, True),
        (claimed(call(UP, invitations=invitation("lena", 90.0, failed=True))), 104.0, False),
        (claimed(CALLS[Situation.TALKING]), 9999.0, False),
        (claimed(CALLS[Situation.TRANSFERRING]), 9999.0, False),
        (claimed(call(UP, returned=Moment(105.0, "r", Happening.TRANSFER_FAILED))), 106.0, True),
        (claimed(CALLS[Situation.ENDED]), 9999.0, False),
    ],
)
def test_when_a_claim_does_no_good_any_more(made: Call, now: float, lost: bool) -> None:
    assert claims.is_lost(made, now, 20.0) is lost


def test_an_operator_is_invited_once_for_each_claim() -> None:
    assert not should_invite(call(UP)) and not should_invite(claimed(call(INCOMING)))
    assert should_invite(claimed(call(UP)))
    assert not should_invite(claimed(call(UP, invitations=invitation("lena", 103.0, ended=True))))
    assert should_invite(claimed(call(UP, invitations=invitation("lena", 90.0, ended=True))))
    assert not should_invite(claimed(CALLS[Situation.TALKING]))


@pytest.mark.parametrize(
    ("made", "now", "rule", "rescued"),
    [
        (call(INCOMING), 110.9, Rescue.RESCUE, False),
        (call(INCOMING), 111.0, Rescue.RESCUE, True),
        (call(INCOMING), 121.0, Rescue.RESCUE, False),
        (claimed(call(INCOMING)), 111.0, Rescue.RESCUE, False),
        (call(INCOMING, direction=None), 111.0, Rescue.RESCUE, False),
        (call(INCOMING), 100.0, Rescue.AT_ONCE, True),
        (call(INCOMING), 114.0, Rescue.RING_OUT, False),
    ],
)
def test_when_a_caller_is_rescued(made: Call, now: float, rule: Rescue, rescued: bool) -> None:
    settings = Settings(rescue=rule, silence=1e9)
    steps = due(made, Memory(heard=now, kept=now), now, settings, answered=False)
    assert (Step.RESCUE in steps) is rescued
    assert Step.RESCUE not in due(made, Memory(heard=now, kept=now), now, settings, answered=True)


def test_the_end_of_an_ending_call_is_asked_for_when_nothing_comes() -> None:
    ending, settings = call(UP, CallState.TERMINATING), Settings()
    assert due(ending, Memory(heard=100.0, kept=100.0), 159.0, settings, answered=False) == []
    assert due(ending, Memory(heard=100.0, kept=100.0), 160.0, settings, answered=False) == [Step.READ]
    ended = CALLS[Situation.ENDED]
    assert due(ended, Memory(heard=0.0, kept=0.0), 9999.0, settings, answered=False) == []


def test_a_claim_is_left_to_its_own_relay_for_a_moment() -> None:
    settings, made = Settings(silence=1e9), claimed(call(INCOMING))

    def steps(now: float, **memory: bool) -> list[Step]:
        return due(made, Memory(heard=now, kept=now, **memory), now, settings, answered=False, grace=3.0)

    assert steps(104.9, orphan=True) == [] and steps(105.0, orphan=True) == [Step.ANSWER]
    made = replace(made, checked_at=103.0)
    assert steps(104.9) == [] and steps(105.0) == [Step.RELEASE]


def test_a_prompt_plays_until_its_end_is_told_or_must_have_come() -> None:
    prompt = Prompt(OperationId("o1"), "hold", 200.0)
    made = call(UP, prompt=prompt, played=frozenset({"welcome", "hold"}))
    settings = Settings(silence=1e9, keep_alive=1e9)

    def steps(made: Call, now: float, **memory: OperationId) -> list[Step]:
        return due(made, Memory(heard=now, kept=now, **memory), now, settings, answered=False)

    assert steps(made, 319.0) == [] and steps(made, 320.0) == [Step.PLAY]
    over = replace(made, outcomes={prompt.operation: Outcome("", "playPrompt")})
    assert steps(over, 201.0) == [Step.PLAY]
    joined = replace(made, participants=roster(here("caller"), here("lena")))
    assert steps(joined, 201.0) == [Step.HUSH] and steps(joined, 201.0, hushed=prompt.operation) == []


def test_what_a_caller_who_is_alone_hears() -> None:
    assert wanted_prompt(call(INCOMING)) == ""
    assert wanted_prompt(call(UP)) == "welcome"
    assert wanted_prompt(call(UP, rescued_at=101.0)) == "rescue"
    assert wanted_prompt(call(UP, parked=Parked(LENA, "", 102.0))) == "hold"
    assert wanted_prompt(call(UP, played=frozenset({"welcome"}))) == "hold"
    assert wanted_prompt(CALLS[Situation.TALKING]) == ""
    assert wanted_prompt(CALLS[Situation.ON_HOLD]) == ""
    assert wanted_prompt(call(UP, direction=Direction.OUTGOING)) == ""


def test_a_gap_in_the_roster() -> None:
    def change(*sequences: int) -> RosterChanged:
        people = tuple(replace(here(f"x{s}"), sequence=s) for s in sequences)
        return RosterChanged(call=CallId("c"), key="k", at=1.0, participants=people)

    known = call(UP, participants={ParticipantId("a"): replace(here("a"), sequence=4)})
    assert not has_gap(known, change(5)) and not has_gap(known, change(3)) and not has_gap(None, change(1))
    assert has_gap(known, change(6)) and has_gap(None, change(2)) and not has_gap(known, change())


def test_settings_document_themselves_and_read_back(tmp_path: Path) -> None:
    file = tmp_path / "relay.toml"
    file.write_text(document(), encoding="utf-8")
    read = load(file, {})
    assert dataclasses.replace(read, data_dir="relay-data") == Settings()
    changed = load(
        file,
        {
            "RELAY_LISTEN_PORT": "1", "RELAY_TENANT_IDS": "a, b", "RELAY_ALLOW_SECRET": "true",
            "RELAY_RESCUE": "ring-out", "RELAY_HEARTBEAT": "2.5",
        },
    )  # fmt: skip
    assert (changed.listen_port, changed.tenant_ids, changed.allow_secret) == (1, ("a", "b"), True)
    assert (changed.rescue, changed.heartbeat) == (Rescue.RING_OUT, 2.5)
    file.write_text('[lines]\n"E1" = "answer-at-once"\n', encoding="utf-8")
    assert load(file, {}).rescue_for("e1") is Rescue.AT_ONCE
    file.write_text('[line_supervisors]\n"E1" = ["Kofi", "ines"]\n', encoding="utf-8")
    assert load(file, {}).line_supervisors == {"e1": ("kofi", "ines")}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("nonsense = 1", "There is no setting named nonsense."),
        ("listen_port = 'x'", "listen_port cannot be 'x'."),
        ("listen_port = true", "listen_port cannot be True."),
        ("allow_secret = 1", "allow_secret cannot be 1."),
        ("tenant_ids = [1]", "tenant_ids cannot be [1]."),
        ("rescue = 'maybe'", "rescue cannot be 'maybe'."),
        ("line_supervisors = {x = 'kofi'}", "line_supervisors cannot be {'x': 'kofi'}."),
        ("= =", "is not TOML"),
    ],
)
def test_settings_that_cannot_be(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "relay.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BadSettings, match=says.replace("[", r"\[").replace(".", r"\.")):
        load(file, {})


def test_check_says_everything_that_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    problems = find_problems(
        Settings(
            public_url="http://relay.contoso.example/", tenant_ids=("common",), bot_certificate="missing.pem",
            bot_secret_file="missing.txt", rescue_seconds_left=20.0, tls_key="missing.key",
        )
    )  # fmt: skip
    said = " ".join(problems)
    for word in (
        "must begin with https://", "bot_app_id must be", "relay_app_id must be", "common",
        "console_app_ids names", "there is no file missing.pem", "allow_secret = true",
        "tls_certificate and tls_key", "between 1 and 14",
    ):  # fmt: skip
        assert word in said, word
    assert main(["check", "--config", str(tmp_path / "none.toml")]) == 1
    assert "cannot be read" in capsys.readouterr().out
    assert main(["settings"]) == 0 and "rescue_seconds_left = 4.0" in capsys.readouterr().out
    assert main(["version"]) == 0 and "operator-relay" in capsys.readouterr().out
    assert main(["serve"]) == 2 and "public_url is missing." in capsys.readouterr().err


def test_logs_tell_no_secrets() -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    record = logging.LogRecord(
        "console.relay.x", logging.INFO, "", 1,
        "call from %s with Bearer abc.def and eyJhbGciOi.eyJzdWIi.c2ln by lena@contoso.example\n\u202eline",
        ("+1 (206) 555-0188",), None,
    )  # fmt: skip
    record.call = "77aa0100-3c1b-4c2d-9e7f-10a2b3c4d5e6"
    handler.handle(record)
    line = json.loads(stream.getvalue())
    assert line["attributes"] == {"call": record.call} and line["scope"] == "console.relay.x"
    for secret in ("206", "0188", "abc.def", "eyJ", "lena", "\n", "\u202e"):
        assert secret not in line["body"]
    assert redact("GET /v1.0/communications/calls took 12 ms, port 18443") == (
        "GET /v1.0/communications/calls took 12 ms, port 18443"
    )
