"""The prompts are what Graph can play, and are still what the script makes."""

from __future__ import annotations

import runpy
import struct
import wave
from collections.abc import Callable
from pathlib import Path

import pytest

from console import resources

ROOT = Path(__file__).parents[2]
NAMES = ["prompts/welcome.wav", "prompts/hold.wav", "prompts/rescue.wav", "sounds/ring.wav"]


def samples(data: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(data) // 2}h", data)


@pytest.mark.parametrize("name", NAMES)
def test_a_sound_is_what_the_script_makes(name: str) -> None:
    makers: dict[str, Callable[[], bytes]] = runpy.run_path(str(ROOT / "packaging" / "prompts.py"))["SOUNDS"]
    assert list(makers) == NAMES
    with wave.open(str(resources.path(name)), "rb") as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 16_000)
        shipped = samples(file.readframes(file.getnframes()))
    made = samples(makers[name]())
    assert len(made) == len(shipped)
    # Another platform's sine may differ in its last digit.
    assert max(abs(one - other) for one, other in zip(made, shipped, strict=True)) <= 1
    assert max(map(abs, shipped)) < 0.75 * 32767
    assert abs(shipped[0]) < 100, "it would begin with a click"
