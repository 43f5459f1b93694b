"""The design tokens: every colour, distance and type size of the console, once per theme."""

from __future__ import annotations

from dataclasses import dataclass, replace

GRID = 4
"""Every distance is a multiple of this many pixels."""
GAP_TIGHT, GAP, GAP_WIDE, GAP_PAGE = 4, 8, 12, 16
RADIUS, RADIUS_LARGE = 6, 10
TYPE_CAPTION, TYPE_BODY, TYPE_STRONG, TYPE_TITLE, TYPE_DISPLAY = 12, 13, 15, 20, 28
FOCUS_WIDTH = 2
FALLBACK_FAMILIES = ("Microsoft YaHei UI", "PingFang SC", "Noto Sans CJK SC", "WenQuanYi Micro Hei")
"""Asked for by name: left alone, Qt falls back to Japanese or Hong Kong shapes of Chinese characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """One set of colours as "#rrggbb".

    Text on any surface has a contrast of at least 4.5:1; `border_strong`, `focus` and the presence colours
    have at least 3:1 (tests/qt/test_theme.py measures all of them).
    """

    name: str
    dark: bool
    surface: str
    """The window behind everything."""
    surface_raised: str
    """Cards, fields, menus: what lies on the window."""
    surface_sunken: str
    """Side columns, bars and wells."""
    hover: str
    selected: str
    border: str
    border_strong: str
    text: str
    text_muted: str
    text_disabled: str
    text_on_accent: str
    accent: str
    accent_hover: str
    accent_soft: str
    """A quiet ground in the accent colour; `text` and `accent` can be read on it."""
    danger: str
    danger_soft: str
    warning: str
    warning_soft: str
    success: str
    success_soft: str
    focus: str
    presence_free: str
    presence_busy: str
    presence_away: str
    presence_offline: str
    avatars: tuple[tuple[str, str], ...]
    """Pairs of ground and initials; a person always gets the same pair."""


LIGHT = Theme(
    name="light",
    dark=False,
    surface="#f6f7f9",
    surface_raised="#ffffff",
    surface_sunken="#eceff3",
    hover="#e4e9ee",
    selected="#dcecee",
    border="#dbe0e6",
    border_strong="#7d8995",
    text="#17212b",
    text_muted="#51606e",
    text_disabled="#8d98a3",
    text_on_accent="#ffffff",
    accent="#0f6a79",
    accent_hover="#0b5562",
    accent_soft="#e1f1f3",
    danger="#b3261e",
    danger_soft="#fbe9e7",
    warning="#855000",
    warning_soft="#fdf0d8",
    success="#1b6b3b",
    success_soft="#e2f3e7",
    focus="#1a5fd0",
    presence_free="#1f8a4c",
    presence_busy="#c4302b",
    presence_away="#a86a00",
    presence_offline="#75818d",
    avatars=(
        ("#d8e9f7", "#1d4f7c"),
        ("#dcefe0", "#1f5c35"),
        ("#f6e3d3", "#7a4213"),
        ("#eadff5", "#573184"),
        ("#f7dde4", "#84274a"),
        ("#d6eeee", "#125a60"),
        ("#efe9cf", "#5f5310"),
        ("#e1e4f6", "#38418c"),
    ),
)

DARK = Theme(
    name="dark",
    dark=True,
    surface="#15191e",
    surface_raised="#1d232a",
    surface_sunken="#11151a",
    hover="#262e37",
    selected="#17373d",
    border="#2d353f",
    border_strong="#73808d",
    text="#e9eef3",
    text_muted="#a6b2be",
    text_disabled="#6c7884",
    text_on_accent="#05232a",
    accent="#55b8c7",
    accent_hover="#74cbd8",
    accent_soft="#163a41",
    danger="#ff8c82",
    danger_soft="#451f1d",
    warning="#f0b94f",
    warning_soft="#3c2e12",
    success="#74d095",
    success_soft="#183523",
    focus="#8ab4ff",
    presence_free="#54c27d",
    presence_busy="#f0655d",
    presence_away="#e5a53a",
    presence_offline="#8794a1",
    avatars=(
        ("#1f3c55", "#b9dcf7"),
        ("#1f4029", "#b8e5c5"),
        ("#4a2f1a", "#f3cfae"),
        ("#3a2a52", "#dbc7f5"),
        ("#4d2333", "#f6c3d3"),
        ("#173f43", "#aee3e6"),
        ("#3f3813", "#e9dfa2"),
        ("#2b3160", "#c7cdf7"),
    ),
)

HIGH_CONTRAST = replace(
    DARK,
    name="high contrast",
    surface="#000000",
    surface_raised="#000000",
    surface_sunken="#000000",
    hover="#1f1f1f",
    selected="#00343a",
    border="#ffffff",
    border_strong="#ffffff",
    text="#ffffff",
    text_muted="#ffffff",
    text_disabled="#a9a9a9",
    text_on_accent="#000000",
    accent="#1be7ff",
    accent_hover="#8df3ff",
    accent_soft="#00343a",
    danger="#ff8b80",
    danger_soft="#000000",
    warning="#ffd24a",
    warning_soft="#000000",
    success="#5dfc8f",
    success_soft="#000000",
    focus="#ffff00",
    presence_free="#5dfc8f",
    presence_busy="#ff8b80",
    presence_away="#ffd24a",
    presence_offline="#ffffff",
    avatars=(("#000000", "#ffffff"),),
)

THEMES: dict[str, Theme] = {theme.name: theme for theme in (LIGHT, DARK, HIGH_CONTRAST)}
