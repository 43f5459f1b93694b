"""Node and Chromium are a wish of CI's: without them the set-up goes on and says what is left out."""

from __future__ import annotations

import pytest


def test_without_node_the_tests_are_left_out_and_that_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from setup.provider import WANTED, ensure_provider

    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.delenv(WANTED, raising=False)
    ensure_provider()
    assert "skipped" in capsys.readouterr().out


def test_who_asks_for_node_is_told_that_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    from setup.provider import WANTED, ensure_provider
    from setup.steps import Trouble
    from setup.system import BROWSER_PROGRAMS, missing

    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setenv(WANTED, "1")
    with pytest.raises(Trouble, match="Node"):
        ensure_provider()
    needed, _ = missing(window=False, testing=True)
    assert set(BROWSER_PROGRAMS) <= set(needed)
    monkeypatch.delenv(WANTED)
    needed, _ = missing(window=False, testing=True)
    assert not set(BROWSER_PROGRAMS) & set(needed)
