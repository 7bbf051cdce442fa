"""Milliseconds per flow of the lab's solver and of its surrogate, on the same objects, in one process.

Run: python benchmarks/cfd_surrogate.py [--flows 25] [--rounds 3]

The solver runs with all threads and the tolerance of the data set, one object after the other. The surrogate gets all
objects in one batch; the time includes the signed distances. Rounds alternate, and the best of each counts. Training
and the flows it learned from are not in the figures.
"""

import argparse
import time
from collections.abc import Callable

from bootcamp import cfd
from bootcamp.cfd import flows


def seconds(function: Callable[[], object]) -> float:
    """Seconds of one call."""
    begin = time.perf_counter()
    function()
    return time.perf_counter() - begin


def main() -> None:
    """Print both times, their ratio."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--flows", type=int, default=25)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    objects = cfd.load_flows("test", count=arguments.flows).solid
    surrogate = cfd.load_surrogate()
    options = {"inflow_velocity": surrogate.inflow_velocity, "tolerance": flows.TOLERANCE}

    def solve() -> None:
        for solid in objects:
            cfd.solve_steady_flow(solid, reynolds=surrogate.reynolds, **options)

    def solve_one() -> object:
        return cfd.solve_steady_flow(objects[0], reynolds=surrogate.reynolds, **options)

    solve_one(), surrogate.velocity(objects), surrogate.velocity(objects[:1])
    times = [
        (seconds(solve), seconds(lambda: surrogate.velocity(objects)), seconds(lambda: surrogate.velocity(objects[:1])))
        for _ in range(arguments.rounds)
    ]
    solver, batch, single = (1000 * min(column) for column in zip(*times, strict=True))
    solver, batch = solver / len(objects), batch / len(objects)
    print(f"solver {solver:.0f} ms, surrogate {batch:.2f} ms in a batch of {len(objects)}, {single:.1f} ms alone")
    print(f"ratio {solver / batch:.0f} in a batch, {solver / single:.0f} alone")


if __name__ == "__main__":
    main()
