"""The class in sight: what learners agreed to report, live, for the instructor alone.

It is part of the leaderboard's server (`make leaderboard`): `routes.mount` adds it there.
"""
