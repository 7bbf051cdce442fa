"""Checks, hints and progress for the exercises.

A check lives in the room of its lab: `exercises.check("intro.sobel_y", answer)` calls the function registered as
`sobel_y` in `bootcamp.intro.checks.CHECKS`. A check receives the learner's answer and returns a list of `Finding`s.
"""

from bootcamp.exercises.cases import (
    agrees,
    ask,
    described,
    first_wrong,
    random_cases,
    recognized,
    refuses,
    stopped,
    takes_function,
    untouched,
)
from bootcamp.exercises.checking import ExerciseError, check, exercise_names, judge
from bootcamp.exercises.comparison import as_array, difference, same
from bootcamp.exercises.findings import FEEDBACK_KEY, Check, Feedback, Finding
from bootcamp.exercises.overview import Place, next_step, places, progress_list, progress_table
from bootcamp.exercises.progress import HOME_VARIABLE, progress_file, read_progress, record_success
from bootcamp.exercises.sharing import hand_down, hand_up, share_with_class

__all__ = [
    "FEEDBACK_KEY",
    "HOME_VARIABLE",
    "Check",
    "ExerciseError",
    "Feedback",
    "Finding",
    "Place",
    "agrees",
    "as_array",
    "ask",
    "check",
    "described",
    "difference",
    "exercise_names",
    "first_wrong",
    "hand_down",
    "hand_up",
    "judge",
    "next_step",
    "places",
    "progress_file",
    "progress_list",
    "progress_table",
    "random_cases",
    "read_progress",
    "recognized",
    "record_success",
    "refuses",
    "same",
    "share_with_class",
    "stopped",
    "takes_function",
    "untouched",
]
