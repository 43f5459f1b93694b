"""The console's options, each declared once: default, meaning, and how to check it."""
