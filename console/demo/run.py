"""The demo's two faces: a window to play with, and the tour that proves and photographs everything."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from pathlib import Path

from console.demo.programs import DEMO_OPERATOR, Programs
from console.demo.stage import Stage
from console.demo.transcript import Transcript
from console.domain.errors import ConsoleError
from console.language import CHINESE, ENGLISH

SIZE = (1280, 800)
README_PICTURES = {ENGLISH: {"desk-light", "desk-dark", "group-call", "palette"}, CHINESE: {"desk-light"}}


def say(line: str) -> None:
    """Print one line of progress."""
    print(line, flush=True)  # noqa: T201 - the demo talks to the terminal


def run_demo(folder: Path, scene: str, operator: str | None, language: str) -> int:
    """Run simulator, relay and console until the window is closed; return the exit code."""
    from console.app.desktop import Desktop, make_application
    from console.ui import loop

    programs = Programs(_fresh(folder / "state"))
    try:
        programs.start(say)
        asyncio.run(_callers(programs, scene))
        who = operator or DEMO_OPERATOR
        say(f"Opening the console as {who}. Watch and place calls at {programs.simulation['base_url']}/")
        application = make_application(language)
        desktop = Desktop(application, programs.options(who, language=language))
        return loop.run(desktop.run(), application, show=desktop.window.say)
    finally:
        programs.stop()


async def _callers(programs: Programs, scene: str) -> None:
    stage = Stage(programs.simulation["base_url"], programs.simulation["ca_file"])
    try:
        await stage.webhook(programs.webhook)
        await stage.scene(scene)
    finally:
        await stage.close()


def run_tour(folder: Path, language: str, *, keep_screenshots: bool) -> int:
    """Work through every verb offscreen; return 0, or 1 when a step did not happen."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from console.app.desktop import make_application
    from console.ui import loop

    for old in folder.glob("*.png"):
        old.unlink()
    transcript = Transcript(folder / "transcript.txt", say)
    application = make_application(language)
    return loop.run(_tour(folder, transcript, language, keep_screenshots), application, show=transcript.note)


async def _tour(folder: Path, transcript: Transcript, language: str, keep_screenshots: bool) -> int:
    from console.app.desktop import Desktop, make_application
    from console.demo.hands import Hands
    from console.demo.tour import Tour

    programs = Programs(_fresh(folder / "state"))
    desktop: Desktop | None = None
    try:
        await asyncio.to_thread(programs.start, transcript.note)
        stage = Stage(programs.simulation["base_url"], programs.simulation["ca_file"])
        await stage.webhook(programs.webhook)
        options = programs.options(language=language)
        desktop = Desktop(make_application(), options, record=lambda r: tour.records.append(r))
        desktop.window.resize(*SIZE)
        hands = Hands(desktop.window, folder)
        tour = Tour(desktop, stage, programs, hands, transcript)
        desktop.open()
        await tour.run()
        await stage.close()
    except ConsoleError as error:
        transcript.note(f"\nThe tour stopped: {error}")
        if desktop is not None:
            await Hands(desktop.window, folder).picture("stopped-here")
        return 1
    finally:
        if desktop is not None:
            await desktop.close()
        await asyncio.to_thread(programs.stop)
        transcript.write()
    transcript.note(f"\n{len(transcript.steps)} steps done; the pictures and this text are in {folder}.")
    transcript.write()
    if keep_screenshots:
        _keep(folder, language)
    return 0


def _keep(folder: Path, language: str) -> None:
    """Renew the pictures of the README."""
    target = Path(__file__).parents[2] / "resources/screenshots"
    target.mkdir(parents=True, exist_ok=True)
    for picture in folder.glob("*.png"):
        name = picture.stem.partition("-")[2]
        if name in README_PICTURES[language]:
            suffix = "" if language == ENGLISH else f".{language}"
            shutil.copyfile(picture, target / f"{name}{suffix}.png")


def _fresh(folder: Path) -> Path:
    """Return an empty folder: yesterday's calls must not ring today."""
    try:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return Path(tempfile.mkdtemp(prefix="operator-console-"))
    return folder.resolve()
