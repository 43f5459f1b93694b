"""Signing in: the only place that knows msal and keyring. Operators by browser, the bot by certificate."""
