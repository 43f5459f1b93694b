"""Change notifications: what Microsoft tells besides calls, asked for by the relay itself (REFERENCE §6.4).

Not to be confused with the notifications of calls: another service, another token, another door.
"""
