"""The operator's own presence: seen, set, preferred, and a sentence beside it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from console.domain.errors import NotAllowed, NotFound
from console.domain.ids import UserId
from console.domain.people import Presence
from console.domain.presence import Preferred, Session, StatusMessage
from console.graph import presence
from tests.graph.stand import ANNA, APP, LENA, ME, NOW, Stand

HERS = UserId(LENA.id)
HOUR = timedelta(hours=1)


def shown(stand: Stand) -> tuple[str, str]:
    """What Lena is shown as, in truth."""
    found = stand.simulator.presences.of(LENA)
    return found["availability"], found["activity"]


@pytest.mark.exchange("presence/me", "presence.mine")
async def test_mine(stand: Stand) -> None:
    found = await presence.mine(stand.graph)
    assert found == Presence(HERS, "Available", "Available", "A000000001")


@pytest.mark.exchange("presence/get", "presence.get")
async def test_get(stand: Stand) -> None:
    found = await presence.get(stand.graph, UserId(ANNA.id))
    assert found == Presence(UserId(ANNA.id), "Available", "Available", "A000000001")


@pytest.mark.exchange("presence/setPresence", "presence.set")
async def test_show(stand: Stand) -> None:
    await presence.show(stand.graph, HERS, Session.IN_A_CALL, APP, intent=ME, lasts=HOUR)
    assert shown(stand) == ("Busy", "InACall")
    await stand.pass_time(3601)
    assert shown(stand) == ("Available", "Available")


@pytest.mark.exchange("presence/setPresence.403.Forbidden", "presence.set")
async def test_nobody_sets_the_presence_of_others(stand: Stand) -> None:
    with pytest.raises(NotAllowed):
        await presence.show(stand.graph, UserId(ANNA.id), Session.AWAY, APP, intent=ME, lasts=HOUR)


@pytest.mark.exchange("presence/clearPresence", "presence.clear", "presence.set")
async def test_clear(stand: Stand) -> None:
    await presence.show(stand.graph, HERS, Session.PRESENTING, APP, intent=ME, lasts=HOUR)
    await presence.clear(stand.graph, HERS, APP, intent=ME)
    assert shown(stand) == ("Available", "Available")


@pytest.mark.exchange("presence/clearPresence.404.itemNotFound", "presence.clear")
async def test_there_is_nothing_to_clear(stand: Stand) -> None:
    with pytest.raises(NotFound):
        await presence.clear(stand.graph, HERS, APP, intent=ME)


@pytest.mark.parametrize("chosen", [c for c in Preferred if c is not Preferred.DO_NOT_DISTURB])
async def test_every_choice_is_taken(stand: Stand, chosen: Preferred) -> None:
    stand.allow("presence.prefer")
    await presence.prefer(stand.graph, HERS, chosen, intent=ME)
    assert shown(stand) == chosen.value


@pytest.mark.exchange("presence/setUserPreferredPresence", "presence.prefer")
async def test_prefer(stand: Stand) -> None:
    await presence.prefer(stand.graph, HERS, Preferred.DO_NOT_DISTURB, intent=ME, lasts=8 * HOUR)
    assert shown(stand) == ("DoNotDisturb", "DoNotDisturb")
    await stand.pass_time(8 * 3600 + 1)
    assert shown(stand) == ("Available", "Available")


@pytest.mark.exchange("presence/clearUserPreferredPresence", "presence.clearPreferred", "presence.prefer")
async def test_clear_preferred(stand: Stand) -> None:
    await presence.prefer(stand.graph, HERS, Preferred.OFFLINE, intent=ME)
    await presence.clear_preferred(stand.graph, HERS, intent=ME)
    assert shown(stand) == ("Available", "Available")


@pytest.mark.exchange("presence/setStatusMessage", "presence.say")
async def test_say(stand: Stand) -> None:
    said = StatusMessage("At the front desk until noon", NOW + HOUR)
    await presence.say(stand.graph, HERS, said, intent=ME)
    message = stand.simulator.presences.of(LENA)["statusMessage"]
    assert message["message"]["content"] == said.text
    assert message["expiryDateTime"]["dateTime"] == "2026-09-21T15:13:20"
    await presence.say(stand.graph, HERS, StatusMessage(""), intent=ME)
    assert "statusMessage" not in stand.simulator.presences.of(LENA)
