"""The relay: the only holder of the bot's credential; keeps facts, streams them, acts for operators."""
