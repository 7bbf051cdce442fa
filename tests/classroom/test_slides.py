"""The slides of every notebook: built from its tags, opened in a real browser that reaches nothing but files."""

import os
import re
import sys
from pathlib import Path

from bootcamp import course, runtime
from bootcamp.notebooks import authoring, workspace
from bootcamp.runtime import machine

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from playwright.sync_api import Page, sync_playwright

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "classroom"))
import slides  # noqa: E402 - lies beside the package

TYPES = {slides.PAGE, slides.PART, slides.FRAGMENT, slides.ON, slides.NOTES, slides.SKIP}
HIDDEN_TAGS = {authoring.SOLUTION_TAG, authoring.CHECK_TAG, authoring.PARAMETERS_TAG, course.NAVIGATION_TAG}
FEWEST, MOST = 8, 25
LABS = {"Start": (course.START,)} | {lab.name: lab.notebooks for lab in course.labs()}


def text(source: str, kind: str = slides.PAGE) -> nbformat.NotebookNode:
    return new_markdown_cell(source, metadata={"slideshow": {"slide_type": kind}})


def code(source: str, *outputs, kind: str = slides.ON) -> nbformat.NotebookNode:
    return new_code_cell(source, metadata={"slideshow": {"slide_type": kind}}, outputs=list(outputs))


def projected(*cells) -> list[tuple[str, str]]:
    """(slide type, source) of the cells of a deck."""
    return [(slides.slide_type(cell), cell.source) for cell in slides.deck(new_notebook(cells=list(cells))).cells]


@pytest.mark.parametrize("entry", course.notebooks(), ids=lambda entry: entry.name)
def test_tags_of_a_notebook_make_a_deck(entry):
    notebook = authoring.read(course.root() / entry.path)
    kinds = [cell.metadata.get("slideshow", {}).get("slide_type") for cell in notebook.cells]
    untagged = [cell.source[:60] for cell, kind in zip(notebook.cells, kinds, strict=True) if kind not in TYPES]
    assert untagged == [], "give these cells a slide type in JupyterLab's property inspector, `skip` if in doubt"
    assert kinds[0] == slides.PAGE
    for cell, kind in zip(notebook.cells, kinds, strict=True):
        assert kind == slides.SKIP or not HIDDEN_TAGS.intersection(authoring.tags(cell)), cell.source[:60]
    pages = [kind for kind, _ in projected(*notebook.cells) if kind in {slides.PAGE, slides.PART}]
    assert FEWEST <= len(pages) <= MOST
    if entry != course.START:
        shown = {text for _, text in authoring.headings(slides.deck(notebook))}
        assert {"Overview", "Summary"} <= shown
        assert any(heading.startswith("Exercise ") for heading in shown)
        assert "Setup" not in shown


def test_heading_inside_a_cell_begins_a_page():
    cell = text("The end of one matter.\n\n## Another\n\nIts text.", slides.FRAGMENT)
    assert projected(text("# A"), cell) == [
        (slides.PAGE, "# A"),
        (slides.FRAGMENT, "The end of one matter."),
        (slides.PAGE, "## Another\n\nIts text."),
    ]


@pytest.mark.parametrize(("words", "pages"), [(10, 1), (200, 2)])
def test_heading_of_level_3_begins_a_page_where_one_would_be_too_long(words, pages):
    assert len(projected(text(f"## A\n\n{'word ' * words}\n\n### B\n\ntext"))) == pages


def test_heading_without_text_stays_where_a_figure_follows():
    assert projected(text("# A"), text("end\n\n## B", slides.ON), text("no", slides.SKIP), code("x = 1"))[2:] == [
        (slides.PAGE, "## B"),
        (slides.ON, "x = 1"),
    ]
    assert projected(text("# A"), text("end\n\n## B", slides.ON), text("## C\n\ntext"))[-1] == (
        slides.PAGE,
        "## C\n\ntext",
    )


def test_setup_is_left_out_and_code_is_no_heading():
    assert projected(text("# A\n\ntext\n\n## Setup\n\nhow")) == [(slides.PAGE, "# A\n\ntext")]
    fenced = "# A\n\n```\n## no heading\n```"
    assert projected(text(fenced)) == [(slides.PAGE, fenced)]


def test_page_without_heading_names_its_section():
    assert projected(text("# A"), text("## B & C\n\ntext"), text("more", slides.PART))[2:] == [
        (slides.PART, '<p class="place">B &amp; C</p>'),
        (slides.ON, "more"),
    ]


def test_links_lead_to_decks():
    source = "[next](02_Two.ipynb), [paper](https://example.org/a.ipynb)"
    assert projected(text(f"# A\n\n{source}"))[0][1].endswith(
        "[next](02_Two.html), [paper](https://example.org/a.ipynb)"
    )


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        (code("x = 1"), True),
        (code("def f():\n    ...\nprint(1)", new_output("stream", text="1")), True),
        (code("print(1)", new_output("stream", text="1")), False),
        (code("def f():\n    ...\nplot()", new_output("display_data", data={"image/png": "x"})), False),
    ],
)
def test_code_is_shown_where_it_is_the_point(cell, shown):
    assert ("no-input" not in authoring.tags(slides.deck(new_notebook(cells=[text("# A"), cell])).cells[1])) == shown


def test_records_are_left_out_and_claims_stay():
    record = new_output("display_data", data={"text/plain": "recorded: x"}, metadata={runtime.METRIC_KEY: {}})
    claim = new_output("display_data", data={"text/plain": "it holds: True"}, metadata={runtime.CLAIM_KEY: {}})
    deck = slides.deck(new_notebook(cells=[text("# A"), code("x", record, claim)]))
    assert deck.cells[1].outputs == [claim]


def test_tags_survive_a_new_execution_and_reach_a_working_copy(fake_course, tmp_path):
    entry, path = course.notebooks()[1], fake_course.path("01_One")
    notebook = authoring.read(path)
    notebook.cells.insert(0, text("old", slides.NOTES))
    notebook.cells[0].metadata["tags"] = [course.NAVIGATION_TAG]
    notebook.cells[-1].metadata["slideshow"] = {"slide_type": slides.FRAGMENT}
    authoring.write(notebook, path)
    authoring.write_generated_cells(entry)
    authoring.execute(entry)
    workspace.create(tmp_path / "copy")
    for place in (path, tmp_path / "copy" / entry.path):
        kinds = [cell.metadata.get("slideshow", {}).get("slide_type") for cell in authoring.read(place).cells]
        assert kinds == [slides.NOTES, None, slides.FRAGMENT]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["slides", "OUT", "No_Such"], "there is no lab or notebook 'No_Such'."),
        (["slides", "FILE/x"], "Not a directory"),
    ],
)
def test_what_a_user_can_do_wrong_becomes_a_sentence(tmp_path, monkeypatch, capsys, arguments, sentence):
    (tmp_path / "FILE").write_text("")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", arguments)
    with pytest.raises(SystemExit) as ended:
        slides.run(slides.main)
    assert ended.value.code == 1
    assert sentence in capsys.readouterr().err


def test_missing_package_is_named():
    with pytest.raises(slides.SlidesError, match="the package no_such_reveal is missing: `make slides` installs it"):
        slides._package_folder("no_such_reveal")


@pytest.fixture(scope="module")
def browser():
    if machine.browser() is None:
        if os.environ.get("BOOTCAMP_REQUIRE_BROWSER"):
            pytest.fail("Chromium is required here and was not found")
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=machine.browser(), args=["--no-sandbox", "--disable-gpu"])
        yield running
        running.close()


@pytest.fixture
def page(browser):
    """A page of projector size that refuses everything but files; `page.refused` lists what it asked for in vain."""
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.set_default_timeout(60_000)
    page.refused = []

    def only_files(route):
        if route.request.url.startswith(("file:", "data:", "blob:")):
            route.continue_()
        else:
            page.refused.append(route.request.url)
            route.abort()

    page.route("**/*", only_files)
    page.on("requestfailed", lambda request: page.refused.append(request.url))
    page.on("pageerror", lambda error: page.refused.append(str(error)))
    yield page
    page.close()


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    """Folder with the slides of the whole course."""
    folder = tmp_path_factory.mktemp("slides")
    decks = slides.build(folder)
    assert [deck.relative_to(folder).with_suffix(".ipynb").as_posix() for deck in decks] == [
        entry.path for entry in course.notebooks()
    ]
    return folder


MEASURE = """() => {
  const reveal = document.querySelector('.reveal');
  reveal.classList.add('measuring');
  const slides = [...reveal.querySelectorAll('.slides section')].filter((s) => !s.querySelector('section'));
  const measured = slides.map((s) => ({
    height: s.scrollHeight, width: s.scrollWidth, scrolls: s.classList.contains('scroll'),
    size: parseFloat(getComputedStyle(s).fontSize),
    text: [...s.children].filter((c) => c.tagName != 'ASIDE').map((c) => c.innerText).join(' '),
    pictures: [...s.querySelectorAll('img')].map((i) => Math.min(i.naturalWidth, i.getBoundingClientRect().height)),
    faults: s.querySelectorAll('mjx-merror, [data-mjx-error]').length,
    formulas: s.querySelectorAll('mjx-container').length,
  }));
  reveal.classList.remove('measuring');
  return measured;
}"""
HERE = """() => {
  const box = Reveal.getCurrentSlide().getBoundingClientRect();
  return [Math.round(box.left), Math.round(box.top), Math.round(box.width), Math.round(box.height)];
}"""


FORMULA = re.compile(r"\$[^$`]+\$")


def images(cell: nbformat.NotebookNode) -> int:
    """How many pictures a cell of a deck shows."""
    outputs = [output.get("data", {}) for output in cell.get("outputs", [])]
    shown = sum("image/png" in data or "image/jpeg" in data for data in outputs)
    return shown + len(re.findall(r"!\[", cell.source if cell.cell_type == "markdown" else ""))


def open_deck(page: Page, path: Path) -> None:
    page.goto(path.as_uri())
    page.wait_for_function("window.Reveal && Reveal.isReady && Reveal.isReady()")


@pytest.mark.parametrize("lab", LABS)
def test_decks_of_a_lab_in_a_browser(lab, page, built):
    for entry in LABS[lab]:
        open_deck(page, built / f"{entry.name}.html")
        measured = page.evaluate(MEASURE)
        assert FEWEST <= len(measured) == page.evaluate("Reveal.getTotalSlides()") <= MOST
        for slide in measured:
            where = f"{entry.name}: {slide['text'][:60]!r}"
            assert slide["height"] <= 721, where
            assert slide["width"] <= 1281, where
            assert slide["size"] >= 18, where
            assert not slide["scrolls"], where
            assert "$" not in slide["text"], where
            assert not slide["faults"], where
            assert all(size > 100 for size in slide["pictures"]), where
        pictures = sum(len(slide["pictures"]) for slide in measured)
        deck = slides.deck(authoring.read(course.root() / entry.path))
        assert pictures == sum(map(images, deck.cells)), f"{entry.name}: figures on the slides"
        formulas = sum(slide["formulas"] for slide in measured)
        assert (formulas > 0) == any(FORMULA.search(cell.source) for cell in deck.cells), f"{entry.name}: formulas"
        assert page.refused == []


def test_keys_lead_from_the_first_slide_to_the_last(page, built):
    open_deck(page, built / "Intro_to_DL/01_Curve_Fitting.html")
    seen = set()
    for _ in range(200):
        assert page.evaluate(HERE) == [0, 0, 1280, 720]
        seen.add(tuple(page.evaluate("Object.values(Reveal.getIndices()).slice(0, 2)")))
        if page.evaluate("Reveal.isLastSlide() && !Reveal.availableFragments().next"):
            break
        page.keyboard.press("Space")
    assert len(seen) == page.evaluate("Reveal.getTotalSlides()")


def test_key_t_shows_the_explanation_of_a_slide(page, built):
    open_deck(page, built / "Intro_to_DL/03_Convolution_Primer.html")
    for _ in range(60):
        note = page.locator("section.present:not(.stack) aside.notes").first
        if note.count() and not page.evaluate("Reveal.availableFragments().next"):
            break
        page.keyboard.press("Space")
    assert not note.is_visible()
    page.keyboard.press("t")
    note.wait_for(state="visible")
    page.keyboard.press("t")
    note.wait_for(state="hidden")


def test_indexes_lead_to_every_deck(page, built):
    for index in [built / "index.html", *(built / lab.name / "index.html" for lab in course.labs())]:
        page.goto(index.as_uri())
        links = page.evaluate("[...document.links].map((link) => link.href)")
        assert len(links) >= len(course.labs()[0].notebooks) if index.parent == built else links
        assert [link for link in links if not Path(link.removeprefix("file://")).is_file()] == []
    page.goto((built / "index.html").as_uri())
    page.get_by_role("link", name="Digits with Keras").click()
    page.wait_for_function("window.Reveal && Reveal.isReady && Reveal.isReady()")
    assert page.title().startswith("Digits with Keras")
    assert page.refused == []
