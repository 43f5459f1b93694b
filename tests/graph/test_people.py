"""Colleagues: finding them, their photos, and whether they are free."""

from __future__ import annotations

import pytest

from console.domain.errors import NotFound
from console.domain.ids import UserId
from console.domain.people import Person, Presence
from console.graph import people
from tests.graph.stand import ANNA, HANA, LENA, TOM, Stand

ANNAS = Person(
    UserId(ANNA.id), "Anna Berg", ANNA.mail, "Sales lead", "Sales", "Room 4.12", (ANNA.business_phone,)
)


@pytest.mark.exchange("users/me", "person.me")
async def test_me(stand: Stand) -> None:
    me = await people.me(stand.graph)
    assert me is not None
    assert (me.id, me.name, me.department) == (LENA.id, "Lena Ortiz", "Front desk")


@pytest.mark.exchange("users/get", "person.get")
async def test_get(stand: Stand) -> None:
    assert await people.get(stand.graph, UserId(ANNA.id)) == ANNAS


@pytest.mark.exchange("users/get.404.Request_ResourceNotFound", "person.get")
async def test_somebody_whom_nobody_knows(stand: Stand) -> None:
    with pytest.raises(NotFound):
        await people.get(stand.graph, UserId("0d000000-0000-4000-8000-000000000099"))


@pytest.mark.exchange("users/list", "person.search")
async def test_search(stand: Stand) -> None:
    assert await people.search(stand.graph, "anna sales") == (ANNAS,)
    assert [p.name for p in await people.search(stand.graph, "", most=2)] == ["Aisha Khan", "Anna Berg"]
    assert await people.search(stand.graph, 'no"body') == ()


@pytest.mark.exchange("users/list.phone", "person.search")
async def test_by_phone(stand: Stand) -> None:
    assert await people.by_phone(stand.graph, ANNA.business_phone.replace(" ", "")) == (ANNAS,)
    assert await people.by_phone(stand.graph, "+14255559999") == ()


@pytest.mark.exchange("presence/getPresencesByUserId", "presence.many")
async def test_presences(stand: Stand) -> None:
    asked = [UserId(ANNA.id), UserId(TOM.id)]
    assert await people.presences(stand.graph, asked) == (
        Presence(UserId(ANNA.id), "Available", "Available", "A000000001"),
        Presence(UserId(TOM.id), "Busy", "InACall", "A000000001"),
    )


@pytest.mark.exchange("people/list", "person.relevant")
async def test_relevant(stand: Stand) -> None:
    assert await people.relevant(stand.graph, "anna") == (ANNAS,)
    assert len(await people.relevant(stand.graph, most=3)) == 3


@pytest.mark.exchange("photos/get", "person.photo")
async def test_photo(stand: Stand) -> None:
    assert (await people.photo(stand.graph, UserId(ANNA.id))).startswith(b"\x89PNG\r\n")


@pytest.mark.exchange("photos/get.404.ImageNotFound", "person.photo")
async def test_who_has_no_photo(stand: Stand) -> None:
    with pytest.raises(NotFound):
        await people.photo(stand.graph, UserId(HANA.id))
