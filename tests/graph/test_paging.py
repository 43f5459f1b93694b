"""Lists that come in pages, followed from one to the next."""

from __future__ import annotations

from console.graph.paging import pages
from tests.graph.stand import Stand


async def test_pages(stand: Stand) -> None:
    stand.allow("person.search")
    query = {"$select": "id", "$top": "4", "$count": "true", "$orderby": "displayName"}
    headers = {"ConsistencyLevel": "eventual"}
    found = [page async for page in pages(stand.graph, "person.search", query=query, headers=headers)]
    assert [len(page) for page in found] == [4, 4, 4, 3]
    assert len({person["id"] for page in found for person in page}) == 15
