"""Finding colleagues and seeing whether they are free, with the operator's own rights (REFERENCE §6)."""

from __future__ import annotations

from collections.abc import Sequence

from console.domain.ids import UserId
from console.domain.people import Person, Presence
from console.graph.client import GraphClient
from console.wire.people import read_person, read_persons, read_presences, read_relevant

MOST_PRESENCES = 650
"""Ids in one presence request (REFERENCE §6.1)."""

_FIELDS = (
    "id,displayName,mail,userPrincipalName,businessPhones,mobilePhone,department,jobTitle,officeLocation"
)


async def me(client: GraphClient) -> Person | None:
    """Return the signed-in operator's own directory entry."""
    return read_person((await client.send("person.me", query={"$select": _FIELDS})).body)


async def search(client: GraphClient, words: str, *, most: int = 25) -> tuple[Person, ...]:
    """Return up to `most` people whose name, mail, department or title match every word (REFERENCE §6.2).

    An empty search returns the first people of the directory by name.
    """
    query = {"$select": _FIELDS, "$top": str(most), "$count": "true", "$orderby": "displayName"}
    terms = [w.replace("\\", "").replace('"', "") for w in words.split()]
    clauses = [_clause(t) for t in terms if t]
    if clauses:
        query["$search"] = " AND ".join(clauses)
    reply = await client.send("person.search", query=query, headers={"ConsistencyLevel": "eventual"})
    return read_persons(reply.body)


async def by_phone(client: GraphClient, number: str) -> tuple[Person, ...]:
    """Return who has `number` (E.164) as a business phone; whether Graph can look is unconfirmed (§6.2)."""
    quoted = number.replace("'", "''")
    query = {"$select": _FIELDS, "$count": "true", "$filter": f"businessPhones/any(p:p eq '{quoted}')"}
    reply = await client.send("person.search", query=query, headers={"ConsistencyLevel": "eventual"})
    return read_persons(reply.body)


async def get(client: GraphClient, user: UserId) -> Person | None:
    """Return one user: notifications often name people by id alone (REFERENCE §4.4). Raises NotFound."""
    return read_person((await client.send("person.get", user=user, query={"$select": _FIELDS})).body)


def _clause(term: str) -> str:
    fields = ("displayName", "mail", "department", "jobTitle")
    return "(" + " OR ".join(f'"{f}:{term}"' for f in fields) + ")"


async def presences(client: GraphClient, users: Sequence[UserId]) -> tuple[Presence, ...]:
    """Return the presence of up to 650 users."""
    if not users:
        return ()
    reply = await client.send("presence.many", body={"ids": list(users[:MOST_PRESENCES])})
    return read_presences(reply.body)


async def relevant(client: GraphClient, words: str = "", *, most: int = 10) -> tuple[Person, ...]:
    """Return up to `most` people who matter to the operator, best first; `words` are matched loosely."""
    query = {"$top": str(most)}
    if plain := words.replace("\\", "").replace('"', "").strip():
        query["$search"] = f'"{plain}"'
    return read_relevant((await client.send("person.relevant", query=query)).body)


async def photo(client: GraphClient, user: UserId) -> bytes:
    """Return a user's photo as JPEG. Raises NotFound when they have none."""
    reply = await client.send("person.photo", user=user, headers={"Accept": "image/*"})
    return reply.content
