"""The operations table is whole: every row can be sent, explained and consented to."""

from __future__ import annotations

import pytest

from console.graph.catalogue import CATALOGUE, DESK, FEATURES
from console.graph.clouds import CHINA, CLOUDS, DOD, GCC_HIGH, GLOBAL, clouds_of, refusal
from console.graph.operations import Feature, Identity, Operation
from console.graph.permissions import permission

EVERY_ROW = [o for feature in FEATURES for o in feature.operations]


@pytest.mark.parametrize("operation", EVERY_ROW, ids=lambda o: o.name)
def test_every_row_is_complete(operation: Operation) -> None:
    noun, _, verb = operation.name.partition(".")
    assert noun.isidentifier() and verb.isidentifier()
    assert operation.method in ("GET", "POST", "PATCH", "DELETE") and operation.path.startswith("/")
    assert operation.sentence.endswith(".") and operation.confirmed_by
    assert operation.success and all(200 <= status < 300 for status in operation.success)
    assert operation.permissions or operation.name in ("call.reject", "batch.read")
    assert operation.relay_only == (operation.name == "call.park")
    assert GLOBAL in clouds_of(operation)
    for name in operation.permissions:
        assert permission(name, operation.identity).name == name


@pytest.mark.parametrize("feature", FEATURES, ids=lambda f: f.key)
def test_every_feature_is_complete(feature: Feature) -> None:
    assert feature.title and feature.sentence.endswith(".")
    assert {o.identity for o in feature.operations} == {feature.identity}


def test_no_name_is_used_twice() -> None:
    assert len(CATALOGUE) == len(EVERY_ROW)
    assert len({feature.key for feature in FEATURES}) == len(FEATURES)
    assert DESK.items() <= CATALOGUE.items()


def test_what_the_relay_keeps_to_itself_has_a_reason() -> None:
    for operation in CATALOGUE.values():
        if operation.identity is Identity.OPERATOR:
            assert not operation.offered and not operation.withheld
        else:
            assert operation.offered == (operation.withheld == "")
            assert operation.withheld.endswith(".") or operation.offered


def test_the_clouds_of_an_operation_are_worked_out() -> None:
    assert clouds_of(CATALOGUE["person.search"]) == tuple(CLOUDS)
    assert clouds_of(CATALOGUE["call.answer"]) == (GLOBAL, GCC_HIGH, DOD)
    assert clouds_of(CATALOGUE["call.sendTones"]) == (GLOBAL,)
    assert clouds_of(CATALOGUE["presenceWatch.renew"]) == (GLOBAL,)
    assert clouds_of(CATALOGUE["recordWatch.renew"]) == (GLOBAL, GCC_HIGH, DOD)
    assert refusal(CHINA, CATALOGUE["presenceWatch.create"]) is not None
