"""What is held about one person: all of it comes out, and all of it goes, on the disk too."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from console.relay.__main__ import main
from console.relay.audit.inspection import verify
from tests.relay.stand import KOFI, LENA, serving, until

CALLER, DIGITS = "+12065550188", b"2065550188"


def on_disk(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir() if file.is_file())


async def a_day(simulation: object, data: Path, *, live: bool = False) -> tuple[str, str]:
    """One call by the number that was answered by Lena, and one by Tom; both have ended unless `live`."""
    async with serving(simulation, data, keep_calls=live) as desk:  # type: ignore[arg-type]
        mine = await desk.answered(LENA)
        other = desk.ring("user")
        await until(lambda: other in desk.world.calls)
        if not live:
            for id in (mine, other):
                board = desk.simulation.simulator.exchange.board
                board.end(board.calls[id], None, "the test is over")
            await until(lambda: all(desk.call(id).ended for id in (mine, other)))
        return mine, other


async def test_export_and_erase(
    simulation: object, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "relay"
    mine, other = await a_day(simulation, data)
    monkeypatch.setenv("RELAY_DATA_DIR", str(data))
    assert DIGITS in on_disk(data)
    assert main(["subject", "export", "--phone", "+1 (206) 555-0188"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {line["fact"]["call"] for line in lines if "fact" in line} == {mine}
    assert main(["subject", "export", "--user", LENA.upper()]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {line["audit"]["action"] for line in lines if "audit" in line} == {"call.answer"}

    assert main(["subject", "erase", "--phone", CALLER]) == 0
    assert "1 calls are gone from the log" in capsys.readouterr().out
    assert DIGITS not in on_disk(data)
    assert main(["subject", "erase", "--user", LENA]) == 0
    capsys.readouterr()
    assert b"Lena" not in on_disk(data)
    assert verify(data / "audit.db", (data / "audit.key").read_bytes()).faults == ()

    async with serving(simulation, data) as desk:  # type: ignore[arg-type]
        assert mine not in desk.world.calls and other in desk.world.calls
        assert await desk.rings()  # the log goes on


async def test_a_running_relay_and_a_live_call_are_left_alone(
    simulation: object, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "relay"
    monkeypatch.setenv("RELAY_DATA_DIR", str(data))
    async with serving(simulation, data):  # type: ignore[arg-type]
        assert main(["subject", "erase", "--user", KOFI]) == 2
        assert "Another relay is using the folder" in capsys.readouterr().err
    await a_day(simulation, data, live=True)
    assert main(["subject", "erase", "--phone", CALLER]) == 2
    assert "still going on" in capsys.readouterr().err
    assert DIGITS in on_disk(data)


def test_a_number_must_be_one(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["subject", "erase", "--phone", "0188"])
    assert "is not a number like" in capsys.readouterr().err
