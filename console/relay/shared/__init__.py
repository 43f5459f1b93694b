"""What several relays share through Redis: the log of facts, and which of them leads."""
