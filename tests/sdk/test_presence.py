"""Microsoft's SDK on who is free, and on what a user shows of themselves."""

from __future__ import annotations

import pytest

pytest.importorskip("msgraph", reason="msgraph-sdk is not installed (extra: sdk)")

from kiota_abstractions.api_error import APIError
from msgraph.generated.communications.get_presences_by_user_id import (
    get_presences_by_user_id_post_request_body as asking,
)
from msgraph.generated.models.body_type import BodyType
from msgraph.generated.models.item_body import ItemBody
from msgraph.generated.models.presence import Presence
from msgraph.generated.models.presence_status_message import PresenceStatusMessage
from msgraph.generated.users.item.presence.clear_presence import clear_presence_post_request_body as clearing
from msgraph.generated.users.item.presence.set_presence import set_presence_post_request_body as setting
from msgraph.generated.users.item.presence.set_status_message import (
    set_status_message_post_request_body as saying,
)
from msgraph.generated.users.item.presence.set_user_preferred_presence import (
    set_user_preferred_presence_post_request_body as preferring,
)

AN_HOUR = "PT1H"
"""As text: the SDK would write a timedelta as "1:00:00", which is no duration of OData."""
PROGRAM = "c0450100-0000-4000-8000-000000000001"


def own(desk, lena):
    """The builder of Lena's own presence."""
    return lena.users.by_user_id(desk.users[0].id).presence


async def shown(presence) -> tuple[str | None, str | None]:
    now = await presence.get()
    return now.availability, now.activity


async def present(presence, activity: str = "Presenting", availability: str = "DoNotDisturb") -> None:
    body = setting.SetPresencePostRequestBody(
        session_id=PROGRAM,
        availability=availability,
        activity=activity,
        expiration_duration=AN_HOUR,
    )
    await presence.set_presence.post(body)


async def test_presence_me(desk, lena):
    mine = await lena.me.presence.get()
    assert isinstance(mine, Presence)
    assert (mine.id, mine.availability, mine.activity) == (desk.users[0].id, "Available", "Available")


async def test_presence_get(desk, lena):
    tom = desk.users[4]
    for builder in (
        lena.users.by_user_id(tom.id).presence,
        lena.communications.presences.by_presence_id(tom.id),
    ):
        presence = await builder.get()
        assert (presence.availability, presence.activity) == ("Busy", "InACall")


async def test_presence_many(desk, lena):
    ids = [user.id for user in desk.users[3:6]]
    body = asking.GetPresencesByUserIdPostRequestBody(ids=ids)
    presences = (await lena.communications.get_presences_by_user_id.post(body)).value
    assert all(isinstance(presence, Presence) for presence in presences)
    assert [presence.availability for presence in presences] == ["Available", "Busy", "Away"]


async def test_presence_set(desk, lena):
    presence = own(desk, lena)
    await present(presence)
    assert await shown(presence) == ("DoNotDisturb", "Presenting")
    await desk.pass_time(3601)
    assert await shown(presence) == ("Available", "Available")


async def test_presence_clear(desk, lena):
    presence = own(desk, lena)
    await present(presence)
    body = clearing.ClearPresencePostRequestBody(session_id=PROGRAM)
    await presence.clear_presence.post(body)
    assert await shown(presence) == ("Available", "Available")
    with pytest.raises(APIError) as refused:
        await presence.clear_presence.post(body)
    assert refused.value.response_status_code == 404


async def prefer(presence) -> None:
    body = preferring.SetUserPreferredPresencePostRequestBody(
        availability="BeRightBack", activity="BeRightBack", expiration_duration=AN_HOUR
    )
    await presence.set_user_preferred_presence.post(body)


async def test_presence_prefer(desk, lena):
    presence = own(desk, lena)
    await prefer(presence)
    assert await shown(presence) == ("BeRightBack", "BeRightBack")


async def test_presence_clear_preferred(desk, lena):
    presence = own(desk, lena)
    await prefer(presence)
    await presence.clear_user_preferred_presence.post()
    assert await shown(presence) == ("Available", "Available")


async def test_presence_say(desk, lena):
    presence = own(desk, lena)
    message = PresenceStatusMessage(message=ItemBody(content="At the desk", content_type=BodyType.Text))
    await presence.set_status_message.post(saying.SetStatusMessagePostRequestBody(status_message=message))
    now = await presence.get()
    assert isinstance(now.status_message, PresenceStatusMessage)
    assert now.status_message.message.content == "At the desk"
