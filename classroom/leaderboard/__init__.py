"""The leaderboard of a class: a server that gets predictions, scores them itself and shows the ranking.

Start it with `make leaderboard`; learners set `BOOTCAMP_LEADERBOARD` to its address.
"""
