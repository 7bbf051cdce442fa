"""What the labs say of themselves stands in the documents of the course, and nowhere else by hand."""

from bootcamp import course, datasets
from bootcamp.notebooks import documents

import pytest

DESCRIPTION = 'order = 1\ntitle = "A Lab"\nroom = "intro"\noutcome = "test"\n'
GUIDE = '[notebooks.guide]\nidea = "i"\nask = "a"\nshow = "s"\nstumble = "u"\n'
NOTEBOOK = f'[[notebooks]]\nfile = "01_One"\ntitle = "One"\nminutes = 1\n{GUIDE}'


@pytest.mark.parametrize("path", documents.blocks())
def test_documents_are_up_to_date(path):
    assert path not in documents.outdated(), "run `make generated`"


@pytest.mark.parametrize("lab", course.labs(), ids=lambda lab: lab.name)
def test_documents_name_every_lab_and_its_data_sets(lab):
    texts = {path: (course.root() / path).read_text(encoding="utf-8") for path in documents.blocks()}
    assert f"[{lab.title}]({lab.notebooks[0].path})" in texts[documents.README]
    assert f"\n## {lab.title}\n" in texts[documents.GUIDE]
    assert f"    {lab.name} /opt/bootcamp/course/{lab.name}\n" in texts[documents.APPTAINER]
    assert all(f"\n## {entry.name}\n" in texts[documents.CARDS] for entry in lab.data_sets)


@pytest.mark.parametrize("entry", datasets.entries(), ids=lambda entry: entry.name)
def test_documents_have_a_card_of_every_data_set_that_says_where_it_comes_from(entry):
    assert entry.text or {"content", "source", "licence"} <= set(entry.card), f"[data_sets.card] of {entry.name}"


def test_a_changed_block_is_found_and_mended(tmp_path, monkeypatch):
    labs = course.labs()
    for path in documents.blocks():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        text = (course.root() / path).read_text(encoding="utf-8")
        (tmp_path / path).write_text(text.replace(labs[0].title, "Another"), encoding="utf-8")
    monkeypatch.setattr(course, "root", lambda: tmp_path)
    monkeypatch.setattr(course, "labs", lambda: labs)
    assert set(documents.outdated()) == {documents.README, documents.GUIDE}
    assert set(documents.bring_up_to_date()) == {documents.README, documents.GUIDE}
    assert documents.outdated() == []


def test_a_document_without_its_comments_is_one_sentence():
    with pytest.raises(course.CourseError, match=r"README\.md has no lines `generated: labs` and `end: labs`"):
        documents.with_blocks("# A page", documents.README)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (DESCRIPTION.replace("outcome", "outcom"), r"the lab has no key 'outcom'\. Did you mean 'outcome'\?"),
        (DESCRIPTION.replace("order = 1", 'order = "1"'), r"order of the lab must be int, not '1'"),
        (DESCRIPTION.replace("order = 1", "order = true"), r"order of the lab must be int, not True"),
        (DESCRIPTION.replace('room = "intro"\n', ""), r"the lab lacks room"),
        (DESCRIPTION + "notebooks = 3", r"notebooks is a list of tables, each begun by \[\[notebooks\]\]"),
        (DESCRIPTION + "[[notebooks]]\ntitle = 'One'", r"a notebook needs `file`"),
        (DESCRIPTION + NOTEBOOK.replace("stumble", "stumbl"), r"guide of 01_One has no key 'stumbl'\. Did you mean"),
        (DESCRIPTION + NOTEBOOK.replace(GUIDE, ""), r"guide of 01_One lacks idea, ask, show, stumble"),
        (DESCRIPTION + "[[data_sets]]\nname = 'x'", r"data_sets lacks title, source, licence, megabytes, builder"),
        ("order = ", r"lab\.toml cannot be read"),
    ],
)
def test_a_wrong_description_names_file_and_key(fake_course, text, sentence):
    (fake_course.root / "Lab" / course.LAB_FILE).write_text(text, encoding="utf-8")
    with pytest.raises(course.CourseError, match=rf"lab\.toml.*{sentence}|{sentence}"):
        course.labs()


def test_two_labs_in_one_place_are_refused(fake_course):
    (fake_course.root / "Twin").mkdir()
    (fake_course.root / "Twin" / course.LAB_FILE).write_text(DESCRIPTION, encoding="utf-8")
    with pytest.raises(course.CourseError, match="two labs describe the same order: 1"):
        course.labs()
