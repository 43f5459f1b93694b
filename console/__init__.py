"""Operator console, relay and simulator for Teams calls that reach a Microsoft Graph calling bot."""
