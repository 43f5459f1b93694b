"""A stand-in for Microsoft Graph, Entra ID and the people who call: for the demo, training and tests."""
