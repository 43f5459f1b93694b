"""The command line of the console: run it, show its options, check them, or start the demo."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING

from console.domain.clouds import Cloud
from console.domain.errors import ConsoleError
from console.domain.text import Text
from console.language import AUTO, ENGLISH, LANGUAGES, choose, of_terminal
from console.language import load as load_catalogue
from console.settings.loading import PREFIX

if TYPE_CHECKING:
    from console.domain.routes import Route
    from console.graph.clouds import CloudProfile
    from console.settings.layers import Configuration

Say = Callable[[Text], str]
FORMATS = ("text", "markdown", "json")


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return the exit code: 0 done, 1 failed, 2 wrong usage or settings."""
    catalogue = load_catalogue(choose(os.environ.get(PREFIX + "LANGUAGE", AUTO), of_terminal()))
    chosen = _parser(catalogue.say).parse_args(arguments)
    if isinstance(sys.stdout, TextIOWrapper) and not sys.stdout.isatty():
        sys.stdout.reconfigure(encoding="utf-8")  # `settings > console.toml` is read again as UTF-8
    try:
        return _run(chosen, catalogue.say)
    except ConsoleError as error:
        print(catalogue.say(error.sentence), catalogue.say(error.remedy), sep="\n", file=sys.stderr)
        return 2


def _parser(say: Say) -> argparse.ArgumentParser:
    """Return the parser, with its help in the language of the terminal."""
    parser = argparse.ArgumentParser(
        prog="operator-console", description=say(Text("The operator's desk for Microsoft Teams calls."))
    )
    parser.add_argument("--config", type=Path, help=say(Text("TOML file with the console's options")))
    commands = parser.add_subparsers(dest="command", metavar="command")
    commands.add_parser("settings", help=say(Text("print every option with its meaning, ready to fill in")))
    commands.add_parser("check", help=say(Text("say what is wrong with the options")))
    _add_doctor(commands.add_parser("doctor", help=say(Text("check everything from here to the relay"))), say)
    commands.add_parser("link", help=say(Text("print the link that sets up other desks like this one")))
    for name, help in (
        ("operations", Text("print everything that is asked of Microsoft Graph")),
        ("consents", Text("print the permissions that administrators and operators consent to")),
    ):
        page = commands.add_parser(name, help=say(help))
        page.add_argument(
            "--cloud", choices=list(Cloud), type=Cloud, help=say(Text("where the tenant lives"))
        )
        page.add_argument("--format", choices=FORMATS, default="text", help=say(Text("how to write it")))
    _add_demo(commands.add_parser("demo", help=say(Text("run simulator, relay and console together"))), say)
    return parser


def _add_doctor(doctor: argparse.ArgumentParser, say: Say) -> None:
    doctor.add_argument("--json", action="store_true", help=say(Text("write JSON, for programs")))
    silent = Text("do not open the browser: where no sign-in is kept, check what needs none")
    doctor.epilog = say(
        Text("It ends with 0 when nothing is bad, with 1 when something is, and with 2 for wrong options.")
    )
    doctor.add_argument("--no-sign-in", action="store_true", help=say(silent))


def _add_demo(demo: argparse.ArgumentParser, say: Say) -> None:
    tour = Text("let a scripted operator work through every verb")
    renew = Text("with --tour: renew the pictures of the README")
    demo.add_argument("--tour", action="store_true", help=say(tour))
    demo.add_argument("--screenshots", action="store_true", help=say(renew))
    folder, scene = Text("where results are written"), Text("who calls: see `graph-simulator scenes`")
    demo.add_argument("--folder", type=Path, default=Path("build/demo"), help=say(folder))
    demo.add_argument("--scene", default="quiet-morning", help=say(scene))
    language, operator = Text("what the console speaks"), Text("user name of the demo operator to sign in")
    demo.add_argument("--language", choices=LANGUAGES, help=say(language))
    demo.add_argument("--operator", default=None, help=say(operator))


def _run(chosen: argparse.Namespace, say: Say) -> int:
    match chosen.command:
        case "settings":
            from console.settings.options import template

            print(template(say))
        case "check":
            from console.app.line import cloud_of
            from console.graph.clouds import describe
            from console.settings.options import check

            options = check(_configuration(chosen).options)
            say = load_catalogue(choose(options.language, of_terminal())).say
            cloud = cloud_of(options)
            print(say(Text("The options are complete.")), *map(say, describe(cloud)), sep="\n")
        case "doctor":
            return _doctor(chosen)
        case "link":
            from console.settings.setup_link import setup_of, write_link

            print(write_link(setup_of(_configuration(chosen).options)))
        case "operations":
            from console.graph.guide import operations_page
            from console.graph.pages import Format, written

            print(written(operations_page(_cloud(chosen.cloud)), Format(chosen.format)), end="")
        case "consents":
            from console.graph.clouds import GLOBAL
            from console.graph.guide import consents_page
            from console.graph.operations import Identity
            from console.graph.pages import Format, written

            page = consents_page(tuple(Identity), _cloud(chosen.cloud) or GLOBAL)
            print(written(page, Format(chosen.format)), end="")
        case "demo":
            from console.demo.run import run_demo, run_tour

            if chosen.tour or chosen.screenshots:
                language = chosen.language or ENGLISH
                return run_tour(chosen.folder, language, keep_screenshots=chosen.screenshots)
            return run_demo(chosen.folder, chosen.scene, chosen.operator, chosen.language or AUTO)
        case _:
            from console.app.desktop import run_desktop

            return run_desktop(_configuration(chosen))
    return 0


def _configuration(chosen: argparse.Namespace) -> Configuration:
    from console.settings.loading import gather, this_computer

    return gather(chosen.config, this_computer())


def _doctor(chosen: argparse.Namespace) -> int:
    from console.app.doctor import run_doctor
    from console.auth import command_browser, system_browser

    configuration = _configuration(chosen)
    options = configuration.options
    browser = command_browser(options.browser_command) if options.browser_command else system_browser()
    say = load_catalogue(choose(options.language, of_terminal())).say
    try:
        return run_doctor(
            configuration,
            browser,
            say,
            print,
            json=chosen.json,
            sign_in=not chosen.no_sign_in,
            system=_desktop_proxies(),
        )
    except KeyboardInterrupt:
        return 130


def _desktop_proxies() -> Route | None:
    """What the desktop knows of proxies, scripts among it; None where this is installed without it."""
    try:
        from console.ui.proxies import system_proxy
    except ImportError:
        return None
    return system_proxy


def _cloud(name: Cloud | None) -> CloudProfile | None:
    from console.graph.clouds import profile_of

    return profile_of(name) if name else None


if __name__ == "__main__":
    sys.exit(main())
