"""The lattice Boltzmann solver: equations, boundaries, conservation, and every input it refuses."""

import math

from bootcamp import cfd
from bootcamp.cfd import lattice

import numpy as np
import pytest

EMPTY = np.zeros((32, 64), bool)


def plain_step(f: np.ndarray, viscosity: float) -> np.ndarray:
    """One step on a periodic square written straight from the equations, f being what leaves the cells."""
    tau_plus, tau_minus = lattice.relaxation_times(viscosity)
    f = np.stack([np.roll(f[i], (c_y, c_x), axis=(0, 1)) for i, (c_x, c_y) in enumerate(lattice.C)])
    density = f.sum(axis=0)
    velocity = np.einsum("ia,iyx->yxa", lattice.C, f)
    e = lattice.equilibrium(density, velocity)
    opposite = f[lattice.OPPOSITE], e[lattice.OPPOSITE]
    even = ((f + opposite[0]) - (e + opposite[1])) / 2
    odd = ((f - opposite[0]) - (e - opposite[1])) / 2
    return f - even / tau_plus - odd / tau_minus


class TestEquations:
    def test_lattice_is_isotropic_up_to_fourth_order(self):
        c, w = lattice.C.astype(float), lattice.W
        eye = np.eye(2)
        assert w.sum() == pytest.approx(1)
        np.testing.assert_allclose(w @ c, 0, atol=1e-15)
        np.testing.assert_allclose(np.einsum("i,ia,ib", w, c, c), eye / 3, atol=1e-15)
        fourth = np.einsum("i,ia,ib,ic,id", w, c, c, c, c)
        pairs = np.einsum("ab,cd->abcd", eye, eye)
        symmetric = pairs + np.einsum("ac,bd->abcd", eye, eye) + np.einsum("ad,bc->abcd", eye, eye)
        np.testing.assert_allclose(fourth, symmetric / 9, atol=1e-15)

    def test_opposites(self):
        np.testing.assert_array_equal(lattice.C[lattice.OPPOSITE], -lattice.C)

    def test_equilibrium_has_its_density_velocity_and_momentum_flux(self):
        density, velocity = np.array([1.1, 0.9]), np.array([[0.05, -0.02], [0.0, 0.1]])
        e = lattice.equilibrium(density, velocity)
        found = lattice.moments(e)
        np.testing.assert_allclose(found[0], density)
        np.testing.assert_allclose(found[1], velocity)
        flux = np.einsum("ia,ib,in->nab", lattice.C, lattice.C, e)
        expected = density[:, None, None] / 3 * np.eye(2) + velocity[:, :, None] * velocity[:, None, :]
        np.testing.assert_allclose(flux, expected, atol=1e-15)

    @pytest.mark.parametrize("threads", [1, 2])
    def test_kernel_is_the_plain_step(self, threads):
        random = np.random.default_rng(0)
        density, velocity = 1 + 0.01 * random.random((12, 20)), 0.05 * random.standard_normal((12, 20, 2))
        start = {"outlet": False, "density": density, "velocity": velocity, "dtype": np.float64, "threads": threads}
        square = lattice.Lattice(np.zeros((12, 20), bool), 0.03, lattice.periodic_links(12, 20), **start)
        f = lattice.equilibrium(density, velocity)
        for _ in range(6):
            f = plain_step(f, 0.03)
        square.advance(6)
        found = square.fields()
        np.testing.assert_allclose(found[0], f.sum(axis=0), atol=1e-13)
        np.testing.assert_allclose(found[1], np.einsum("ia,iyx->yxa", lattice.C, f), atol=1e-13)

    def test_threads_and_precision_agree(self, disc):
        run = {"reynolds": 40, "max_steps": 400, "tolerance": 1e-12}
        one, two = (cfd.solve_steady_flow(disc, **run, threads=n) for n in (1, 2))
        np.testing.assert_array_equal(one.velocity, two.velocity)
        fine = cfd.solve_steady_flow(disc, **run, dtype=np.float64)
        assert one.velocity.dtype == np.float32
        assert fine.velocity.dtype == np.float64
        np.testing.assert_allclose(one.velocity, fine.velocity, atol=2e-6)

    def test_periodic_square_keeps_mass_and_momentum(self):
        random = np.random.default_rng(1)
        density, velocity = 1 + 0.01 * random.random((16, 16)), 0.02 * random.standard_normal((16, 16, 2))
        start = {"outlet": False, "density": density, "velocity": velocity, "dtype": np.float64}
        square = lattice.Lattice(np.zeros((16, 16), bool), 0.05, lattice.periodic_links(16, 16), **start)
        square.advance(100)
        found = square.fields()
        assert found[0].sum() == pytest.approx(density.sum(), rel=1e-13)
        np.testing.assert_allclose(found[1].sum((0, 1)), velocity.sum((0, 1)), atol=1e-12)

    @pytest.mark.parametrize("steps", [-2, 3])
    def test_odd_and_negative_numbers_of_steps(self, steps):
        with pytest.raises(ValueError, match="even"):
            cfd.lattice.channel(EMPTY, 50).advance(steps)


class TestChannel:
    def test_empty_mask_is_the_plain_channel(self):
        flow = cfd.solve_steady_flow(EMPTY, reynolds=50)
        assert flow.steady
        assert (flow.drag, flow.lift) == (0.0, 0.0)
        assert flow.velocity.shape == (32, 64, 2)
        assert flow.density.shape == (32, 64)
        slope = np.diff(flow.pressure.mean(axis=0))[20:60].mean()
        viscosity = 0.1 * 32 / 50
        assert slope == pytest.approx(-8 * viscosity * 0.1 / 32**2, rel=0.01)

    def test_flow_rate_is_that_of_the_parabola_in_every_column(self, disc):
        flow = cfd.solve_steady_flow(disc, reynolds=40, tolerance=1e-7)
        np.testing.assert_allclose(flow.velocity[..., 0].sum(axis=0), 2 / 3 * 0.1 * 32, rtol=2e-4)

    def test_velocity_vanishes_inside_the_object(self, disc):
        flow = cfd.solve_steady_flow(disc, reynolds=40)
        assert not flow.velocity[disc].any()
        assert (flow.density[disc] == 1).all()

    def test_symmetric_object_gives_a_symmetric_flow_without_lift(self, disc):
        flow = cfd.solve_steady_flow(disc, reynolds=40, dtype=np.float64)
        np.testing.assert_allclose(flow.velocity[::-1, :, 0], flow.velocity[..., 0], atol=1e-12)
        np.testing.assert_allclose(flow.velocity[::-1, :, 1], -flow.velocity[..., 1], atol=1e-12)
        assert abs(flow.lift) < 1e-12 < flow.drag

    def test_mirrored_object_gives_the_mirrored_flow(self):
        solid = cfd.ellipse(22, 14, 7, 3, 0.5).solid(32, 64)
        flow, other = (cfd.solve_steady_flow(mask, reynolds=40, dtype=np.float64) for mask in (solid, solid[::-1]))
        velocity, mask = cfd.mirrored(flow.velocity, solid)
        np.testing.assert_allclose(other.velocity, velocity, atol=1e-12)
        np.testing.assert_array_equal(mask, solid[::-1])
        assert other.drag == pytest.approx(flow.drag)
        assert other.lift == pytest.approx(-flow.lift)

    def test_forces_balance_the_momentum_of_a_control_volume(self):
        """Drag = pressure and momentum flux through the ends, less the friction on the walls."""
        solid = cfd.ellipse(44, 33, 9, 6, 0.4).solid(64, 128)
        flow = cfd.solve_steady_flow(solid, reynolds=60, tolerance=1e-7, dtype=np.float64)
        u, viscosity = flow.velocity[..., 0], 0.1 * 64 / 60
        a, b = 12, 116
        through = (flow.pressure + u**2)[:, a].sum() - (flow.pressure + u**2)[:, b].sum()
        wall = np.s_[a + 1 : b]
        slopes = [(9 * u[i, wall] - u[j, wall]) / 3 for i, j in ((0, 1), (-1, -2))]  # a parabola through the wall
        friction = viscosity * sum(float(s.sum() + s[[0, -1]].mean()) for s in slopes)
        assert flow.drag == pytest.approx(through - friction, rel=0.02)

    def test_steady_flow_does_not_depend_on_the_speed_at_one_reynolds_number(self, disc):
        fast, slow = (
            cfd.solve_steady_flow(disc, reynolds=40, inflow_velocity=u, tolerance=1e-8, dtype=np.float64)
            for u in (0.1, 0.05)
        )
        np.testing.assert_allclose(fast.velocity / 0.1, slow.velocity / 0.05, atol=5e-3)
        np.testing.assert_allclose(fast.velocity[:, :40] / 0.1, slow.velocity[:, :40] / 0.05, atol=5e-4)

    def test_residual_falls_below_the_tolerance_and_is_reported(self, disc):
        seen = []
        flow = cfd.solve_steady_flow(disc, reynolds=40, tolerance=1e-6, monitor=lambda *now: seen.append(now))
        assert flow.residual < 1e-6
        np.testing.assert_allclose(flow.history, seen)
        assert flow.history[-1, 0] == flow.steps
        longer = cfd.solve_steady_flow(disc, reynolds=40, tolerance=1e-8)
        assert np.linalg.norm(flow.velocity - longer.velocity) < 0.005 * np.linalg.norm(longer.velocity)

    def test_run_that_ends_early_is_not_steady(self, disc):
        flow = cfd.solve_steady_flow(disc, reynolds=40, max_steps=400)
        assert not flow.steady
        assert flow.steps == 400

    def test_solid_is_not_changed(self, disc):
        before = disc.copy()
        cfd.solve_steady_flow(disc, reynolds=40, max_steps=200)
        np.testing.assert_array_equal(disc, before)


class TestRefused:
    def test_blocked_channel(self):
        solid = EMPTY.copy()
        solid[:, 30] = True
        with pytest.raises(ValueError, match="blocks the channel"):
            cfd.solve_steady_flow(solid, reynolds=50)

    def test_diagonal_wall_lets_nothing_through(self):
        solid = EMPTY.copy()
        solid[np.arange(32), 16 + np.arange(32)] = True
        with pytest.raises(ValueError, match="blocks the channel"):
            cfd.solve_steady_flow(solid, reynolds=50)

    @pytest.mark.parametrize(("column", "name"), [(0, "inlet"), (63, "outlet")])
    def test_object_at_an_end(self, column, name):
        solid = EMPTY.copy()
        solid[10:14, column] = True
        with pytest.raises(ValueError, match=f"touches the {name}"):
            cfd.solve_steady_flow(solid, reynolds=50)

    @pytest.mark.parametrize(
        ("solid", "part"),
        [
            (np.zeros((32, 64)), "float64"),
            (np.zeros((32, 64), int), "solid > 0"),
            (np.full((32, 64), np.nan), "NaN"),
            (np.zeros((32, 64, 1), bool), "shape"),
            (np.zeros(64, bool), "shape"),
            (np.zeros((4, 64), bool), "at least"),
            (None, "bool"),
            ([["a"]], "bool"),
        ],
    )
    def test_mask_of_the_wrong_kind(self, solid, part):
        with pytest.raises(ValueError, match=part):
            cfd.solve_steady_flow(solid, reynolds=50)

    @pytest.mark.parametrize("value", [0, -1, math.nan, math.inf, "fast", None])
    @pytest.mark.parametrize("name", ["reynolds", "inflow_velocity"])
    def test_numbers_that_are_none(self, name, value):
        with pytest.raises(ValueError, match=name):
            cfd.solve_steady_flow(EMPTY, **{"reynolds": 50, name: value})

    def test_limits_are_named_with_what_is_allowed(self):
        with pytest.raises(ValueError, match=r"below the limit 0.0125 .* use reynolds <= 256"):
            cfd.solve_steady_flow(EMPTY, reynolds=1000)
        with pytest.raises(ValueError, match=r"above the limit 1: use reynolds >= 3.2"):
            cfd.solve_steady_flow(EMPTY, reynolds=1)
        with pytest.raises(ValueError, match=r"from 0.001 to 0.2"):
            cfd.solve_steady_flow(EMPTY, reynolds=50, inflow_velocity=0.5)
        solid = EMPTY.copy()
        solid[4:, 30] = True
        with pytest.raises(ValueError, match=r"narrowest section has 4 of 32 .* inflow_velocity <= 0.037"):
            cfd.solve_steady_flow(solid, reynolds=50)

    def test_values_at_the_limits_run(self):
        for reynolds in (256, 3.2):
            flow = cfd.solve_steady_flow(EMPTY, reynolds=reynolds, max_steps=2000)
            assert np.isfinite(flow.velocity).all()

    def test_limits_are_returned(self):
        limits = cfd.check_stability(EMPTY, 100, 0.1)
        assert limits.viscosity == pytest.approx(0.032)
        assert limits.tau == pytest.approx(0.596)
        assert limits.mach == pytest.approx(0.1 * math.sqrt(3))
        assert limits.mach_narrowest == pytest.approx(limits.mach)

    @pytest.mark.parametrize(
        "wrong", [{"tolerance": 0}, {"max_steps": 10}, {"max_steps": 1e5}, {"dtype": int}, {"threads": 0}]
    )
    def test_settings(self, wrong):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            cfd.solve_steady_flow(EMPTY, reynolds=50, **wrong)

    def test_diverging_run_stops_with_step_and_reason(self, monkeypatch, disc):
        monkeypatch.setattr(lattice, "INFLOW_VELOCITIES", (0, 10))
        monkeypatch.setattr(lattice, "FASTEST", 10)
        with pytest.raises(cfd.DivergedError, match=r"diverged before step \d+: .*(finite|sound)"):
            cfd.solve_steady_flow(disc, reynolds=100, inflow_velocity=0.5)


class TestNarrowestSection:
    def test_two_gaps_at_different_places_add_up(self):
        solid = EMPTY.copy()
        solid[5:20, 20] = True
        solid[19, 20:40] = True
        solid[19:28, 40] = True
        assert lattice.narrowest_section(solid) == 9.0

    def test_empty_channel(self):
        assert lattice.narrowest_section(EMPTY) == 32.0
