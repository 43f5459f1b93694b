"""$batch: many requests in one, each answered for itself."""

import pytest

JSON = {"Content-Type": "application/json"}


async def batch(desk, headers, *parts):
    answer = await desk.graph("POST", "/$batch", {"requests": list(parts)}, headers=headers)
    assert answer.status_code == 200, answer.text
    return {part["id"]: part for part in answer.json()["responses"]}


def get(id, url, *depends):
    return {"id": id, "method": "GET", "url": url, **({"dependsOn": list(depends)} if depends else {})}


async def test_every_part_has_its_own_end(desk, user_headers):
    ids = {"ids": [desk.users[0].id]}
    many = {"id": "2", "method": "POST", "url": "/communications/getPresencesByUserId", "body": ids}
    found = await batch(
        desk,
        user_headers(),
        {**many, "headers": JSON, "dependsOn": ["1"]},
        get("1", f"/users/{desk.users[0].id}?$select=id,displayName"),
        get("3", "users/nobody"),
        get("4", f"/users/{desk.users[0].id}", "3"),
        get("5", f"/users/{desk.users[0].id}", "4"),
    )
    assert {id: part["status"] for id, part in found.items()} == {
        "1": 200,
        "2": 200,
        "3": 404,
        "4": 424,
        "5": 424,
    }
    assert found["1"]["body"]["displayName"] == "Lena Ortiz"
    assert found["1"]["headers"]["Content-Type"] == "application/json"
    assert found["2"]["body"]["value"][0]["availability"] == "Available"
    assert found["3"]["body"]["error"]["code"] == "Request_ResourceNotFound"


async def test_one_part_may_be_throttled(desk, user_headers):
    await desk.sim("PUT", "/faults", {"throttle": 1, "retryAfter": 8, "operation": "users"})
    one = f"/users/{desk.users[0].id}"
    found = await batch(desk, user_headers(), get("1", one), get("2", one))
    assert [(found[id]["status"], found[id]["headers"].get("Retry-After")) for id in "12"] == [
        (429, "8"),
        (200, None),
    ]


@pytest.mark.parametrize(
    "requests",
    [
        None,
        [],
        [get(str(n), "/me") for n in range(21)],
        [get("1", "/me"), get("1", "/me")],
        [get("1", "/me", "9")],
        [get("1", "/me", "2"), get("2", "/me", "1")],
        [{"id": "1", "method": "GET"}],
        [{"id": "1", "method": "POST", "url": "/me", "body": {}}],
        [get("1", "/$batch")],
        [get("1", "https://graph.example/v1.0/me")],
    ],
)
async def test_a_batch_that_cannot_be_read(desk, user_headers, requests):
    answer = await desk.graph("POST", "/$batch", {"requests": requests}, headers=user_headers())
    assert answer.status_code == 400


async def test_a_batch_needs_a_token(desk):
    body = {"requests": [get("1", "/me")]}
    answer = await desk.graph("POST", "/$batch", body, headers={"Authorization": "Bearer nonsense"})
    assert answer.status_code == 401
