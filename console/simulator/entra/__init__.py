"""A stand-in for Entra ID: enough of it that an unmodified MSAL signs people and the bot in."""

from .authority import Authority
from .errors import InvalidToken
from .faults import Fault

__all__ = ["Authority", "Fault", "InvalidToken"]
