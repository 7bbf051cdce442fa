"""What the notebook on steady flow writes down is what the room computes."""

from bootcamp import cfd, course
from bootcamp.cfd.lattice import OPPOSITE, C, W
from bootcamp.notebooks import authoring

import numpy as np
import pytest


@pytest.fixture(scope="module")
def taught() -> dict:
    """The definitions of the lattice Boltzmann method in the notebook."""
    names = {"np": np, "inflow_velocity": 0.1}
    functions = ("equilibrium", "collide", "stream", "boundaries", "step", "advance")
    starts = ("c = np.array", *(f"def {name}(" for name in functions))
    entry = course.select(["CFD/01_Steady_Flow"])[0]
    cells = authoring.code_cells(authoring.read(course.root() / entry.path))
    for start in starts:
        [source] = [cell.source for cell in cells if cell.source.startswith(start)]
        exec(source, names)
    return names


def test_velocities_weights_and_moments(taught):
    assert np.array_equal(taught["c"], C)
    assert np.allclose(taught["w"].ravel(), W)
    assert list(OPPOSITE) == taught["opposite"]
    random = np.random.default_rng(0)
    density, velocity = 1 + random.normal(0, 0.01, (3, 4)), random.normal(0, 0.1, (3, 4, 2))
    populations = taught["equilibrium"](density, velocity)
    assert np.allclose(populations, cfd.equilibrium(density, velocity))
    for ours, room in zip(taught["moments"](populations), cfd.moments(populations), strict=True):
        assert np.allclose(ours, room)


def test_one_relaxation_time_is_the_kernel_at_the_viscosity_where_both_times_agree(taught):
    tau = 0.5 + np.sqrt(3) / 4
    assert cfd.relaxation_times((tau - 0.5) / 3) == pytest.approx((tau, tau))
    solid = cfd.ellipse(7, 4, 2, 2).solid(10, 20)
    room = cfd.channel(solid, 0.1 * 10 / ((tau - 0.5) / 3), dtype=np.float64)
    f = np.tile(taught["w"], (1, 12, 22))
    f[:, 1:-1, 1:-1] = cfd.equilibrium(*room.fields())
    f[:, 1:-1, -1] = f[:, 1:-1, -2] - W[:, None] * (f[:, 1:-1, -2].sum(axis=0) - 1)
    room.advance(60)
    density, velocity = taught["moments"](taught["advance"](f, tau, 60, solid)[:, 1:-1, 1:-1])
    assert np.abs(velocity - room.fields()[1])[~solid].max() < 1e-13
    assert np.abs(density - room.fields()[0])[~solid].max() < 1e-13


def test_mean_flow_is_the_minimum_that_the_notebook_derives():
    entry = course.select(["CFD/01_Steady_Flow"])[0]
    cells = authoring.code_cells(authoring.read(course.root() / entry.path))
    [source] = [cell.source for cell in cells if cell.source.startswith("m = ~solids")]
    random = np.random.default_rng(0)
    solid, velocity = random.random((5, 4, 6)) < 0.4, random.normal(size=(5, 4, 6, 2))
    solid[:, 0, 0] = True
    names = {"np": np, "solids": {"train": solid}, "velocity": {"train": velocity}}
    exec(source, names)
    assert np.allclose(names["b"], cfd.mean_flow(velocity, solid))
    assert not names["b"][0, 0].any()
