"""The command operator-relay: serving, checking, and what an administrator looks into."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import dataclasses
import gc
import json
import logging
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from console.domain.clouds import Cloud
from console.domain.errors import ConsoleError
from console.graph.clouds import describe, profile_of
from console.graph.guide import consents_page
from console.graph.operations import Identity
from console.graph.pages import Format, written
from console.relay import openapi, subject_command
from console.relay.audit import command
from console.relay.checking import find_problems
from console.relay.health import product_version
from console.relay.logs import set_up
from console.relay.settings import Settings, document, load

GARBAGE = 10_000
"""Objects made beyond those freed, after which garbage is looked for. Python's own 700 costs a busy relay a
tenth of its time, and it leaves few circles behind."""

log = logging.getLogger("console.relay")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    chosen = _parser().parse_args(arguments)
    match chosen.command:
        case "version":
            print(f"operator-relay {product_version()}")
            return 0
        case "settings":
            print(document(), end="")
            return 0
        case "consents":
            page = consents_page((Identity.BOT,), profile_of(chosen.cloud))
            print(written(page, Format(chosen.format)), end="")
            return 0
        case "check":
            return _check(chosen.config)
        case "openapi":
            print(json.dumps(openapi.document(), indent=1))
            return 0
        case "audit":
            return _on_files(chosen, command.run)
        case "subject":
            return _on_files(chosen, subject_command.run)
    return _serve(chosen.config, chosen.ready_file, chosen.port)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("operator-relay", description="The service behind Operator Console.")
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="run the relay until it is told to stop")
    check = commands.add_parser("check", help="say what is wrong with a configuration")
    for one in (serve, check):
        one.add_argument("--config", type=Path, metavar="FILE", help="settings in TOML")
    serve.add_argument("--ready-file", type=Path, metavar="FILE", help="write the address there")
    serve.add_argument("--port", type=int, metavar="N", help="listen on this port instead; 0 for a free one")
    command.add_to(commands)
    subject_command.add_to(commands)
    commands.add_parser("openapi", help="print the operators' API as an OpenAPI document")
    commands.add_parser("settings", help="print every setting with its default and meaning")
    consents = commands.add_parser("consents", help="print the permissions that the bot needs")
    consents.add_argument(
        "--cloud", choices=list(Cloud), type=Cloud, default=Cloud.GLOBAL, help="where the tenant lives"
    )
    consents.add_argument("--format", choices=list(Format), type=Format, default=Format.TEXT)
    commands.add_parser("version", help="print the version")
    return parser


def _check(config: Path | None) -> int:
    try:
        settings = load(config)
        problems = find_problems(settings)
    except ConsoleError as error:
        print(error)
        return 1
    for line in problems or ["The configuration is complete.", *map(str, describe(settings.profile))]:
        print(line)
    if settings.redis and not problems:
        from console.relay.shared.concerns import find_concerns

        for concern in asyncio.run(find_concerns(settings)):
            print(f"Warning: {concern}")
    return 1 if problems else 0


def _on_files(
    chosen: argparse.Namespace, run: Callable[[argparse.Namespace, Callable[[str], None]], int]
) -> int:
    try:
        return run(chosen, print)
    except ConsoleError as error:
        print(error, file=sys.stderr)
        return 2


def _serve(config: Path | None, ready_file: Path | None, port: int | None) -> int:
    try:
        settings = load(config)
        if port is not None:
            settings = dataclasses.replace(settings, listen_port=port)
        problems = find_problems(settings)
    except ConsoleError as error:
        problems = [str(error)]
    if problems:
        for problem in problems:
            print(problem, file=sys.stderr)
        return 2
    os.umask(0o077)  # names and numbers of callers are nobody else's on this computer
    set_up(settings.log_level)
    try:
        with asyncio.Runner(loop_factory=loop_factory()) as runner:
            runner.run(_run(settings, config, ready_file))
    except ConsoleError as error:
        log.critical("the relay cannot start: %s", error)
        return 2
    except OSError as error:
        log.critical("the relay cannot listen on port %s: %s", settings.listen_port, error.strerror)
        return 2
    return 0


async def _run(settings: Settings, config: Path | None, ready_file: Path | None) -> None:
    from console.relay.metrics import served
    from console.relay.server import announced, listen, make_server, reloading
    from console.relay.supervision import Supervisor
    from console.relay.tenants import open_relays

    supervisor = Supervisor()
    listener, url = listen(settings)
    with listener:
        async with open_relays(settings) as relay:
            with contextlib.ExitStack() as stack:
                stack.enter_context(served(relay.registries, settings.metrics_listen))

                def greet() -> None:
                    stack.enter_context(announced(ready_file, url))
                    log.info("listening on %s", url)

                server = make_server(relay, settings, greet)
                gc.freeze()  # what is here now stays: it need not be looked through again and again
                gc.set_threshold(GARBAGE)
                stack.enter_context(reloading(lambda: relay.reload(load(config))))
                async with supervisor.watching(relay.sentence):
                    await server.serve(sockets=[listener])
    log.info("stopped")


def loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop
    except ModuleNotFoundError:  # not on Windows
        return None
    return uvloop.new_event_loop


if __name__ == "__main__":
    sys.exit(main())
