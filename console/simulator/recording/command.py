"""`graph-simulator record` and `graph-simulator compare`: what a person types, and what they read."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from console.simulator.recording.comparing import compare, own_exchanges
from console.simulator.recording.notebook import Notebook
from console.simulator.recording.proxy import VERSION, graph_app, make_client, read_origin, tap_app
from console.simulator.recording.redaction import Redactor
from console.simulator.serving import serving

GRAPH = "https://graph.microsoft.com"
HOOKS = "/hooks"


@dataclass(frozen=True, slots=True)
class Recording:
    """A recorder that runs: the address that stands for Graph, and the one where callbacks may arrive."""

    graph: str
    tap: str | None

    @property
    def graph_root(self) -> str:
        return self.graph + VERSION


@asynccontextmanager
async def recording(
    folder: Path, *, to: str = GRAPH, port: int = 0, relay: str | None = None, hooks: str = HOOKS,
    tap_port: int = 0, ca_file: Path | None = None,
) -> AsyncIterator[Recording]:  # fmt: skip
    """Record into `folder` while the block runs; with `relay`, notifications below `hooks` too.

    Raises ValueError for addresses that may not be used, OSError when a port is taken.
    """
    origin, behind = read_origin(to), read_origin(relay) if relay else None
    notebook = Notebook(folder, Redactor(origin))
    async with contextlib.AsyncExitStack() as stack:
        http = await stack.enter_async_context(make_client(ca_file))
        graph = await stack.enter_async_context(
            serving(graph_app(origin, http, notebook), "127.0.0.1", port, None, None)
        )
        tap = None
        if behind is not None:
            app = tap_app(behind, hooks, http, notebook)
            tap = await stack.enter_async_context(serving(app, "127.0.0.1", tap_port, None, None))
        yield Recording(graph, tap)


def add_parsers(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add both commands to those of the simulator."""
    record = commands.add_parser("record", help="take down exchanges with a real Graph, made anonymous")
    record.add_argument("--into", required=True, metavar="DIR", help="folder for the exchanges")
    record.add_argument(
        "--to", default=GRAPH, help=f"the only place that requests go to; {GRAPH} if not said"
    )
    record.add_argument("--port", type=int, default=0, help="where programs find Graph; 0 takes a free one")
    record.add_argument("--relay", metavar="URL", help="the relay, to take down notifications as well")
    record.add_argument(
        "--tap-port", type=int, default=0, help="where your tunnel leads, instead of the relay"
    )
    record.add_argument("--hooks", default=HOOKS, metavar="PATH", help="where below it callbacks arrive")
    record.add_argument("--ca", metavar="FILE", help="one more certificate authority to trust")
    comparing = commands.add_parser(
        "compare", help="say where recorded exchanges differ from the simulator's"
    )
    comparing.add_argument("recorded", metavar="DIR", help="what `record` wrote")
    comparing.add_argument(
        "--own", metavar="DIR", help="the simulator's exchanges, if not those it comes with"
    )


async def run_record(options: argparse.Namespace, stop: asyncio.Event, say: Callable[[str], None]) -> int:
    """Record until `stop` is set; the exit status. Raises ValueError and OSError as `recording` does."""
    folder = Path(options.into)
    async with recording(
        folder,
        to=options.to,
        port=options.port,
        relay=options.relay,
        hooks=options.hooks,
        tap_port=options.tap_port,
        ca_file=Path(options.ca) if options.ca else None,
    ) as running:
        say(f"recording what {options.to} is asked and answers into {folder}, made anonymous")
        say(f"graph_root of relay and console: {running.graph_root}")
        if running.tap is not None:
            say(f"your tunnel leads to: {running.tap}")
        await stop.wait()
    return 0


def run_compare(options: argparse.Namespace, say: Callable[[str], None]) -> int:
    """Say where the exchanges differ: 0 when none does, else 1. Raises ValueError and OSError."""
    own = Path(options.own) if options.own else own_exchanges()
    if own is None:
        raise ValueError("this installation has no exchanges of the simulator's: name them with --own")
    for folder in (Path(options.recorded), own):
        if not folder.is_dir():
            raise ValueError(f"there is no folder {folder}")
    found = compare(Path(options.recorded), own)
    for line in found.report():
        say(line)
    return 1 if found.differing else 0
