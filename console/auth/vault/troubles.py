"""Why a sign-in is not kept on this computer, each reason with its sentence and what to do about it."""

from __future__ import annotations

import errno
import sys
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import assert_never

from console.domain.text import Text


class Reason(StrEnum):
    """The first group is about the system's password store, the second about the disk, the last about what
    was found there."""

    NO_BUS = "no-bus"
    NO_SERVICE = "no-service"
    LOCKED = "locked"
    DISMISSED = "dismissed"
    UNANSWERED = "unanswered"
    FORGETFUL = "forgetful"
    DENIED = "denied"
    FAILED = "failed"

    DISK_FULL = "disk-full"
    READ_ONLY = "read-only"
    NO_ACCESS = "no-access"
    OPEN_TO_OTHERS = "open-to-others"
    FOREIGN_OWNER = "foreign-owner"
    BUSY = "busy"
    BAD_DISK = "bad-disk"

    DAMAGED = "damaged"
    KEY_GONE = "key-gone"
    NOT_FORGOTTEN = "not-forgotten"


_STORE = frozenset(
    {
        Reason.NO_BUS,
        Reason.NO_SERVICE,
        Reason.LOCKED,
        Reason.DISMISSED,
        Reason.UNANSWERED,
        Reason.FORGETFUL,
        Reason.DENIED,
        Reason.FAILED,
    }
)
_FOUND = frozenset({Reason.DAMAGED, Reason.KEY_GONE, Reason.NOT_FORGOTTEN})
_OVER = frozenset({Reason.DAMAGED, Reason.KEY_GONE})
"""What only a new sign-in mends: the spoiled file has been set aside, and there is nothing to ask again."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """`place` is the name of the password store, or the folder or file; `detail` the technical name of what
    failed, never a text of the system: such a text may quote what was to be kept."""

    reason: Reason
    place: str = ""
    detail: str = ""

    @property
    def headline(self) -> Text:
        """What this means for the operator, in one line."""
        if self.reason in _FOUND:
            return self.sentence
        if self.reason in _STORE:
            return Text(
                "This computer has no unlocked password store. You are signed in until you close the console."
            )
        return Text("Your sign-in cannot be kept here. You are signed in until you close the console.")

    @property
    def may_pass(self) -> bool:
        """True when somebody at this computer can end it while the console runs, so that trying again helps:
        a store can be unlocked, started or allowed, a disk emptied or mounted, another console closed."""
        return self.reason not in _OVER

    @property
    def sentence(self) -> Text:
        """What exactly is wrong."""
        return _sentence(self)

    @property
    def remedy(self) -> Text:
        """What somebody at this computer can do."""
        return _remedy(self)


class NotKept(Exception):
    """Raised where something fails, and caught by the store, which then lives in memory. No text of its own:
    it must not carry a secret anywhere."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.reason.value)
        self.trouble = trouble


_DISK = MappingProxyType(
    {
        errno.ENOSPC: Reason.DISK_FULL,
        errno.EDQUOT if sys.platform != "win32" else errno.ENOSPC: Reason.DISK_FULL,
        errno.EFBIG: Reason.DISK_FULL,
        errno.EROFS: Reason.READ_ONLY,
        errno.EACCES: Reason.NO_ACCESS,
        errno.EPERM: Reason.NO_ACCESS,
        errno.ELOOP: Reason.FOREIGN_OWNER,
    }
)


def disk_trouble(error: OSError, place: str) -> Trouble:
    """Return what the disk's refusal means."""
    name = errno.errorcode.get(error.errno or 0, "") or type(error).__name__
    return Trouble(_DISK.get(error.errno or 0, Reason.BAD_DISK), place, name)


def _sentence(trouble: Trouble) -> Text:
    place = trouble.place
    match trouble.reason:
        case Reason.NO_BUS:
            return Text("There is no session bus, so no password store can be asked.")
        case Reason.NO_SERVICE:
            return Text("No password store is running on this computer.")
        case Reason.LOCKED:
            return Text("{store} is locked.", store=place)
        case Reason.DISMISSED:
            return Text("{store} asked for its password, and the question was closed.", store=place)
        case Reason.UNANSWERED:
            return Text("{store} did not answer in time.", store=place)
        case Reason.FORGETFUL:
            return Text("{store} does not keep what it is given.", store=place)
        case Reason.DENIED:
            return Text("{store} refused this program.", store=place)
        case Reason.FAILED:
            return Text("{store} failed.", store=place)
        case Reason.DISK_FULL:
            return Text("The disk with {file} is full.", file=place)
        case Reason.READ_ONLY:
            return Text("The disk with {file} can only be read.", file=place)
        case Reason.NO_ACCESS:
            return Text("This program may not write to {file}.", file=place)
        case Reason.OPEN_TO_OTHERS:
            return Text("Others on this computer may open {file}, and that cannot be changed.", file=place)
        case Reason.FOREIGN_OWNER:
            return Text("{file} belongs to somebody else, or leads elsewhere.", file=place)
        case Reason.BUSY:
            return Text("Another console on this computer is using {file}.", file=place)
        case Reason.BAD_DISK:
            return Text("{file} cannot be read or written.", file=place)
        case Reason.DAMAGED:
            return Text("The sign-in kept on this computer was changed or damaged, so it is not used.")
        case Reason.KEY_GONE:
            return Text("The key to the sign-in kept on this computer is gone, so it is not used.")
        case Reason.NOT_FORGOTTEN:
            return Text("The sign-in kept on this computer could not be deleted.")
    assert_never(trouble.reason)


def _remedy(trouble: Trouble) -> Text:
    place = trouble.place
    match trouble.reason:
        case Reason.DAMAGED | Reason.KEY_GONE:
            return Text("Sign in again.")
        case Reason.NOT_FORGOTTEN | Reason.NO_ACCESS | Reason.OPEN_TO_OTHERS | Reason.FOREIGN_OWNER:
            return Text("Have an administrator look at {file}: it must belong to you alone.", file=place)
        case Reason.DISK_FULL:
            return Text("Make room on the disk; the console tries again by itself.")
        case Reason.READ_ONLY | Reason.BAD_DISK:
            return Text("Choose another folder with the option profile.")
        case Reason.BUSY:
            return Text("Close the other console.")
    return _of_system(sys.platform)


def _of_system(platform: str) -> Text:
    match platform:
        case "win32":
            return Text("Sign in to Windows with your own account, not as a service, and start the console.")
        case "darwin":
            return Text("Open Keychain Access, unlock the login keychain, and allow the console to use it.")
    return Text("Unlock GNOME Keyring or KWallet (install gnome-keyring if there is none), then try again.")
