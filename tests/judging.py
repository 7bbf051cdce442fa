"""Many answers to one exercise judged in one go, where the notebook has defined what they need.

`judge_answers` is sent into a notebook as the source of a cell, so it stands on its own: it imports what it uses.
"""

import inspect
import json
from typing import Any

JUDGED_KEY = "bootcamp_judged"


def judge_answers(name: str, variable: str, codes: list[str], namespace: dict[str, Any]) -> list[dict[str, Any]]:
    """Judge answers in a copy of a namespace each, silently, without a record, and within a limit of processor time.

    The first answer is the solution: its time sets the limit of the others, since a mutant may never end.

    Args:
        name: the exercise.
        variable: the name that the code gives to its answer.
        codes: the answers.
        namespace: what the notebook has defined.

    Returns:
        For each answer `passed`, `hint`, and `late`: whether it was stopped.
    """
    import contextlib
    import copy
    import io
    import random
    import signal
    import sys
    import time
    import warnings

    from bootcamp import exercises

    import matplotlib.pyplot as plt
    import numpy as np

    class LateError(BaseException):
        """No Exception, so that neither an answer nor a check catches it."""

    def stop(*_: object) -> None:
        raise LateError

    def judge(code: str) -> tuple[bool, str]:
        kept = (list, dict, set)
        scope = {key: copy.copy(value) if isinstance(value, kept) else value for key, value in namespace.items()}
        try:
            exec(compile(code, "<answer>", "exec"), scope)
            feedback = exercises.judge(name, scope[variable])
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a mutant may raise anything
            return False, repr(error)
        return feedback.passed, feedback.hint

    def in_time(code: str, limit: float) -> dict[str, Any]:
        try:
            signal.setitimer(signal.ITIMER_PROF, limit, 1.0)  # again each second: a callback may swallow the first
            passed, hint = judge(code)
            return {"passed": passed, "hint": hint, "late": False}
        except LateError:
            return {"passed": False, "hint": "it took too long", "late": True}
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)

    torch = sys.modules.get("torch")
    states = random.getstate(), np.random.get_state(), torch and torch.get_rng_state()  # noqa: NPY002 - the notebook's
    previous, show = signal.signal(signal.SIGPROF, stop), plt.show
    plt.show = lambda *_, **__: plt.close("all")
    silent = io.StringIO()
    try:
        with contextlib.redirect_stdout(silent), contextlib.redirect_stderr(silent), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            started = time.process_time()
            results = [in_time(codes[0], 120.0)]
            limit = max(2.0, 10.0 * (time.process_time() - started))
            return results + [in_time(code, limit) for code in codes[1:]]
    finally:
        signal.signal(signal.SIGPROF, previous)
        plt.show = show
        random.setstate(states[0])
        np.random.set_state(states[1])  # noqa: NPY002
        if torch:
            torch.set_rng_state(states[2])


def cell_source(name: str, variable: str, codes: list[str]) -> str:
    """Code of a cell that judges answers in the kernel and shows the results as data."""
    return f"""from typing import Any
{inspect.getsource(judge_answers)}
import IPython.display
import json as _json
_results = judge_answers({name!r}, {variable!r}, _json.loads({json.dumps(codes)!r}), globals())
_data = {{{JUDGED_KEY!r}: {{"name": {name!r}, "results": _results}}}}
IPython.display.display({{"text/plain": ""}}, raw=True, metadata=_data)"""
