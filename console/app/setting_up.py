"""The first start, joined: the assistant, the configuration that it keeps, and the checks of that."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QDialog, QWidget

from console.app.doctor import bench_of
from console.app.line import cloud_of, connection, route_of
from console.auth import AccountService
from console.checks.asking import ask_relay
from console.checks.examination import Check, Tell, checks_in, examine
from console.checks.findings import Outcome
from console.domain.clouds import Cloud
from console.domain.errors import NotAllowed
from console.domain.text import Text
from console.settings.kept import keep
from console.settings.layers import Configuration, Origin
from console.settings.options import Options, check
from console.settings.setup_link import NAMES, Setup, read_setup, refuse, same, setup_from
from console.store.store import Store
from console.ui.assistant import Assistant, Draft
from console.ui.check_pane import Examine
from console.ui.frames import Frames
from console.ui.icons import Icons
from console.ui.proxies import system_proxy

MakeAccount = Callable[[Options], AccountService]


class SettingUp:
    """Keeps what the assistant asks for, and examines it with an account service of its own."""

    def __init__(self, configuration: Configuration, folder: Path, make_account: MakeAccount) -> None:
        self.configuration = configuration
        self._folder = folder
        self._make_account = make_account
        self._accounts: list[AccountService] = []

    def read(self, text: str) -> Draft:
        return self._drafted(read_setup(text))

    async def ask(self, relay: str) -> Draft:
        options = self.configuration.options
        if self.configuration.fixed("relay") and not same("relay", options.relay, relay):
            raise NotAllowed(
                Text("This console belongs to {held}.", held=options.relay),
                "If another relay is meant, your administrator changes it.",
            )
        way = route_of(options, system_proxy)
        http = connection(replace(options, relay=relay), way)
        try:
            proxy = await asyncio.to_thread(way, relay)
            told = await ask_relay(await http.client(), relay, proxy, time.time())
        finally:
            await http.close()
        return replace(self._drafted(told.setup), name=told.name)

    def write(self, values: dict[str, str]) -> Draft:
        """Raises BadSettings as a link would: what is typed is held to the same."""
        options, missing = self.configuration.options, self.configuration.missing
        known = {name: str(getattr(options, name)) for name in NAMES if name not in missing}
        given = {name: value for name, value in {**known, **values}.items() if value}
        if given.get("cloud") == Cloud.CHINA:
            given = {name: value for name, value in given.items() if not name.startswith("relay")}
        return self._drafted(setup_from(given, tenant="tenant_id" in missing))

    def keep(self, draft: Draft) -> None:
        fixed = self.configuration.fixed
        values = {name: value for name, value in draft.setup.values.items() if not fixed(name)}
        gone = {name: None for name in NAMES if name not in draft.setup.values}
        self.configuration = keep(self.configuration, self._folder, {**gone, **values})
        check(self.configuration.options)

    def checks(self) -> tuple[Sequence[Check], Examine]:
        options = self.configuration.options
        way = route_of(options, system_proxy)
        service = self._make_account(options)
        self._accounts.append(service)

        async def run(tell: Tell) -> list[Outcome]:
            http = connection(options, way)
            try:
                return await examine(bench_of(self.configuration, service, http, way), tell)
            finally:
                await http.close()

        return checks_in(cloud_of(options)), run

    def take_account(self) -> AccountService | None:
        """The account service of the last checks, for the desk: whoever signed in need not do so again."""
        return self._accounts.pop() if self._accounts else None

    async def close(self) -> None:
        for service in self._accounts:
            await service.close()

    def _drafted(self, setup: Setup) -> Draft:
        """Raises NotAllowed where an administrator has set something else."""
        refuse(setup, self.configuration, anew=True)
        held = self.configuration.options.relay
        source = self.configuration.source("relay").origin
        other = source is Origin.KEPT and held and not same("relay", held, setup.relay)
        tenant = self.configuration.options.tenant_id
        kept = self.configuration.source("tenant_id").origin is Origin.KEPT
        moved = kept and tenant and not same("tenant_id", tenant, setup.tenant_id)
        return Draft(setup, held if other else "", tenant if moved else "")


async def set_up(work: SettingUp, icons: Icons, over: QWidget | None = None) -> bool:
    """Run the assistant to its end; True when the desk can be opened, False when it was closed before."""
    frames = Frames(Store(), time.time)
    assistant = Assistant(work, icons, frames, over)
    done: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    assistant.finished.connect(lambda code: None if done.done() else done.set_result(code))
    assistant.open()
    try:
        code = await done
    finally:
        await assistant.close_tasks()
        assistant.deleteLater()
        frames.close()
    return code == QDialog.DialogCode.Accepted.value and not work.configuration.missing
