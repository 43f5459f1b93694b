"""The fuzzing's short form: the same mutations without a guide, the same for everybody who runs it."""

from __future__ import annotations

import random

import pytest

from tests.fuzz.corpus import seeds, words
from tests.fuzz.mutation import mutate
from tests.fuzz.target import examine

MUTANTS = 12_000
SEED = 20261124


def test_what_the_simulator_tells_is_read() -> None:
    told = [seed for seed in seeds() if b"commsNotifications" in seed]
    assert len(told) > 40 and len(seeds()) > 100
    assert all(examine(seed) for seed in told)


@pytest.mark.parametrize("part", range(3))
def test_mutants_of_it_break_nothing(part: int) -> None:
    dice, corpus, vocabulary = random.Random(SEED + part), seeds(), words()  # noqa: S311 - repeatable
    told = [seed for seed in corpus if b"commsNotifications" in seed]
    facts = 0
    for _ in range(MUTANTS // 3):
        mutant = mutate(dice.choice(told if dice.random() < 0.8 else corpus), dice, vocabulary, corpus)
        try:
            facts += examine(mutant)
        except Exception as error:
            raise AssertionError(f"{mutant[:2000]!r}") from error
    assert facts > MUTANTS // 20, "most of them must still be read, or nothing was tried"
