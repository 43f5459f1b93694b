"""What an operator can do, each thing declared once: button, key, permission, prediction, proof and help."""

from console.actions import ringing  # isort: skip - first, as the verbs come in the menus
from console.actions import calls, meetings, participants, people
from console.actions.registry import ACTIONS, Action, Context, Desk

__all__ = ["ACTIONS", "Action", "Context", "Desk", "calls", "meetings", "participants", "people", "ringing"]
