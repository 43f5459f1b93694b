"""What the disk and its owners can do to a kept sign-in: full, read-only, forbidden, spoiled; killed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from console.auth.vault import Reason, Trouble, Vault
from console.auth.vault.folder import Folder
from console.auth.vault.troubles import NotKept
from tests.auth.keeping_program import WHO, start
from tests.auth.keys import FileKeys

unix = pytest.mark.skipif(sys.platform == "win32", reason="Windows guards the profile itself")
root = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="mounts disks and changes owners: needs root"
)
PROGRAM = [sys.executable, "-m", "tests.auth.keeping_program"]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "sign-ins"


def the_file(place: Path) -> Path:
    (found,) = place.glob("*.sealed")
    return found


def on_a_disk(tmp_path: Path, prepare: str, text: str) -> dict[str, Any]:
    """Save "old" and then `text` on a disk of its own, after `prepare`, a shell's words with $DISK."""
    disk = tmp_path / "disk"
    disk.mkdir()
    program = f"{sys.executable} -m tests.auth.keeping_program keep $DISK/sign-ins"
    script = f"mount -t tmpfs -o size=64k tmpfs $DISK && {program} old >&2 && {prepare} && {program} $TEXT"
    environment = {**os.environ, "DISK": str(disk), "TEXT": text}
    done = subprocess.run(
        ["unshare", "--mount", "sh", "-c", script],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if "Operation not permitted" in done.stderr or "permission denied" in done.stderr.lower():
        pytest.skip("this machine lets nobody mount a disk")
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


@root
@pytest.mark.parametrize(
    ("prepare", "text", "reason"),
    [
        ("true", "x" * 70_000, Reason.DISK_FULL),
        ("mount -o remount,ro tmpfs $DISK", "new", Reason.READ_ONLY),
    ],
)
def test_a_disk_that_takes_nothing(tmp_path: Path, prepare: str, text: str, reason: Reason) -> None:
    assert on_a_disk(tmp_path, prepare, text) == {"before": "old", "after": text, "reasons": [reason]}


@unix
def test_a_file_that_may_not_grow_is_a_full_disk(place: Path) -> None:
    import resource

    done = subprocess.run(
        [*PROGRAM, "keep", str(place), "x" * 5000],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)),
        stdout=subprocess.PIPE,
        check=True,
    )
    assert json.loads(done.stdout)["reasons"] == [Reason.DISK_FULL]
    assert not list(place.glob("*.unfinished")) and not list(place.glob("*.sealed"))


def test_the_disk_is_tried_again_and_the_trouble_is_over(place: Path) -> None:
    told: list[Trouble | None] = []
    store = start(place, told).of(WHO)
    place.write_text("a file where the folder should be")
    store.save("new")
    assert told[-1] and told[-1].reason is Reason.BAD_DISK and store.load() == "new"
    place.unlink()
    store.save("newer")
    assert told[-1] is None and start(place, []).of(WHO).load() == "newer"


@unix
def test_what_others_could_open_is_closed(place: Path) -> None:
    start(place, []).of(WHO).save("old")
    place.chmod(0o777)
    the_file(place).chmod(0o664)
    told: list[Trouble | None] = []
    again = start(place, told).of(WHO)
    assert again.load() == "old"
    assert the_file(place).stat().st_mode & 0o777 == 0o600
    again.save("new")
    assert place.stat().st_mode & 0o777 == 0o700 and not told


@root
@pytest.mark.skipif(shutil.which("chattr") is None, reason="chattr is not installed")
def test_what_others_may_open_for_good_is_not_used(place: Path) -> None:
    start(place, []).of(WHO).save("old")
    place.chmod(0o755)
    if subprocess.run(["chattr", "+i", str(place)], capture_output=True, check=False).returncode:
        pytest.skip("this disk has no attributes")
    try:
        told: list[Trouble | None] = []
        start(place, told).of(WHO).save("new")
    finally:
        subprocess.run(["chattr", "-i", str(place)], check=True)
    assert told == [Trouble(Reason.OPEN_TO_OTHERS, str(place))]
    assert start(place, []).of(WHO).load() == "old"


@root
@pytest.mark.parametrize("which", ["folder", "file"])
def test_what_belongs_to_somebody_else_is_not_used(place: Path, which: str) -> None:
    start(place, []).of(WHO).save("old")
    os.chown(place if which == "folder" else the_file(place), 12345, 12345)
    told: list[Trouble | None] = []
    store = start(place, told).of(WHO)
    assert store.load() == ("old" if which == "folder" else None)
    store.save("new")
    assert told[0] and told[0].reason is Reason.FOREIGN_OWNER and store.load() == "new"


@unix
def test_a_link_is_not_followed(place: Path, tmp_path: Path) -> None:
    start(place, []).of(WHO).save("old")
    file = the_file(place)
    file.rename(tmp_path / "elsewhere")
    file.symlink_to(tmp_path / "elsewhere")
    told: list[Trouble | None] = []
    store = start(place, told).of(WHO)
    assert store.load() is None and told[-1] and told[-1].reason is Reason.FOREIGN_OWNER
    store.save("new")
    assert not file.is_symlink() and told[-1] is None
    assert start(place, []).of(WHO).load() == "new"


@root
def test_a_folder_that_may_not_be_entered(place: Path) -> None:
    place.mkdir(mode=0o700)
    done = subprocess.run([*PROGRAM, "as_nobody", str(place), "new"], stdout=subprocess.PIPE, check=True)
    assert json.loads(done.stdout) == {"before": None, "after": "new", "reasons": [Reason.NO_ACCESS]}


def spoil(change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    return lambda file: file.write_bytes(change(file.read_bytes())) and None


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (spoil(lambda b: b[:-1] + bytes([b[-1] ^ 1])), Reason.DAMAGED),
        (spoil(lambda b: b[: len(b) // 2]), Reason.DAMAGED),
        (spoil(lambda b: b""), Reason.DAMAGED),
        (spoil(lambda b: b + b"\0"), Reason.DAMAGED),
        (spoil(lambda b: b'{"AccessToken": {}}'), Reason.DAMAGED),
        (lambda file: (file.parent.parent / "keys.json").unlink(), Reason.KEY_GONE),
        (
            lambda file: FileKeys(file.parent.parent / "keys.json").keep(file.stem, bytes(32)),
            Reason.DAMAGED,
        ),
    ],
    ids=["flipped", "cut", "emptied", "longer", "plain", "no key", "another key"],
)
def test_what_was_changed_is_set_aside(place: Path, change: Callable[[Path], None], reason: Reason) -> None:
    start(place, []).of(WHO).save("old")
    file = the_file(place)
    change(file)
    told: list[Trouble | None] = []
    store = start(place, told).of(WHO)
    assert store.load() is None and told == [Trouble(reason, str(place))]
    assert not file.exists() and file.with_suffix(".spoiled").exists()
    assert "Sign in again." in str(told[0].remedy)
    store.save("new")
    assert told[-1] is None and start(place, []).of(WHO).load() == "new"
    store.clear()
    assert [found.name for found in place.iterdir()] == ["lock"]


def test_one_account_does_not_open_in_the_place_of_another(place: Path) -> None:
    vault = start(place, [])
    vault.of(WHO).save("mine")
    mine = the_file(place)
    vault.of("tenant.other").save("another's")
    (other,) = set(place.glob("*.sealed")) - {mine}
    shutil.copy(other, mine)
    keys = FileKeys(place.parent / "keys.json")
    key = keys.read(other.stem)
    assert key is not None
    keys.keep(mine.stem, key)  # even with the right key
    assert start(place, []).of(WHO).load() is None


def test_two_consoles_make_one_key(place: Path) -> None:
    """Both began when there was none; whoever comes second takes the first one's."""
    first, second = start(place, []).of(WHO), start(place, []).of(WHO)
    assert first.load() is None and second.load() is None
    first.save("first")
    second.save("second")
    first.save("first again")
    assert start(place, []).of(WHO).load() == "first again"


def test_who_signs_out_in_another_console_is_signed_out_here_too(place: Path) -> None:
    """The first console goes on with what it has in memory and puts nothing back."""
    told: list[Trouble | None] = []
    first, second = start(place, told).of(WHO), start(place, told).of(WHO)
    first.save("old")
    second.load()
    second.clear()
    first.save("newer")
    assert first.load() == "newer" and not list(place.glob("*.sealed"))
    assert start(place, told).of(WHO).load() is None and not told


def test_a_later_sign_in_in_another_console_is_not_spoiled(place: Path) -> None:
    told: list[Trouble | None] = []
    first, second = start(place, told).of(WHO), start(place, told).of(WHO)
    first.save("old")
    second.clear()
    second.save("of the new sign-in")  # with a new key
    first.save("of the old one")
    assert start(place, told).of(WHO).load() == "of the old one" and not told
    first.save("again")
    assert start(place, told).of(WHO).load() == "again" and not told


@unix
def test_a_folder_in_use_is_waited_for_and_then_given_up(place: Path) -> None:
    held: list[Reason] = []
    with Folder(place).held(), pytest.raises(NotKept) as caught, Folder(place, patience=0.05).held():
        held.append(Reason.BUSY)
    assert caught.value.trouble.reason is Reason.BUSY and not held


def test_a_file_that_is_looked_at_for_a_moment_is_replaced_after_it(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace, looks = Path.replace, [True, True, False]

    def held_by_a_scanner(self: Path, target: Path) -> Path:
        if self.suffix == ".unfinished" and looks and looks.pop(0):
            raise PermissionError(13, "used by another process")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", held_by_a_scanner)
    told: list[Trouble | None] = []
    start(place, told).of(WHO).save("new")
    assert not told and not looks and start(place, []).of(WHO).load() == "new"


def test_several_consoles_write_at_once(place: Path) -> None:
    """Programs of their own, from nothing: one key, one file, and what is found is what one of them wrote."""
    running = [
        subprocess.Popen([*PROGRAM, "often", str(place), name], stdout=subprocess.PIPE) for name in "abc"
    ]
    said = [json.loads(process.communicate()[0]) for process in running]
    assert said == [[], [], []]
    told: list[Trouble | None] = []
    assert (start(place, told).of(WHO).load() or "")[0] in "abc" and not told
    assert len(list(place.glob("*.sealed"))) == 1 and not list(place.glob("*.spoiled"))


def test_what_a_killed_console_left_is_cleared_away(place: Path) -> None:
    start(place, []).of(WHO).save("old")
    (place / "left.unfinished").write_bytes(b"half of it")
    start(place, []).of(WHO).save("new")
    assert not list(place.glob("*.unfinished"))


def test_the_password_store_is_asked_once(place: Path, tmp_path: Path) -> None:
    """It may put a question on the screen, and a token is renewed while callers are on the line."""
    start(place, []).of(WHO).save("old")
    keys = FileKeys(tmp_path / "keys.json")
    store = Vault(place, keys, lambda trouble: None).of(WHO)
    for text in ("a", "b", "c"):
        assert store.load()
        store.save(text)
    assert keys.asked == 1

    class Locked(FileKeys):
        def read(self, entry: str, *, patient: bool = False) -> bytes | None:
            super().read(entry)
            raise NotKept(Trouble(Reason.LOCKED, self.name))

    locked = Locked(tmp_path / "keys.json")
    store = Vault(place, locked, lambda trouble: None).of(WHO)
    assert store.load() is None
    for text in ("a", "b", "c"):
        store.save(text)
    assert locked.asked == 1 and store.load() == "c"
    store.clear()
    store.save("d")  # whoever signs in again is at the screen
    assert locked.asked == 2


def test_a_sign_out_that_deletes_nothing_is_said(place: Path, tmp_path: Path) -> None:
    class Deaf(FileKeys):
        def forget(self, entry: str) -> None:
            raise NotKept(Trouble(Reason.LOCKED, self.name))

    told: list[Trouble | None] = []
    store = Vault(place, Deaf(tmp_path / "keys.json"), told.append).of(WHO)
    store.save("old")
    file = the_file(place)
    sealed = file.read_bytes()
    file.unlink()
    file.mkdir()  # what cannot be unlinked
    store.clear()
    assert told[-1] and told[-1].reason is Reason.NOT_FORGOTTEN and store.load() is None
    file.rmdir()
    file.write_bytes(sealed)
    store.clear()
    assert told[-1] is None and not file.exists()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="children are forked")
def test_killed_two_hundred_times_while_saving(place: Path) -> None:
    """Whatever is found is whole: what was saved before, or what was being saved."""
    done = subprocess.run([*PROGRAM, "killed", str(place), "200"], stdout=subprocess.PIPE, check=True)
    found = json.loads(done.stdout)
    assert found["wrong"] == [], found
    assert found["old"] + found["new"] + found["idle"] == 200
    assert found["old"] and found["new"] and found["unfinished"], found  # the moments were well chosen
