"""Several readings in one request, each with an outcome of its own (REFERENCE §7.2).

Only what an operator reads goes into a batch: a call cannot wait in one, and a batch of readings may be sent
again when nothing came back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from console.domain.errors import ConsoleError, ServiceFailed
from console.graph.catalogue import CATALOGUE
from console.graph.client import GraphClient, Reply
from console.graph.failures import failure
from console.graph.operations import Identity, Operation
from console.wire.values import items, member, text, whole

MOST_PARTS = 20


@dataclass(frozen=True, slots=True)
class Part:
    """One reading: the operation's name, the ids of its path, its query, headers and body."""

    name: str
    ids: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None


async def read(client: GraphClient, parts: Sequence[Part]) -> tuple[Reply | ConsoleError, ...]:
    """Return an answer or an error for each part, in the order of `parts`, in batches of twenty.

    Raises ValueError for a part that is no operator's reading, and a ConsoleError when a whole batch failed.
    """
    found: list[Reply | ConsoleError] = []
    for start in range(0, len(parts), MOST_PARTS):
        chosen = parts[start : start + MOST_PARTS]
        body = {"requests": [_write(client, part, str(n)) for n, part in enumerate(chosen)]}
        answers = {
            text(member(a, "id")): a
            for a in items(member((await client.send("batch.read", body=body)).body, "responses"))
        }
        found += [_read(CATALOGUE[part.name], answers.get(str(n))) for n, part in enumerate(chosen)]
    return tuple(found)


def _write(client: GraphClient, part: Part, id: str) -> dict[str, Any]:
    operation = CATALOGUE[part.name]
    if not operation.reads or operation.identity is not Identity.OPERATOR or part.name == "batch.read":
        raise ValueError(f"{part.name} does not belong into a batch")
    body = client.fitted(operation, part.body)
    path = operation.path.format(**{k: quote(v, safe="") for k, v in part.ids.items()})
    written: dict[str, Any] = {
        "id": id,
        "method": operation.method,
        "url": f"{path}?{urlencode(part.query, quote_via=quote)}" if part.query else path,
    }
    headers = dict(part.headers)
    if body is not None:
        written["body"] = body
        headers["Content-Type"] = "application/json"
    return {**written, "headers": headers} if headers else written


def _read(operation: Operation, answer: Any) -> Reply | ConsoleError:
    if answer is None:
        return ServiceFailed("Microsoft Graph left out one of the answers.")
    status, body = whole(member(answer, "status")), member(answer, "body")
    headers = {str(k).casefold(): text(v) for k, v in (member(answer, "headers") or {}).items()}
    if status in operation.success:
        return Reply(status, body, headers.get("location", ""))
    return failure(operation, status, body, headers)
