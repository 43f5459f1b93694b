"""Coverage-guided fuzzing of what reads notifications and operators' bodies: `make fuzz ARGS=600`.

The argument is seconds, 60 without. libFuzzer (through atheris) keeps what reaches new code in
`build/fuzz/corpus` and goes on from there the next time; an input that breaks something is written to
`build/fuzz/crashes`, and given as the second argument it is tried again.
"""

from __future__ import annotations

import hashlib
import random
import sys
from pathlib import Path

try:
    import atheris
except ImportError:
    sys.exit("atheris is not installed: it is in the extra `fuzz`, for Linux.")

with atheris.instrument_imports(include=["console.wire", "console.domain", "console.relay.bodies"]):
    from tests.fuzz.corpus import seeds, words
    from tests.fuzz.mutation import mutate
    from tests.fuzz.target import examine

BUILT = Path(__file__).parents[2] / "build" / "fuzz"
LONGEST = 16_384
"""Bytes of an input: less than the relay would take, but then only repetition makes them longer."""
SEEDS, WORDS = seeds(), words()


def by_structure(data: bytes, most: int, seed: int) -> bytes:
    """Change the JSON as we would three times of four, and the bytes as libFuzzer would otherwise."""
    if seed % 4 == 0:
        changed: bytes = atheris.Mutate(data, most)
        return changed
    return mutate(data, random.Random(seed), WORDS, SEEDS)[:most]  # noqa: S311 - repeatable


def main(arguments: list[str]) -> None:
    seconds, *again = arguments or ["60"]
    corpus, crashes = BUILT / "corpus", BUILT / "crashes"
    for folder in (corpus, crashes):
        folder.mkdir(parents=True, exist_ok=True)
    for seed in SEEDS:
        (corpus / hashlib.sha1(seed, usedforsecurity=False).hexdigest()).write_bytes(seed)
    options = [
        f"-max_total_time={int(seconds)}",
        f"-artifact_prefix={crashes}/",
        f"-max_len={LONGEST}",
        "-timeout=5",
        "-rss_limit_mb=2048",
        "-print_final_stats=1",
    ]
    atheris.Setup([sys.argv[0], *options, *(again or [str(corpus)])], examine, custom_mutator=by_structure)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1:])
