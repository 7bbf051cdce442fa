"""Regions: areas, points inside and on the boundary, normals, signed distance."""

import math

from bootcamp import pinn

import numpy as np
import pytest
import torch

CHANNEL = pinn.Region.box((0, 0), (5, 1)) - pinn.Region.box((1.5, 0), (2.5, 0.6))
PLATE = pinn.Region.box((0, 0), (2, 1)) - pinn.Region.circle((1, 0.5), 0.25)
PAIR = pinn.Region.box((0, 0), (1, 1)) | pinn.Region.polygon([(3, 0), (4, 0), (3, 1)])
REGIONS = {"channel": CHANNEL, "plate": PLATE, "pair": PAIR}


class TestAreas:
    def test_boolean_combinations(self):
        box, shifted = pinn.Region.box((0, 0), (2, 1)), pinn.Region.box((1, 0), (3, 1))
        assert ((box | shifted).area, (box - shifted).area, (box & shifted).area) == (3.0, 1.0, 1.0)
        assert CHANNEL.area == pytest.approx(4.4) and CHANNEL.perimeter == pytest.approx(13.2)
        assert CHANNEL.bounds == ((0.0, 0.0), (5.0, 1.0))

    def test_circle(self):
        assert pinn.Region.circle((1, 2), 3).area == pytest.approx(9 * math.pi, rel=1.1e-4)

    def test_a_common_edge_is_no_common_area(self):
        with pytest.raises(ValueError, match="empty"):
            pinn.Region.box((0, 0), (1, 1)) & pinn.Region.box((1, 0), (2, 1))


@pytest.mark.parametrize("name", REGIONS)
class TestSamples:
    def test_interior_is_inside_reproducible_and_uniform(self, name):
        region = REGIONS[name]
        x, again, other = (region.sample_interior(2000, seed, dtype=torch.float64) for seed in (1, 1, 2))
        assert x.shape == (2000, 2) and region.contains(x).all() and (region.signed_distance(x) < 0).all()
        assert torch.equal(x, again) and not torch.equal(x, other)
        center = np.array(region.geometry.centroid.coords[0])
        assert np.allclose(x.mean(0).numpy(), center, atol=0.1)

    @pytest.mark.parametrize("sampler", ["halton", "sobol"])
    def test_low_discrepancy_points_inside(self, name, sampler):
        x = REGIONS[name].sample_interior(300, 0, pinn.SAMPLERS[sampler])
        assert x.shape == (300, 2) and REGIONS[name].contains(x).all()

    def test_boundary_points_lie_on_it_with_unit_normals_that_point_outward(self, name):
        region = REGIONS[name]
        x, normals = region.sample_boundary(400, 3, dtype=torch.float64)
        assert x.shape == normals.shape == (400, 2)
        assert region.signed_distance(x).abs().max() < 1e-12
        assert torch.allclose(normals.norm(dim=1), torch.ones(400, dtype=torch.float64), atol=1e-12)
        assert (region.signed_distance(x + 1e-6 * normals) > 0).all()
        assert (region.signed_distance(x - 1e-6 * normals) < 0).all()

    def test_divergence_theorem(self, name):
        """The integral of x . n over the boundary is twice the area."""
        region = REGIONS[name]
        x, normals = region.sample_boundary(4000, 0, dtype=torch.float64)
        assert (x * normals).sum(1).mean().item() * region.perimeter == pytest.approx(2 * region.area, rel=0.01)

    def test_boundary_is_reproducible_and_even(self, name):
        region = REGIONS[name]
        first, again, other = (region.sample_boundary(50, seed)[0] for seed in (1, 1, 2))
        assert torch.equal(first, again) and not torch.equal(first, other)

    def test_count_of_at_least_one(self, name):
        for sample in (REGIONS[name].sample_interior, REGIONS[name].sample_boundary):
            assert len(sample(1, 0) if sample == REGIONS[name].sample_interior else sample(1, 0).points) == 1
            with pytest.raises(ValueError, match="at least 1"):
                sample(0, 0)


class TestBoundary:
    def test_points_are_spread_by_length_also_over_the_holes(self):
        x, _ = PLATE.sample_boundary(2000, 0, dtype=torch.float64)
        on_rim = ((x - torch.tensor([1.0, 0.5])).norm(dim=1) < 0.26).double().mean().item()
        assert on_rim == pytest.approx(0.5 * math.pi / (6 + 0.5 * math.pi), abs=0.002)

    def test_normals_of_the_rim_point_into_the_hole(self):
        x, normals = PLATE.sample_boundary(2000, 0, dtype=torch.float64)
        inward = torch.tensor([1.0, 0.5], dtype=torch.float64) - x
        rim = inward.norm(dim=1) < 0.26
        assert ((inward * normals).sum(1)[rim] / inward.norm(dim=1)[rim] > 0.999).all()


class TestSignedDistance:
    def test_known_values(self):
        points = torch.tensor([[2.5, 0.8], [2.0, 0.3], [0.0, 0.5], [-3.0, 5.0], [0.2, 0.5]], dtype=torch.float64)
        expected = torch.tensor([[-0.2], [0.3], [0.0], [5.0], [-0.2]], dtype=torch.float64)
        assert torch.allclose(CHANNEL.signed_distance(points), expected, atol=1e-12)

    def test_kind_follows_the_points(self):
        points = np.array([[0.5, 0.5]])
        assert isinstance(CHANNEL.signed_distance(points), np.ndarray)
        assert CHANNEL.signed_distance(torch.tensor(points, dtype=torch.float32)).dtype == torch.float32

    def test_refused(self):
        with pytest.raises(ValueError, match=r"\(n, 2\)"):
            CHANNEL.signed_distance(torch.zeros(3))


class TestRefused:
    def test_empty(self):
        inner, outer = pinn.Region.box((1, 1), (2, 2)), pinn.Region.box((0, 0), (3, 3))
        with pytest.raises(ValueError, match="empty"):
            inner - outer
        with pytest.raises(ValueError, match="below"):
            pinn.Region.box((0, 0), (0, 1))

    def test_crossing_itself(self):
        with pytest.raises(ValueError, match="crosses itself"):
            pinn.Region.polygon([(0, 0), (1, 1), (1, 0), (0, 1)])

    @pytest.mark.parametrize("corners", [[(0, 0), (1, 1)], [(0, 0), (1, 0), (np.nan, 1)], [0, 1, 2]])
    def test_no_polygon(self, corners):
        with pytest.raises(ValueError, match="three finite corners"):
            pinn.Region.polygon(corners)

    @pytest.mark.parametrize("corners", [[(0, 0), (1, 1), (2, 2)], [(0, 0), (0, 0), (0, 0)]])
    def test_flat_polygon(self, corners):
        with pytest.raises(ValueError, match="region is"):
            pinn.Region.polygon(corners)

    def test_circle(self):
        with pytest.raises(ValueError, match="radius"):
            pinn.Region.circle((0, 0), -1)
        with pytest.raises(ValueError, match="two finite numbers"):
            pinn.Region.circle((0, np.inf), 1)
        with pytest.raises(ValueError, match="multiple of 4"):
            pinn.Region.circle((0, 0), 1, segments=6)
