"""What the relay needs of the Graph layer: Graph's own code on a failure, and a way to stop a prompt."""

from __future__ import annotations

import httpx2
import msgspec

from console.domain.errors import NotAllowed
from console.domain.ids import CallId, IntentId
from console.graph import calls
from console.graph.catalogue import DESK
from console.graph.client import Door, GraphClient
from console.graph.failures import failure
from console.graph.operations import Identity

CALL = CallId("77aa0100-3c1b-4c2d-9e7f-10a2b3c4d5e6")


def test_graphs_own_code_is_kept_for_passing_on() -> None:
    body = {"errorCode": "7503", "message": "not registered", "instanceAnnotations": []}
    error = failure(DESK["call.answer"], 403, body, {})
    assert isinstance(error, NotAllowed) and error.graph_code == "7503"
    assert failure(DESK["call.answer"], 500, None, {}).graph_code == ""


async def test_a_prompt_can_be_stopped() -> None:
    seen: list[httpx2.Request] = []

    def graph(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return httpx2.Response(200, json={"status": "completed"})

    async def token() -> str:
        return "t"

    async with httpx2.AsyncClient(transport=httpx2.MockTransport(graph)) as http:
        client = GraphClient(http, {Identity.BOT: Door("https://graph.example/v1.0", token)})
        await calls.cancel_media(client, CALL, intent=IntentId("an-intent"))
    assert seen[0].url.path == f"/v1.0/communications/calls/{CALL}/cancelMediaProcessing"
    assert msgspec.json.decode(seen[0].content) == {"clientContext": "an-intent"}
