"""Which language the operator reads."""

from __future__ import annotations

import pytest

from console.language import AUTO, CHINESE, ENGLISH, choose, of_terminal


@pytest.mark.parametrize(
    ("system", "spoken"),
    [
        (["zh-Hans-CN", "en-US"], CHINESE),
        (["zh_CN.UTF-8"], CHINESE),
        (["zh-SG"], CHINESE),
        (["zh"], CHINESE),
        (["zh-TW", "zh-CN"], CHINESE),
        (["zh_HK.UTF-8"], ENGLISH),
        (["zh-Hant-TW"], ENGLISH),
        (["en-GB", "zh-CN"], ENGLISH),
        (["de-DE", "zh-CN"], CHINESE),
        (["de_DE@euro"], ENGLISH),
        (["C"], ENGLISH),
        ([], ENGLISH),
    ],
)
def test_the_system_is_asked_unless_a_language_is_set(system: list[str], spoken: str) -> None:
    assert choose(AUTO, system) == spoken
    assert choose(CHINESE, system) == CHINESE and choose(ENGLISH, system) == ENGLISH


@pytest.mark.parametrize(
    ("environment", "names"),
    [
        ({"LANG": "zh_CN.UTF-8"}, ("zh_CN.UTF-8",)),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": "zh_CN.UTF-8"}, ("zh_CN.UTF-8",)),
        ({"LANG": "de_DE.UTF-8", "LANGUAGE": "zh_CN:en"}, ("zh_CN", "en", "de_DE.UTF-8")),
        ({"LANG": "C", "LANGUAGE": "zh_CN"}, ("C",)),
        ({}, ()),
    ],
)
def test_a_terminal_says_it_in_its_environment(environment: dict[str, str], names: tuple[str, ...]) -> None:
    assert of_terminal(environment) == names
