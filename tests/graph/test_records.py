"""Call records, some time after a call's end."""

from __future__ import annotations

from datetime import timedelta

import pytest

from console.domain.errors import NotFound
from console.domain.ids import UserId
from console.domain.records import CallRecord, RecordKind
from console.graph import records
from tests.graph.stand import ANNA, LENA, NOW, PHONE, Stand


async def over(stand: Stand, *users: object) -> str:
    """A call that is over and has its record; its chain id, which is the record's."""
    call = await (stand.group(*users) if users else stand.answered())
    await stand.pass_time(60)
    stand.exchange.callers.hang_up(stand.exchange.board.find(call))
    for user in users:
        stand.exchange.callers.leave(stand.exchange.board.find(call), user.id)
    await stand.pass_time(100)
    return str(stand.truth(call)["chainId"])


@pytest.mark.exchange("callRecords/get", "record.get")
async def test_get(stand: Stand) -> None:
    id = await over(stand, LENA)
    record = await records.get(stand.graph, id)
    assert (record.id, record.version, record.kind, record.start) == (id, 1, RecordKind.GROUP, NOW)
    assert [p.name for p in record.participants] == ["Wilma Testperson", "Lena Ortiz", "Main line"]
    assert [s.caller.name for s in record.sessions] == ["Wilma Testperson", "Lena Ortiz"]
    assert record.organizer.id == PHONE.id


@pytest.mark.exchange("callRecords/get.404.itemNotFound", "record.get")
async def test_before_it_is_written(stand: Stand) -> None:
    call = await stand.answered()
    with pytest.raises(NotFound):
        await records.get(stand.graph, stand.truth(call)["chainId"], sessions=False)


@pytest.mark.exchange("callRecords/list", "record.list")
async def test_since(stand: Stand) -> None:
    first, second = await over(stand), await over(stand, LENA)

    async def found(**more: object) -> list[str]:
        return [r.id async for r in records.since(stand.graph, NOW, **more)]

    assert await found() == [first, second]
    assert await found(user=UserId(LENA.id)) == [second]
    assert await found(until=NOW + timedelta(seconds=30)) == [first]
    assert await found(user=UserId(ANNA.id)) == []


async def test_since_reads_every_page(stand: Stand) -> None:
    stand.allow("record.list")
    for _ in range(61):
        await over(stand)
    found = [r async for r in records.since(stand.graph, NOW)]
    assert len({r.id for r in found}) == 61
    assert all(isinstance(r, CallRecord) for r in found)


@pytest.mark.exchange("callRecords/sessions", "record.sessions")
async def test_sessions(stand: Stand) -> None:
    id = await over(stand, LENA)
    found = await records.sessions(stand.graph, id)
    assert [(s.caller.name, s.failed_at) for s in found] == [("Wilma Testperson", ""), ("Lena Ortiz", "")]
