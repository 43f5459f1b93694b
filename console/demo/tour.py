"""The scripted operator: works through every verb by pressing real keys and buttons of the real window."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

from PySide6.QtWidgets import QApplication, QDialog, QLineEdit

from console.actions import ACTIONS
from console.actions.runner import Record
from console.app.desktop import Desktop
from console.app.line import Line
from console.demo.hands import DidNotHappen, Hands
from console.demo.programs import Programs
from console.demo.stage import Stage
from console.demo.transcript import Step, Transcript, describe_notification, describe_request
from console.domain.calls import Call, Situation
from console.domain.ids import CallId

ANNA, TOM, MEI, PRIYA = (f"0d000000-0000-4000-8000-{n:012d}" for n in (11, 12, 13, 15))
JONAS = "0d000000-0000-4000-8000-000000000014"

Press = Callable[[], Awaitable[None]]

SETTLED_BY = {
    "call.answer": "participants",
    "call.hold": "participants",
    "call.resume": "participants",
    "call.park": "participants",
    "participant.invite": "participants",
    "participant.mute": "participants",
    "participant.remove": "participants",
}
"""The kind of notification that proves an action; for all others it is one about the call itself."""


class Tour:
    """Everything the scripted operator needs. Raises DidNotHappen at the first step that did not happen."""

    def __init__(
        self, desktop: Desktop, stage: Stage, programs: Programs, hands: Hands, transcript: Transcript
    ) -> None:
        self._desktop = desktop
        self._stage = stage
        self._programs = programs
        self._hands = hands
        self._transcript = transcript
        self.records: list[Record] = []

    async def run(self) -> None:
        """Work through the day."""
        await self._arrive()
        first = await self._answer_and_talk()
        await self._share(first)
        await self._park_and_pick_up(first)
        await self._transfer_with_undo(first)
        await self._transfer_that_fails()
        await self._reject()
        await self._redirect()
        await self._schedule()
        await self._rush()

    # -- the day, step by step ---------------------------------------------------------------------

    async def _arrive(self) -> None:
        step = self._begin("Signing in")
        await self._hands.until(lambda: self._line.feed.state.live, "the line to the relay is live")
        me = self._line.runner.me
        step.pressed = ["nothing: the demo's browser signs Lena in by itself"]
        step.settled = f"the relay greeted {me.name if me else 'nobody'}"
        await self._hands.picture("signed-in")
        self._finish(step)

    async def _answer_and_talk(self) -> CallId:
        call = await self._ring("Amelia Ward", "+442079460018")
        await self._hands.picture("ringing")
        await self._verb("Answer", "call.answer", self._keys("F2"), call)
        await self._hands.until(lambda: self._call(call).situation is Situation.TALKING, "talking")
        await self._hands.picture("talking")
        await self._verb("Hold", "call.hold", self._keys("F5"), call, picture="on-hold")
        await self._verb("Resume", "call.resume", self._keys("F5"), call)
        return call

    async def _share(self, call: CallId) -> None:
        await self._stage.direct(ANNA, "picks-up", 1.5)

        async def invite() -> None:
            await self._find("anna")
            self._hands.key("Ctrl+Return")
            await self._hands.until(lambda: self._call(call).pending, "the invitation shows")
            await self._hands.picture("inviting")

        await self._verb("Invite", "participant.invite", invite, call)
        await self._hands.picture("group-call")
        await self._verb(
            "Mute", "participant.mute", self._on_participant(call, ANNA, "M"), call, picture="muted"
        )
        await self._verb("Remove", "participant.remove", self._on_participant(call, ANNA, "Delete"), call)

    async def _park_and_pick_up(self, call: CallId) -> None:
        async def park() -> None:
            self._hands.key("F8")
            await self._hands.until(lambda: self._hands.sees("reason-prompt"), "the question for a reason")
            self._hands.write("Looking for Tom Reed")
            await self._hands.picture("park-reason")
            self._hands.key("Return")

        await self._verb("Park", "call.park", park, call)
        await self._hands.picture("parked")
        await self._verb("Answer (pick up the parked caller)", "call.answer", self._keys("F2"), call)
        await self._hands.until(lambda: self._call(call).situation is Situation.TALKING, "talking again")

    async def _transfer_with_undo(self, call: CallId) -> None:
        step = self._begin("Undo of a transfer")
        asked = len(await self._stage.requests())
        await self._find_for("F6", "jonas")
        self._hands.key("Return")
        await self._hands.until(lambda: self._hands.sees("undo"), "the undo bar")
        await self._hands.picture("undo")
        await self._calm()
        self._hands.key("Backspace")
        await self._recorded("call.transfer", "undone")
        if any(r["path"].endswith("/transfer") for r in (await self._stage.requests())[asked:]):
            raise DidNotHappen("The transfer was sent although it was undone.")
        step.settled = "nothing was sent to Graph"
        self._finish(step)

        async def transfer() -> None:
            await self._find_for("F6", "jonas")
            self._hands.key("Return")

        await self._stage.direct(JONAS, "picks-up", 1.0)
        await self._verb("Transfer", "call.transfer", transfer, call)
        await self._hands.picture("transferred")

    async def _transfer_that_fails(self) -> None:
        call = await self._ring("李明 Li Ming", "+8613800000018", line="Sales line")
        await self._verb("Answer", "call.answer", self._keys("F2"), call)
        await self._stage.direct(MEI, "declines", 1.0)

        async def transfer() -> None:
            await self._find_for("F6", "mei")
            self._hands.key("Return")

        await self._verb("Transfer that fails and comes back", "call.transfer", transfer, call, ends="failed")
        await self._hands.picture("came-back")
        await self._calm()
        await self._verb("Hang up", "call.hangUp", self._keys("F4"), call)

    async def _reject(self) -> None:
        call = await self._ring("Free Cruise Offers", "+14255550199")
        self._select(call)

        async def reject() -> None:
            self._hands.key("F4")
            await self._hands.until(lambda: self._hands.sees("undo"), "the undo bar")

        await self._verb("Reject", "call.reject", reject, call)

    async def _redirect(self) -> None:
        call = await self._ring("Ravi Menon", "+442079460042", line="Sales line")
        await self._stage.direct(PRIYA, "picks-up", 1.0)
        self._select(call)

        async def redirect() -> None:
            await self._find_for("F6", "priya")
            await self._hands.picture("choosing-a-person")
            self._hands.key("Return")

        await self._verb("Redirect", "call.redirect", redirect, call)

    async def _schedule(self) -> None:
        step = self._begin("Schedule meeting")
        asked = len(await self._stage.requests())
        await self._calm()
        self._hands.key("Ctrl+N")
        await self._hands.until(lambda: self._hands.sees("meeting-dialog"), "the meeting dialog")
        dialog = self._hands.find("meeting-dialog")
        await self._hands.until(
            lambda: dialog.isAncestorOf(self._hands.focus()), "the keyboard is in the dialog"
        )
        self._hands.write("Contract questions of Amelia Ward")
        await self._hands.picture("schedule-meeting", dialog)
        self._hands.key("Ctrl+Return")
        await self._hands.until(lambda: self._hands.sees("join-link"), "the join link")
        await self._hands.picture("meeting-link", dialog)
        self._hands.click("copy-link")
        copied = QApplication.clipboard().text()
        if not copied.startswith("https://"):
            raise DidNotHappen("The join link was not copied.")
        requests = (await self._stage.requests())[asked:]
        step.asked = [describe_request(r) for r in requests if "onlineMeetings" in r["path"]]
        step.settled = "the answer 201 with the join link, which is now on the clipboard"
        if isinstance(dialog, QDialog):
            dialog.close()
        self._finish(step)

    async def _rush(self) -> None:
        step = self._begin("A busy minute, a palette, the keys, the dark")
        names = (
            ("Noor Haddad نور", "+442079460051"),
            ("Sofia Marchetti", "+442079460052"),
            ("<b>Bobby</b> & Sons", "+442079460053"),
            ("王小明", "+8613800000019"),
        )
        talking = await self._ring("Grace Okafor", "+442079460060")
        await self._quietly("call.answer", self._keys("F2"), talking)
        waiting = [await self._ring(n, p, line="Sales line") for n, p in names[:2]]
        await self._hands.until(
            lambda: all(self._call(c).rescued_at for c in waiting), "the rescue by the relay", 25.0
        )
        for name, phone in names[2:]:
            await self._ring(name, phone)
        self._select(talking)
        await self._hands.picture("desk-light")
        self._desktop.looks.choose("dark")
        await self._hands.picture("desk-dark")
        self._desktop.looks.choose("light")
        await self._calm()
        self._hands.key("Ctrl+K")
        await self._hands.until(lambda: self._hands.sees("palette"), "the palette")
        self._hands.write("tra")
        await self._hands.picture("palette")
        self._hands.key("Escape")
        await self._calm()
        self._hands.key("F1")
        await self._hands.until(lambda: self._hands.sees("keys-sheet"), "the sheet of keys")
        await self._hands.picture("keys", self._hands.find("keys-sheet"))
        self._hands.key("Escape")
        await asyncio.to_thread(self._programs.relay.kill)
        await self._hands.until(
            lambda: self._line.feed.state.kind == "lost", "the lamp says that the relay is gone"
        )
        await self._hands.picture("relay-lost")
        await asyncio.to_thread(self._programs.relay.start)
        await self._hands.until(lambda: self._line.feed.state.live, "the console is back by itself", 30.0)
        step.settled = "the relay was killed and started again; the console came back by itself"
        self._finish(step)

    # -- how a step is done ------------------------------------------------------------------------

    @property
    def _line(self) -> Line:
        return self._desktop.line

    def _call(self, id: CallId) -> Call:
        return self._line.store.truth.calls[id]

    async def _ring(self, name: str, phone: str, line: str = "Main line") -> CallId:
        call = CallId(await self._stage.place(name, phone, line=line, patience=300.0))
        await self._hands.until(lambda: call in self._line.store.view.calls, f"{name} rings on the desk")
        return call

    async def _verb(
        self,
        title: str,
        action: str,
        press: Press,
        call: CallId,
        *,
        picture: str = "",
        ends: str = "settled",
    ) -> None:
        """Do one verb and write down what it was made of."""
        step = self._begin(title)
        asked, told = len(await self._stage.requests()), len(await self._stage.notifications())
        await press()
        await self._recorded(action, ends)
        if picture:
            await self._hands.picture(picture)
        step.asked = [
            describe_request(r)
            for r in (await self._stage.requests())[asked:]
            if r["method"] != "GET" and _about(r, call)
        ]
        news = [
            n
            for n in (await self._stage.notifications())[told:]
            if n["callId"] == call and n["kind"] == SETTLED_BY.get(action, "call")
        ]
        if not step.asked or not news:
            raise DidNotHappen(f"{title}: Graph was not asked, or did not confirm it.")
        step.settled = describe_notification(news[-1])
        self._finish(step)

    async def _quietly(self, action: str, press: Press, call: CallId) -> None:
        mark = len(self.records)
        await press()
        await self._recorded(action, "settled", mark)

    async def _recorded(self, action: str, stage: str, mark: int | None = None) -> None:
        start = self._mark if mark is None else mark

        def found() -> bool:
            return any(r.action == action and r.stage == stage for r in self.records[start:])

        await self._hands.until(found, f"{ACTIONS[action].title} is {stage}", 45.0)

    def _keys(self, *keys: str) -> Press:
        async def press() -> None:
            await self._calm()
            for key in keys:
                self._hands.key(key)

        return press

    def _on_participant(self, call: CallId, user: str, key: str) -> Press:
        async def press() -> None:
            found = next(p for p in self._call(call).people if p.identity.id == user)
            self._hands.find("roster").setFocus()
            self._desktop.parts.selection.participant = found.id
            self._hands.did.append(f"chose {found.identity.label} in the list of participants")
            self._hands.key(key)

        return press

    async def _find_for(self, key: str, words: str) -> None:
        """Press a verb that needs a person, and find the person."""
        await self._calm()
        self._hands.key(key)
        await self._type_search(words)

    async def _find(self, words: str) -> None:
        await self._calm()
        self._hands.find("people-search").setFocus()
        await self._type_search(words)

    async def _type_search(self, words: str) -> None:
        field = self._hands.find("people-search")
        if not isinstance(field, QLineEdit):
            raise DidNotHappen("The people search is not a field.")
        if not field.hasFocus():
            field.setFocus()
        field.clear()
        self._hands.write(words)
        wanted = words.casefold()
        selection = self._desktop.parts.selection
        await self._hands.until(
            lambda: selection.person and wanted in selection.person.name.casefold(), f"{words} is found"
        )

    def _select(self, call: CallId) -> None:
        self._desktop.parts.selection.call = call
        self._hands.did.append("chose the call")

    async def _calm(self) -> None:
        """Put the keyboard where single keys are verbs, not text; no window manager does it offscreen."""
        window = self._desktop.window
        window.activateWindow()
        await self._hands.until(window.isActiveWindow, "the window has the keyboard")
        self._hands.find("calls").setFocus()

    def _begin(self, title: str) -> Step:
        self._mark = len(self.records)
        self._hands.did.clear()
        self._hands.took.clear()
        step = Step(title)
        step.seconds = time.monotonic()
        return step

    def _finish(self, step: Step) -> None:
        step.seconds = time.monotonic() - step.seconds
        step.pressed = step.pressed or list(self._hands.did)
        step.pictures = list(self._hands.took)
        self._transcript.add(step)


def _about(request: dict[str, Any], call: CallId) -> bool:
    return call in str(request["path"])
