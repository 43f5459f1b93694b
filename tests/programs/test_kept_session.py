"""The next morning the sign-in service is away: the console is live with what it kept, and calls go on."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.app.line import Line, account
from console.auth import AccountService, FileBook, Offline, SignedIn
from console.auth.vault import Vault
from console.demo.programs import Programs
from console.demo.stage import Stage
from tests.auth.keys import FileKeys
from tests.programs.conftest import LENA, until


def nobody(url: str) -> None:
    pytest.fail("a page was opened")


def started(programs: Programs, folder: Path, browser: object = nobody) -> AccountService:
    """A console that is started anew, with what lies in `folder`."""
    vault = Vault(
        folder / "sign-ins", FileKeys(folder / "keys.json"), lambda trouble: pytest.fail(f"{trouble}")
    )
    options = programs.options(LENA)
    return account(options, browser, stores=vault, book=FileBook(folder / "sign-ins" / "accounts.json"))  # type: ignore[arg-type]


async def test_live_without_the_sign_in_service(tmp_path: Path) -> None:
    from console.auth import command_browser

    programs = Programs(tmp_path / "programs", relay_settings={"heartbeat": 1.0})
    programs.start()
    try:
        stage = Stage(programs.simulation["base_url"], programs.simulation["ca_file"])
        await stage.webhook(programs.webhook)
        evening = started(programs, tmp_path, command_browser(programs.options(LENA).browser_command))
        await evening.sign_in(LENA)
        line = Line(programs.options(LENA), evening)
        line.start()
        await until(lambda: line.feed.state.live)  # the relay knows the keys of the service now
        call = await stage.place("Amelia Ward", "+442079460018", patience=300.0)
        await until(lambda: call in {str(id) for id in line.store.truth.calls})
        await line.close()
        await evening.close()
        await stage.close()

        programs.simulator.stop()
        morning = started(programs, tmp_path)
        who = await morning.restore()
        assert who is not None and who.upn == LENA and morning.state == SignedIn(who)
        line = Line(programs.options(LENA), morning)
        line.start()
        await until(lambda: line.feed.state.live and line.runner.me)
        assert call in {str(id) for id in line.store.truth.calls}
        assert await morning.token("graph")
        with pytest.raises(Exception, match="cannot be reached"):
            await morning.renew("relay", await morning.token("relay"))
        assert isinstance(morning.state, Offline) and morning.account == who
        assert line.feed.state.live, "the calls go on"
        await line.close()
        await morning.close()
    finally:
        programs.stop()
