"""A simulator on a real socket whose time stands still, and the Graph layer in front of both its doors.

What the Graph layer sends is taken down, with the answers and what the bot's webhook is told afterwards.
"""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2

from console.domain.ids import CallId, IntentId, ParticipantId
from console.domain.joining import ById
from console.domain.people import Identity, IdentityKind
from console.graph import calls, joining
from console.graph.catalogue import CATALOGUE
from console.graph.client import Door, GraphClient
from console.graph.operations import Identity as Whose
from console.simulator.app import Running, Simulator
from console.simulator.callers import Temper
from console.simulator.directory import DEMO_LINES, DEMO_USERS, GRAPH_RESOURCE_ID, User
from console.simulator.entra.keys import SigningKey
from console.simulator.identities import Party
from console.simulator.meetings import Meeting
from console.simulator.recording.command import recording
from console.simulator.tap import Observer
from console.simulator.truth import call_truth
from tests.graph.recorder import Recorder
from tests.simulator.conftest import Hook

START = 1_790_000_000.0
NOW = datetime.fromtimestamp(START, UTC)
ME = IntentId("6a0e0b5a-0000-4000-8000-000000000001")
_USERS = {user.display_name.split()[0]: user for user in DEMO_USERS}
LENA, ANNA, TOM, JONAS, PRIYA, HANA = (_USERS[n] for n in ("Lena", "Anna", "Tom", "Jonas", "Priya", "Hana"))
MAIN_LINE = DEMO_LINES[0]
PHONE = Identity(IdentityKind.PHONE, "+14255550151", "Wilma Testperson")
APP = "c0450100-0000-4000-8000-000000000001"


def who(user: User) -> Identity:
    """The identity of a colleague, as the directory gives it."""
    return Identity(IdentityKind.USER, user.id, user.display_name)


class Stand:
    """What a test uses. `graph` holds exactly the permissions of the rows that the test drives.

    `before` may do everything and is not taken down: with it a test prepares what it is about.
    """

    def __init__(
        self,
        running: Running,
        hook: Hook,
        recorder: Recorder,
        watched: httpx2.AsyncClient,
        http: httpx2.AsyncClient,
        root: str,
    ) -> None:
        self.running, self.hook, self.recorder = running, hook, recorder
        self.simulator, self.exchange = running.simulator, running.simulator.exchange
        self.signed = ""
        """The token that was used last."""
        self.roles: list[str] = []
        self.scopes: list[str] = []
        bot, operator = Door(root, self._bot_token), Door(root, self._user_token)
        self.graph = GraphClient(watched, {Whose.BOT: bot, Whose.OPERATOR: operator})
        direct = running.graph_url
        self.before = GraphClient(
            http,
            {
                Whose.BOT: Door(direct, self._any_bot_token),
                Whose.OPERATOR: Door(direct, self._any_user_token),
            },
        )

    def allow(self, *rows: str) -> None:
        """Give the tokens what the catalogue says these rows need, and nothing else."""
        for operation in (CATALOGUE[row] for row in rows):
            held = self.roles if operation.identity is Whose.BOT else self.scopes
            held += [operation.permission] if operation.permission else []

    @property
    def callback(self) -> str:
        return f"{self.hook.url}/calls"

    @property
    def tenant(self) -> str:
        return self.running.directory.tenant_id

    # -- time and truth ----------------------------------------------------------------------------

    async def pass_time(self, seconds: float = 0.0) -> None:
        """Let simulated time pass and everything be told."""
        simulator = self.simulator
        for step in (0.0, seconds):
            await simulator.clock.advance(step)
            await simulator.notifier.drained()
            await simulator.postman.drained()

    def truth(self, call: CallId) -> dict[str, Any]:
        """What the simulator knows of a call."""
        return call_truth(self.exchange.board.calls[call])

    def member(self, call: CallId, user: User) -> dict[str, Any]:
        """What the simulator knows of somebody in a call."""
        return next(m for m in self.truth(call)["roster"] if m["id"] == user.id)

    def bot_in(self, call: CallId) -> dict[str, Any]:
        """What the simulator knows of the bot in a call."""
        mine = self.truth(call)["myParticipantId"]
        return next(m for m in self.truth(call)["roster"] if m["participantId"] == mine)

    def host_media(self, call: CallId) -> None:
        """Give the call media of the bot's own: the Graph layer joins with Microsoft's only."""
        media = {"@odata.type": "#microsoft.graph.appHostedMediaConfig", "blob": "invented"}
        self.exchange.board.calls[call].media_config = media

    def told(self, call: CallId, ending: str = "") -> list[dict[str, Any]]:
        """What the webhook was told about a call, its roster or an operation."""
        wanted = f"/communications/calls/{call}{ending}"
        return [i["resourceData"] for i in self.hook.items if i["resourceUrl"] == wanted]

    # -- what was there before the test ------------------------------------------------------------

    async def ringing(self, caller: Party | None = None, company: tuple[User, ...] = ()) -> CallId:
        """Somebody rings the main line."""
        caller = caller or Party("phone", PHONE.id, PHONE.name)
        group = tuple(Party("user", u.id, u.display_name, self.tenant) for u in company)
        call = self.exchange.callers.place(caller, MAIN_LINE, Temper(), group)
        await self.pass_time()
        return CallId(call.id)

    async def answered(self, caller: Party | None = None, company: tuple[User, ...] = ()) -> CallId:
        """The caller and the bot."""
        call = await self.ringing(caller, company)
        await calls.answer(self.before, call, intent=ME, callback=self.callback)
        await self.pass_time(1)
        return call

    async def group(self, *users: User) -> CallId:
        """A group call with the caller and `users`, Lena when nobody is named."""
        return await self.answered(company=users or (LENA,))

    async def dialled(self, user: User) -> CallId:
        """An outgoing call that a colleague has picked up."""
        call = await calls.create(
            self.before, [who(user)], intent=ME, callback=self.callback, tenant_id=self.tenant
        )
        await self.pass_time(10)
        return call

    async def joined(self, meeting: Meeting) -> CallId:
        """The bot in a meeting."""
        settings = meeting.resource["joinMeetingIdSettings"]
        way = ById(settings["joinMeetingId"], settings["passcode"])
        call = await joining.join(self.before, way, intent=ME, tenant_id=self.tenant, callback=self.callback)
        await self.pass_time(1)
        return call

    def meeting(self, organizer: User) -> Meeting:
        """A meeting with a passcode that somebody made before."""
        settings = {"joinMeetingIdSettings": {"isPasscodeRequired": True}}
        return self.simulator.meetings.create(organizer, {"subject": "Caller conference", **settings})

    def participant(self, call: CallId, user: User) -> ParticipantId:
        return ParticipantId(self.member(call, user)["participantId"])

    # -- tokens ------------------------------------------------------------------------------------

    async def _bot_token(self) -> str:
        return self._sign(idtyp="app", appid=self.running.directory.bot_app_id, roles=self.roles)

    async def _user_token(self) -> str:
        scopes = " ".join(self.scopes) or "openid"
        return self._sign(oid=LENA.id, azp=self.running.directory.console_app_id, scp=scopes)

    async def _any_bot_token(self) -> str:
        return self._sign(idtyp="app", appid=self.running.directory.bot_app_id, roles=_all_of(Whose.BOT))

    async def _any_user_token(self) -> str:
        scopes = " ".join(_all_of(Whose.OPERATOR))
        return self._sign(oid=LENA.id, azp=self.running.directory.console_app_id, scp=scopes)

    def _sign(self, **claims: Any) -> str:
        mint = self.simulator.authority.mint
        now = int(mint.now())
        life = {"iss": mint.issuer, "aud": GRAPH_RESOURCE_ID, "iat": now, "nbf": now, "exp": now + 3600}
        self.signed = mint.key.sign({**life, "tid": self.tenant, "ver": "2.0", **claims})
        return self.signed


def _all_of(whose: Whose) -> list[str]:
    return sorted({o.permission for o in CATALOGUE.values() if o.identity is whose and o.permission})


@asynccontextmanager
async def standing(
    state: Path, hook: Hook, key: SigningKey, *, into: Path | None = None, observer: Observer | None = None
) -> AsyncIterator[Stand]:
    """A stand while the block runs; with `into`, what `graph-simulator record` starts stands in between.

    `key` signs tokens: one is enough for all stands, and takes long to make.
    """
    simulator = Simulator(state, speed=0, wall=lambda: START, observer=observer)
    simulator.authority.mint.key = key
    recorder, heard = Recorder(hook), hook.url
    async with contextlib.AsyncExitStack() as stack:
        running = await stack.enter_async_context(simulator.serve())
        root = running.graph_url
        if into is not None:
            relay = heard.removesuffix("/hook")
            between = recording(into, to=running.base_url, relay=relay, hooks="/hook")
            found = await stack.enter_async_context(between)
            root, hook.url = found.graph_root, f"{found.tap}/hook"
        hooks = {"response": [recorder.note]}
        plain = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # never used, and made at once: it trusts nobody
        watched = await stack.enter_async_context(
            httpx2.AsyncClient(trust_env=False, verify=plain, event_hooks=hooks)
        )
        http = await stack.enter_async_context(httpx2.AsyncClient(trust_env=False, verify=plain))
        recorder.origins = {
            running.base_url: "https://graph.microsoft.com",
            hook.url: "https://relay.example",
        }
        simulator.options.webhook = f"{hook.url}/calls"
        yield Stand(running, hook, recorder, watched, http, root)
    hook.url = heard
