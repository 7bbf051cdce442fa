"""The web edition: built without a warning, complete, every link leads somewhere, and it works without network.

The pages are opened in the Chromium of the system, with every request refused that would leave this machine.
"""

import functools
import html.parser
import http.server
import os
import subprocess
import sys
import threading
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bootcamp import course
from bootcamp.notebooks import authoring
from tests import test_browser

import filelock
import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, Page, expect

ROOT = Path(__file__).parents[2]
FIRST_PAGE = "docs/book/index.html"
DOCUMENTS = (
    "README",
    "CONTRIBUTING",
    "benchmarks/README",
    "classroom/README",
    "datasets/README",
    "docs/Batch",
    "docs/Class_in_Sight",
    "docs/Instructor_Guide",
    "docs/Security",
)
ADDRESSES = {"a": "href", "link": "href", "img": "src", "script": "src", "source": "src", "iframe": "src"}
PHONE = {"width": 390, "height": 844}
TYPESET = "() => !window.MathJax || MathJax.startup.promise.then(() => true)"

browser = test_browser.browser


@pytest.fixture(scope="session")
def built(tmp_path_factory) -> tuple[Path, str]:
    """Folder of the book and what the build printed; built once, also when several workers ask for it."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    log = shared / "book.log"
    with filelock.FileLock(shared / "book.lock"):
        if not log.exists():
            log.write_text(make_book(shared / "web" / "book"), encoding="utf-8")
    return shared / "web" / "book", log.read_text(encoding="utf-8")


def make_book(folder: Path) -> str:
    """Run the recipe of `make book` with this Python; exit code and warnings."""
    stamp, programs = "--old-file=.venv/installed-class", Path(sys.executable).parent
    command = ["make", "--no-print-directory", stamp, f"BIN={programs}", f"BOOK={folder}", "book"]
    made = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=400)
    return f"exit code {made.returncode}\n{made.stderr}"


@pytest.fixture
def book(built) -> Path:
    return built[0]


def pages(book: Path) -> list[Path]:
    return sorted(path for path in book.rglob("*.html") if "_static" not in path.parts)


@functools.cache
def soup(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


class Addresses(html.parser.HTMLParser):
    """Addresses and anchors of a page; a tree of all of it would take ten times as long."""

    def __init__(self, page: Path):
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self.anchors: set[str] = set()
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if given.get("id"):
            self.anchors.add(given["id"])
        if address := given.get(ADDRESSES.get(tag, "")):
            self.found.append((tag, address))


def broken_links(site: Path) -> list[str]:
    """Addresses in the pages of `site` that lead nowhere, and files of other hosts that a page would load."""
    parsed = {page.resolve(): Addresses(page) for page in pages(site)}
    anchors = {page: read.anchors for page, read in parsed.items()}
    return [
        f"{page.relative_to(site.resolve())}: {address}"
        for page, read in parsed.items()
        for name, address in read.found
        if not leads_somewhere(name, address, page, anchors)
    ]


def leads_somewhere(name: str, address: str, page: Path, anchors: dict[Path, set[str]]) -> bool:
    parts = urlsplit(address)
    if parts.scheme or parts.netloc:
        return parts.scheme in ("https", "http", "mailto") and name == "a"
    target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
    if parts.fragment and target in anchors:
        return unquote(parts.fragment) in anchors[target]
    return target.is_file()


@pytest.mark.parametrize(
    "body",
    [
        '<a href="missing.html">x</a>',
        '<a href="#missing">x</a>',
        '<a href="other.html#missing">x</a>',
        '<img src="missing.png">',
        '<script src="https://example.org/library.js"></script>',
    ],
    ids=["page", "anchor", "anchor of another page", "image", "script of another host"],
)
def test_the_crawl_finds_a_broken(body, tmp_path):
    sound = '<p id="here"><a href="other.html#here">x</a><a href="https://example.org">x</a><a href="#here">x</a></p>'
    (tmp_path / "other.html").write_text(sound, encoding="utf-8")
    assert broken_links(tmp_path) == []
    (tmp_path / "page.html").write_text(body, encoding="utf-8")
    assert len(broken_links(tmp_path)) == 1


def test_the_build_warns_of_nothing(built):
    assert built[1] == "exit code 0\n"


def test_every_link_leads_somewhere(book):
    assert broken_links(book) == []


def test_the_sidebar_lists_the_course_in_reading_order(book):
    sidebar = soup(book / FIRST_PAGE).select_one("#pst-primary-sidebar nav.bd-links")
    captions = [caption.get_text(strip=True) for caption in sidebar.select("p.caption")]
    assert captions[1:-1] == [lab.title for lab in course.labs()]
    listed = [os.path.normpath(Path(FIRST_PAGE).parent / link["href"]) for link in sidebar.select("a.reference")]
    assert listed[: len(course.notebooks())] == [f"{notebook.name}.html" for notebook in course.notebooks()]
    present = [name for name in DOCUMENTS if (ROOT / f"{name}.md").is_file()]
    assert sorted(listed[len(course.notebooks()) :]) == sorted(f"{name}.html" for name in present)


@pytest.mark.parametrize("notebook", course.notebooks(), ids=lambda notebook: notebook.name)
def test_a_page_has_every_cell_of_its_notebook(book, notebook):
    article = soup(book / f"{notebook.name}.html").select_one("article")
    stored = authoring.read(ROOT / notebook.path)
    cells = authoring.code_cells(stored)
    shown = [cell.get_text() for cell in article.select("div.cell_input")]
    assert [text.strip() for text in shown] == [cell.source.strip() for cell in cells if cell.source.strip()]
    solutions = [cell for cell in stored.cells if "exercise-solution" in cell.metadata.get("tags", [])]
    assert len(article.select("details:not([open])")) == len(article.select("details")) == len(solutions)
    figures = [output for cell in cells for output in cell.outputs if "image/png" in output.get("data", {})]
    assert len(article.select("div.cell_output img")) == len(figures)


@pytest.fixture
def page(browser: Browser):
    """A page in which a request that leaves this machine, or fails, and every error in the console is a failure."""
    context = browser.new_context(viewport={"width": 1400, "height": 900}, service_workers="block")
    faults: list[str] = []
    context.route(lambda url: urlsplit(url).hostname not in (None, "", "127.0.0.1"), lambda route: route.abort())
    # A request that is still running when the next page opens ends as ERR_ABORTED, a refused one as ERR_FAILED.
    context.on("requestfailed", lambda asked: "ABORTED" in asked.failure or faults.append(asked.url))
    context.on("response", lambda answer: faults.append(answer.url) if answer.status >= 400 else None)
    context.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    context.on("weberror", lambda error: faults.append(str(error.error)))
    page = context.new_page()
    page.set_default_timeout(30_000)
    yield page
    context.close()
    assert faults == []


@pytest.fixture
def served(book):
    """Address of the book on a web server of this machine."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=book)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_pages_open_from_disk_with_formulas_and_figures_and_fit_a_phone(page, book):
    page.set_viewport_size(PHONE)
    formulas = 0
    for path in sorted(set(pages(book)) - {book / "index.html"}):  # that one only leads to the first page
        page.goto(path.as_uri())
        page.evaluate(TYPESET)
        formulas += page.locator("article .math").count()
        assert page.locator("article .math").count() == page.locator("article .math mjx-container").count(), path
        assert page.locator("mjx-merror").count() == 0, path
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path
        unseen = "images => images.filter(image => !(image.complete && image.naturalWidth)).map(image => image.src)"
        assert page.locator("img").evaluate_all(unseen) == []
    assert formulas > 100


def test_the_address_of_the_folder_leads_to_the_first_page(page, served):
    page.goto(served)
    page.wait_for_url(f"{served}/{FIRST_PAGE}")
    expect(page.locator("article h1")).to_contain_text("AI for Science Bootcamp")


def test_a_folded_solution_opens_with_a_click(page, book):
    page.goto((book / f"{course.labs()[0].notebooks[0].name}.html").as_uri())
    solution = page.locator("article details").first
    expect(solution.locator("pre")).to_be_hidden()
    solution.locator("summary").click()
    expect(solution.locator("pre")).to_be_visible()


def search(page: Page, word: str) -> None:
    page.keyboard.press("Control+k")
    page.locator("#pst-search-dialog input").fill(word)
    page.keyboard.press("Enter")


@pytest.mark.parametrize("word, expected", [("drag", "CFD/01_Steady_Flow"), ("recall", "Tropical_Cyclone/05")])
def test_the_search_finds_pages_with_the_word(page, served, word, expected):
    page.goto(f"{served}/{FIRST_PAGE}")
    search(page, word)
    found = page.locator("#search-results li a[data-score], #search-results ul.search li > a")
    expect(page.locator("#search-results .search-summary")).to_contain_text("found")
    addresses = found.evaluate_all("links => links.map(link => link.href)")
    assert any(expected in address for address in addresses)
    found.first.click()
    expect(page.locator("article")).to_contain_text(word, ignore_case=True)


def test_the_search_works_without_a_server(browser, book):
    with browser.new_context(offline=True) as context:
        page = context.new_page()
        page.goto((book / FIRST_PAGE).as_uri())
        search(page, "drag")
        page.locator("#search-results ul.search li > a", has_text="Steady Flow").first.click()
        expect(page.locator("article")).to_contain_text("drag")


def test_a_word_that_is_nowhere_finds_nothing(page, served):
    page.goto(f"{served}/search.html?q=zzyzxq")
    expect(page.locator("#search-results")).to_contain_text("did not match any documents")
