"""Wrong code that real applications ship, on purpose and in one place. Never use any of it.

Each class overrides one decision of a secure part; `labkit.practice.Defences.having` switches it
on for a practice site. Nothing else in the package imports this room but the matrix and lessons.
"""
