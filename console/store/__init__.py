"""What the operator sees: the truth from the relay with the operator's own pending intents laid over it."""
