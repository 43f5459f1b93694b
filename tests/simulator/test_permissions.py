"""Who may do what with a call: every operation, with every permission and tenant (REFERENCE §1.1, §2)."""

import pytest

INITIATE, GROUP, JOIN, GUEST, MEDIA = (
    "Calls.Initiate.All",
    "Calls.InitiateGroupCall.All",
    "Calls.JoinGroupCall.All",
    "Calls.JoinGroupCallAsGuest.All",
    "Calls.AccessMedia.All",
)
EVERY = {INITIATE, GROUP, JOIN, GUEST, MEDIA}
ONE = "/communications/calls/{call}"
WHO = f"{ONE}/participants/{{who}}"
OPERATIONS = [
    ("GET", ONE, {INITIATE, MEDIA}),
    ("DELETE", ONE, {INITIATE, MEDIA}),
    ("POST", f"{ONE}/redirect", {INITIATE}),
    ("POST", f"{ONE}/transfer", {INITIATE}),
    ("POST", f"{ONE}/keepAlive", {INITIATE, MEDIA}),
    ("POST", f"{ONE}/playPrompt", {INITIATE, MEDIA}),
    ("POST", f"{ONE}/recordResponse", {MEDIA}),
    ("POST", f"{ONE}/subscribeToTone", {MEDIA}),
    ("POST", f"{ONE}/sendDtmfTones", {INITIATE, MEDIA}),
    ("POST", f"{ONE}/cancelMediaProcessing", {INITIATE, MEDIA}),
    ("POST", f"{ONE}/mute", {INITIATE, MEDIA}),
    ("POST", f"{ONE}/unmute", {INITIATE, MEDIA}),
    ("POST", f"{ONE}/changeScreenSharingRole", {MEDIA}),
    ("POST", f"{ONE}/updateRecordingStatus", {JOIN, GUEST, MEDIA}),
    ("POST", f"{ONE}/addLargeGalleryView", {GUEST, JOIN, GROUP}),
    ("GET", f"{ONE}/audioRoutingGroups", {JOIN, GROUP}),
    ("POST", f"{ONE}/audioRoutingGroups", {JOIN, GROUP}),
    ("GET", f"{ONE}/audioRoutingGroups/x", {JOIN, GROUP}),
    ("PATCH", f"{ONE}/audioRoutingGroups/x", {JOIN, GROUP}),
    ("DELETE", f"{ONE}/audioRoutingGroups/x", {JOIN, GROUP}),
    ("GET", f"{ONE}/contentSharingSessions", EVERY),
    ("GET", f"{ONE}/contentSharingSessions/x", EVERY),
    ("GET", f"{ONE}/operations/x", {INITIATE, MEDIA}),
    ("GET", f"{ONE}/participants", {INITIATE, MEDIA}),
    ("GET", WHO, {JOIN, GUEST}),
    ("POST", f"{ONE}/participants/invite", {GROUP}),
    ("POST", f"{WHO}/mute", {JOIN, GUEST}),
    ("DELETE", WHO, {JOIN, GUEST}),
    ("POST", f"{WHO}/startHoldMusic", {JOIN, GUEST}),
    ("POST", f"{WHO}/stopHoldMusic", {JOIN, GUEST}),
]
ANSWERS = [("POST", f"{ONE}/answer", EVERY | {""}), ("POST", f"{ONE}/reject", EVERY | {""})]
WITH_BODY = ("POST", "PATCH")


def app(*roles, tenant=""):
    return {"Authorization": f"Bearer app:{','.join(roles)}@@{tenant}"}


async def ask(desk, method, path, call, headers, who="nobody"):
    body = {} if method in WITH_BODY else None
    answer = await desk.graph(method, path.format(call=call, who=who), body, headers=headers)
    return answer.status_code, (answer.json() if answer.content else {}).get("error", {}).get("code")


async def outcomes(desk, call, headers, who="nobody"):
    """What every operation answers; `headers` are made from the permissions that the operation accepts."""
    return {
        f"{method} {path}": await ask(desk, method, path, call, headers(roles), who)
        for method, path, roles in OPERATIONS + ANSWERS
    }


async def test_an_operation_needs_one_of_its_permissions(desk):
    call = await desk.ring()
    for method, path, roles in OPERATIONS + ANSWERS:
        for role in EVERY | {""}:
            # The permissions are looked at before the call is, which may be reached no more.
            found = await ask(desk, method, path, f"not-{call}", app(role))
            expected = (404, "itemNotFound") if role in roles else (403, "7504")
            assert found == expected, (method, path, role)


async def test_no_user_may_touch_a_call(desk, user_headers):
    call = await desk.ring()
    found = await outcomes(desk, call, lambda roles: user_headers(0, " ".join(roles)))
    assert set(found.values()) == {(403, "Forbidden")}, found


async def test_a_token_of_another_tenant_is_refused(desk):
    call = await desk.ring()
    found = await outcomes(desk, call, lambda roles: app(*roles, tenant="another-tenant"))
    assert set(found.values()) == {(403, "7505")}, found


async def test_after_the_end_there_is_nothing(desk):
    call = await desk.group()
    who = (await desk.member(call, "Lena Ortiz"))["participantId"]
    await desk.graph("DELETE", f"/communications/calls/{call}")
    await desk.pass_time(1)
    found = await outcomes(desk, call, lambda roles: app(*roles), who)
    assert set(found.values()) == {(404, "itemNotFound")}, found


async def test_answering_for_a_group_needs_to_join_it(desk):
    body = {"caller": {"name": "A"}, "with": [desk.users[3].id]}
    call = (await desk.sim("POST", "/calls", body)).json()["id"]
    assert await ask(desk, "POST", f"{ONE}/answer", call, app(INITIATE)) == (403, "7504")
    assert await ask(desk, "POST", f"{ONE}/answer", call, app(GUEST)) == (400, "invalidRequest")


SHAPES = {
    "one person": ({"targets": 1}, {INITIATE}),
    "several": ({"targets": 2}, {GROUP}),
    "a meeting": ({"meeting": True}, {JOIN, "Calls.JoinGroupCalls.Chat"}),
    "a meeting as guest": ({"meeting": True, "guest": True}, {GUEST}),
}


@pytest.mark.parametrize("shape", SHAPES)
async def test_the_shape_of_a_new_call_decides(desk, shape):
    wanted, roles = SHAPES[shape]
    body = {
        "callbackUri": desk.hook.url,
        "mediaConfig": {"@odata.type": "#microsoft.graph.serviceHostedMediaConfig"},
        "targets": [{"identity": {"user": {"id": u.id}}} for u in desk.users[: wanted.get("targets", 0)]],
    }
    if wanted.get("meeting"):
        organizer = {"user": {"id": desk.users[0].id, "tenantId": desk.running.directory.tenant_id}}
        body["chatInfo"] = {"threadId": "19:meeting_x@thread.v2", "messageId": "0"}
        body["meetingInfo"] = {
            "@odata.type": "#microsoft.graph.organizerMeetingInfo",
            "organizer": organizer,
        }
        body["tenantId"] = desk.running.directory.tenant_id
    if wanted.get("guest"):
        body["source"] = {"identity": {"guest": {"id": "guest-1", "displayName": "Front desk"}}}
    for role in (*EVERY, "Calls.JoinGroupCalls.Chat"):
        answer = await desk.graph("POST", "/communications/calls", body, headers=app(role))
        assert answer.status_code == (201 if role in roles else 403), (role, answer.text)


async def test_media_of_its_own_needs_the_permission_too(desk):
    body = {
        "callbackUri": desk.hook.url,
        "mediaConfig": {"@odata.type": "#microsoft.graph.appHostedMediaConfig", "blob": "x"},
        "targets": [{"identity": {"user": {"id": desk.users[0].id}}}],
    }
    for roles, status in (((INITIATE,), 403), ((INITIATE, MEDIA), 201)):
        answer = await desk.graph("POST", "/communications/calls", body, headers=app(*roles))
        assert answer.status_code == status


async def test_no_user_may_make_a_call(desk, user_headers):
    headers = user_headers(0, " ".join(EVERY))
    answer = await desk.graph("POST", "/communications/calls", {}, headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "Forbidden")


async def test_a_new_call_stays_in_the_tokens_tenant(desk):
    body = {
        "callbackUri": desk.hook.url,
        "mediaConfig": {"@odata.type": "#microsoft.graph.serviceHostedMediaConfig"},
        "targets": [{"identity": {"user": {"id": desk.users[0].id}}}],
    }
    headers = app(INITIATE, tenant="another-tenant")
    answer = await desk.graph("POST", "/communications/calls", body, headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "7505")
