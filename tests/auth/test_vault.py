"""Sign-ins kept with a real GNOME Keyring under a private bus, and every way in which it can fail."""

from __future__ import annotations

import base64
import gc
import signal
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from console.auth.vault import Reason, SystemKeys, Trouble, Vault
from console.auth.vault.keyrings import SERVICE, USER
from tests.auth.secret_service import WHY, SecretService

pytestmark = [
    pytest.mark.skipif(bool(WHY), reason=WHY),
    # keyring leaves its connection to the collector when the store does not open (25.7).
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
]

ANNA, BERT = "tenant-1.anna-0001", "tenant-1.bert-0002"
SECRET = '{"RefreshToken": {"x": {"secret": "0.a-refresh-token"}}}'
Open = Callable[..., Vault]


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[SecretService]:
    """The bus runs; the keyring does not yet."""
    with tempfile.TemporaryDirectory(prefix="ring") as home:
        made = SecretService(Path(home))
        for name, value in made.environment.items():
            monkeypatch.setenv(name, value)
        made.start_bus()
        yield made
        made.stop()
        gc.collect()


@pytest.fixture
def told() -> list[Trouble | None]:
    return []


@pytest.fixture
def vault(tmp_path: Path, told: list[Trouble | None]) -> Open:
    """Every call is a console that starts anew."""

    def start(keys: SystemKeys | None = None) -> Vault:
        return Vault(tmp_path / "sign-ins", keys or SystemKeys(patience=30.0, haste=30.0), told.append)

    return start


def files(tmp_path: Path) -> list[str]:
    return sorted(file.name for file in (tmp_path / "sign-ins").iterdir() if file.name != "lock")


def test_a_sign_in_is_kept_until_it_is_signed_out(
    service: SecretService, vault: Open, told: list[Trouble | None], tmp_path: Path
) -> None:
    service.start_keyring()
    assert vault().of(ANNA).load() is None and not (tmp_path / "sign-ins").exists()
    vault().of(ANNA).save("the first")
    first = vault()
    assert first.of(ANNA).load() == "the first" and first.of(BERT).load() is None
    first.of(ANNA).save(SECRET)
    first.of(BERT).save("another's")
    second = vault()
    assert second.of(ANNA).load() == SECRET and second.of(BERT).load() == "another's"
    second.of(ANNA).clear()
    third = vault()
    assert third.of(ANNA).load() is None and third.of(BERT).load() == "another's"
    assert len(files(tmp_path)) == 1 and not told


def test_what_lies_on_the_disk_gives_nothing_away(
    service: SecretService, vault: Open, tmp_path: Path
) -> None:
    service.start_keyring()
    vault().of(ANNA).save(SECRET)
    (name,) = files(tmp_path)
    sealed = (tmp_path / "sign-ins" / name).read_bytes()
    assert b"refresh" not in sealed.lower() and b"0.a-" not in sealed
    assert "anna" not in name and "tenant" not in name
    assert (tmp_path / "sign-ins").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "sign-ins" / name).stat().st_mode & 0o777 == 0o600
    key = key_of(name)
    assert len(key) == 32 and vault().of(ANNA).load() == SECRET
    for written in (key, key.hex().encode(), base64.b64encode(key)):
        assert written not in sealed


def key_of(name: str) -> bytes:
    from keyring.backends.SecretService import Keyring

    return base64.b64decode(Keyring().get_password(f"{SERVICE}/{Path(name).stem}", USER) or "")


def test_signing_out_deletes_the_key_too(service: SecretService, vault: Open, tmp_path: Path) -> None:
    service.start_keyring()
    vault().of(ANNA).save(SECRET)
    (name,) = files(tmp_path)
    sealed = (tmp_path / "sign-ins" / name).read_bytes()
    vault().of(ANNA).clear()
    assert files(tmp_path) == [] and key_of(name) == b""
    (tmp_path / "sign-ins" / name).write_bytes(sealed)  # from a backup: without its key it is noise
    assert vault().of(ANNA).load() is None


def test_it_survives_a_new_session_of_the_desktop(service: SecretService, vault: Open) -> None:
    service.start_keyring()
    vault().of(ANNA).save(SECRET)
    service.stop_keyring()
    service.start_keyring()
    assert vault().of(ANNA).load() == SECRET


def in_memory(vault: Vault, told: list[Trouble | None], reason: Reason) -> Trouble:
    """The console works, keeps what it is given as long as it runs, and says why it is no longer."""
    store = vault.of(BERT)
    store.save("new")
    assert store.load() == "new"
    trouble = told[-1]
    assert trouble is not None and trouble.reason is reason, trouble
    store.save("newer")  # the password store is not asked again, and nothing is said twice
    assert store.load() == "newer" and told[-1] is trouble
    return trouble


def test_no_bus(
    service: SecretService, vault: Open, told: list[Trouble | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={service.home / 'none'}")
    in_memory(vault(), told, Reason.NO_BUS)
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS")
    trouble = in_memory(vault(), told, Reason.NO_BUS)
    assert "You are signed in until you close the console." in str(trouble.headline)


def test_no_password_store(service: SecretService, vault: Open, told: list[Trouble | None]) -> None:
    assert in_memory(vault(), told, Reason.NO_SERVICE).place == "Secret Service"


def test_locked(service: SecretService, vault: Open, told: list[Trouble | None], tmp_path: Path) -> None:
    service.start_keyring()
    vault().of(ANNA).save(SECRET)
    service.lock()
    locked = vault()
    assert locked.of(ANNA).load() is None
    in_memory(locked, told, Reason.LOCKED)
    locked.of(ANNA).save("of today")
    service.stop_keyring()
    service.start_keyring()
    assert vault().of(ANNA).load() == SECRET  # what was kept before is still there
    assert len(files(tmp_path)) == 1


def test_the_question_is_dismissed(service: SecretService, vault: Open, told: list[Trouble | None]) -> None:
    service.start_keyring(b"")  # no keyring yet: it asks for a new password, and there is nobody to answer
    in_memory(vault(), told, Reason.DISMISSED)


def test_nobody_answers(service: SecretService, vault: Open, told: list[Trouble | None]) -> None:
    service.start_keyring()
    vault().of(ANNA).save(SECRET)
    assert service._keyring is not None
    service._keyring.send_signal(signal.SIGSTOP)
    keys = SystemKeys(patience=0.2, haste=0.2)
    in_memory(vault(keys), told, Reason.UNANSWERED)
    started = keys._under_way
    assert vault(keys).of(ANNA).load() is None
    assert keys._under_way is started  # one question, not a pile of them
    service._keyring.send_signal(signal.SIGCONT)
    assert started is not None and started.exception(30.0) is None
    assert vault().of(ANNA).load() == SECRET


def test_who_has_signed_in_does_not_wait_for_an_answer(
    service: SecretService, vault: Open, told: list[Trouble | None]
) -> None:
    """The desk is live meanwhile, and once there was an answer the sign-in is kept with the next renewal."""
    service.start_keyring()
    assert service._keyring is not None
    service._keyring.send_signal(signal.SIGSTOP)
    keys = SystemKeys(patience=60.0, haste=0.2)
    store = vault(keys).of(ANNA)
    store.save("the first")
    store.save("the second")
    assert store.load() == "the second" and [t and t.reason for t in told] == [Reason.UNANSWERED]
    service._keyring.send_signal(signal.SIGCONT)
    assert keys._under_way is not None and keys._under_way.exception(30.0) is None
    keys._haste = 30.0
    store.save("the third")
    assert told[-1] is None and vault().of(ANNA).load() == "the third"


def test_the_end_of_the_program_does_not_wait_for_an_answer(
    service: SecretService, vault: Open, told: list[Trouble | None]
) -> None:
    service.start_keyring()
    vault().of(ANNA).save(SECRET)
    assert service._keyring is not None
    service._keyring.send_signal(signal.SIGSTOP)
    closing = vault(SystemKeys(patience=60.0))
    with ThreadPoolExecutor(1) as worker:
        waiting = worker.submit(closing.of(ANNA).load)
        closing.close()
        assert waiting.result(30.0) is None  # before its minute is over
        assert worker.submit(closing.of(BERT).save, "new").result(30.0) is None
    assert told[-1] and told[-1].reason is Reason.UNANSWERED
    service._keyring.send_signal(signal.SIGCONT)


def test_denied(service: SecretService, vault: Open, told: list[Trouble | None]) -> None:
    service.stop()
    service.rules = '<deny send_destination="org.freedesktop.secrets"/>'
    service.start_bus()
    service.start_keyring()
    in_memory(vault(), told, Reason.DENIED)


def test_the_store_dies_and_comes_back(
    service: SecretService, vault: Open, told: list[Trouble | None]
) -> None:
    service.start_keyring()
    running = vault()
    running.of(ANNA).save("the first")
    service.stop_keyring()
    running.of(ANNA).save(SECRET)  # the key is in hand: nothing has to be asked
    assert not told
    running.of(BERT).save("new")
    assert told and told[-1] and told[-1].reason is Reason.NO_SERVICE
    service.start_keyring()
    assert vault().of(ANNA).load() == SECRET


def test_the_environment_does_not_choose_the_store(
    service: SecretService, vault: Open, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Neither keyring's own settings nor what a stranger installed can make the key go elsewhere."""
    module = tmp_path / "stranger.py"
    module.write_text(
        "from keyring.backend import KeyringBackend\nfrom pathlib import Path\n"
        f"Path({str(tmp_path / 'imported')!r}).touch()\n"
        "class Keyring(KeyringBackend):\n    priority = 99\n"
        "    def get_password(self, s, u): return 'x'\n"
        "    def set_password(self, s, u, p): pass\n"
    )
    config = service.home / "config" / "python_keyring" / "keyringrc.cfg"
    config.parent.mkdir(parents=True)
    config.write_text(f"[backend]\ndefault-keyring=stranger.Keyring\nkeyring-path={tmp_path}\n")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(service.home / "config"))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "stranger.Keyring")
    monkeypatch.setenv("KEYRING_PROPERTY_PREFERRED_COLLECTION", "/org/freedesktop/secrets/collection/session")
    monkeypatch.setenv("KEYRING_PROPERTY_GET_PASSWORD", "nothing")
    monkeypatch.syspath_prepend(str(tmp_path))
    service.start_keyring()
    vault().of(ANNA).save(SECRET)
    service.stop_keyring()
    service.start_keyring()
    assert vault().of(ANNA).load() == SECRET  # the collection "session" would have been gone
    assert not (tmp_path / "imported").exists()
