"""What Linux must bring for Qt: probed by loading it, installed with apt as root, otherwise named."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass

from setup.provider import wants_browser
from setup.steps import Trouble, is_root, patiently, quiet, say, step


@dataclass(frozen=True, slots=True)
class Need:
    """Something to be found on this machine and the Debian packages that bring it, the newest name first."""

    thing: str
    packages: tuple[str, ...]


# Even without a window Qt Widgets loads the first six.
LIBRARIES = (
    Need("libGL.so.1", ("libgl1",)),
    Need("libEGL.so.1", ("libegl1",)),
    Need("libxkbcommon.so.0", ("libxkbcommon0",)),
    Need("libdbus-1.so.3", ("libdbus-1-3",)),
    Need("libfontconfig.so.1", ("libfontconfig1",)),
    Need("libglib-2.0.so.0", ("libglib2.0-0t64", "libglib2.0-0")),  # renamed for 64-bit time in 2024
)
WINDOW_LIBRARIES = (
    Need("libX11-xcb.so.1", ("libx11-xcb1",)),
    Need("libxcb-cursor.so.0", ("libxcb-cursor0",)),
    Need("libxcb-icccm.so.4", ("libxcb-icccm4",)),
    Need("libxcb-image.so.0", ("libxcb-image0",)),
    Need("libxcb-keysyms.so.1", ("libxcb-keysyms1",)),
    Need("libxcb-randr.so.0", ("libxcb-randr0",)),
    Need("libxcb-render-util.so.0", ("libxcb-render-util0",)),
    Need("libxcb-shape.so.0", ("libxcb-shape0",)),
    Need("libxcb-sync.so.1", ("libxcb-sync1",)),
    Need("libxcb-xfixes.so.0", ("libxcb-xfixes0",)),
    Need("libxcb-xkb.so.1", ("libxcb-xkb1",)),
    Need("libxkbcommon-x11.so.0", ("libxkbcommon-x11-0",)),
)
WAYLAND_LIBRARIES = (
    Need("libwayland-client.so.0", ("libwayland-client0",)),
    Need("libwayland-cursor.so.0", ("libwayland-cursor0",)),
    Need("libwayland-egl.so.1", ("libwayland-egl1",)),
)
# Debian leaves out of Python what makes virtual environments.
VENV = Need("ensurepip", (f"python3.{sys.version_info[1]}-venv",))
# For a private screen, a window manager on it, hands and eyes that are not ours, several relays, and
# a password store of its own under a bus of its own.
TEST_PROGRAMS = (
    Need("Xvfb", ("xvfb",)),
    Need("openbox", ("openbox",)),
    Need("xdotool", ("xdotool",)),
    Need("xprop", ("x11-utils",)),
    Need("xauth", ("xauth",)),
    Need("import", ("imagemagick",)),
    # The program is also the server, under another name; the package redis-server would start a service.
    Need("redis-check-rdb", ("redis-tools",)),
    Need("dbus-daemon", ("dbus-daemon", "dbus")),
    Need("dbus-send", ("dbus-bin", "dbus")),
    Need("gnome-keyring-daemon", ("gnome-keyring",)),
)
# A real browser and another identity provider for our sign-in: half a gigabyte that only CI asks for.
BROWSER_PROGRAMS = (
    Need("chromium", ("chromium",)),
    Need("node", ("nodejs",)),
    Need("npm", ("npm",)),
)
# Where no Chinese font is, Chinese names are rows of boxes. Noto CJK is the prettier one and is used where it
# is installed, but it takes 93 MB; WenQuanYi Micro Hei reads well and takes 5. Inter is what our interface is
# drawn for; without it a bare Debian would show DejaVu, which is a fifth wider and cuts labels short.
FONTS = (
    Need(":lang=zh-cn", ("fonts-wqy-microhei",)),
    Need(":family=Inter", ("fonts-inter",)),
)


def ensure_system(*, window: bool = False, testing: bool = False) -> None:
    """After this, Qt can start here, on a window's platform if asked, and tests find their programs."""
    if sys.platform != "linux":
        return
    needed, fonts = missing(window=window or testing, testing=testing)
    if not needed and not fonts:
        return
    if is_debian() and is_root():
        apt_install(_choose([*needed, *fonts]), "what Qt needs from Linux")
        return
    if needed:
        raise Trouble(
            f"This machine lacks {', '.join(need.thing for need in needed)}.", _advice(needed, fonts)
        )
    say("hint", f"it would look better with other fonts: {_advice([], fonts)}")


def missing(*, window: bool, testing: bool) -> tuple[list[Need], list[Need]]:
    """The needs that are not met: those that nothing works without, and the fonts."""
    libraries = [*LIBRARIES, *(WINDOW_LIBRARIES if window else ())]
    if window and os.environ.get("WAYLAND_DISPLAY"):
        libraries += WAYLAND_LIBRARIES
    needed = [need for need in libraries if not _loads(need.thing)]
    if importlib.util.find_spec("ensurepip") is None:
        needed.append(VENV)
    if testing:
        programs = (*TEST_PROGRAMS, *(BROWSER_PROGRAMS if wants_browser() else ()))
        needed += [need for need in programs if shutil.which(need.thing) is None]
    if shutil.which("fc-list") is None:
        return needed, [Need("fc-list", ("fontconfig",)), *FONTS]
    return needed, [need for need in FONTS if not _has_font(need.thing)]


def is_debian() -> bool:
    return sys.platform == "linux" and shutil.which("apt-get") is not None


def apt_install(packages: Iterable[str], why: str) -> None:
    """Install as root without a question being asked; a lock held by another apt is waited for."""
    names = sorted(set(packages))
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    wait = ("-o", "DPkg::Lock::Timeout=180")
    say("apt", " ".join(names))
    with step(why, slow=True):
        try:
            _update()
            patiently(["apt-get", "install", "-y", "-q", "--no-install-recommends", *wait, *names], env=env)
        except Trouble as trouble:
            raise Trouble(
                "Debian's packages could not be installed.",
                f"see that apt-get works, then: apt-get install --no-install-recommends {' '.join(names)}",
                trouble.details,
            ) from trouble


_updated = False


def _update() -> None:
    # Once in a run is enough.
    global _updated
    if not _updated:
        patiently(["apt-get", "update", "-q"])
        _updated = True


def _choose(needs: Iterable[Need]) -> list[str]:
    """One package for each need: the name that this release of Debian or Ubuntu knows."""
    _update()
    return [next((name for name in need.packages if _is_known(name)), need.packages[-1]) for need in needs]


def _is_known(package: str) -> bool:
    policy = quiet(["apt-cache", "policy", package])
    return "Candidate:" in policy and "Candidate: (none)" not in policy


def _advice(needed: list[Need], fonts: list[Need]) -> str:
    if not is_debian():
        return (
            "install the packages that bring them with this system's package manager, then start this again."
        )
    names = [
        next((name for name in need.packages if _is_known(name)), need.packages[-1])
        for need in [*needed, *fonts]
    ]
    return f"sudo apt-get install --no-install-recommends {' '.join(sorted(set(names)))}"


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _has_font(pattern: str) -> bool:
    listing = subprocess.run(["fc-list", pattern, "file"], capture_output=True, check=False)
    return bool(listing.stdout.strip())
