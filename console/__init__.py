"""Operator console, relay and simulator for Microsoft Teams calls that reach a Microsoft Graph calling bot."""
