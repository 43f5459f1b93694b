"""What has to be consented to: as little as allows everything, by feature and by cloud."""

from __future__ import annotations

import pytest

from console.graph import permissions
from console.graph.catalogue import CATALOGUE, DESK, FEATURES
from console.graph.clouds import CHINA, CLOUDS, GCC_HIGH, GLOBAL, CloudProfile, refusal
from console.graph.consents import asked_at_sign_in, asked_for, consents, smallest
from console.graph.operations import Feature, Identity

BY_KEY = {feature.key: feature for feature in FEATURES}


def names(whose: Identity, cloud: CloudProfile, *, basic: bool) -> list[str]:
    return [c.permission.name for c in consents(whose, cloud) if c.basic is basic]


def test_an_operator_is_asked_for_little() -> None:
    assert asked_at_sign_in() == (
        "User.Read",
        "User.ReadBasic.All",
        "Presence.Read.All",
        "OnlineMeetings.ReadWrite",
    )
    assert asked_at_sign_in(CHINA) == ("User.Read", "User.ReadBasic.All")


def test_the_bot_gets_what_the_desk_needs_and_no_more() -> None:
    for cloud in (GLOBAL, GCC_HIGH):
        assert names(Identity.BOT, cloud, basic=True) == [
            "Calls.Initiate.All",
            "Calls.JoinGroupCall.All",
            "Calls.InitiateGroupCall.All",
        ]
    assert names(Identity.BOT, GLOBAL, basic=False) == [
        "Calls.JoinGroupCallAsGuest.All",
        "Calls.AccessMedia.All",
        "CallRecords.Read.All",
    ]
    assert consents(Identity.BOT, CHINA) == ()


def test_a_feature_asks_only_for_what_is_not_held() -> None:
    held = asked_at_sign_in()
    assert asked_for(BY_KEY["photos"], held) == ()
    assert asked_for(BY_KEY["photos"], ()) == ("ProfilePhoto.Read.All",)
    assert asked_for(BY_KEY["own-presence"], held) == ("Presence.ReadWrite",)
    assert asked_for(BY_KEY["own-presence"], ()) == ("Presence.Read", "Presence.ReadWrite")
    assert asked_for(BY_KEY["calendar"], held) == ("Calendars.ReadWrite",)
    assert asked_for(BY_KEY["free-times"], (*held, "Calendars.ReadWrite")) == ()
    assert asked_for(BY_KEY["presence-news"], (), GCC_HIGH) == ()


@pytest.mark.parametrize("cloud", CLOUDS, ids=lambda c: c.cloud)
@pytest.mark.parametrize("feature", FEATURES, ids=lambda f: f.key)
def test_what_is_listed_is_enough_for_every_feature(feature: Feature, cloud: CloudProfile) -> None:
    listed = [c for c in consents(feature.identity, cloud) if feature in c.features]
    held = {c.permission.name for c in listed}
    usable = [o for o in feature.operations if refusal(cloud, o) is None]
    assert all(not o.permissions or held & set(o.permissions) for o in usable)
    assert not feature.basic or all(c.basic for c in listed)
    assert bool(listed) == any(o.permissions for o in usable)


def test_the_smallest_set_prefers_the_lesser_right() -> None:
    chosen = smallest(CATALOGUE[name] for name in ("participant.hold", "participant.mute", "call.answer"))
    assert chosen == ("Calls.JoinGroupCall.All",)
    assert smallest([CATALOGUE["participant.hold"]]) == ("Calls.JoinGroupCallAsGuest.All",)
    assert smallest([CATALOGUE["call.reject"]]) == ()


def test_an_administrator_is_named_where_one_is_needed() -> None:
    assert all(c.permission.by_admin for c in consents(Identity.BOT))
    assert not any(c.permission.by_admin for c in consents(Identity.OPERATOR))
    assert {c.permission.kind for c in consents(Identity.OPERATOR)} == {permissions.Kind.DELEGATED}


def test_the_desk_is_covered() -> None:
    held = set(asked_at_sign_in()) | set(names(Identity.BOT, GLOBAL, basic=True))
    assert all(not o.permissions or held & set(o.permissions) for o in DESK.values())
