"""Every body that the Graph layer sends is of Microsoft's types, to the letter."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.graph.catalogue import CATALOGUE
from tests.contract import desk, own, rare
from tests.contract.microsoft import ABSENT, CLIENT, SCHEMA, Types
from tests.contract.sending import Send, request_of, sent_by

pytestmark = pytest.mark.skipif(not SCHEMA.exists(), reason=ABSENT)

ACTIONS = desk.ACTIONS | rare.ACTIONS | own.ACTIONS
ENTITIES = desk.ENTITIES | rare.ENTITIES | own.ENTITIES
MORE_ENTITIES = rare.MORE_ENTITIES
FREE = desk.FREE | own.FREE
WITHOUT_BODY = desk.WITHOUT_BODY | rare.WITHOUT_BODY | own.WITHOUT_BODY


@pytest.fixture(scope="module")
def types() -> Types:
    return Types()


@pytest.mark.parametrize("name", ACTIONS)
async def test_the_body_of_an_action_is_microsofts(name: str, types: Types) -> None:
    action, bound_to, send = ACTIONS[name]
    body = await sent_by(name, send)
    assert types.problems(body, f"{bound_to}/{action}!", name) == []


@pytest.mark.parametrize("name", FREE)
async def test_a_body_without_a_type_is_held_to_the_letter(name: str) -> None:
    send, wanted = FREE[name]
    assert await sent_by(name, send) == wanted


@pytest.mark.parametrize("name", ENTITIES)
async def test_a_created_entity_is_microsofts(name: str, types: Types) -> None:
    declared, send = ENTITIES[name]
    voice = replace(CLIENT, partial=frozenset({declared} if CATALOGUE[name].method == "PATCH" else {}))
    assert types.problems(await sent_by(name, send), declared + "!", name, voice) == []


def test_every_operation_has_an_example_or_no_body() -> None:
    lists = [ACTIONS, ENTITIES, FREE, WITHOUT_BODY]
    named = [name for found in lists for name in found]
    assert sorted(named) == sorted(CATALOGUE)


@pytest.mark.parametrize("name", WITHOUT_BODY)
async def test_an_operation_without_a_body_sends_none(name: str) -> None:
    assert (await request_of(name, WITHOUT_BODY[name])).content == b""


@pytest.mark.parametrize(("name", "declared", "send"), MORE_ENTITIES)
async def test_the_other_shapes_are_microsofts(name: str, declared: str, send: Send, types: Types) -> None:
    assert types.problems(await sent_by(name, send), declared + "!", name) == []
