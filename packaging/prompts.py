"""Makes the sounds that ship: the prompts that callers hear and the console's ring.

Run `python packaging/prompts.py` to write them again; the result is the same every time.
"""

from __future__ import annotations

import math
import struct
import wave
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

# Microsoft Graph plays prompts as mono, 16-bit WAV at 16,000 samples a second, and nothing else.
RATE = 16_000
RESOURCES = Path(__file__).resolve().parent.parent / "resources"

SEMITONES = {"C": -9, "D": -7, "E": -5, "F": -4, "G": -2, "A": 0, "B": 2}

# Each partial of a voice: (multiple of the pitch, loudness, seconds until it has faded to 1/e).
BELL = ((1.0, 1.0, 0.75), (2.0, 0.30, 0.45), (3.0, 0.10, 0.22), (4.2, 0.06, 0.10))
PAD = ((1.0, 1.0, 1.30), (2.0, 0.18, 0.90), (3.0, 0.05, 0.60))
WOOD = ((1.0, 1.0, 0.16), (3.93, 0.20, 0.05), (9.2, 0.04, 0.02))


@dataclass(frozen=True, slots=True)
class Note:
    """One struck note: when (seconds), which pitch ("A4"), how loud, with which partials and attack."""

    at: float
    pitch: str
    loudness: float = 1.0
    voice: tuple[tuple[float, float, float], ...] = BELL
    attack: float = 0.006


def frequency(pitch: str) -> float:
    """The pitch in equal temperament around A4 = 440 Hz."""
    return float(440.0 * 2 ** (SEMITONES[pitch[0]] / 12 + int(pitch[1:]) - 4))


def render(notes: list[Note], seconds: float, *, loop: bool = False, peak: float = 0.5) -> bytes:
    """The notes mixed down to `peak` of full scale; in a loop, tails wrap round so that no seam is heard."""
    length = round(seconds * RATE)
    mix = [0.0] * length
    for note in notes:
        _strike(mix, note, loop)
    if loop:
        _start_at_silence(mix)
    else:
        _fade_out(mix, round(0.08 * RATE))
    scale = peak * 32767 / max(abs(sample) for sample in mix)
    return struct.pack(f"<{length}h", *(round(sample * scale) for sample in mix))


def _strike(mix: list[float], note: Note, loop: bool) -> None:
    start = round(note.at * RATE)
    pitch = frequency(note.pitch)
    for multiple, loudness, fade in note.voice:
        if pitch * multiple >= RATE * 0.45:  # too close to what the format can carry: it would only whistle
            continue
        step = 2 * math.pi * pitch * multiple / RATE
        for index in range(round(fade * 6 * RATE)):
            position = start + index
            if position >= len(mix):
                if not loop:
                    break
                position %= len(mix)
            time = index / RATE
            rise = 0.5 - 0.5 * math.cos(math.pi * time / note.attack) if time < note.attack else 1.0
            mix[position] += note.loudness * loudness * rise * math.exp(-time / fade) * math.sin(step * index)


def _start_at_silence(mix: list[float]) -> None:
    # A loop has no silent end; turned to its first zero crossing it at least begins without a click.
    crossing = next(index for index in range(len(mix)) if mix[index - 1] < 0 <= mix[index])
    mix[:] = mix[crossing:] + mix[:crossing]


def _fade_out(mix: list[float], samples: int) -> None:
    for index in range(min(samples, len(mix))):
        mix[-1 - index] *= index / samples


def welcome() -> bytes:
    """Three rising chimes: the call was answered."""
    chimes = [Note(0.05, "G4", 0.8), Note(0.30, "C5", 0.9), Note(0.55, "E5"), Note(0.85, "G5", 0.7)]
    return render([*chimes, Note(0.85, "C5", 0.35)], 2.6)


def hold() -> bytes:
    """Eight quiet seconds over four chords; meant to be repeated for as long as it takes."""
    bars = (
        ("C3", ("E4", "G4", "B4", "D5")),
        ("A2", ("C4", "E4", "G4", "B4")),
        ("F3", ("A4", "C5", "E4", "G4")),
        ("G3", ("B4", "D4", "G4", "D5")),
    )
    notes: list[Note] = []
    for bar, (root, upper) in enumerate(bars):
        start = bar * 2.0
        notes.append(Note(start, root, 0.9, PAD, attack=0.12))
        notes += [Note(start, pitch, 0.22, PAD, attack=0.25) for pitch in upper]
        notes += [Note(start + 0.5 * beat, pitch, 0.40) for beat, pitch in enumerate(upper)]
    return render(notes, 8.0, loop=True, peak=0.30)


def rescue() -> bytes:
    """Two soft falling chimes over a warm chord: you are not lost, somebody will come."""
    chord = [Note(0.0, pitch, 0.30, PAD, attack=0.20) for pitch in ("F3", "C4", "A4")]
    return render([*chord, Note(0.15, "C5", 0.9), Note(0.65, "A4", 0.8), Note(1.15, "F4", 0.6)], 3.4)


def ring() -> bytes:
    """A wooden figure, twice, and a rest: heard across a desk, startling nobody; meant to be repeated."""
    figure = ((0.0, "E5"), (0.12, "G5"), (0.24, "C6"), (0.42, "G5"))
    twice = [
        Note(again + at, pitch, 1.0, WOOD, attack=0.002) for again in (0.0, 0.75) for at, pitch in figure
    ]
    return render(twice, 2.5, peak=0.6)


SOUNDS: dict[str, Callable[[], bytes]] = {
    "prompts/welcome.wav": welcome,
    "prompts/hold.wav": hold,
    "prompts/rescue.wav": rescue,
    "sounds/ring.wav": ring,
}


def main() -> None:
    for name, make in SOUNDS.items():
        target = RESOURCES / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with wave.open(str(target), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes(make())
        print(f"wrote resources/{name} ({target.stat().st_size / 1000:.0f} kB)")


if __name__ == "__main__":
    main()
