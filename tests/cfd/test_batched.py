"""Flows in batches: the same numbers as from the solver of the processor, with the plain step and with the kernel."""

import importlib

from bootcamp import cfd, datasets, runtime
from bootcamp.cfd import batched, flows, lattice

import numpy as np
import pytest
import torch

HEIGHT, WIDTH = 32, 64
REYNOLDS = 100.0
VISCOSITY = 0.1 * HEIGHT / REYNOLDS


@pytest.fixture(scope="module")
def solid() -> np.ndarray:
    """Four objects of different families, and none."""
    drawn = [*cfd.random_obstacles(2, HEIGHT, WIDTH, 0), *cfd.random_obstacles(2, HEIGHT, WIDTH, 0, unseen=True)]
    return np.stack([*(one.solid(HEIGHT, WIDTH) for one in drawn), np.zeros((HEIGHT, WIDTH), bool)])


def differences(batch: batched.Batch, alone: list[lattice.Lattice]) -> tuple[float, float, float]:
    """Largest difference of velocity, density and force between a batch and the lattices of the processor."""
    fields = [one.fields() for one in alone]
    velocity = np.abs(batch.velocity().numpy() - np.stack([v for _, v in fields])).max()
    density = np.abs(batch.density().numpy() - np.stack([rho for rho, _ in fields])).max()
    force = np.abs(batch.forces().numpy() - np.array([one.force() for one in alone])).max()
    return float(velocity), float(density), float(force)


def test_the_plain_step_has_the_equations_of_the_solver(solid):
    alone = [lattice.channel(one, REYNOLDS, dtype=np.float64) for one in solid]
    step = batched.reference_step
    batch = batched.Batch(solid, VISCOSITY, 0.1, device="cpu", dtype=torch.float64, step=step)
    assert max(differences(batch, alone)) < 1e-14
    batch.advance(40)
    for one in alone:
        one.advance(40)
    assert max(differences(batch, alone)) < 1e-13
    assert batch.steps == 40


def test_the_kernel_has_the_equations_of_the_solver(monkeypatch):
    """Triton's interpreter runs the kernel on the processor; on a card the benchmark compares the compiled one."""
    pytest.importorskip("triton")
    monkeypatch.setenv("TRITON_INTERPRET", "1")
    fused = importlib.reload(importlib.import_module("bootcamp.cfd.fused"))
    monkeypatch.setattr(fused, "BLOCK", 128)  # the last program of a flow is half empty
    solid = np.zeros((2, 12, 16), bool)
    solid[0, 4:7, 5:8] = True
    batch = batched.Batch(solid, 0.05, 0.1, device="cpu", step=fused.step)
    alone = [lattice.channel(one, 0.1 * 12 / 0.05) for one in solid]
    batch.advance(2)
    for one in alone:
        one.advance(2)
    assert max(differences(batch, alone)) < 1e-6


def test_every_flow_leaves_the_batch_when_it_is_steady_and_keeps_its_place(solid, monkeypatch):
    monkeypatch.setattr(batched, "flows_at_a_time", lambda cells, device: 2)
    some = solid[[4, 3, 0]]  # the empty channel is steady at once, the others are not before they are stopped
    options = {"reynolds": REYNOLDS, "tolerance": 1e-4, "max_steps": 500}
    found = batched.solve_steady_flows(some, **options, device="cpu")
    alone = [cfd.solve_steady_flow(one, **options) for one in some]
    assert [flow.steps for flow in found] == [flow.steps for flow in alone] == [200, 400, 400]
    assert [flow.steady for flow in found] == [flow.steady for flow in alone] == [True, False, False]
    for flow, other, one in zip(found, alone, some, strict=True):
        np.testing.assert_allclose(flow.velocity, other.velocity, atol=1e-6)
        np.testing.assert_allclose(flow.density, other.density, atol=1e-5)
        assert (flow.drag, flow.lift) == pytest.approx((other.drag, other.lift), abs=1e-5)
        assert flow.residual == pytest.approx(other.residual, rel=1e-2, abs=1e-8)
        assert not flow.velocity[one].any()
        assert (flow.density[one] == 1).all()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"solid": np.zeros((8, 16), bool)}, r"shape \(flows, height, width\)"),
        ({"solid": np.zeros((0, 8, 16), bool)}, "at least one flow"),
        ({"solid": np.zeros((1, 8, 16))}, "array of bool"),
        ({"reynolds": 1e6}, "below the limit"),
        ({"tolerance": 0.0}, "positive number"),
        ({"max_steps": 10}, "at least 200"),
    ],
)
def test_wrong_input_is_refused(change, message):
    options = {"solid": np.zeros((1, 16, 32), bool), "reynolds": 50.0} | change
    with pytest.raises(ValueError, match=message):
        batched.solve_steady_flows(options.pop("solid"), **options, device="cpu")


def test_a_narrow_gap_is_found(solid):
    closed = solid.copy()
    closed[1, 2:30, 20] = True
    with pytest.raises(ValueError, match="narrowest section"):
        batched.solve_steady_flows(closed, reynolds=REYNOLDS, device="cpu")


def test_a_run_that_diverges_is_an_error(solid, monkeypatch):
    monkeypatch.setattr(lattice, "check_stability", lambda *_: None)
    with pytest.raises(cfd.DivergedError, match="diverged"):
        batched.solve_steady_flows(solid[:1], reynolds=1e6, device="cpu")


def test_a_card_makes_the_full_data_set_and_only_that(monkeypatch, data_folder):
    """What a card would be asked to do, with the processor in its place."""
    asked = []

    def solve(solid, **settings):
        asked.append(len(solid))
        return [cfd.solve_steady_flow(one, **settings) for one in solid]

    monkeypatch.setattr(runtime, "gpu_table", lambda: [{"name": "card"}])
    monkeypatch.setattr(runtime, "device", lambda: "cuda")
    monkeypatch.setattr(batched, "flows_at_a_time", lambda cells, device: 4)
    monkeypatch.setattr(batched, "solve_steady_flows", solve)
    monkeypatch.setattr(flows, "PIECE", 2)
    sizes = {name: flows.Size(size.data_set, 32, 64, (3, 1, 1, 2), size.on_card) for name, size in flows.SIZES.items()}
    monkeypatch.setattr(flows, "SIZES", sizes)
    made = cfd.load_flows("train", size="full")
    assert asked == [3, 2, 2]  # pieces of 2 and 1, 1 and 1, 2
    assert cfd.load_flows("train", size="laptop").steps.min() > 0
    assert asked == [3, 2, 2]
    laptop = flows.read_flows(datasets.data_root() / "cfd_flows" / "train.h5")
    np.testing.assert_array_equal(laptop.velocity, made.velocity)
