"""Measures what operations cost in CPU against floors of the same run. Prints a table and asserts nothing about time.

`python -m tests.bench --help`. Each row names the floor it is compared with.
"""
