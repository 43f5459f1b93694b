"""The right column: find a colleague or type a number, see whether they are free, hand over the call."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QLineEdit, QMenu, QVBoxLayout, QWidget

from console.actions import ACTIONS, Action
from console.domain.ids import CallId
from console.domain.people import Person
from console.ui.banner import Banner
from console.ui.labels import PlainLabel, button_text, one_line
from console.ui.language import say, tr
from console.ui.numbers import shown_name
from console.ui.parts import Parts
from console.ui.people_finder import PeopleFinder
from console.ui.people_list import PeopleList
from console.ui.people_rows import people_rows
from console.ui.person_card import PersonCard
from console.ui.presence import NO_PRESENCE, NOT_KNOWN
from console.ui.search_field import SearchField
from console.ui.times import age_text

_WATCHER = "people"


class PeoplePane(QWidget):
    """Enter does the call's default verb with the chosen person; the line under the field says which."""

    left = Signal()
    """Escape in an empty field: the keyboard should go back to the calls."""

    def __init__(self, parts: Parts, finder: PeopleFinder, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("people-pane")
        self.setAccessibleName(tr("People"))
        self._parts = parts
        self._finder = finder
        self._found: tuple[Person, ...] = ()
        self._found_for = ""
        self._unread = NOT_KNOWN if finder.knows_presence else NO_PRESENCE
        self._seeking = Banner(parts.icons, "choose-person")
        self._field = SearchField()
        self._hint = PlainLabel(role="caption", elide=True)
        self._hint.setObjectName("people-hint")
        self._failure = Banner(parts.icons, "people-failure")
        self._list = PeopleList(parts.icons)
        self._nobody = PlainLabel(role="muted", wrap=True)
        self._nobody.setObjectName("people-nobody")
        self._age = PlainLabel(role="caption", elide=True)
        self._age.setObjectName("presence-age")
        self._card = PersonCard(parts)
        self._lay_out()
        self._connect()
        self._say_hint()

    @property
    def search_field(self) -> QLineEdit:
        """Where typed letters and digits belong."""
        return self._field

    def take_keyboard(self, typed: str = "") -> None:
        """Put the keyboard into the search field; `typed` is what was typed elsewhere on the way here."""
        self._field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        if typed:
            self._field.insert(typed)
        else:
            self._field.selectAll()

    def choose_for(self, action_id: str) -> None:
        """Ask the operator to choose a person for `action_id`; Escape goes back."""
        self._seek(ACTIONS[action_id])

    # -- what is shown -----------------------------------------------------------------------------

    def _typed(self, text: str) -> None:
        self._finder.search(text)
        if not text.strip():
            self._list.let_go()
        # What was found for other words stays until the answer comes; a number needs no answer.
        self._show_rows(choose_first=bool(text.strip()))

    def _results(self, words: str, persons: tuple[Person, ...]) -> None:
        self._failure.say("")
        self._found, self._found_for = persons, words
        self._show_rows(choose_first=bool(words))

    def _failed(self, words: str, sentence: str) -> None:
        self._failure.say(sentence, icon="alert", role="danger", button=tr("Try again"))

    def _show_rows(self, *, choose_first: bool) -> None:
        text = self._field.text()
        rows = people_rows(text, self._found, self._finder.presence, self._unread)
        asked = " ".join(text.split()) != self._found_for
        self._list.show_rows(rows, choose_first=choose_first)
        searching = asked or self._failure.isVisible() or not text.strip()
        self._nobody.setText(
            "" if rows or searching else tr("Nobody found for “{words}”.", words=one_line(text, 40))
        )
        self._nobody.setVisible(bool(self._nobody.text()))
        self._chosen()
        self._watch()

    def _presences(self) -> None:
        rows = people_rows(self._field.text(), self._found, self._finder.presence, self._unread)
        self._list.refresh_rows(rows)
        self._show_card()
        self._say_age()

    def _chosen(self) -> None:
        self._parts.selection.person = self._list.person()
        self._show_card()
        self._say_hint()

    def _show_card(self) -> None:
        person = self._list.person()
        self._card.show_person(person, self._finder.presence(person.id) if person else None)

    def _tick(self, now: float) -> None:
        if self.isVisible():
            self._card.refresh()
            self._say_age()

    def _refresh(self, *_: object) -> None:
        self._card.refresh()
        self._say_hint()

    def _say_age(self) -> None:
        problem = self._finder.presence_problem
        seen = [s.at for r in self._list.rows if (s := self._finder.presence(r.person.id))]
        if problem:
            self._age.setText(problem)
        elif seen:
            self._age.setText(tr("Presence {age}", age=age_text(self._parts.now() - max(seen))))
        else:
            self._age.setText("")
        self._age.set_tone("warning" if problem else "")

    def _say_hint(self) -> None:
        self._hint.setText(self._hint_text())

    def _hint_text(self) -> str:
        row = self._list.current
        if self._parts.without_calls:
            return tr("Arrow keys choose") if self._list.rows else ""
        if row is None:
            return tr("Arrow keys choose, Enter confirms") if self._list.rows else ""
        if row.problem:
            return row.problem
        verb = self._parts.commands.person_verb()
        why = self._parts.commands.refusal(verb.id, self._target_call)
        name = one_line(row.person.name, 40)
        if why:
            return why
        return _promise(verb, name, self._caller())

    @property
    def _target_call(self) -> CallId | None:
        return self._parts.commands.wanted_call or self._parts.selection.call

    def _caller(self) -> str:
        id = self._target_call
        call = self._parts.store.view.calls.get(id) if id else None
        return one_line(shown_name(call.caller), 40) if call else ""

    # -- what is done ------------------------------------------------------------------------------

    def _confirm(self) -> None:
        person = self._list.person()
        if person is None:
            row = self._list.current
            if row is not None:
                self._parts.commands.refused.emit(row.problem)
            return
        commands = self._parts.commands
        if why := commands.refusal(commands.person_verb().id, self._target_call):
            commands.refused.emit(why)
            return
        commands.with_person(person)
        self._field.clear()  # the next call starts with an empty field

    def _invite(self) -> None:
        if self._list.person() is None:
            return
        commands = self._parts.commands
        if why := commands.refusal("participant.invite", self._parts.selection.call):
            commands.refused.emit(why)
            return
        commands.trigger("participant.invite")
        self._field.clear()

    def _escape(self) -> None:
        if self._field.text():
            self._field.clear()
        elif self._parts.commands.wanted is not None:
            self._parts.commands.let_go()
        else:
            self._list.let_go()
            self.left.emit()

    def _seek(self, action: Action | None) -> None:
        if action is None:
            self._seeking.say("")
        else:
            who = self._caller()
            self._seeking.say(
                _question(action, who),
                tr("Escape goes back."),
                icon=action.icon,
                role="accent",
                button=tr("Cancel"),
            )
            self.take_keyboard()
        self._say_hint()

    def _menu(self, at: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setToolTipsVisible(True)
        for action in ACTIONS.values():
            if "person" not in action.places:
                continue
            theirs = self._parts.commands.action(action.id)
            entry = menu.addAction(theirs.icon(), button_text(say(action.title)))
            entry.setEnabled(theirs.isEnabled())
            entry.setToolTip(theirs.toolTip())
            entry.triggered.connect(lambda _=False, id=action.id: self._parts.commands.trigger(id))
        menu.popup(at)

    def _watch(self) -> None:
        users = self._list.visible_users() if self.isVisible() else ()
        self._finder.watch(_WATCHER, users)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._finder.search(self._field.text())
        self._watch()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._finder.watch(_WATCHER, ())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._watch()

    # -- putting it together -----------------------------------------------------------------------

    def _connect(self) -> None:
        self._field.textChanged.connect(self._typed)
        self._field.moved.connect(self._list.step)
        self._field.confirmed.connect(self._confirm)
        self._field.invited.connect(self._invite)
        self._field.escaped.connect(self._escape)
        self._list.chosen.connect(self._chosen)
        self._list.confirmed.connect(self._confirm)
        self._list.menu_wanted.connect(self._menu)
        self._list.verticalScrollBar().valueChanged.connect(lambda _: self._watch())
        self._seeking.button.clicked.connect(self._parts.commands.let_go)
        self._failure.button.clicked.connect(lambda: self._finder.search_again(self._field.text()))
        self._finder.results.connect(self._results)
        self._finder.failed.connect(self._failed)
        self._finder.presences_changed.connect(self._presences)
        self._parts.commands.seeking.connect(self._seek)
        self._parts.commands.refreshed.connect(self._say_hint)
        self._parts.selection.changed.connect(self._refresh)
        self._parts.frames.changed.connect(self._refresh)
        self._parts.frames.ticked.connect(self._tick)

    def _lay_out(self) -> None:
        self._field.setObjectName("people-search")
        self._field.setPlaceholderText(tr("Search people or type a number"))
        self._field.setAccessibleName(tr("Search people or type a number"))
        self._field.setClearButtonEnabled(True)
        lens = self._field.addAction(
            self._parts.icons.icon("search"), QLineEdit.ActionPosition.LeadingPosition
        )
        self._parts.icons.dress(lens, "search")
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 16, 12, 12)
        column.setSpacing(8)
        for widget in (self._seeking, self._field, self._hint, self._failure, self._nobody):
            column.addWidget(widget)
        column.addWidget(self._list, 1)
        column.addWidget(self._age)
        column.addWidget(self._card)


def _promise(verb: Action, name: str, caller: str) -> str:
    match verb.id:
        case "call.transfer":
            return tr("Enter transfers {caller} to {name}", caller=caller, name=name)
        case "call.redirect":
            return tr("Enter redirects {caller} to {name}", caller=caller, name=name)
        case "participant.invite":
            return tr("Enter invites {name} to the call with {caller}", caller=caller, name=name)
        case "person.call":
            return tr("Enter calls {name}", name=name)
    return tr("Enter: {verb} {name}", verb=verb.title, name=name)


def _question(verb: Action, caller: str) -> str:
    match verb.id:
        case "call.transfer":
            return tr("Choose who to transfer {caller} to.", caller=caller)
        case "call.redirect":
            return tr("Choose who to redirect {caller} to.", caller=caller)
        case "participant.invite":
            return tr("Choose who to invite to the call with {caller}.", caller=caller)
    return tr("Choose a person for: {verb}.", verb=verb.title)
