"""The async Graph layer: a table of operations, one client, and one module of typed functions per noun."""
