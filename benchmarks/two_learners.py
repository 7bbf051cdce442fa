"""Two learners on one JupyterHub who run a notebook at the same time, with laptop parameters.

Run as root: python -m benchmarks.two_learners [NOTEBOOK ...]; without a name it is Intro_to_DL/01_Curve_Fitting.
"""

import sys
import time

from tests.classroom import class_hub

NAMES = ("anna", "ben")
NOTEBOOKS = ("Intro_to_DL/01_Curve_Fitting",)


def timed(call) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def main() -> None:
    if reason := class_hub.missing():
        sys.exit(reason)
    start = time.perf_counter()
    with class_hub.running(NAMES, PROFILE="laptop") as hub:
        print(f"hub answers after {time.perf_counter() - start:.1f} s")
        learners = [hub.learner(name) for name in NAMES]
        for learner in learners:
            learner.log_in().raise_for_status()
        show("server ready", class_hub.at_once([lambda one=one: timed(one.start) for one in learners]))
        for notebook in sys.argv[1:] or NOTEBOOKS:
            path = f"{notebook}.ipynb"
            one_alone = timed(lambda path=path: learners[0].run_notebook(path))
            print(f"{notebook}, {NAMES[0]} alone: {one_alone:.1f} s")
            together = [lambda one=one, path=path: timed(lambda: one.run_notebook(path)) for one in learners]
            show(f"{notebook}, both at once", class_hub.at_once(together))


def show(what: str, seconds: list[float]) -> None:
    print(f"{what}: " + ", ".join(f"{name} {each:.1f} s" for name, each in zip(NAMES, seconds, strict=True)))


if __name__ == "__main__":
    main()
