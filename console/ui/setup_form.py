"""Where a desk belongs, asked for: the administrator's link, or by hand what nobody has set yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget

from console.domain.clouds import Cloud
from console.domain.text import Text
from console.graph.clouds import CLOUDS, without_calls
from console.ui.banner import Banner
from console.ui.fields import Choice
from console.ui.icons import Icons
from console.ui.labels import PlainLabel
from console.ui.language import say, tr
from console.ui.tokens import GAP_TIGHT, GAP_WIDE

_FIELDS: dict[str, tuple[Text, str]] = {
    "relay": (Text("Address of the relay"), "https://relay.example.com"),
    "tenant_id": (Text("Directory (tenant) id"), "00000000-0000-0000-0000-000000000000"),
    "client_id": (Text("Application id of the console"), "00000000-0000-0000-0000-000000000000"),
    "relay_app_id": (Text("Application id of the relay"), "00000000-0000-0000-0000-000000000000"),
}

_LINK = "https://relay.example.com"


class LinkForm(QWidget):
    """One field for the link or the relay's address; all that most operators ever see of the set-up."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = QLineEdit()
        self.field.setObjectName("setup-link")
        self.field.setPlaceholderText(_LINK)
        self.field.setAccessibleName(tr("Set-up link or address of the relay"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP_TIGHT)
        column.addWidget(PlainLabel(tr("Set-up link or address of the relay"), role="caption"))
        column.addWidget(self.field)

    def text(self) -> str:
        return self.field.text()


class HandForm(QWidget):
    """The cloud, and a field for each of `missing`. A cloud without calls says so and asks for less."""

    def __init__(
        self,
        icons: Icons,
        missing: Sequence[str],
        cloud: Cloud,
        *,
        cloud_fixed: bool,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._missing = missing
        self._cloud = Choice(icons)
        self._cloud.setObjectName("setup-cloud")
        self._cloud.setAccessibleName(tr("Microsoft's cloud"))
        for profile in CLOUDS:
            self._cloud.addItem(say(profile.name), profile.cloud.value)
        self._cloud.setCurrentIndex([c.cloud for c in CLOUDS].index(cloud))
        self._lacking = Banner(icons, "setup-lacking")
        self._fields: dict[str, QLineEdit] = {}
        self._rows: dict[str, QWidget] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP_WIDE)
        clouds = _row(tr("Microsoft's cloud"), self._cloud)
        clouds.setVisible(not cloud_fixed)
        column.addWidget(clouds)
        column.addWidget(self._lacking)
        for name in (n for n in _FIELDS if n in missing):
            title, example = _FIELDS[name]
            field = QLineEdit()
            field.setObjectName(f"setup-{name}")
            field.setAccessibleName(say(title))
            field.setPlaceholderText(example)
            self._fields[name] = field
            self._rows[name] = _row(say(title), field)
            column.addWidget(self._rows[name])
        self._cloud.currentIndexChanged.connect(lambda _: self._fit())
        self._fit()

    @property
    def values(self) -> Mapping[str, str]:
        """What is in the fields that are asked for; the cloud among them."""
        shown = {name: field.text().strip() for name, field in self._fields.items() if self._wanted(name)}
        return {"cloud": str(self._cloud.currentData()), **shown}

    def take_keyboard(self) -> None:
        """Start in the first field that is empty."""
        empty = (f for n, f in self._fields.items() if self._wanted(n) and not f.text())
        next(empty, self._cloud).setFocus(Qt.FocusReason.OtherFocusReason)

    def _wanted(self, name: str) -> bool:
        return not name.startswith("relay") or self._why() is None

    def _why(self) -> Text | None:
        return without_calls(CLOUDS[self._cloud.currentIndex()])

    def _fit(self) -> None:
        why = self._why()
        self._lacking.say(say(why) if why else "", tr("Finding colleagues works here."), role="warning")
        for name, row in self._rows.items():
            row.setVisible(self._wanted(name))


def _row(title: str, field: QWidget) -> QWidget:
    row = QWidget()
    column = QVBoxLayout(row)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(GAP_TIGHT)
    column.addWidget(PlainLabel(title, role="caption"))
    column.addWidget(field)
    return row


def quiet_button(text: str, name: str, icons: Icons, icon: str) -> QPushButton:
    """Return a button for a way that few take."""
    button = QPushButton(text)
    button.setObjectName(name)
    button.setProperty("kind", "quiet")
    icons.dress(button, icon)
    return button
