"""The types that no stored schema has are named as in Microsoft's SDK, property by property."""

from __future__ import annotations

import importlib
import re

import pytest

pytest.importorskip("msgraph", reason="msgraph-sdk is not installed (extra: sdk)")

from tests.contract.described import DESCRIBED, DESCRIBED_ENUMS

MODELS = "msgraph.generated.models"
TYPES = [name for name in DESCRIBED if re.fullmatch(r"graph\.[\w.]+", name)]
"""Without the frames of the protocol and without actions, which are no models."""


def model(name: str) -> type:
    """The SDK's class for a type: graph.callRecords.session is Session in call_records/session.py."""
    path = [re.sub(r"(?<=[a-z])(?=[A-Z])", "_", part).lower() for part in name.split(".")[1:]]
    word = name.rpartition(".")[2]
    return getattr(importlib.import_module(".".join([MODELS, *path])), word[0].upper() + word[1:])


@pytest.mark.parametrize("name", TYPES)
def test_every_property_is_one_of_the_sdks(name):
    known = model(name)().get_field_deserializers()
    assert DESCRIBED[name]["properties"].keys() <= known.keys()


@pytest.mark.parametrize("name", DESCRIBED_ENUMS)
def test_every_member_is_one_of_the_sdks(name):
    assert DESCRIBED_ENUMS[name] <= {member.value for member in model(name)}
