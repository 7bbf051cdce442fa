"""The reference flow over the chip, the network for it, and the Gauss-Newton training: facts of the science."""

import math

from bootcamp import datasets, exercises, pinn, runtime
from bootcamp.pinn import chip, chip_network, least_squares

import numpy as np
import pytest
import torch

CELLS = 20


@pytest.fixture(scope="module")
def flow():
    return chip.solve_chip(0.02, 0.6, 1.0, CELLS)


class TestReference:
    def test_every_section_carries_the_inlet_flow(self, flow):
        np.testing.assert_allclose(chip.flow_rates(flow), 1.0, atol=1e-10)

    def test_empty_channel_is_plane_poiseuille(self):
        empty = chip.solve_chip(0.02, 0.0, 1.0, 40)
        assert chip.pressure_drop(empty) == pytest.approx(12 * 0.02 * 5, rel=3e-3)
        y = empty.grid.centres[1]
        np.testing.assert_allclose(empty.u[50], 6 * y * (1 - y), atol=2e-3)
        assert np.abs(empty.v).max() < 2e-3

    def test_empty_channel_converges_with_second_order(self):
        drops = [chip.pressure_drop(chip.solve_chip(0.02, 0.0, 1.0, n)) - 1.2 for n in (10, 20, 40)]
        assert 1.7 < math.log2(abs(drops[0] / drops[1])) < 2.3
        assert 1.7 < math.log2(abs(drops[1] / drops[2])) < 2.3

    def test_grids_converge_on_the_chip(self, flow):
        values = chip.chip_convergence((10, 20, 40))
        for name in ("pressure drop", "velocity above the chip"):
            coarse, middle, fine = values[name]
            assert abs(fine - middle) < 0.6 * abs(middle - coarse)
        assert values["pressure drop"][1] == chip.pressure_drop(flow)

    def test_stokes_limit_is_linear_in_the_viscosity(self):
        slow, slower = (chip.solve_chip(nu, 0.6, 1.0, 10) for nu in (50.0, 100.0))
        assert chip.pressure_drop(slower) / chip.pressure_drop(slow) == pytest.approx(2.0, rel=1e-3)
        np.testing.assert_allclose(slow.u, slower.u, atol=1e-3)

    def test_stokes_flow_far_from_the_ends_is_symmetric_about_the_chip(self):
        slow = chip.solve_chip(100.0, 0.6, 1.0, 20)
        y = np.linspace(0.05, 0.95, 7)
        before, after = (slow.at(np.column_stack([np.full(7, x), y])) for x in (1.3, 2.7))
        np.testing.assert_allclose(before[:, 0], after[:, 0], atol=0.02)
        np.testing.assert_allclose(before[:, 1], -after[:, 1], atol=0.02)

    def test_momentum_balance_of_an_integral_control_volume(self, flow):
        """Forces on the walls and pressures add up: the drop over a chip exceeds that of its narrow gap alone."""
        assert chip.pressure_drop(flow) > 12 * 0.02 * 1.0 / 0.4**3

    def test_an_eddy_lies_behind_the_chip_and_grows_as_the_viscosity_falls(self, flow):
        thick = chip.solve_chip(0.05, 0.6, 1.0, CELLS)
        assert 2.5 < chip.reattachment(thick) < chip.reattachment(flow) < 5

    def test_no_eddy_end_without_chip(self):
        assert math.isnan(chip.reattachment(chip.solve_chip(0.02, 0.0, 1.0, 10)))

    @pytest.mark.parametrize(("height", "width"), [(0.47, 0.83), (0.4, 1.4), (0.73, 0.6)])
    def test_grid_lines_meet_the_edges(self, height, width):
        grid = chip.chip_grid(height, width, 20)
        for edge in chip.chip_edges(width):
            assert np.abs(grid.x - edge).min() < 1e-12
        assert np.abs(grid.y - height).min() < 1e-12
        area = np.outer(np.diff(grid.x), np.diff(grid.y))[~grid.fluid].sum()
        assert area == pytest.approx(height * width)

    def test_default_cells_are_squares(self):
        grid = chip.chip_grid(0.6, 1.0, 20)
        np.testing.assert_allclose(np.concatenate([np.diff(grid.x), np.diff(grid.y)]), 0.05)

    def test_interpolation_gives_cell_values_walls_and_nan(self, flow):
        found = flow.at(flow.points)
        np.testing.assert_allclose(found[:, :2], flow.velocity, atol=1e-12)
        np.testing.assert_allclose(found[:, 2], flow.pressure, atol=1e-12)
        walls = np.array([[0.7, 0.0], [3.3, 1.0], [2.0, 0.6]])
        np.testing.assert_allclose(flow.at(walls)[:, 0], 0.0, atol=1e-12)
        sides = np.array([[1.5, 0.31], [2.5, 0.33]])
        np.testing.assert_allclose(flow.at(sides)[:, :2], 0.0, atol=1e-12)
        np.testing.assert_allclose(flow.at(np.array([[5.0, 0.4]]))[:, 2], 0.0, atol=1e-12)
        assert np.isnan(flow.at(np.array([[2.0, 0.3]]))).all()

    def test_points_outside_of_the_channel_are_refused(self, flow):
        with pytest.raises(ValueError, match="channel"):
            flow.at(np.array([[5.1, 0.5]]))
        with pytest.raises(ValueError, match="shape"):
            flow.at(np.zeros(3))

    @pytest.mark.parametrize(
        ("bad", "name"),
        [
            ({"viscosity": -0.02}, "viscosity"),
            ({"viscosity": 0.0}, "viscosity"),
            ({"viscosity": float("nan")}, "viscosity"),
            ({"height": 1.0}, "height"),
            ({"height": -0.1}, "height"),
            ({"width": 4.5}, "width"),
            ({"width": float("nan")}, "width"),
        ],
    )
    def test_bad_input_names_the_allowed_range(self, bad, name):
        with pytest.raises(ValueError, match=rf"{name} must lie from .* to "):
            pinn.chip_reference(**bad)

    def test_too_coarse_a_grid_is_refused(self):
        with pytest.raises(ValueError, match="at least 10"):
            chip.solve_chip(0.02, 0.6, 1.0, 4)

    def test_the_data_set_holds_what_the_solver_computes(self, tmp_path, monkeypatch):
        monkeypatch.setenv("BOOTCAMP_DATA", str(tmp_path))
        monkeypatch.setattr(chip, "CELLS", 10)
        monkeypatch.setattr(chip, "STORED", ((0.6, 1.0),))
        monkeypatch.setattr(chip, "solve_chip", lambda nu, h, w, cells=10: SOLVE(nu, h, w, cells))
        folder = datasets.prepare("chip_flows")
        stored, computed = chip._load(folder, 0.6, 1.0), SOLVE(0.02, 0.6, 1.0, 10)
        np.testing.assert_array_equal(stored.p, computed.p)
        monkeypatch.setattr(chip, "CELLS", 20)
        with pytest.raises(datasets.DataError, match="another version"):
            chip._load(folder, 0.6, 1.0)


SOLVE = chip.solve_chip


def network(width: int = 8, geometry: bool = False) -> chip_network.ChipNetwork:
    runtime.set_seed(3)
    return chip_network.ChipNetwork(width, 2, geometry).double()


class TestNetwork:
    @pytest.mark.parametrize("geometry", [False, True])
    def test_conditions_hold_before_training(self, geometry):
        tried, shape = network(geometry=geometry), chip_network.chip_geometry(4, 0.5, 0.8)
        walls = torch.tensor([[1.0, 0.0], [4.0, 1.0], [1.6, 0.25], [2.1, 0.5]], dtype=torch.float64)
        assert tried(walls, shape)[:, :2].abs().max() < 1e-4
        y = torch.tensor([0.1, 0.4, 0.5, 0.9], dtype=torch.float64)
        inlet = tried(torch.stack([torch.zeros(4, dtype=torch.float64), y], 1), shape)
        torch.testing.assert_close(inlet[:, 0], 6 * y * (1 - y), atol=1e-3, rtol=0)
        assert inlet[:, 1].abs().max() == 0
        outlet = tried(torch.stack([torch.full((4,), 5.0, dtype=torch.float64), y], 1), shape)
        assert outlet[:, 2].abs().max() == 0

    def test_poiseuille_flow_has_no_residual(self):
        def exact(x):
            y = x[:, 1:2]
            return torch.cat([6 * y * (1 - y), 0 * y, 12 * 0.02 * (5 - x[:, 0:1])], dim=1)

        x, _ = chip_network.chip_points(50, seed=1)
        residuals = pinn.navier_stokes(pinn.derivatives(exact, x), 0.02)
        assert residuals.abs().max() < 1e-12

    def test_points_and_sections_stay_in_the_fluid(self):
        points = pinn.ChipPoints(300, 30, seed=2, highest=lambda step: 0.8)
        x, geometry = points.inside
        assert len(x) == 300
        assert (pinn.chip_distance(x, geometry) > 0).all()
        sections, shape, weights = points.sections
        assert (pinn.chip_distance(sections, shape) > 0).all()
        assert len(sections) == weights.numel()
        first = points.inside[0].clone()
        points.draw(10)
        assert not torch.equal(first, points.inside[0])
        points.draw(0)
        assert torch.equal(first, points.inside[0])

    def test_the_range_of_heights_grows_with_the_steps(self):
        points = pinn.ChipPoints(300, 30, seed=2, highest=lambda step: 0.5 + 0.01 * step)
        assert points.inside[1][:, 0].max() <= 0.5
        points.draw(30)
        for geometry in (points.inside[1], points.sections[1], points.outlet[1]):
            assert 0.65 < geometry[:, 0].max() <= 0.8 and geometry[:, 0].min() >= 0.4

    def test_the_outlet_term_sees_inflow_and_a_slope_of_v(self):
        points = pinn.ChipPoints(20, 16, seed=2)

        def loss(u, v):
            field = lambda x, _: torch.stack([u(x), v(x), 0 * x[:, 0]], dim=1)  # noqa: E731
            return pinn.chip_terms(field, points, lambda: 0.02)["outlet"]().square().sum().item()

        def parabola(x):
            return 6 * x[:, 1] * (1 - x[:, 1])

        assert loss(parabola, lambda x: 0 * x[:, 0]) == 0
        assert loss(lambda x: -parabola(x), lambda x: 0 * x[:, 0]) > 1
        assert loss(parabola, lambda x: 0.5 * x[:, 0]) == pytest.approx(16 * 0.25)

    def test_a_section_integrates_the_inlet_parabola(self):
        x = torch.tensor([0.0, 2.0], dtype=torch.float64)
        points, _, weights = pinn.section_points(x, pinn.chip_geometry(2))
        y = points[:, 1]
        defect = pinn.flow_defect(6 * y * (1 - y), weights)
        above = 3 * 1 - 2 * 1 - (3 * 0.36 - 2 * 0.216)
        torch.testing.assert_close(defect, torch.tensor([0.0, above - 1], dtype=torch.float64))

    def test_distance_of_points(self):
        x = torch.tensor([[1.2, 1.0], [2.0, 0.7], [2.0, 0.3], [0.5, 0.2]], dtype=torch.float64)
        expected = torch.tensor([0.5, 0.1, 0.0, 1.0], dtype=torch.float64)
        torch.testing.assert_close(pinn.chip_distance(x, pinn.chip_geometry(4)), expected)

    def test_errors_of_the_reference_against_itself_vanish(self, flow):
        class Perfect(torch.nn.Module):
            def forward(self, x, geometry):
                return torch.as_tensor(np.column_stack([flow.velocity, flow.pressure]))

        assert pinn.chip_errors(Perfect(), flow) == (0.0, 0.0)


class TestGaussNewton:
    def test_jacobian_is_that_of_autograd(self):
        tried, points = network(5), pinn.ChipPoints(7, 3, seed=4)
        scalar = torch.tensor(-3.0, dtype=torch.float64, requires_grad=True)
        terms = pinn.chip_terms(tried, points, lambda: torch.exp(scalar))
        parameters = [*least_squares.network_parameters(tried), scalar]
        for term in terms.values():
            residuals, jacobian = pinn.residual_jacobian(term, tried, [scalar])
            flat, rows = residuals.flatten(), jacobian.flatten(0, 1)
            values = term().flatten()
            torch.testing.assert_close(flat, values.detach())
            for i in (0, len(flat) // 2, len(flat) - 1):
                slopes = torch.autograd.grad(values[i], parameters, retain_graph=True, materialize_grads=True)
                torch.testing.assert_close(rows[i], torch.cat([slope.flatten() for slope in slopes]))

    def test_a_linear_problem_is_solved_at_once(self):
        runtime.set_seed(1)
        line = torch.nn.Linear(1, 1).double()
        x = torch.linspace(0, 1, 9, dtype=torch.float64)[:, None]
        history = pinn.gauss_newton({"line": lambda: line(x) - (3 * x - 1)}, line, 8, damping=1e-8)
        assert line.weight.item() == pytest.approx(3, abs=1e-6)
        assert line.bias.item() == pytest.approx(-1, abs=1e-6)
        assert history.total[-1] < 1e-12

    def test_the_loss_on_fixed_points_never_rises(self):
        tried, points = network(8), pinn.ChipPoints(60, 5, seed=1)
        terms = pinn.chip_terms(tried, points, lambda: 0.02)
        history = pinn.gauss_newton(terms, tried, 6, monitor={"one": lambda: 1.0}, monitor_every=3)
        assert np.all(np.diff(history.total) <= 0)
        assert history.total[-1] < 0.5 * history.total[0]
        assert history.monitor_step == [0, 3, 6]

    def test_nan_stops_with_the_name_of_the_term(self):
        line = torch.nn.Linear(1, 1).double()
        x = torch.ones(3, 1, dtype=torch.float64)
        with pytest.raises(pinn.TrainingDivergedError, match="broken"):
            pinn.gauss_newton({"broken": lambda: line(x) * float("nan")}, line, 2)

    def test_a_term_that_calls_the_network_twice_is_refused(self):
        line = torch.nn.Linear(1, 1).double()
        x = torch.ones(3, 1, dtype=torch.float64)
        with pytest.raises(ValueError, match="exactly once"):
            pinn.gauss_newton({"twice": lambda: line(x) + line(x)}, line, 2)
        with pytest.raises(ValueError, match="linear layers only"):
            pinn.gauss_newton({}, torch.nn.Sequential(torch.nn.PReLU()), 1)


@pytest.mark.parametrize("name", ["chip_residuals", "chip_weight", "chip_section", "chip_positive"])
def test_the_room_passes_its_own_exercises(name):
    answers = {
        "chip_residuals": pinn.navier_stokes,
        "chip_weight": lambda x, reach: pinn.distance_weight(x, pinn.chip_geometry(len(x)).to(x.dtype), reach),
        "chip_section": lambda u, roots, weights, floor: (
            (u(floor + (1 - floor) * (roots + 1) / 2) * weights).sum() * (1 - floor) / 2 - 1
        ),
        "chip_positive": torch.exp,
    }
    assert exercises.check(f"pinn.{name}", answers[name]).passed
