"""The course under attack: kills, hostile files, a class with a board and a hub. `make attack` runs all of it.

`python -m tests.attack --minutes 20` prints a table of trials and losses, and fails if anything was lost. Everything
happens on this machine's own addresses and in a temporary folder. `tests/test_attack.py` has the short form.
"""
