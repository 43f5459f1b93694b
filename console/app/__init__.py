"""The composition root: builds the parts of a console and joins them; no logic of its own."""
