"""Answering: one winner, one answer to Graph, and the operator's own Teams rung."""

from __future__ import annotations

import asyncio
import uuid

import pytest

from tests.relay.conftest import INES, KOFI, LENA, Start, until

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_answer_brings_the_operator_into_the_call(start: Start) -> None:
    desk = await start()
    id = await desk.rings()
    reply = await desk.client(LENA).answer(id)
    assert reply.status_code == 202
    claim = desk.call(id).claim
    assert claim and claim.operator.name == "Lena Ortiz"
    await until(lambda: desk.call(id).people and any(p.identity.id == LENA for p in desk.call(id).people))
    call = desk.call(id)
    assert call.situation == "talking" and call.claim
    assert len(desk.sent("answer", id)) == 1 and len(desk.sent("invite", id)) == 1
