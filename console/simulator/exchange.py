"""The parts that together carry calls, as one value to hand around."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from console.simulator.callers import Callers
from console.simulator.clock import Clock
from console.simulator.conference import Conference
from console.simulator.directory import Directory
from console.simulator.ids import Ids
from console.simulator.incoming import Incoming
from console.simulator.lobby import Lobby
from console.simulator.media import Media
from console.simulator.notes import Outbox
from console.simulator.outgoing import Outgoing
from console.simulator.people import People
from console.simulator.routing import Routing
from console.simulator.switchboard import Switchboard
from console.simulator.tones import Tones
from console.simulator.transfers import Transfers


@dataclass(frozen=True, slots=True)
class Exchange:
    """A switchboard with its verbs and its people."""

    board: Switchboard
    people: People
    incoming: Incoming
    outgoing: Outgoing
    conference: Conference
    transfers: Transfers
    media: Media
    tones: Tones
    routing: Routing
    lobby: Lobby
    callers: Callers


def build_exchange(
    clock: Clock, ids: Ids, directory: Directory, outbox: Outbox, seed: int, consented: Callable[[], bool]
) -> Exchange:
    """Joins the parts over one clock and one source of ids."""
    board = Switchboard(clock, ids, directory, outbox)
    people = People(directory, seed)
    conference = Conference(board, people)
    incoming = Incoming(board, people, consented)
    lobby, media = Lobby(board, conference), Media(board)
    tones = Tones(board, media)
    return Exchange(
        board=board,
        people=people,
        incoming=incoming,
        outgoing=Outgoing(board, people, conference, lobby),
        conference=conference,
        transfers=Transfers(board, people),
        media=media,
        tones=tones,
        routing=Routing(board),
        lobby=lobby,
        callers=Callers(board, people, incoming, conference, tones),
    )
