"""Competitions: submissions, their record, the learner's side of a class server. Notebooks call `submit` and `show`."""

from bootcamp.course import Competition
from bootcamp.leaderboard.outbox import PREDICTIONS
from bootcamp.leaderboard.ranking import (
    LEARNER_VARIABLE,
    competitions,
    default_learner,
    find,
    pending,
    send_pending,
    show,
    submit,
)
from bootcamp.leaderboard.records import ALREADY, RECORDED
from bootcamp.leaderboard.submissions import Submission, SubmissionError

__all__ = [
    "ALREADY",
    "LEARNER_VARIABLE",
    "PREDICTIONS",
    "RECORDED",
    "Competition",
    "Submission",
    "SubmissionError",
    "competitions",
    "default_learner",
    "find",
    "pending",
    "send_pending",
    "show",
    "submit",
]
