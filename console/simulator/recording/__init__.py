"""Exchanges with Graph as readable files: how they are named, written, made anonymous and compared.

The simulator's own lie in tests/exchanges; `graph-simulator record` takes those of a real tenant down.
"""
