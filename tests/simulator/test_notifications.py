"""What reaches the webhook: form, order, signature, retries and faults."""

import jwt
import pytest


async def test_the_first_post_has_the_platforms_headers_and_a_token(desk):
    call = await desk.ring()
    _, headers, body = desk.hook.posts[0]
    assert body["@odata.type"] == "#microsoft.graph.commsNotifications"
    assert body["value"][0]["@odata.type"] == "#microsoft.graph.commsNotification"
    assert headers["user-agent"] == "Microsoft-Skype/3.0,(Calling/1.0)"
    assert headers["content-type"] == "application/json"
    chain = (await desk.truth(call))["chainId"]
    assert headers["x-microsoft-skype-chain-id"] == chain
    assert headers["x-microsoft-skype-message-id"]
    configuration = (await desk.http.get(desk.running.openid_configuration)).json()
    keys = (await desk.http.get(configuration["jwks_uri"])).json()["keys"]
    token = headers["authorization"].removeprefix("Bearer ")
    assert jwt.get_unverified_header(token)["kid"] == keys[0]["kid"]
    options = {"verify_exp": False, "verify_nbf": False, "verify_iat": False}
    claims = jwt.decode(
        token,
        jwt.PyJWK(keys[0]).key,
        algorithms=["RS256"],
        audience=desk.running.directory.bot_app_id,
        issuer=configuration["issuer"],
        options=options,
    )
    assert claims["iss"] == "https://api.botframework.com"
    assert claims["tid"] == desk.running.directory.tenant_id


@pytest.mark.parametrize("fault", ["audience", "issuer", "expired", "tenant", "signature"])
async def test_tokens_can_be_wrong(desk, fault):
    await desk.sim("PUT", "/faults", {"token": fault})
    await desk.ring()
    token = desk.hook.posts[0][1]["authorization"].removeprefix("Bearer ")
    keys = desk.simulator.signer.keys()["keys"]
    with pytest.raises((jwt.InvalidTokenError, KeyError)):
        claims = jwt.decode(
            token,
            jwt.PyJWK(keys[0]).key,
            algorithms=["RS256"],
            audience=desk.running.directory.bot_app_id,
            issuer="https://api.botframework.com",
            options={"verify_exp": False, "verify_nbf": False, "verify_iat": False},
        )
        if claims["exp"] < 1_790_000_000:
            raise jwt.ExpiredSignatureError
        claims["tid"]


async def test_the_older_format_comes_first_when_asked_for(desk):
    await desk.sim("PUT", "/options", {"legacyFirst": True})
    desk.hook.answers = [204]
    await desk.ring()
    first, second = (body for _, _, body in desk.hook.posts)
    assert "@odata.type" not in first
    assert second["@odata.type"] == "#microsoft.graph.commsNotifications"


async def test_a_bot_that_takes_the_older_format_gets_no_other(desk):
    await desk.sim("PUT", "/options", {"legacyFirst": True})
    await desk.ring()
    assert ["@odata.type" in body for _, _, body in desk.hook.posts] == [False]


async def test_the_older_format_comes_first_by_chance(desk):
    await desk.sim("PUT", "/faults", {"legacyFirst": 0.5})
    desk.hook.speaks_legacy = False
    for _ in range(20):
        await desk.ring()
    old = [body for _, _, body in desk.hook.posts if "@odata.type" not in body]
    assert 0 < len(old) < 20
    assert len(desk.hook.posts) == 20 + len(old)


async def test_a_302_moves_the_first_notification_to_another_deployment(desk, other_hook):
    desk.hook.answers, desk.hook.location = [302], other_hook.url
    call = await desk.ring()
    assert len(desk.hook.posts) == len(other_hook.posts) == 1
    (_, here, first), (_, there, second) = desk.hook.posts[0], other_hook.posts[0]
    assert first == second
    assert here["authorization"] == there["authorization"]
    entries = (await desk.sim("GET", "/notifications")).json()
    assert [(entry["status"], entry["url"]) for entry in entries] == [
        (302, desk.hook.url),
        (202, other_hook.url),
    ]
    await desk.answer(call)
    await desk.pass_time(1)
    assert desk.states(call)[-1] == "established"


async def test_a_302_may_be_relative_and_may_not_lead_round_in_circles(desk):
    desk.hook.answers, desk.hook.location = [302], "/elsewhere"
    await desk.ring()
    assert [path for path, _, _ in desk.hook.posts] == ["/hook", "/elsewhere"]
    desk.hook.posts.clear()
    desk.hook.answers = [302] * 10
    await desk.ring()
    assert len(desk.hook.posts) == 4


async def test_a_302_to_nowhere_is_not_followed(desk):
    desk.hook.answers, desk.hook.location = [302], "http://relay.example.net/elsewhere"
    await desk.ring()
    assert [path for path, _, _ in desk.hook.posts] == ["/hook"]


async def test_only_the_first_notification_moves(desk, other_hook):
    call = await desk.ring()
    desk.hook.answers, desk.hook.location = [302], other_hook.url
    await desk.answer(call)
    await desk.pass_time(1)
    assert other_hook.posts == []


async def test_a_stranger_claims_that_the_call_is_over(desk):
    await desk.sim("PUT", "/faults", {"forged": 1})
    desk.hook.answers = [403]
    call = await desk.ring()
    (_, strange, forged), (_, own, genuine) = desk.hook.posts
    assert strange["authorization"] != own["authorization"]
    assert forged["value"][0]["resourceData"]["state"] == "terminated"
    assert genuine["value"][0]["resourceData"]["state"] == "incoming"
    assert (await desk.truth(call))["state"] == "incoming"


async def test_forged_tokens_are_wrong_in_every_way(desk):
    await desk.sim("PUT", "/faults", {"forged": 1})
    for _ in range(30):
        await desk.ring()
    marks = {desk.simulator.faults.wrong_token(f"incoming {n}/1") for n in range(1, 31)}
    assert marks == {"audience", "issuer", "expired", "tenant", "signature"}


async def test_one_post_may_carry_several_items(desk):
    call = await desk.ring()
    await desk.sim("PUT", "/faults", {"batch": 1})
    await desk.answer(call)
    await desk.pass_time(1)
    assert [len(body["value"]) for _, _, body in desk.hook.posts] == [1, 1, 2]
    entries = (await desk.sim("GET", "/notifications?since=2")).json()
    assert [entry["status"] for entry in entries] == [202, 202]


async def test_a_failing_webhook_is_tried_again_with_the_same_message_id(desk):
    desk.hook.answers = [500, 503]
    call = (await desk.sim("POST", "/calls", {"caller": {"name": "A"}})).json()["id"]
    await desk.simulator.clock.advance(4)
    assert len({headers["x-microsoft-skype-message-id"] for _, headers, _ in desk.hook.posts}) == 1
    assert len(desk.hook.posts) == 3
    assert (await desk.truth(call))["state"] == "incoming"


async def test_a_dead_webhook_ends_the_call(desk):
    desk.hook.answers = [500] * 6
    call = (await desk.sim("POST", "/calls", {"caller": {"name": "A"}})).json()["id"]
    await desk.simulator.clock.advance(8)
    assert (await desk.truth(call))["outcome"] == "notifications could not be delivered"


async def test_without_a_webhook_a_call_rings_unheard(desk):
    await desk.sim("PUT", "/webhook", {"url": None})
    call = await desk.ring()
    assert desk.hook.posts == []
    (entry,) = (await desk.sim("GET", "/notifications")).json()
    assert (entry["callId"], entry["url"], entry["status"]) == (call, None, None)


async def test_the_ledger_tells_what_was_sent(desk):
    call = await desk.talk()
    entries = (await desk.sim("GET", "/notifications?since=1")).json()
    assert {entry["callId"] for entry in entries} == {call}
    assert entries[-1]["url"].endswith("/hook/calls")
    assert (entries[0]["kind"], entries[0]["changeType"], entries[0]["state"], entries[0]["status"]) == (
        "call",
        "updated",
        "establishing",
        202,
    )


async def test_everything_can_come_twice(desk):
    await desk.sim("PUT", "/faults", {"duplicate": 1})
    await desk.ring()
    (_, one, first), (_, two, second) = desk.hook.posts
    assert first == second
    assert one["x-microsoft-skype-message-id"] == two["x-microsoft-skype-message-id"]


async def test_notifications_can_be_lost(desk):
    call = await desk.ring()
    await desk.sim("PUT", "/faults", {"lost": 1})
    await desk.answer(call)
    await desk.pass_time(2)
    assert desk.states(call) == ["incoming"]


async def test_established_can_come_first(desk):
    await desk.sim("PUT", "/faults", {"swapEstablished": True})
    call = await desk.talk()
    assert desk.states(call)[:3] == ["incoming", "established", "establishing"]


async def test_notifications_can_be_late_and_overtaken(desk):
    call = await desk.ring()
    await desk.sim("PUT", "/faults", {"reorder": 1, "delaySeconds": 1})
    await desk.answer(call)
    await desk.simulator.clock.advance(0.2)
    await desk.sim("PUT", "/faults", {"reset": True})
    await desk.simulator.clock.advance(0.5)
    assert desk.states(call) == ["incoming", "established"]
    await desk.simulator.clock.advance(1)
    assert desk.states(call) == ["incoming", "established", "establishing"]


async def test_notifications_can_be_late(desk):
    call = await desk.ring()
    await desk.sim("PUT", "/faults", {"delay": 1, "delaySeconds": 5})
    await desk.answer(call)
    await desk.simulator.clock.advance(5)
    assert desk.states(call) == ["incoming"]
    await desk.simulator.clock.advance(1)
    assert desk.states(call) == ["incoming", "establishing"]


async def test_other_spellings(desk):
    faults = {"pascalCase": 1, "stringCodes": 1, "idVariants": 1, "missingSlash": 1}
    await desk.sim("PUT", "/faults", faults)
    call = await desk.ring()
    await desk.pass_time(16)
    last = desk.hook.items[-1]
    assert last["resourceUrl"] == f"communications/calls/{call.replace('-', '').upper()}"
    assert (last["changeType"], last["resourceData"]["state"]) == ("Deleted", "Terminated")
    assert last["resourceData"]["resultInfo"]["code"] == "408"


@pytest.mark.parametrize("fault", [{"nonsense": 1}, {"lost": "often"}, {"token": "fake"}, {"throttle": 1.5}])
async def test_unknown_faults_are_refused(desk, fault):
    assert (await desk.sim("PUT", "/faults", fault)).status_code == 400


async def test_the_same_seed_makes_the_same_trouble(desk):
    seen = []
    for _ in range(2):
        await desk.sim("PUT", "/faults", {"reset": True, "seed": 7, "lost": 0.5})
        before = len(desk.hook.posts)
        for _ in range(12):
            await desk.ring()
        seen.append(len(desk.hook.posts) - before)
    assert seen[0] == seen[1]
    assert 0 < seen[0] < 12


async def test_the_same_call_meets_the_same_trouble_whatever_else_happens(desk):
    seen = []
    for others in (False, True):
        await desk.sim("PUT", "/faults", {"reset": True, "seed": 3, "lost": 0.5, "duplicate": 0.5})
        dialled = await desk.dial(0)
        call = await desk.ring()
        if others:
            await desk.dial(1)
        await desk.answer(call)
        await desk.pass_time(3)
        told = [desk.items(one) for one in (dialled, call)]
        seen.append([[(i["changeType"], i["resourceData"].get("state")) for i in one] for one in told])
    assert seen[0] == seen[1]


async def test_calls_do_not_wait_for_each_other(desk, soon):
    await desk.sim("POST", "/clock", {"speed": 1})
    desk.hook.hangs = "Slow"
    for name in ("Slow", "B", "C"):
        await desk.sim("POST", "/calls", {"caller": {"name": name}})
    await soon(lambda: len(desk.hook.items) == 3)
    assert len(desk.simulator.notifications.since(0)) == 2


async def test_names_of_users_may_be_missing(desk):
    await desk.sim("PUT", "/faults", {"nameless": 1})
    call = await desk.ring(userId="carlos@contoso.example")
    identity = desk.items(call)[0]["resourceData"]["source"]["identity"]["user"]
    assert "displayName" not in identity
    assert identity["id"]
