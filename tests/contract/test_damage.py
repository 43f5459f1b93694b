"""One wrong name, type, member or null in what the Graph layer sends is noticed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.damage import renamed, retyped
from tests.contract.microsoft import ABSENT, SCHEMA, Types
from tests.contract.sending import sent_by
from tests.contract.test_requests import ACTIONS, ENTITIES

pytestmark = pytest.mark.skipif(not SCHEMA.exists(), reason=ABSENT)


@pytest.fixture(scope="module")
def types() -> Types:
    return Types()


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        (lambda b: b.update(target=b.pop("transferTarget")), "graph.call/transfer has no target"),
        (lambda b: b["transferTarget"].update({"@odata.type": "#microsoft.graph.invitation"}), "no type"),
        (lambda b: b["transferTarget"]["identity"].update(person={}), "has no person"),
        (lambda b: b["transferTarget"].update(identity=None), "null is not allowed"),
        (lambda b: b["transferee"].update(participantId=7), "is no Edm.String"),
    ],
)
async def test_a_wrong_name_type_or_null_is_noticed(damage: Any, problem: str, types: Types) -> None:
    action, bound_to, send = ACTIONS["call.transfer"]
    body = await sent_by("call.transfer", send)
    damage(body)
    assert problem in " ".join(types.problems(body, f"{bound_to}/{action}!", "transfer"))


async def test_a_wrong_enum_member_is_noticed(types: Types) -> None:
    body = await sent_by("meeting.create", ENTITIES["meeting.create"][1])
    body["lobbyBypassSettings"]["scope"] = "nobody"
    assert "is no graph.lobbyBypassScope" in " ".join(types.problems(body, "graph.onlineMeeting", "m"))


async def test_no_name_and_no_type_can_be_wrong(types: Types) -> None:
    """In any body of the Graph layer, one after the other."""
    examples = {name: (f"{bound_to}/{action}", send) for name, (action, bound_to, send) in ACTIONS.items()}
    for name, (declared, send) in {**examples, **ENTITIES}.items():
        body = await sent_by(name, send)
        for damage in (renamed, retyped):
            noticed = {path: types.problems(body, f"{declared}!", name) for path in damage(body)}
            assert noticed and all(noticed.values()), (name, noticed)
