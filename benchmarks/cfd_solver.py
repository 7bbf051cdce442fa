"""Lattice updates per second of the lab's solver and of a plain vectorised PyTorch D2Q9, in one process.

Run: python benchmarks/cfd_solver.py [--threads 2] [--height 128] [--width 256]

Both sides make the same steps in float32: the flow around a disc with inflow, outlet and bounce-back walls. PyTorch
gets the same scheme written with whole arrays (roll, two relaxation times, masks) and no gradients. That both sides
compute the same is checked first. Rounds alternate, and the best of each counts.
"""

import argparse
import time
from collections.abc import Callable

from bootcamp.cfd import lattice

import numpy as np
import torch

VISCOSITY = 0.064
VELOCITY = 0.1


class TorchChannel:
    """D2Q9 with two relaxation times on whole tensors (9, height + 2, width + 2)."""

    def __init__(self, solid: np.ndarray, start: np.ndarray, links: lattice.Links):
        self.c = [tuple(map(int, c)) for c in lattice.C]
        self.w = [float(w) for w in lattice.W]
        tau_plus, tau_minus = lattice.relaxation_times(VISCOSITY)
        self.rate_plus, self.rate_minus = 1 / tau_plus, 1 / tau_minus
        self.f = torch.from_numpy(start.copy())
        self.fluid = torch.from_numpy(np.pad(~solid, 1).astype(np.float32))
        self.target, self.near = (torch.from_numpy(a) for a in (links.target, links.near))
        self.constant = torch.from_numpy(links.constant.astype(np.float32))
        self.out = torch.zeros_like(self.f)

    def step(self) -> None:
        """Stream, moments, collide, boundaries."""
        f = torch.stack([torch.roll(self.f[i], (y, x), (0, 1)) for i, (x, y) in enumerate(self.c)])
        rho = f.sum(0)
        u = (f[1] - f[2]) + (f[5] - f[6]) + (f[7] - f[8])
        v = (f[3] - f[4]) + (f[5] - f[6]) - (f[7] - f[8])
        rest = rho - 1.5 * (u * u + v * v)
        out = self.out
        out[0] = f[0] - self.rate_plus * (f[0] - self.w[0] * rest)
        for i in (1, 3, 5, 7):
            cu = self.c[i][0] * u + self.c[i][1] * v
            even = self.rate_plus * (0.5 * (f[i] + f[i + 1]) - self.w[i] * (rest + 4.5 * cu * cu))
            odd = self.rate_minus * (0.5 * (f[i] - f[i + 1]) - 3 * self.w[i] * cu)
            out[i] = f[i] - even - odd
            out[i + 1] = f[i + 1] - even + odd
        out *= self.fluid
        flat = out.view(-1)
        flat[self.target] = flat[self.near] + self.constant
        rho = out[:, 1:-1, -2].sum(0)
        for i in (2, 6, 8):
            out[i, 1:-1, -1] = out[i, 1:-1, -2] - self.w[i] * rho
        self.f, self.out = out, self.f

    def advance(self, steps: int) -> None:
        """Several steps."""
        with torch.inference_mode():
            for _ in range(steps):
                self.step()

    def velocity(self) -> np.ndarray:
        """Velocity (height, width, 2)."""
        return lattice.moments(self.f[:, 1:-1, 1:-1].numpy())[1]


def updates_per_second(advance: Callable[[int], None], cells: int, steps: int) -> float:
    """Million lattice updates per second over `steps` steps."""
    start = time.perf_counter()
    advance(steps)
    return cells * steps / (time.perf_counter() - start) / 1e6


def disc(height: int, width: int) -> np.ndarray:
    """A disc with a quarter of the height as its diameter."""
    y, x = np.mgrid[:height, :width]
    return (x - width / 4) ** 2 + (y - height / 2) ** 2 < (height / 8) ** 2


def main() -> None:
    """Check both sides against each other, time them, print million lattice updates per second and the ratio."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--height", type=int, default=128)
    parser.add_argument("--width", type=int, default=256)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    solid = disc(options.height, options.width)
    reynolds = VELOCITY * options.height / VISCOSITY
    ours = lattice.channel(solid, reynolds, VELOCITY, threads=options.threads)
    alone = lattice.channel(solid, reynolds, VELOCITY)
    peer = TorchChannel(solid, ours._f, ours.links)
    for side in (ours, alone, peer):
        side.advance(100)
    difference = np.abs(ours.fields()[1] - peer.velocity())[~solid].max() / VELOCITY
    print(f"largest difference after 100 steps: {difference:.1e} of the inflow velocity")
    assert difference < 1e-3
    rows = {
        f"lab, {options.threads} threads": (ours.advance, 4000),
        "lab, 1 thread": (alone.advance, 2000),
        f"PyTorch, {options.threads} threads": (peer.advance, 100),
    }
    best = dict.fromkeys(rows, 0.0)
    for _ in range(options.rounds):
        for name, (advance, steps) in rows.items():
            best[name] = max(best[name], updates_per_second(advance, solid.size, steps))
    print(f"{options.height} x {options.width} cells, float32, best of {options.rounds} rounds")
    for name, rate in best.items():
        print(f"{name:<22}{rate:8.0f} million lattice updates per second")
    mine, _, theirs = best.values()
    print(f"ratio {mine / theirs:.1f} (asked: 4), rate {mine:.0f} (asked: 60)")


if __name__ == "__main__":
    main()
