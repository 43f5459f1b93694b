"""The tokens can be read by everybody, icons are sharp, and labels show text as text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product

import pytest
from PySide6.QtCore import QSettings, QSize, Qt
from PySide6.QtGui import QColor, QFont
from PySide6.QtWidgets import QApplication, QPushButton

from console import resources
from console.domain.ids import UserId
from console.domain.people import Presence
from console.ui import theme
from console.ui.avatar import Badge, badge_of, initials
from console.ui.icons import Icons
from console.ui.labels import PlainLabel, button_text, clean, one_line, tooltip
from console.ui.looks import Looks
from console.ui.style import sheet
from console.ui.times import age_text, clock_text, spoken_time
from console.ui.tokens import DARK, HIGH_CONTRAST, LIGHT, THEMES, Theme


def _light(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lights = sorted((_light(one), _light(other)), reverse=True)
    return (lights[0] + 0.05) / (lights[1] + 0.05)


_GROUNDS = ("surface", "surface_raised", "surface_sunken", "hover", "selected")
_TEXTS = ("text", "text_muted", "accent", "danger", "warning", "success")


def _pairs() -> Iterator[tuple[str, str, float]]:
    yield from ((ink, ground, 4.5) for ink, ground in product(_TEXTS, _GROUNDS))
    for tone in ("accent", "danger", "warning", "success"):
        yield tone, f"{tone}_soft", 4.5
        yield "text", f"{tone}_soft", 4.5
        yield "text_muted", f"{tone}_soft", 4.5
    yield "text_on_accent", "accent", 4.5
    yield "text_on_accent", "accent_hover", 4.5
    for sign, ground in product(
        ("border_strong", "focus", "presence_free", "presence_busy", "presence_away", "presence_offline"),
        ("surface", "surface_raised", "surface_sunken"),
    ):
        yield sign, ground, 3.0


@pytest.mark.parametrize("name", sorted(THEMES))
def test_everything_can_be_read(name: str) -> None:
    tokens = THEMES[name]
    poor = [
        f"{ink} on {ground}: {found:.2f}"
        for ink, ground, least in _pairs()
        if (found := contrast(getattr(tokens, ink), getattr(tokens, ground))) < least
    ]
    poor += [f"initials {pair}" for pair in tokens.avatars if contrast(*pair) < 4.5]
    assert poor == []


@pytest.mark.parametrize("tokens", THEMES.values(), ids=lambda t: t.name)
def test_the_sheet_is_filled_and_grows_with_the_text_size(tokens: Theme) -> None:
    assert "$" not in sheet(tokens)
    assert "font-size: 13px" in sheet(tokens)
    assert "font-size: 26px" in sheet(tokens, 2.0)
    for name in re.findall(r"#[0-9a-fA-F]{6}", sheet(tokens)):
        assert QColor(name).isValid()


def test_fonts_name_chinese_and_prefer_a_drawn_face() -> None:
    installed = ["DejaVu Sans", "Inter", "Noto Sans CJK SC", "WenQuanYi Micro Hei"]
    assert theme.preferred(["DejaVu Sans"], installed)[0] == "Inter"
    assert theme.preferred(["Segoe UI"], installed) == ["Segoe UI", *installed[2:]]
    assert theme.preferred(["DejaVu Sans"], ["DejaVu Sans"]) == ["DejaVu Sans"]


def test_applying_a_theme_sets_palette_font_and_sheet(qapp: QApplication) -> None:
    theme.apply(qapp, DARK, 1.5)
    assert qapp.palette().window().color().name() == DARK.surface
    assert qapp.font().pixelSize() == 20
    theme.apply(qapp, LIGHT)
    assert qapp.palette().text().color().name() == LIGHT.text


def test_looks_are_kept_and_redraw_the_icons(qapp: QApplication, settings: QSettings) -> None:
    icons = Icons(LIGHT)
    button = QPushButton()
    icons.dress(button, "phone")
    before = button.icon().cacheKey()
    looks = Looks(qapp, icons, settings)
    looks.choose("dark")
    assert icons.theme is DARK
    assert button.icon().cacheKey() != before
    looks.enlarge(1.25)
    again = Looks(qapp, Icons(LIGHT), settings)
    assert (again.scheme, again.scale) == ("dark", 1.25)
    settings.setValue("looks/scheme", "pink")
    settings.setValue("looks/scale", "huge")
    odd = Looks(qapp, Icons(LIGHT), settings)
    assert (odd.scheme, odd.scale) == ("system", 1.0)
    theme.apply(qapp, LIGHT)


@pytest.mark.parametrize("ratio", [1.0, 2.0, 3.0])
def test_icons_are_drawn_at_the_size_of_the_screen(qapp: QApplication, ratio: float) -> None:
    icon = Icons(HIGH_CONTRAST).icon("phone", "accent")
    for size in (16, 20, 24):
        pixmap = icon.pixmap(QSize(size, size), ratio)
        assert pixmap.width() == round(size * ratio)
    colours = {
        QColor(pixmap.toImage().pixel(x, y)).name()
        for x, y in product(range(pixmap.width()), range(pixmap.height()))
        if QColor.fromRgba(pixmap.toImage().pixel(x, y)).alpha() == 255
    }
    assert HIGH_CONTRAST.accent in colours


def test_every_icon_can_be_drawn(qapp: QApplication) -> None:
    icons = Icons(LIGHT)
    for file in sorted(resources.path("icons").glob("*.svg")):
        assert not icons.pixmap(file.stem).isNull()


# -- text that others wrote --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["<b>x</b>", '<img src="/etc/passwd">', "&lt;b&gt;", "a & b", "&File", "<table>" * 40]
)
def test_a_label_shows_exactly_what_it_is_given(qapp: QApplication, name: str) -> None:
    label = PlainLabel(name)
    assert label.text() == name
    assert label.textFormat() is Qt.TextFormat.PlainText
    plain = PlainLabel("x" * len(name))
    assert label.sizeHint().height() == plain.sizeHint().height()


def test_direction_and_control_signs_are_taken_out() -> None:
    assert clean("Anna\u202egreB\x00\x1b[31m") == "AnnagreB[31m"
    assert one_line("Anna\nBerg\t x") == "Anna Berg x"
    assert len(clean("x" * 10_000_000)) == 400
    assert len(one_line("x" * 1000)) == 120


def test_tooltips_and_buttons_take_no_markup() -> None:
    assert tooltip("<b>&") == "<span>&lt;b&gt;&amp;</span>"
    assert tooltip("") == ""
    assert button_text("A&dmin") == "A&&dmin"


def test_an_eliding_label_tells_the_rest_in_its_tooltip(qtbot: object) -> None:
    label = PlainLabel("Maximiliana von Hohenstein-Wittgenstein", elide=True)
    label.resize(80, 20)
    label.show()
    assert label.text().endswith("Wittgenstein")
    assert "Wittgenstein" in label.toolTip()
    label.resize(800, 20)
    assert label.toolTip() == ""
    label.close()


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Anna Berg", "AB"),
        ("Amelia van der Ward", "AW"),
        ("Cher", "C"),
        ("张伟", "张伟"),
        ("欧阳小明", "小明"),
        ("+44 20 7946", ""),
        ("", ""),
        ("  ", ""),
        ("ياسمين حداد", "يح"),
    ],
)
def test_initials(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_presence_is_compared_without_case_and_unknown_stays_unknown() -> None:
    def found(word: str) -> Badge | None:
        return badge_of(Presence(UserId("u"), word, word))

    assert found("available") is Badge.FREE
    assert found("DONOTDISTURB") is Badge.DO_NOT_DISTURB
    assert found("SomethingNew") is None
    assert badge_of(None) is None


def test_times_are_short() -> None:
    assert [clock_text(s) for s in (-3, 7, 130, 3730)] == ["0:00", "0:07", "2:10", "1:02:10"]
    assert [age_text(s) for s in (3, 200, 7300)] == ["3 s old", "3 min old", "2 h old"]
    assert [spoken_time(s) for s in (0, 1, 60, 130)] == [
        "0 seconds",
        "1 second",
        "1 minute",
        "2 minutes 10 seconds",
    ]


def test_a_font_can_ask_for_figures_of_one_width() -> None:
    font = QFont()
    font.setFeature(QFont.Tag("tnum"), 1)
    assert font.featureTags()
