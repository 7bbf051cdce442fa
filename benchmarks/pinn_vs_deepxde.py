"""Time to equal error: the lab's way beside DeepXDE in its documented style, for the composite bar and the springs.

Run: python benchmarks/pinn_vs_deepxde.py [--threads 1] [--seed 0] [--limit 150]
Needs DeepXDE: pip install -e .[benchmark]

Both sides get the equations in scaled unknowns, float64, the same threads and the same error measure: relative L2 on a
fine grid, evaluated along the training with the clock stopped. DeepXDE trains a tanh network with soft conditions by
Adam, then L-BFGS, until it reaches the error or its time is over; then the ratio is a lower bound ("at least").
The lab's side is `bootcamp.pinn.solve_bar` and `solve_springs`.
"""

import argparse
import contextlib
import io
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bootcamp import pinn, runtime

import numpy as np
import torch

os.environ.setdefault("DDE_BACKEND", "pytorch")
os.environ.setdefault("BOOTCAMP_PROGRESS", "off")


@dataclass(frozen=True)
class Problem:
    """One problem of the comparison: the error to reach, the ratio that is asked for, and both ways to solve it."""

    name: str
    error: float
    ratio: float
    lab: Callable[..., pinn.Solution]
    peer: Callable[[Any], tuple[Any, Callable[[Any], float]]]
    adam_steps: int


def deepxde_bar(dde: Any) -> tuple[Any, Callable[[Any], float]]:
    """Model of the bar and its error. Both halves as outputs over the distance y from the outer end, T / 100."""

    def equations(y: Any, u: Any) -> list[Any]:
        return [dde.grad.hessian(u, y, component=i) for i in (0, 1)]

    def flux(y: Any, u: Any, _: Any) -> Any:
        return dde.grad.jacobian(u, y, i=0) + (0.1 / 10.0) * dde.grad.jacobian(u, y, i=1)

    interval = dde.geometry.Interval(0, 1)
    outer, interface = (lambda y, on: on and np.isclose(y[0], 0)), (lambda y, on: on and np.isclose(y[0], 1))
    conditions = [
        dde.icbc.DirichletBC(interval, lambda y: 0, outer, component=0),
        dde.icbc.DirichletBC(interval, lambda y: 1, outer, component=1),
        dde.icbc.OperatorBC(interval, lambda y, u, _: u[:, 0:1] - u[:, 1:2], interface),
        dde.icbc.OperatorBC(interval, flux, interface),
    ]
    data = dde.data.PDE(interval, equations, conditions, num_domain=40, num_boundary=2)
    x = np.linspace(0, 2, 401)[:, None]

    def error(model: Any) -> float:
        left, right = model.predict(x)[:, :1], model.predict(2 - x)[:, 1:]
        return pinn.relative_l2(100 * np.where(x < 1, left, right), pinn.bar_exact(x))

    return dde.Model(data, dde.nn.FNN([1, *[32] * 3, 2], "tanh", "Glorot uniform")), error


def deepxde_springs(dde: Any) -> tuple[Any, Callable[[Any], float]]:
    """Model of the springs and its error."""
    k1, k2, k3, k4 = pinn.STIFFNESSES

    def equations(t: Any, x: Any) -> list[Any]:
        x1, x2, x3 = x[:, 0:1], x[:, 1:2], x[:, 2:3]
        force = (-k1 * x1 + k2 * (x2 - x1), -k2 * (x2 - x1) + k3 * (x3 - x2), -k3 * (x3 - x2) - k4 * x3)
        return [m * dde.grad.hessian(x, t, component=i) - force[i] for i, m in enumerate(pinn.MASSES)]

    interval = dde.geometry.TimeDomain(0, 10)

    def start(t: Any, on: bool) -> bool:
        return on and np.isclose(t[0], 0)

    # DeepXDE counts the arguments of these functions, so the component cannot be a default argument.
    def displacement(i: int) -> Any:
        return dde.icbc.IC(interval, lambda t: pinn.START[i], start, component=i)

    def velocity(i: int) -> Any:
        return dde.icbc.OperatorBC(interval, lambda t, x, _: dde.grad.jacobian(x, t, i=i), start)

    conditions = [make(i) for make in (displacement, velocity) for i in range(3)]
    data = dde.data.PDE(interval, equations, conditions, num_domain=200, num_boundary=2)
    t = np.linspace(0, 10, 501)[:, None]
    network = dde.nn.FNN([1, *[50] * 3, 3], "tanh", "Glorot uniform")
    return dde.Model(data, network), lambda model: pinn.relative_l2(model.predict(t), pinn.springs_exact(t))


PROBLEMS = (
    Problem("bar", 1e-4, 3.0, pinn.solve_bar, deepxde_bar, adam_steps=2000),
    Problem("springs", 1e-3, 20.0, pinn.solve_springs, deepxde_springs, adam_steps=5000),
)


def lab_seconds(problem: Problem, seed: int) -> float:
    """Seconds of the lab's way to the error, infinite if it is not reached."""
    runtime.set_seed(seed)
    return problem.lab(monitor_every=20).history.seconds_to("error", problem.error)


def peer_seconds(problem: Problem, dde: Any, seed: int, limit: float) -> tuple[float, float]:
    """Seconds of DeepXDE to the error (infinite if not reached), and the lowest error it reached."""
    dde.config.set_random_seed(seed)
    model, error = problem.peer(dde)
    found = {"seconds": float("inf"), "lowest": float("inf"), "idle": 0.0}

    class Watch(dde.callbacks.Callback):
        def on_epoch_end(self) -> None:
            now = time.perf_counter()
            step = self.model.train_state.step
            if step % 200 == 0 or step > problem.adam_steps:
                reached = error(self.model)
                found["lowest"] = min(found["lowest"], reached)
                if reached <= problem.error:
                    found["seconds"] = now - start - found["idle"]
                if reached <= problem.error or now - start - found["idle"] > limit:
                    self.model.stop_training = True
            found["idle"] += time.perf_counter() - now

    options = {"display_every": 10**9, "callbacks": [Watch()]}
    with contextlib.redirect_stdout(io.StringIO()):
        model.compile("adam", lr=1e-3)
        start = time.perf_counter()
        model.train(iterations=problem.adam_steps, **options)
        if not model.stop_training:
            # Stops of 100 steps instead of 1000: otherwise the time to the error would be too long by up to 1000.
            dde.optimizers.set_LBFGS_options(maxiter=100_000)
            dde.optimizers.config.LBFGS_options |= {"iter_per_step": 100, "fun_per_step": 125}
            model.compile("L-BFGS")
            model.train(**options)
    return found["seconds"], found["lowest"]


def main() -> None:
    """Print time to equal error and ratio of both problems."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--limit", type=float, default=150.0, help="seconds for DeepXDE per problem")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    try:
        with contextlib.redirect_stderr(io.StringIO()):
            import deepxde as dde
    except ImportError as error:
        sys.exit(f"DeepXDE is missing ({error}): pip install -e .[benchmark]")
    with contextlib.redirect_stdout(io.StringIO()):
        dde.config.set_default_float("float64")
    torch.set_num_threads(arguments.threads)
    print(
        f"DeepXDE {dde.__version__}, PyTorch {torch.__version__}, {arguments.threads} thread(s), seed {arguments.seed}"
    )
    for problem in PROBLEMS:
        ours = lab_seconds(problem, arguments.seed)
        theirs, lowest = peer_seconds(problem, dde, arguments.seed, arguments.limit)
        bound = "" if theirs < float("inf") else "at least "
        shown = f"{theirs:.1f} s" if not bound else f"not in {arguments.limit:.0f} s (lowest error {lowest:.1e})"
        ratio = min(theirs, arguments.limit) / ours
        print(
            f"{problem.name}: relative L2 {problem.error:g}: lab {ours:.1f} s, DeepXDE {shown}: {bound}{ratio:.1f} "
            f"times faster; asked for {problem.ratio:g}: {ratio >= problem.ratio}",
            flush=True,
        )


if __name__ == "__main__":
    main()
