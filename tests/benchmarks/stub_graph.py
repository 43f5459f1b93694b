"""A server that answers every GET with the same call, so that a client's own cost is what is measured."""

from __future__ import annotations

import asyncio
import json
import sys

CALL_ID = "be000000-0000-4000-8000-000000000001"
TENANT_ID = "5b7d2f0a-2c4e-4a5e-8f31-9f1c7f6e2a10"


def identity(kind: str, id: str, name: str) -> dict[str, object]:
    identities = {"@odata.type": "#microsoft.graph.identitySet", kind: {"id": id, "displayName": name}}
    return {"@odata.type": "#microsoft.graph.participantInfo", "identity": identities}


CALL = {
    "@odata.type": "#microsoft.graph.call",
    "id": CALL_ID,
    "state": "established",
    "direction": "incoming",
    "callbackUri": "https://relay.contoso.example/hooks/calls",
    "callChainId": "be000000-0000-4000-8000-000000000002",
    "tenantId": TENANT_ID,
    "source": identity("phone", "+14255550151", "Wilma Testperson"),
    "targets": [identity("applicationInstance", "e1000000-0000-4000-8000-000000000001", "Main line")],
    "requestedModalities": ["audio"],
    "mediaConfig": {"@odata.type": "#microsoft.graph.serviceHostedMediaConfig"},
    "mediaState": {"audio": "active"},
    "myParticipantId": "be000000-0000-4000-8000-000000000003",
}
BODY = json.dumps(CALL).encode()
ANSWER = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nrequest-id: %s\r\nContent-Length: %d\r\n\r\n%s"
    % (CALL_ID.encode(), len(BODY), BODY)
)


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while True:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(ANSWER)
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def serve() -> None:
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    with asyncio.Runner() as runner:
        sys.exit(runner.run(serve()))
