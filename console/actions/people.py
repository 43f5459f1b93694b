"""What an operator can do with a person."""

from __future__ import annotations

from console.actions.registry import ACTIONS, Context, Desk
from console.domain.ids import CallId
from console.domain.people import Identity
from console.domain.text import Text
from console.graph import calls


def _cannot_call(desk: Desk, target: Identity | None = None) -> Text | None:
    if target is None or not target.id:
        return Text("Choose a person first.")
    return Text("This is you.") if target.id == desk.me.id else None


@ACTIONS.declare(
    "person.call",
    title="Call",
    doing="Calling…",
    icon="phone",
    operation="call.create",
    needs=("person",),
    places=("person", "menu"),
    refuse=_cannot_call,
)
async def call(context: Context, target: Identity) -> CallId:
    """Ring a colleague or a number from the front desk; your own Teams is asked to join when they answer."""
    return await calls.create(context.graph, [target], intent=context.intent)
