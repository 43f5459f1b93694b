"""The audit: tampering shows, names can go and it still holds, and without it nothing is done."""

from __future__ import annotations

import asyncio
import resource
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.errors import CallGone, OutcomeUnknown, Refused
from console.domain.ids import CallId, IntentId, UserId
from console.domain.people import Operator
from console.relay.__main__ import main
from console.relay.audit.entries import START, Deed, Line, Link, Stage, faults, link
from console.relay.audit.inspection import Head, about, read, verify
from console.relay.audit.journal import Journal, NotAudited
from console.relay.audit.upkeep import AuditUpkeep
from console.relay.callbacks import keep_key
from console.relay.doorkeeper import Principal
from tests.relay.stand import INES, KOFI, LENA, Start, until

KEY = bytes(range(32))
ANNA = Principal(Operator(UserId("anna-id"), "Anna Berg"), frozenset({"Operator"}), 9e9, "t1", "c1")
NUMBER = "+12065550188"


def chain(count: int) -> list[Link]:
    links: list[Link] = []
    for n in range(1, count + 1):
        before = links[-1].head if links else START
        line = Line(n=n, at=float(n), stage=Stage.DONE, action="call.answer", call=f"c{n}")
        links.append(link(KEY, before, line, bytes(32)))
    return links


@given(count=st.integers(2, 12), data=st.data())
def test_any_edit_swap_insertion_and_removal_inside_shows(count: int, data: st.DataObject) -> None:
    links = chain(count)
    assert faults(KEY, links, START, 1) == []
    at = data.draw(st.integers(0, count - 2))
    other = data.draw(st.integers(0, count - 1).filter(lambda n: n != at))
    match data.draw(st.sampled_from(["edit", "swap", "insert", "remove", "reseal"])):
        case "edit":
            links[at] = Link(links[at].n, links[at].body.replace(b"answer", b"reject"), *_rest(links[at]))
        case "swap":
            links[at], links[other] = links[other], links[at]
        case "insert":
            links.insert(at, links[other])
        case "remove":
            del links[at]
        case "reseal":
            links[at] = Link(links[at].n, links[at].body, b"x" * 32, links[at].head)
    assert faults(KEY, links, START, 1) != []


def _rest(one: Link) -> tuple[bytes, bytes]:
    return one.seal, one.head


async def written(file: Path, at: Callable[[], float] = lambda: 1000.0) -> Journal:
    journal = Journal(file, KEY, at)
    for n in range(5):
        deed = Deed("call.transfer", ANNA, CallId(f"call-{n}"), IntentId(f"i{n}"), [NUMBER])
        await journal.settle(await journal.intend(deed), deed, Stage.DONE)
    return journal


TAMPERINGS = {
    "edit": "UPDATE lines SET body = replace(CAST(body AS TEXT), 'done', 'refused') WHERE n = 4",
    "remove": "DELETE FROM lines WHERE n = 4",
    "swap": "UPDATE lines SET n = CASE n WHEN 4 THEN -5 WHEN 5 THEN 4 END WHERE n IN (4, 5);"
    "UPDATE lines SET n = 5 WHERE n = -5",
    "insert": "UPDATE lines SET n = -n - 1 WHERE n >= 4; UPDATE lines SET n = -n WHERE n < 0;"
    "INSERT INTO lines SELECT 4, at, body, seal, head FROM lines WHERE n = 3",
    "rename": "UPDATE names SET body = replace(CAST(body AS TEXT), 'Anna', 'Otto') WHERE n = 4",
    "first": "DELETE FROM lines WHERE n <= 3",
}


@pytest.mark.parametrize("how", TAMPERINGS)
async def test_tampering_with_the_file_shows(how: str, tmp_path: Path) -> None:
    file = tmp_path / "audit.db"
    await (await written(file)).close()
    assert verify(file, KEY).faults == ()
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(TAMPERINGS[how])
    assert verify(file, KEY).faults != ()


async def test_cut_off_or_made_anew_shows_against_an_exported_head(tmp_path: Path) -> None:
    file = tmp_path / "audit.db"
    journal = await written(file)
    n, head = await journal.head()
    exported = [Head(n, 1000.0, head.hex())]
    await journal.close()
    assert verify(file, KEY, exported).faults == ()
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript("DELETE FROM lines WHERE n > 7; DELETE FROM names WHERE n > 7")
    assert verify(file, KEY).faults == ()  # by itself it cannot know
    assert verify(file, KEY, exported).faults == ("Lines 8 to 10 are gone: an exported head knows them.",)
    file.unlink()
    await (await written(file, lambda: 2000.0)).close()
    assert "made anew" in verify(file, KEY, exported).faults[0]


def on_disk(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.glob("audit.db*"))


async def test_names_go_before_lines_and_the_chain_goes_on(tmp_path: Path) -> None:
    file, now = tmp_path / "audit.db", [1000.0]
    journal = await written(file, lambda: now[0])
    now[0] += 40 * 86_400
    late = Deed("call.reject", ANNA, CallId("late"))
    await journal.settle(await journal.intend(late), late, Stage.DONE)
    keeper = AuditUpkeep(journal, tmp_path / "heads", 30, 365, lambda: now[0])
    await keeper.once()
    report = verify(file, KEY)
    assert (report.lines, report.erased, report.faults) == (12, 10, ())
    assert NUMBER.encode() not in on_disk(tmp_path)
    assert [e.line.n for e in about(read(file), KEY, "anna-id")] == list(range(1, 13))  # by her pseudonym
    assert list(about(read(file), KEY, "otto-id")) == []
    now[0] += 330 * 86_400
    await keeper.once()
    assert (verify(file, KEY).lines, verify(file, KEY).first) == (2, 11)
    assert await journal.intend(late) == 13
    await journal.close()
    heads = [msgspec.json.decode(x, type=Head) for x in (tmp_path / "heads").read_bytes().splitlines()]
    assert [h.n for h in heads] == [12] and verify(file, KEY, heads).faults == ()


async def test_what_came_of_it_is_written(tmp_path: Path) -> None:
    journal, deed = Journal(tmp_path / "audit.db", KEY, lambda: 1.0), Deed("call.answer", ANNA, CallId("c"))

    async def fail(error: Exception) -> None:
        raise error

    errors = [Refused("no"), CallGone(request_id="g-1"), OutcomeUnknown("?"), ValueError("a mistake")]
    for error in errors:
        with pytest.raises(type(error)):
            await journal.carry_out(deed, lambda error=error: fail(error))  # type: ignore[misc]
    await journal.close()
    told = [(e.line.stage, e.line.code, e.line.graph_request) for e in read(tmp_path / "audit.db")]
    assert told[1::2] == [
        (Stage.REFUSED, "refused", ""),
        (Stage.FAILED, "call-gone", "g-1"),
        (Stage.UNKNOWN, "outcome-unknown", ""),
        (Stage.UNKNOWN, "ValueError", ""),
    ]


@contextmanager
def full_disk(size: int) -> Iterator[None]:
    """No file of this process can grow beyond `size` bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.logs("the audit")
async def test_without_room_only_reject_and_hang_up_are_done(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    journal = Journal(tmp_path / "audit.db", KEY, lambda: 1.0)
    done: list[str] = []

    async def act(name: str) -> None:
        done.append(name)

    async def attempt(name: str) -> None:
        await journal.carry_out(Deed(name, ANNA, CallId("c")), lambda: act(name))

    await attempt("call.answer")
    with full_disk((tmp_path / "audit.db-wal").stat().st_size):
        for name in ("call.answer", "call.transfer", "participant.mute"):
            with pytest.raises(NotAudited, match="Rejecting and hanging up still work"):
                await attempt(name)
        for name in ("call.reject", "call.hangUp"):
            await attempt(name)
        assert journal.trouble
    await attempt("call.answer")
    assert done == ["call.answer", "call.reject", "call.hangUp", "call.answer"] and not journal.trouble
    told = capsys.readouterr().err
    assert "AUDIT 1.000 intended call.reject c" in told and "AUDIT 1.000 done call.hangUp c" in told
    assert "Anna" not in told
    await journal.close()


async def test_a_relay_writes_down_what_operators_do(start: Start) -> None:
    desk = await start()
    id = await desk.answered(LENA)
    target = {"transferTarget": {"identity": {"user": {"id": KOFI}}}}
    assert (await desk.client(INES).post(f"/{id}/transfer", target)).status_code == 202
    await until(lambda: desk.call(id).ended)
    refused = await desk.client(KOFI).post("/not-a-call/park", {"reason": NUMBER * 100})
    assert refused.status_code == 400
    file = Path(desk.settings.data_dir) / "audit.db"
    key = keep_key(file.with_name("audit.key"))
    entries = list(read(file))
    told = [(e.line.action, e.line.stage, e.line.call) for e in entries if e.line.call == id]
    assert told == [
        ("call.answer", Stage.INTENDED, id),
        ("call.answer", Stage.DONE, id),
        ("call.transfer", Stage.INTENDED, id),
        ("call.transfer", Stage.DONE, id),
    ]
    assert [e.line.stage for e in entries][-1] is Stage.REFUSED
    transfer = next(e for e in entries if e.line.action == "call.transfer")
    assert transfer.people is not None and transfer.people.others == (KOFI,)
    assert transfer.line.role == "Operator,Supervisor" and transfer.line.tenant
    assert {e.line.action for e in about(iter(entries), key, LENA)} == {"call.answer"}
    assert verify(file, key).faults == ()
    assert file.stat().st_mode & 0o077 == 0


def test_the_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RELAY_DATA_DIR", str(tmp_path))
    assert main(["audit", "verify"]) == 2
    assert "There is no audit in" in capsys.readouterr().err
    (tmp_path / "audit.key").write_bytes(KEY)

    async def write() -> None:
        await (await written(tmp_path / "audit.db")).close()

    asyncio.run(write())
    assert main(["audit", "verify"]) == 0
    assert "Lines 1 to 10 are whole." in capsys.readouterr().out
    assert main(["audit", "export", "--since", "1970-01-01"]) == 0
    first = msgspec.json.decode(capsys.readouterr().out.splitlines()[0])
    assert first["action"] == "call.transfer" and first["people"]["name"] == "Anna Berg"
    with closing(sqlite3.connect(tmp_path / "audit.db")) as connection:
        connection.executescript("DELETE FROM lines WHERE n = 2")
    assert main(["audit", "verify"]) == 1
    assert "Line 2 is missing." in capsys.readouterr().out
