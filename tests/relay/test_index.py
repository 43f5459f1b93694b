"""The table of promises names tests that there are."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = ROOT / "console" / "relay" / "README.md"


def test_every_test_that_the_table_names_is_there() -> None:
    named = re.findall(r"`(?=tests/|::)(tests/[\w/]+\.py)?(?:::(\w+))?`", README.read_text(encoding="utf-8"))
    assert len(named) > 20
    for file, test in named:
        code = (ROOT / (file or "tests/relay/test_failover.py")).read_text(encoding="utf-8")
        assert re.search(rf"def {test or 'test_'}", code), f"{file}::{test}"
