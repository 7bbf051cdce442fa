"""Shapes with a gradient: distances, gradients against differences, descent, and the word of the solver."""

import math
import os
import subprocess
import sys

from bootcamp import runtime
from bootcamp.cfd import design, models, obstacles

import keras
import numpy as np
import pytest
from keras import ops

HEIGHT, WIDTH, AREA = 32, 64, math.pi * 49
DESIGNS = np.array([[25.0, 15.0, 0.3, 0.4], [30.0, 17.0, -0.2, 2.0], [27.5, 15.5, 0.0, 0.0]], np.float32)


def distance(designs=DESIGNS) -> np.ndarray:
    outline = design.ellipse_outline(ops.convert_to_tensor(designs), AREA)
    return ops.convert_to_numpy(design.outline_distance(outline, HEIGHT, WIDTH))


def mean_distance(designs):
    return ops.mean(design.ellipse_input(designs, AREA, HEIGHT, WIDTH) ** 2, axis=(1, 2, 3))


class TestShapes:
    def test_area_does_not_depend_on_the_design(self):
        x, y = np.moveaxis(ops.convert_to_numpy(design.ellipse_outline(ops.convert_to_tensor(DESIGNS), AREA)), -1, 0)
        areas = np.sum(x * np.roll(y, -1, 1) - y * np.roll(x, -1, 1), axis=1) / 2
        assert areas == pytest.approx(np.full(3, AREA), rel=2e-3)

    def test_distance_to_a_disc_is_exact(self):
        y, x = np.mgrid[:HEIGHT, :WIDTH]
        assert distance()[2] == pytest.approx(np.hypot(x - 27.5, y - 15.5) - 7, abs=0.02)

    def test_distance_is_that_of_the_mask_within_a_cell(self):
        solid = np.stack([design.design_solid(one, AREA, HEIGHT, WIDTH) for one in DESIGNS])
        assert np.abs(distance() - obstacles.signed_distance(solid)).max() < 1
        assert ((distance() < 0) != solid).sum() <= 4

    def test_solid_is_the_ellipse_of_the_room(self):
        a, b = design.half_axes(AREA, 0.3)
        wanted = obstacles.ellipse(25, 15, a, b, 0.4).solid(HEIGHT, WIDTH)
        assert (design.design_solid([25, 15, 0.3, 0.4], AREA, HEIGHT, WIDTH) == wanted).all()
        assert a * b == pytest.approx(49) and a / b == pytest.approx(math.exp(0.6))

    def test_input_is_scaled_as_in_training(self):
        found = ops.convert_to_numpy(design.network_input(ops.convert_to_tensor(distance())))
        assert found[..., 0] == pytest.approx(models.scaled_distance(distance()), abs=1e-6)

    def test_block_means(self):
        x = np.arange(2 * 8 * 8, dtype=np.float32).reshape(2, 8, 8, 1)
        found = ops.convert_to_numpy(design.block_means(ops.convert_to_tensor(x)))
        assert found.shape == (2, 2, 2, 1) and found[1, 0, 1, 0] == x[1, :4, 4:].mean()
        with pytest.raises(ValueError, match="multiples of 3"):
            design.block_means(ops.convert_to_tensor(x), 3)


class TestGradient:
    def test_of_a_known_function(self):
        values, slopes = design.value_and_gradient(lambda p: ops.sum(p**2, axis=1), DESIGNS)
        assert values == pytest.approx((DESIGNS**2).sum(axis=1)) and slopes == pytest.approx(2 * DESIGNS)

    def test_through_the_distance_against_differences(self):
        _, slopes = design.value_and_gradient(mean_distance, DESIGNS[:2])
        differences = design.finite_differences(mean_distance, DESIGNS[:2], [0.1, 0.1, 0.01, 0.01])
        assert slopes == pytest.approx(differences, rel=0.02, abs=2e-5)

    @pytest.mark.parametrize("parameters", [np.zeros(4), np.full((1, 4), np.nan)])
    def test_bad_parameters(self, parameters):
        with pytest.raises(ValueError, match="parameters are finite"):
            design.value_and_gradient(mean_distance, parameters)

    def test_other_backends_are_refused(self, monkeypatch):
        monkeypatch.setattr(keras.backend, "backend", lambda: "abacus")
        with pytest.raises(ValueError, match="not for 'abacus'"):
            design.value_and_gradient(mean_distance, DESIGNS)

    def test_the_other_backend_gives_the_same(self):
        code = (
            "from tests.cfd import test_design as t\n"
            "v, g = t.design.value_and_gradient(t.mean_distance, t.DESIGNS)\n"
            "print(*v, *g.ravel())"
        )
        other = {"tensorflow": "torch", "torch": "tensorflow"}[keras.backend.backend()]
        done = subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"KERAS_BACKEND": other},
            capture_output=True,
            text=True,
            check=True,
        )
        values, slopes = design.value_and_gradient(mean_distance, DESIGNS)
        assert [float(word) for word in done.stdout.split()] == pytest.approx(
            [*values, *slopes.ravel()], rel=1e-3, abs=1e-5
        )


class TestDescent:
    def test_finds_a_minimum_inside_and_one_on_the_edge(self):
        def bowl(p):
            return ops.sum((p - ops.convert_to_tensor(np.array([1.0, 4.5], np.float32))) ** 2, axis=1)

        path, values = design.descend(bowl, np.array([[-1.0, 0.0], [3.0, 4.0]]), [-2, -4], [4, 4], steps=80)
        assert path.shape == (81, 2, 2) and values.shape == (81, 2)
        assert path[-1] == pytest.approx(np.array([[1.0, 4.0]] * 2), abs=0.05)
        assert (path >= [-2, -4]).all() and (path <= [4, 4]).all()

    @pytest.mark.parametrize(("start", "steps"), [([[5.0, 0.0]], 3), ([[0.0, 0.0]], 0)])
    def test_bad_input(self, start, steps):
        with pytest.raises(ValueError, match="descent needs"):
            design.descend(lambda p: p[:, 0], np.array(start), [-2, -4], [4, 4], steps=steps)


class TestSolver:
    def test_mirror_designs_have_equal_drag_and_opposite_lift(self):
        pair = np.array([[25.0, 17.0, 0.3, 0.5], [25.0, 14.0, 0.3, -0.5]])
        found = design.check_with_solver(pair, AREA, HEIGHT, WIDTH)
        assert found.velocity.shape == (2, HEIGHT, WIDTH, 2)
        assert found.drag[0] == pytest.approx(found.drag[1], rel=1e-3)
        assert found.lift[0] == pytest.approx(-found.lift[1], rel=1e-2)

    def test_gain_table(self):
        table = design.gain_table((np.array([3.0]), np.array([1.0])), (np.array([3.2]), np.array([1.7])))
        assert table["confirmed"][0] == pytest.approx(0.75)
        assert table["predicted gain"][0] == 2.0


class TestPanel:
    def test_without_sliders_the_first_values_are_drawn(self, monkeypatch):
        from bootcamp.cfd import panel

        monkeypatch.setenv(runtime.PROGRESS_VARIABLE, "off")
        drawn = []
        panel(lambda **values: drawn.append(values), {"x": (0, 1, 2), "y": (3, 3, 4)})
        assert drawn == [{"x": 1, "y": 3}]

    def test_sliders(self, monkeypatch):
        from bootcamp.cfd import panel

        shown, drawn = [], []
        monkeypatch.setattr("IPython.display.display", shown.append)
        panel(lambda x, y: drawn.append((x, y)), {"x": (0, 1, 2), "y": (3, 3, 4)}, steps=10, live=True)
        controls = shown[0].children
        assert [(c.min, c.max, c.step, c.description) for c in controls[:2]] == [(0, 2, 0.2, "x"), (3, 4, 0.1, "y")]
        controls[0].value = 2
        assert drawn[-1] == (2, 3)

    @pytest.mark.parametrize("ranges", [{}, {"x": (0, 3, 2)}, {"x": (1, 1, 1)}])
    def test_bad_ranges(self, ranges):
        from bootcamp.cfd import panel

        with pytest.raises(ValueError, match="panel needs"):
            panel(print, ranges)
