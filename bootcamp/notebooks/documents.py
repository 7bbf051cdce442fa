"""What the labs say of themselves, in the documents of the course: tables, data cards, the guide, the Apptainer list.

Generated text stands between two comments, `generated: NAME` and `end: NAME`; everything around it is written by hand.
"""

import re
import textwrap
from pathlib import Path

from bootcamp import course

WIDTH = 120
README, CARDS, GUIDE, APPTAINER = (
    "README.md",
    "datasets/README.md",
    "docs/Instructor_Guide.md",
    "classroom/bootcamp.def",
)


def blocks() -> dict[str, dict[str, str]]:
    """Generated text of every document: path relative to the course -> name of the block -> text."""
    return {
        README: {"labs": _lab_table()},
        CARDS: {"cards": _cards()},
        GUIDE: {"minutes": _minute_table(), "labs": _guide()},
        APPTAINER: {"labs": _apptainer_list()},
    }


def bring_up_to_date() -> list[str]:
    """Write every generated block into its document; returns the paths of those that changed."""
    changed = []
    for path in blocks():
        file = course.root() / path
        text = file.read_text(encoding="utf-8")
        if (new := with_blocks(text, path)) != text:
            file.write_text(new, encoding="utf-8")
            changed.append(path)
    return changed


def with_blocks(text: str, path: str) -> str:
    """The text of a document with its generated blocks as they should be.

    Raises:
        course.CourseError: the document lacks the comments between which a block stands.
    """
    for name, content in blocks()[path].items():
        pattern = re.compile(rf"(^[^\n]*generated: {name}\b[^\n]*\n).*?(^[^\n]*end: {name}\b)", re.M | re.S)
        if not pattern.search(text):
            raise course.CourseError(f"{path} has no lines `generated: {name}` and `end: {name}` around a block")
        text = pattern.sub(lambda found, content=content: f"{found[1]}{content}\n{found[2]}", text)
    return text


def outdated() -> list[str]:
    """Paths of documents whose generated blocks differ from what the labs say; empty when all is well."""
    texts = {path: Path(course.root() / path).read_text(encoding="utf-8") for path in blocks()}
    return [path for path, text in texts.items() if with_blocks(text, path) != text]


def _lab_table() -> str:
    start = f"| [Start Here]({course.START.path}) | 1 | the map, JupyterLab, a check of your machine, your progress |"
    rows = [
        f"| [{lab.title}]({lab.notebooks[0].path}) | {len(lab.notebooks)} | {lab.about} |"
        for lab in course.labs()
        if lab.notebooks
    ]
    return "\n".join(["| lab | notebooks | about |", "|---|---|---|", start, *rows])


def _cards() -> str:
    return "\n".join(_card(entry) for lab in course.labs() for entry in lab.data_sets)


def _card(entry: course.DataSet) -> str:
    """A data card; source and licence that the card itself does not explain are those of the catalogue."""
    rows = "\n".join(f"| {key} | {value} |" for key, value in entry.card.items())
    parts = [f"## {entry.name}", f"| | |\n|---|---|\n{rows}" if rows else "", _wrapped(entry.text)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _wrapped(text: str, indent: str = "") -> str:
    """Paragraphs in lines of at most `WIDTH` characters, all but the first with `indent`."""
    options = {"width": WIDTH, "subsequent_indent": indent, "break_long_words": False, "break_on_hyphens": False}
    return "\n\n".join(textwrap.fill(paragraph, **options) for paragraph in text.split("\n\n"))


def _minute_table() -> str:
    rows = [f"| Start Here | {course.START.minutes} | in the next row |"]
    rows += [f"| {lab.title} | {lab.minutes} | {lab.machine_seconds} |" for lab in course.labs()]
    return "\n".join(["| lab | learner, minutes | machine, seconds on two cores |", "|---|---:|---|", *rows])


def _guide() -> str:
    return "\n".join(_guide_of(lab) for lab in course.labs())


def _guide_of(lab: course.Lab) -> str:
    parts = [f"## {lab.title}", _wrapped(lab.guide)]
    for notebook in lab.notebooks:
        lines = [f"- **{key.capitalize()}.** {value}" for key, value in vars(notebook.guide).items()]
        parts += [f"### {notebook.title}", "\n".join(_wrapped(line, "  ") for line in lines)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _apptainer_list() -> str:
    return "\n".join(f"    {lab.name} /opt/bootcamp/course/{lab.name}" for lab in course.labs())
