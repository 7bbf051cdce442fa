"""Files of parts: what is read, what is repaired, and what is refused with which sentence."""

from bootcamp import printing
from bootcamp.printing import meshes

import numpy as np
import pytest
import trimesh


@pytest.fixture
def part():
    block = trimesh.creation.box(bounds=[[0, 0, 0], [50, 30, 12]])
    boss = trimesh.creation.cylinder(radius=10, height=20, sections=32)
    boss.apply_translation([30, 15, 18])
    return trimesh.boolean.union([block, boss], engine="manifold")


@pytest.fixture
def stored(tmp_path):
    """Function that writes a mesh, or bytes, and returns the path."""

    def write(content, name="part.stl", **options):
        path = tmp_path / name
        if not isinstance(content, bytes):
            content = content.export(file_type=path.suffix[1:].lower(), **options)
            content = content.encode() if isinstance(content, str) else content
        path.write_bytes(content)
        return path

    return write


def refused(path) -> str:
    with pytest.raises(printing.PartError) as caught:
        printing.load_part(path)
    assert str(path) in str(caught.value)
    return caught.value.reason


class TestGoodFiles:
    @pytest.mark.parametrize("name", ["a.stl", "A.STL", "a.obj", "a.Ply"])
    def test_every_format_gives_the_same_part_in_the_build_space(self, part, stored, name):
        found = printing.load_part(stored(part, name))
        assert found.is_watertight and found.body_count == 1
        assert found.extents.max() == pytest.approx(60.0)
        np.testing.assert_allclose(found.bounds.mean(axis=0), 32.0)
        scale = found.extents.max() / printing.align(part).extents.max()
        assert found.volume == pytest.approx(part.volume * scale**3, rel=1e-4)

    def test_text_and_binary_stl_are_the_same(self, part, stored):
        text = trimesh.exchange.stl.export_stl_ascii(part).encode()
        found, other = (printing.load_part(stored(c, n)) for c, n in ((text, "t.stl"), (part, "b.stl")))
        assert found.volume == pytest.approx(other.volume, rel=1e-5)

    def test_inside_out_is_turned_and_a_missing_triangle_closed(self, part, stored):
        volume = printing.load_part(stored(part)).volume
        inverted = part.copy()
        inverted.invert()
        assert printing.load_part(stored(inverted)).volume == pytest.approx(volume)
        torn = trimesh.Trimesh(part.vertices, part.faces[1:])
        assert printing.load_part(stored(torn)).volume == pytest.approx(volume)


class TestRefused:
    def test_no_such_file_folder_or_format(self, tmp_path):
        assert "cannot be read" in refused(tmp_path / "none.stl")
        (tmp_path / "folder.stl").mkdir()
        assert "folder" in refused(tmp_path / "folder.stl")
        assert "stl, obj, ply" in refused(tmp_path / "part.step")

    @pytest.mark.parametrize("content", [b"", b"   \n", b"solid x\nendsolid x\n", b"\x00" * 84])
    def test_empty(self, stored, content):
        assert any(word in refused(stored(content)) for word in ("empty", "no triangle", "damaged"))

    def test_truncated_text_and_binary(self, part, stored):
        binary = part.export(file_type="stl")
        assert "truncated" in refused(stored(binary[:-30]))
        assert "truncated" in refused(stored(binary + b"more"))
        assert "truncated" in refused(stored(trimesh.exchange.stl.export_stl_ascii(part).encode()[:-200]))

    def test_no_numbers(self, part, stored):
        part.vertices[3] = np.nan
        assert "no finite number" in refused(stored(part))

    def test_flat(self, part, stored):
        part.vertices[:, 1] = 2.0
        assert "flat" in refused(stored(part))

    def test_flat_and_tilted(self, stored):
        square = trimesh.Trimesh(
            [[0, 0, 0], [5, 0, 5], [5, 5, 5], [0, 5, 0]], [[0, 1, 2], [0, 2, 3], [2, 1, 0], [3, 2, 0]]
        )
        assert any(word in refused(stored(square)) for word in ("flat", "open"))

    def test_open(self, part, stored):
        assert "open" in refused(stored(trimesh.Trimesh(part.vertices, part.faces[40:])))

    def test_several_bodies(self, part, stored):
        other = part.copy()
        other.apply_translation([200, 0, 0])
        assert "2 bodies" in refused(stored(trimesh.util.concatenate([part, other])))

    def test_a_surface_that_runs_through_itself(self, stored):
        rod = trimesh.creation.box(extents=[8, 8, 100])
        for _ in range(4):
            rod = rod.subdivide()
        x, y, z = rod.vertices.T
        angle = 2.4 * np.pi * z / 100  # bent by more than a full turn, its ends share a place
        rod.vertices = np.stack([(20 + x) * np.cos(angle), (20 + x) * np.sin(angle), y], axis=1)
        assert "runs through itself" in refused(stored(rod))

    def test_too_many_faces(self, part, stored, monkeypatch):
        monkeypatch.setattr(meshes, "MOST_FACES", 20)
        assert "at most 20" in refused(stored(part))


def test_alignment_undoes_a_rotation(part):
    turned = part.copy()
    turned.apply_transform(trimesh.transformations.random_rotation_matrix(np.array([0.3, 0.6, 0.9])))
    one, other = (printing.align(mesh) for mesh in (part, turned))
    np.testing.assert_allclose(one.extents, other.extents, rtol=1e-6)
    inertia = one.moment_inertia
    assert np.abs(inertia - np.diag(np.diag(inertia))).max() < 1e-6 * inertia.max()
    assert (np.diff(np.diag(inertia)) >= -1e-6 * inertia.max()).all()


def test_survey_of_an_open_mesh_has_no_volume(part):
    assert printing.survey(part).watertight and printing.survey(part).volume == pytest.approx(part.volume)
    torn = trimesh.Trimesh(part.vertices, part.faces[5:])
    assert not printing.survey(torn).watertight and np.isnan(printing.survey(torn).volume)
