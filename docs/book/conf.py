"""The web edition of the course: Sphinx pages of the executed notebooks as they are committed. `make book` builds it.

The source folder is the repository itself, so links between notebooks, to images and to other files need no change.
Which notebooks there are, in which order and under which titles, comes from `bootcamp/course.py`.
"""

import importlib.util
from pathlib import Path

from bootcamp import course

from sphinx.application import Sphinx

ROOT = Path(__file__).resolve().parents[2]
# The package only holds MathJax: as an extension it would forbid parallel builds and copy bundles nobody asks for.
MATHJAX = Path(importlib.util.find_spec("sphinx-mathjax-offline").origin).parent / "static"
DOCUMENTS = {
    "README": "Installation and commands",
    "datasets/README": "Data sets",
    "docs/Instructor_Guide": "Instructor's guide",
    "docs/Class_in_Sight": "The class in sight",
    "docs/Batch": "Batch runs",
    "docs/Security": "Security",
    "classroom/README": "A class on one server",
    "benchmarks/README": "Benchmarks",
    "CONTRIBUTING": "Contributing",
}
PAGES = {page: title for page, title in DOCUMENTS.items() if (ROOT / f"{page}.md").is_file()}

project = "AI for Science Bootcamp"
root_doc = "docs/book/index"
extensions = ["myst_nb"]
include_patterns = [f"{root_doc}.md", *(f"{page}.md" for page in PAGES), *(book.path for book in course.notebooks())]
# Folders that can be large: they hold no page, so the search for pages need not enter them.
exclude_patterns = [".*", "build", "runs", "logs", "datasets/*/*", "tests"]
nitpicky = True

nb_execution_mode = "off"
nb_merge_streams = True
nb_ipywidgets_js = {}  # the default loads scripts from the network; the notebooks store figures, no widgets
myst_enable_extensions = ["amsmath", "dollarmath"]
myst_heading_anchors = 3

mathjax_path = "mathjax/tex-chtml.js"
mathjax3_config = {"chtml": {"displayAlign": "center"}}  # not empty, so that MyST configures version 3 and not 4
# Of the bundles in the package the pages load the first one; its folders have fonts, speech and rare TeX commands.
unused = ["tex-chtml-full*", "tex-mml-*", "tex-svg*", "mml-*", "node-main.js", "output/svg*", "input/mml*"]
exclude_patterns += [f"mathjax/{name}" for name in unused]

html_theme = "sphinx_book_theme"
html_title = project
html_static_path = ["_static", str(MATHJAX)]
html_css_files = ["book.css"]
templates_path = ["_templates"]
html_additional_pages = {"index": "redirect.html"}  # the first page itself lies deeper: build/book/docs/book/
html_copy_source = False
html_show_sourcelink = False
html_use_index = False
html_show_copyright = False
html_show_sphinx = False
html_context = {"default_mode": "auto"}  # light or dark, as the reader's system is
html_theme_options = {
    "use_download_button": False,
    "navbar_persistent": [],  # the search field stands in the sidebar
    "show_prev_next": False,  # every notebook ends with a line of its own
    "show_toc_level": 2,
    "footer_content_items": [],
}


def contents() -> str:
    """Course map and tables of contents of the first page, as MyST Markdown."""
    table = course.course_map().replace("](", "](/")
    groups = {"Begin": [course.START]} | {lab.title: lab.notebooks for lab in course.labs()}
    entries = {caption: [f"{book.title} </{book.name}>" for book in books] for caption, books in groups.items()}
    entries["About the course"] = [f"{title} </{page}>" for page, title in PAGES.items()]
    trees = ["\n".join([f"```{{toctree}}\n:hidden:\n:caption: {name}\n", *entries[name], "```"]) for name in entries]
    return "\n\n".join([table, *trees])


def insert_contents(app: Sphinx, docname: str, source: list[str]) -> None:
    """Put `contents()` in the place that the first page leaves for it, and read the page again when it changes."""
    if docname == root_doc:
        source[0] = source[0].replace("<!-- contents -->", contents())
        app.env.note_dependency(course.__file__)


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect the contents; pages can be read and written by several processes."""
    app.connect("source-read", insert_contents)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
