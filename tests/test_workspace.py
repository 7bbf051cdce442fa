import errno
import json
from pathlib import Path

from bootcamp import course
from bootcamp.notebooks import authoring, parameters, workspace

import nbformat
import pytest


@pytest.fixture
def profiles(fake_course):
    """A course whose first notebook has values for the profile gpu."""
    fake_course.describe(**{"01_One": 'gpu = {epochs = 50, word = "größer"}'})


def parameters_cell(path: Path) -> str:
    return authoring.tagged(authoring.read(path), "parameters")[0].source


def test_profile_is_set_and_comments_are_kept(profiles, tmp_path):
    report = workspace.create(tmp_path / "mine", "gpu")
    assert report.written == [notebook.name for notebook in course.notebooks()]
    assert parameters_cell(tmp_path / "mine/Lab/01_One.ipynb").splitlines() == [
        "epochs: int = 50  # passes",
        "rate: float = 0.1  # step",
        "word: str = 'größer'  # text",
        "fast: bool = False  # speed",
    ]


def test_laptop_profile_changes_no_source(profiles, fake_course, tmp_path):
    workspace.create(tmp_path / "mine")
    for notebook in course.notebooks():
        original, copy = (
            authoring.read(fake_course.root / notebook.path),
            authoring.read(tmp_path / "mine" / notebook.path),
        )
        assert [cell.source for cell in original.cells] == [cell.source for cell in copy.cells]


def test_outputs_are_removed(profiles, fake_course, tmp_path):
    path = fake_course.path("02_Two")
    notebook = authoring.read(path)
    notebook.cells[-1].outputs = [nbformat.v4.new_output("stream", text="old")]
    notebook.cells[-1].execution_count = 7
    nbformat.write(notebook, path)
    workspace.create(tmp_path / "mine")
    for cell in authoring.code_cells(authoring.read(tmp_path / "mine/Lab/02_Two.ipynb")):
        assert (cell.outputs, cell.execution_count) == ([], None)


def test_edited_notebook_is_kept_and_the_others_are_updated(profiles, fake_course, tmp_path):
    workspace.create(tmp_path / "mine")
    edited = tmp_path / "mine/Lab/01_One.ipynb"
    edited.write_text(edited.read_text().replace("print(epochs)", "print(epochs + 1)"))
    before = edited.read_bytes()
    fake_course.write("01_One", "print('new')")
    fake_course.write("02_Two", "print('new')")
    report = workspace.create(tmp_path / "mine")
    assert (report.kept, report.written) == (["Lab/01_One"], ["Lab/02_Two"])
    assert report.unchanged == ["Start_Here", "Lab/03_Three"]
    assert edited.read_bytes() == before
    assert "new" in (tmp_path / "mine/Lab/02_Two.ipynb").read_text()


def edited_copy(folder: Path) -> Path:
    """Path of a notebook that the learner has edited in a working copy made for it."""
    workspace.create(folder)
    path = folder / "Lab/01_One.ipynb"
    path.write_text(path.read_text().replace("print(epochs)", "print(epochs + 1)"))
    return path


def test_new_version_of_an_edited_notebook_lies_beside_it(profiles, fake_course, tmp_path):
    edited = edited_copy(tmp_path)
    assert workspace.create(tmp_path).beside == [], "the course has nothing new"
    before = edited.read_bytes()
    fake_course.write("01_One", "print('new')")
    assert workspace.create(tmp_path).beside == ["Lab/01_One.updated.ipynb"]
    assert "new" in (tmp_path / "Lab/01_One.updated.ipynb").read_text() and edited.read_bytes() == before
    assert workspace.create(tmp_path).beside == [], "it lies there already"


def test_new_version_beside_is_replaced_by_a_newer_one_unless_edited(profiles, fake_course, tmp_path):
    edited_copy(tmp_path)
    beside = tmp_path / "Lab/01_One.updated.ipynb"
    for text in ("second", "third"):
        fake_course.write("01_One", f"print('{text}')")
        assert workspace.create(tmp_path).beside == ["Lab/01_One.updated.ipynb"]
        assert text in beside.read_text()
    beside.write_text(beside.read_text().replace("third", "my own"))
    fake_course.write("01_One", "print('fourth')")
    assert workspace.create(tmp_path).beside == ["Lab/01_One.updated2.ipynb"]
    assert "my own" in beside.read_text() and "fourth" in (tmp_path / "Lab/01_One.updated2.ipynb").read_text()


def test_removed_new_version_stays_removed(profiles, fake_course, tmp_path):
    edited_copy(tmp_path)
    fake_course.write("01_One", "print('new')")
    workspace.create(tmp_path)
    (tmp_path / "Lab/01_One.updated.ipynb").unlink()
    assert workspace.create(tmp_path).beside == []


def test_edited_notebook_stays_kept_at_every_further_call(profiles, tmp_path):
    workspace.create(tmp_path / "mine")
    edited = tmp_path / "mine/Lab/01_One.ipynb"
    edited.write_text(edited.read_text() + "\n")
    for profile in ("gpu", "laptop", "gpu"):
        assert workspace.create(tmp_path / "mine", profile).kept == ["Lab/01_One"]


def test_other_profile_updates_what_was_not_edited(profiles, tmp_path):
    workspace.create(tmp_path / "mine")
    report = workspace.create(tmp_path / "mine", "gpu")
    assert report.written == ["Lab/01_One"]
    assert "50" in parameters_cell(tmp_path / "mine/Lab/01_One.ipynb")


def test_removed_notebook_comes_back(profiles, tmp_path):
    workspace.create(tmp_path / "mine")
    (tmp_path / "mine/Lab/01_One.ipynb").unlink()
    assert workspace.create(tmp_path / "mine").written == ["Lab/01_One"]


def test_renamed_notebook_makes_room_for_a_fresh_one(profiles, tmp_path):
    """The way out that the instructor's guide gives to a learner who is stuck."""
    workspace.create(tmp_path)
    path = tmp_path / "Lab/01_One.ipynb"
    fresh = path.read_bytes()
    path.write_bytes(fresh + b"\n")
    path.rename(path.with_name("01_One_mine.ipynb"))
    report = workspace.create(tmp_path)
    assert (report.written, report.kept) == (["Lab/01_One"], [])
    assert path.read_bytes() == fresh
    assert path.with_name("01_One_mine.ipynb").read_bytes() == fresh + b"\n"


@pytest.mark.parametrize("record", ["", pytest.param("[" * 100_000, id="deep"), "{", "[]", "\xff"])
def test_damaged_record_counts_as_edited(profiles, fake_course, tmp_path, record):
    workspace.create(tmp_path / "mine")
    (tmp_path / "mine" / workspace.RECORD).write_bytes(record.encode("latin-1"))
    fake_course.write("01_One", "print('new')")
    assert workspace.create(tmp_path / "mine").kept == ["Lab/01_One"]


def test_images_come_along(profiles, fake_course, tmp_path):
    (fake_course.root / "Lab/images").mkdir()
    (fake_course.root / "Lab/images/a.png").write_bytes(b"picture")
    workspace.create(tmp_path / "mine")
    assert (tmp_path / "mine/Lab/images/a.png").read_bytes() == b"picture"


def test_unknown_profile_makes_nothing(profiles, tmp_path):
    with pytest.raises(parameters.ParameterError, match=r"no profile 'gpuu'\. Did you mean 'gpu'\?"):
        workspace.create(tmp_path / "mine", "gpuu")
    assert not (tmp_path / "mine").exists()


def test_profile_with_an_unknown_parameter_makes_nothing(fake_course, tmp_path):
    fake_course.describe(**{"02_Two": "gpu = {epoch = 3}"})
    with pytest.raises(parameters.ParameterError, match="the notebook has no parameter 'epoch'"):
        workspace.create(tmp_path / "mine", "gpu")
    assert not (tmp_path / "mine").exists()


@pytest.mark.parametrize("damage", ["missing", "no notebook"])
def test_damaged_course_makes_nothing(profiles, fake_course, tmp_path, damage):
    path = fake_course.path("03_Three")
    path.unlink() if damage == "missing" else path.write_text(damage)
    with pytest.raises(authoring.NotebookError, match=r"03_Three\.ipynb (cannot be read: No such file|is no notebook)"):
        workspace.create(tmp_path / "mine")
    assert not (tmp_path / "mine").exists()


def test_folder_that_is_a_file(profiles, tmp_path):
    (tmp_path / "mine").write_text("mine")
    with pytest.raises(workspace.WorkspaceError, match=r"cannot write to .*mine: File exists"):
        workspace.create(tmp_path / "mine")
    assert (tmp_path / "mine").read_text() == "mine"


@pytest.mark.parametrize("way", ["root", "link", "dots"])
def test_folder_that_is_the_course(profiles, fake_course, tmp_path, way):
    (tmp_path / "link").symlink_to(fake_course.root)
    folder = {"root": fake_course.root, "link": tmp_path / "link", "dots": fake_course.root / "Lab/.."}[way]
    before = fake_course.path("01_One").read_bytes()
    with pytest.raises(workspace.WorkspaceError, match="is the course itself; name another folder"):
        workspace.create(folder)
    assert fake_course.path("01_One").read_bytes() == before


def test_full_disk_leaves_the_old_notebook_and_can_be_repeated(profiles, fake_course, tmp_path, monkeypatch):
    workspace.create(tmp_path / "mine")
    before = (tmp_path / "mine/Lab/01_One.ipynb").read_bytes()
    fake_course.write("01_One", "print('new')")

    def full_disk(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", full_disk)
        with pytest.raises(workspace.WorkspaceError, match="No space left on device"):
            workspace.create(tmp_path / "mine")
    assert (tmp_path / "mine/Lab/01_One.ipynb").read_bytes() == before
    assert workspace.create(tmp_path / "mine").written == ["Lab/01_One"]


def test_stop_in_the_middle_does_not_make_own_notebooks_look_edited(profiles, fake_course, tmp_path, monkeypatch):
    workspace.create(tmp_path / "mine")
    fake_course.write("01_One", "print('new')")
    fake_course.write("02_Two", "print('new')")
    real = workspace._place

    def stops(folder, notebook, *rest):
        if notebook.name == "Lab/02_Two":
            raise KeyboardInterrupt
        real(folder, notebook, *rest)

    with monkeypatch.context() as patch:
        patch.setattr(workspace, "_place", stops)
        with pytest.raises(KeyboardInterrupt):
            workspace.create(tmp_path / "mine")
    fake_course.write("01_One", "print('newer')")
    assert workspace.create(tmp_path / "mine").kept == []


def test_record_names_every_notebook(profiles, tmp_path):
    workspace.create(tmp_path / "mine")
    record = json.loads((tmp_path / "mine" / workspace.RECORD).read_text())
    assert set(record) == {notebook.path for notebook in course.notebooks()}


@pytest.mark.parametrize(
    ("source", "values", "result"),
    [
        ("a: int = 1  # one", {"a": -2}, "a: int = -2  # one"),
        ("a: float = 1e-3  # one", {"a": 1e-05}, "a: float = 1e-05  # one"),
        ("a: str = 'ä€'  # größe", {"a": "ü"}, "a: str = 'ü'  # größe"),
        (
            "# note\n\na: bool = False  # x\nb: int = 1",
            {"b": 2, "a": True},
            "# note\n\na: bool = True  # x\nb: int = 2",
        ),
        ("a: int = 1", {}, "a: int = 1"),
    ],
)
def test_set_parameters(source, values, result):
    assert workspace.set_parameters(source, values) == result
