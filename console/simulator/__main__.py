"""The command line: serve, place a call, record and compare exchanges, list scenes and assumptions."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import signal
import ssl
import sys
from pathlib import Path

import httpx2

from console.simulator import assumptions
from console.simulator.app import Running, Simulator
from console.simulator.clouds import CLOUDS
from console.simulator.entra.browser import SignInFailed, sign_in
from console.simulator.identities import Json
from console.simulator.recording.command import add_parsers, run_compare, run_record
from console.simulator.scenes import names, read_script
from console.simulator.tap import exchange_file

STATE_FILE = "simulator.json"
EXCHANGES = "GRAPH_SIMULATOR_EXCHANGES"
"""The environment's way to say --exchanges, for simulators that other programs start."""


def main(arguments: list[str] | None = None) -> int:
    """Runs one command; the exit status."""
    options = _parser().parse_args(arguments)
    match options.command:
        case "serve":
            return asyncio.run(_serve(options))
        case "call":
            return _call(options)
        case "scenes":
            for name in names():
                script = read_script(name)
                print(f"{name:18} {script.title}: {script.description}")
        case "assumptions":
            print(assumptions.table())
        case "sign-in":
            return _sign_in(options)
        case "record" | "compare":
            return _exchanges(options)
    return 0


def _exchanges(options: argparse.Namespace) -> int:
    try:
        if options.command == "compare":
            return run_compare(options, _say)
        return asyncio.run(_record(options))
    except (ValueError, OSError) as error:
        print(f"{options.command}: {error}", file=sys.stderr)
        return 2


def _say(line: str) -> None:
    print(line, flush=True)


def _sign_in(options: argparse.Namespace) -> int:
    try:
        sign_in(options.user, options.url, options.ca)
    except (SignInFailed, httpx2.HTTPError) as error:
        print(f"sign-in: {error}", file=sys.stderr)
        return 1
    return 0


async def _record(options: argparse.Namespace) -> int:
    return await run_record(options, _stopped(), _say)


def _stopped() -> asyncio.Event:
    """An event that is set when the program is told to stop."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        try:
            loop.add_signal_handler(number, stop.set)
        except NotImplementedError:
            # Windows event loops have no signal handlers; the plain one wakes the loop itself.
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))
    return stop


async def _serve(options: argparse.Namespace) -> int:
    stop = _stopped()
    state = Path(options.state)
    exchanges = Path(options.exchanges) if options.exchanges else None
    with exchange_file(exchanges) as observer:
        simulator = Simulator(
            state,
            seed=options.seed,
            speed=options.speed,
            webhook=options.webhook,
            legacy_first=options.legacy_first,
            trust=Path(options.trust) if options.trust else None,
            cloud=options.cloud,
            observer=observer,
        )
        async with simulator.serve(host=options.host, port=options.port, tls=not options.http) as running:
            if options.scene:
                simulator.stage.play(options.scene)
            _announce(state / STATE_FILE, running)
            try:
                await stop.wait()
            finally:
                with contextlib.suppress(OSError):
                    (state / STATE_FILE).unlink()
    return 0


def _announce(path: Path, running: Running) -> None:
    """Writes simulator.json in one step, so that whoever waits for it never reads half of it."""
    draft = path.with_suffix(".tmp")
    draft.write_text(json.dumps({**running.description(), "pid": os.getpid()}, indent=2) + "\n")
    draft.chmod(0o600)
    draft.replace(path)
    print(f"simulator ready: {running.base_url}", flush=True)


def _call(options: argparse.Namespace) -> int:
    file = Path(options.state) / STATE_FILE
    if not file.exists():
        print(f"No simulator runs with state {options.state}.", file=sys.stderr)
        return 1
    running = json.loads(file.read_text())
    caller: Json = {
        key: value
        for key, value in (("name", options.name), ("phone", options.phone), ("userId", options.user))
        if value is not None
    }
    if options.withheld:
        caller = {"withheld": True}
    body = {
        "caller": caller or {"name": "Testy McTestface"},
        "line": options.line,
        "patience": options.patience,
    }
    tls = running["base_url"].startswith("https")
    verify = ssl.create_default_context(cafile=running["ca_file"]) if tls else True
    answer = httpx2.post(f"{running['base_url']}/sim/calls", json=body, verify=verify, trust_env=False)
    print(answer.text)
    return 0 if answer.is_success else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="graph-simulator", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="serve until told to stop")
    serve.add_argument("--state", required=True, help="folder for certificates and simulator.json")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=0, help="0 takes a free one")
    serve.add_argument("--scene", choices=names())
    serve.add_argument("--seed", type=int, default=1)
    serve.add_argument("--speed", type=float, default=1.0, help="how fast time passes; 0 stands still")
    serve.add_argument("--cloud", choices=tuple(CLOUDS), default="global", help="whose Graph it is")
    serve.add_argument("--webhook", help="where first notifications go; may be set later")
    serve.add_argument("--trust", help="CA file for a webhook that serves https")
    serve.add_argument("--http", action="store_true", help="no TLS")
    serve.add_argument("--legacy-first", action="store_true", help="try the older notification format first")
    serve.add_argument(
        "--exchanges",
        metavar="FILE",
        default=os.environ.get(EXCHANGES),
        help=f"append what goes over the wire, as JSON lines; {EXCHANGES} says the same",
    )
    call = commands.add_parser("call", help="place a call in a running simulator")
    call.add_argument("--state", required=True)
    call.add_argument("--name")
    call.add_argument("--phone")
    call.add_argument("--user", help="id or sign-in name of a directory user")
    call.add_argument("--withheld", action="store_true")
    call.add_argument("--line", help="name, number or id")
    call.add_argument("--patience", type=float, help="seconds before the caller hangs up")
    person = commands.add_parser("sign-in", help="be a browser in which somebody signs in, without a screen")
    person.add_argument("--user", required=True, help="sign-in name of a directory user")
    person.add_argument("--ca", help="file with the simulator's certificate authority")
    person.add_argument("url", help="address of the sign-in page")
    add_parsers(commands)
    commands.add_parser("scenes", help="list the scenes")
    commands.add_parser("assumptions", help="what we assume where Microsoft is silent")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
