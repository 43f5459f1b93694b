"""Bytes to domain values and back: pure, tolerant; what is unknown becomes a value, never an exception."""
