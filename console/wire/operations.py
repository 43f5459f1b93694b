"""Graph's operation objects from JSON: answers of media actions and of reading an operation."""

from __future__ import annotations

from console.domain.ids import OperationId, plain_id
from console.domain.media import Progress, Status
from console.wire.calls import read_result
from console.wire.values import choice, member, text, type_name


def read_progress(resource: object) -> Progress:
    """Return how far an operation is. A missing body or status means: wait for the notification (§1.12)."""
    return Progress(
        id=OperationId(plain_id(text(member(resource, "id")))),
        kind=type_name(resource).removesuffix("operation"),
        status=choice(Status, member(resource, "status")) or Status.UNKNOWN,
        context=text(member(resource, "clientContext")),
        result=read_result(member(resource, "resultInfo")),
    )
