"""Many answers to one exercise judged in one go, where the notebook has defined what they need.

The source of this module is sent into a notebook and executed there, so it imports nothing else of the tests.
"""

import contextlib
import copy
import io
import json
import random
import signal
import sys
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bootcamp import exercises

import matplotlib.pyplot as plt
import numpy as np

JUDGED_KEY = "bootcamp_judged"
PATIENCE = 120.0  # seconds of processor time for an answer that a person wrote
SHORTEST_LIMIT, TIMES_THE_SOLUTION = 2.0, 10.0  # of a mutant, which may never end


class LateError(BaseException):
    """An answer took too long. No Exception, so that neither an answer nor a check catches it."""


def judge_answers(
    name: str, variable: str, codes: list[str], patient: int, namespace: dict[str, Any]
) -> list[dict[str, Any]]:
    """Judge answers in a copy of a namespace each, silently, without a record, and within a limit of processor time.

    Args:
        name: the exercise.
        variable: the name that the code gives to its answer.
        codes: the answers, the solution first: its time sets the limit of the mutants.
        patient: how many of them, the first ones, are no mutants.
        namespace: what the notebook has defined.

    Returns:
        For each answer `passed`, `hint`, and `late`: whether it was stopped.
    """
    with _silent(), _random_states_kept(), _alarm():
        started = time.process_time()
        results = [_in_time(name, variable, codes[0], PATIENCE, namespace)]
        limit = max(SHORTEST_LIMIT, TIMES_THE_SOLUTION * (time.process_time() - started))
        for place, code in enumerate(codes[1:], 1):
            results.append(_in_time(name, variable, code, PATIENCE if place < patient else limit, namespace))
        return results


def cell_source(name: str, variable: str, codes: list[str], patient: int) -> str:
    """Code of a cell that judges answers in the kernel and shows the results as data."""
    source = Path(__file__).read_text(encoding="utf-8")
    return f"""_judging = {{"__name__": "judging"}}
exec({source!r}, _judging)
_judging["show"]({name!r}, {variable!r}, {json.dumps(codes)!r}, {patient}, globals())"""


def show(name: str, variable: str, codes: str, patient: int, namespace: dict[str, Any]) -> None:
    """Judge answers, given as JSON, in a kernel; the results become metadata of an output."""
    from IPython.display import display

    results = judge_answers(name, variable, json.loads(codes), patient, namespace)
    display({"text/plain": ""}, raw=True, metadata={JUDGED_KEY: {"name": name, "results": results}})


def _in_time(name: str, variable: str, code: str, limit: float, namespace: dict[str, Any]) -> dict[str, Any]:
    try:
        signal.setitimer(signal.ITIMER_PROF, limit, 1.0)  # again each second: a callback may swallow the first
        passed, hint = _judged(name, variable, code, namespace)
        return {"passed": passed, "hint": hint, "late": False}
    except LateError:
        return {"passed": False, "hint": "it took too long", "late": True}
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _judged(name: str, variable: str, code: str, namespace: dict[str, Any]) -> tuple[bool, str]:
    containers = (list, dict, set)
    scope = {key: copy.copy(value) if isinstance(value, containers) else value for key, value in namespace.items()}
    try:
        exec(compile(code, "<answer>", "exec"), scope)
        feedback = exercises.judge(name, scope[variable])
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a mutant may raise anything
        return False, repr(error)
    return feedback.passed, feedback.hint


@contextlib.contextmanager
def _silent() -> Iterator[None]:
    """No text, no warning and no figure reaches the notebook."""
    nowhere, shown = io.StringIO(), plt.show
    plt.show = lambda *_, **__: plt.close("all")
    try:
        with contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(nowhere), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        plt.show = shown


@contextlib.contextmanager
def _random_states_kept() -> Iterator[None]:
    """What the notebook draws afterwards does not depend on the answers."""
    torch = sys.modules.get("torch")
    python, numpy = random.getstate(), np.random.get_state()  # noqa: NPY002 - the notebook's own
    tensors = torch.get_rng_state() if torch else None
    try:
        yield
    finally:
        random.setstate(python)
        np.random.set_state(numpy)  # noqa: NPY002
        if torch:
            torch.set_rng_state(tensors)


@contextlib.contextmanager
def _alarm() -> Iterator[None]:
    """The timer of processor time raises: a busy machine makes no answer late."""

    def stop(*_: object) -> None:
        raise LateError

    previous = signal.signal(signal.SIGPROF, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGPROF, previous)
