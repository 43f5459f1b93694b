"""Several readings in one request."""

from __future__ import annotations

import pytest

from console.domain.errors import NotFound
from console.graph import batch
from console.graph.batch import Part
from console.graph.client import Reply
from tests.graph.stand import ANNA, HANA, LENA, TOM, Stand


@pytest.mark.exchange("batch", "batch.read", "person.me", "presence.get", "presence.many", "person.photo")
async def test_read(stand: Stand) -> None:
    me, busy, both, photo, none = await batch.read(
        stand.graph,
        [
            Part("person.me", query={"$select": "id,displayName"}),
            Part("presence.get", {"user": TOM.id}),
            Part("presence.many", body={"ids": [ANNA.id, TOM.id]}),
            Part("person.photo", {"user": ANNA.id}),
            Part("person.photo", {"user": HANA.id}),
        ],
    )
    assert isinstance(me, Reply) and me.body["displayName"] == LENA.display_name
    assert isinstance(busy, Reply) and busy.body["activity"] == "InACall"
    assert isinstance(both, Reply) and [p["id"] for p in both.body["value"]] == [ANNA.id, TOM.id]
    assert isinstance(photo, Reply) and photo.status == 200
    assert isinstance(none, NotFound)


async def test_more_than_twenty_go_in_several(stand: Stand) -> None:
    stand.allow("batch.read", "presence.get")
    found = await batch.read(stand.graph, [Part("presence.get", {"user": TOM.id})] * 21)
    assert [r.body["id"] for r in found if isinstance(r, Reply)] == [TOM.id] * 21
    batches = [r for r in stand.simulator.requests.since(0) if r["operation"] == "batch"]
    assert len(batches) == 2
