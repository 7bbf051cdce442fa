"""For authors: generated cells, re-execution, and the form every notebook must have."""

import ast
import itertools
import os
import re
import statistics
import tempfile
from pathlib import Path

from bootcamp import course, exercises, leaderboard, runtime
from bootcamp.notebooks import fits

import nbformat
from IPython.core.inputtransformer2 import TransformerManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

IGNORE_OUTPUT_TAG = "nbval-ignore-output"
UNCOMPARED_TAGS = {IGNORE_OUTPUT_TAG, "nbval-skip"}
UNCOMPARED_COMMENT = r"^\s*#+\s*(NBVAL_IGNORE_OUTPUT|PYTEST_VALIDATE_IGNORE_OUTPUT|NBVAL_SKIP)\s*$"
STARTER_TAG, SOLUTION_TAG, CHECK_TAG = "exercise-starter", "exercise-solution", "exercise-check"
PARAMETERS_TAG = "parameters"
SIX_STEPS = ("Data", "Task", "Model", "Loss", "Learning", "Evaluation")
MAX_CELL_LINES = 20
MAX_MEDIAN_LINES = 6
MAX_BYTES = 1_000_000
MIN_COMPARED_SHARE = 0.6


class NotebookError(ValueError):
    """A file that cannot be read as a notebook, or a notebook that cannot be stored as it is."""


def read(path: Path) -> NotebookNode:
    """Read a notebook file in format 4.

    Raises:
        NotebookError: the file is missing, unreadable or no notebook.
    """
    try:
        return nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
    except OSError as error:
        raise NotebookError(f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, TypeError, AttributeError, KeyError, nbformat.ValidationError) as error:
        raise NotebookError(f"{path} is no notebook, or is damaged") from error


def write(notebook: NotebookNode, path: Path) -> None:
    """Replace a notebook file in one step, so that a full disk or a kill leaves the old one."""
    partial = path.with_name(f".{path.name}.partial")
    try:
        nbformat.write(notebook, partial)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def tags(cell: NotebookNode) -> list[str]:
    """Tags of a cell."""
    return cell.metadata.get("tags", [])


def tagged(notebook: NotebookNode, tag: str) -> list[NotebookNode]:
    """Cells that carry a tag, in order."""
    return [cell for cell in notebook.cells if tag in tags(cell)]


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """Code cells in order."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def write_generated_cells(entry: course.Notebook) -> bool:
    """Bring navigation line and course map of a notebook up to date; returns whether anything changed."""
    path = course.root() / entry.path
    notebook = read(path)
    changed = False
    for tag, source in course.generated_cells(entry).items():
        for cell in tagged(notebook, tag):
            changed |= cell.source != source
            cell.source = source
    if changed:
        write(notebook, path)
    return changed


def execute(entry: course.Notebook, timeout: float = 900.0) -> None:
    """Run a notebook in place, as it is committed.

    Raises:
        NotebookError: a cell failed or a claim does not hold; the file stays as it was.
    """
    path = course.root() / entry.path
    notebook = read(path)
    options = {"timeout": timeout, "coalesce_streams": True}  # a busy kernel sends one text in several pieces
    client = NotebookClient(notebook, resources={"metadata": {"path": str(path.parent)}}, **options)
    quiet = {runtime.PROGRESS_VARIABLE: "off", leaderboard.LEARNER_VARIABLE: "learner"}
    with tempfile.TemporaryDirectory() as home:  # stored outputs show nobody's name or progress and no progress bar
        try:
            client.execute(env=os.environ | quiet | {exercises.HOME_VARIABLE: home})
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            raise NotebookError(f"{entry.name} was left as it was, because it failed: {error}") from error
    if broken := broken_claims(notebook):
        raise NotebookError(f"{entry.name}: a claim does not hold: {'; '.join(broken)}")
    for cell in code_cells(notebook):
        cell.metadata.pop("execution", None)  # time stamps would change at every run
    notebook.metadata["language_info"] = {"name": "python"}  # the version of one machine is of no use to others
    write(notebook, path)


def output_data(notebook: NotebookNode, key: str) -> list[dict]:
    """What `runtime` and `exercises` put into the outputs under `key`, in order."""
    outputs = [output for cell in code_cells(notebook) for output in cell.outputs]
    return [output.metadata[key] for output in outputs if key in output.get("metadata", {})]


def broken_claims(notebook: NotebookNode) -> list[str]:
    """Texts of the claims that came out False."""
    return [data["claim"] for data in output_data(notebook, runtime.CLAIM_KEY) if not data["holds"]]


def form_faults(entry: course.Notebook, notebook: NotebookNode) -> list[str]:
    """Everything in which a notebook differs from the form of the course; empty when all is well."""
    return [
        *_heading_faults(entry, notebook),
        *_generated_faults(entry, notebook),
        *_code_faults(notebook),
        *_exercise_faults(entry, notebook),
        *_execution_faults(notebook),
    ]


def headings(notebook: NotebookNode) -> list[tuple[int, str]]:
    """(level, text) of every heading, code blocks left out."""
    found = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            prose = re.sub(r"^```.*?^```", "", cell.source, flags=re.M | re.S)
            found += [(len(marks), text.strip()) for marks, text in re.findall(r"^(#{1,6})\s+(.*)$", prose, re.M)]
    return found


def _heading_faults(entry: course.Notebook, notebook: NotebookNode) -> list[str]:
    levels = headings(notebook)
    titles = [text for level, text in levels if level == 1]
    faults = [] if titles == [entry.title] else [f"the one H1 must be '{entry.title}', found {titles}"]
    for (above, _), (level, text) in itertools.pairwise(levels):
        if level > above + 1:
            faults.append(f"'{text}' jumps from level {above} to {level}")
    if entry == course.START:
        return faults
    second = [text for level, text in levels if level == 2]
    needed = ["Overview", "Setup", "Exercises", "Summary"]
    if [text for text in second if text in needed] != needed:
        faults.append(f"level 2 needs {', '.join(needed)} in this order, found {second}")
    return faults


def _generated_faults(entry: course.Notebook, notebook: NotebookNode) -> list[str]:
    faults = []
    for tag, source in course.generated_cells(entry).items():
        cells = tagged(notebook, tag)
        wanted = 2 if tag == course.NAVIGATION_TAG else 1
        if len(cells) != wanted or any(cell.source != source for cell in cells):
            faults.append(f"{wanted} cells tagged {tag} must hold the generated text: run `make generated`")
    places = [i for i, cell in enumerate(notebook.cells) if course.NAVIGATION_TAG in tags(cell)]
    if places and (places[0] != 1 or places[-1] != len(notebook.cells) - 1):
        faults.append("a navigation line belongs below the title and at the very end")
    return faults


FORBIDDEN = {
    r"sys\.path": "sys.path",
    r"^\s*[!%]\s*(python|pip)": "shell call of python or pip",
    r"import \*": "star import",
    r"except\s*:": "bare except",
    r";\s*\Z": "semicolon at the end of a cell: nbval does not honour it (use plt.show() or a name)",
    r"&emsp;": "&emsp; spacing",
    r"[\"'](/home/|/root/|/Users/|/tmp/|[A-Z]:\\)": "absolute path",
}


def _lines(cell: NotebookNode) -> int:
    return sum(1 for line in cell.source.splitlines() if line.strip())


def _code_faults(notebook: NotebookNode) -> list[str]:
    cells = [cell for cell in code_cells(notebook) if cell.source.strip()]
    counts = [_lines(cell) for cell in cells]
    faults = [f"a code cell has {n} lines, over {MAX_CELL_LINES}" for n in counts if n > MAX_CELL_LINES]
    if counts and statistics.median(counts) > MAX_MEDIAN_LINES:
        faults.append(f"the median code cell has {statistics.median(counts)} lines, over {MAX_MEDIAN_LINES}")
    for cell in notebook.cells:
        found = [name for pattern, name in FORBIDDEN.items() if re.search(pattern, cell.source, re.M)]
        faults += [f"forbidden: {name}" for name in found]
    found = (_parameter_faults, _import_faults, _batch_faults, _claim_faults)
    return faults + [fault for part in found for fault in part(notebook)]


def _batch_faults(notebook: NotebookNode) -> list[str]:
    sources = [TransformerManager().transform_cell(cell.source) for cell in code_cells(notebook)]
    sources += [solution_code(cell) for cell in tagged(notebook, SOLUTION_TAG)]
    found = fits.without_batches(*sources)
    return [f"`fit` repeats or changes the order of bare arrays; give it `training.batches`: {call}" for call in found]


def _parameter_faults(notebook: NotebookNode) -> list[str]:
    cells = tagged(notebook, PARAMETERS_TAG)
    if len(cells) != 1:
        return [f"one cell tagged {PARAMETERS_TAG} is needed, found {len(cells)}"]
    faults = []
    for line in cells[0].source.splitlines():
        if line.strip() and not re.fullmatch(r"\w+: (int|float|str|bool) = [^#]+  # .+", line):
            faults.append(f"a parameter reads `name: type = literal  # unit and meaning`, not `{line}`")
    return faults


SHARED_MODULES = {"runtime", "training", "exercises", "leaderboard", "plots"}


def _import_faults(notebook: NotebookNode) -> list[str]:
    rooms = {lab.room for lab in course.labs()}
    faults, used_rooms = [], set()
    for cell in code_cells(notebook):
        try:
            nodes = list(ast.walk(ast.parse(TransformerManager().transform_cell(cell.source))))
        except SyntaxError as error:
            faults.append(f"a code cell is no valid Python: {error.msg}")
            continue
        modules = set().union(*map(_bootcamp_modules, nodes))
        used_rooms |= modules & rooms
        faults += [f"a notebook may not import bootcamp.{name}" for name in sorted(modules - rooms - SHARED_MODULES)]
    return faults + ([f"more than one room imported: {sorted(used_rooms)}"] if len(used_rooms) > 1 else [])


def _claim_faults(notebook: NotebookNode) -> list[str]:
    """Claims that show no number, and comparisons that a claim should make itself."""
    return [fault for call in _calls_of_claim(notebook) if (fault := _claim_fault(call))]


def _calls_of_claim(notebook: NotebookNode) -> list[ast.Call]:
    calls = []
    for cell in code_cells(notebook):
        try:
            nodes = ast.walk(ast.parse(TransformerManager().transform_cell(cell.source)))
        except SyntaxError:  # named among the faults of the imports
            continue
        calls += [node for node in nodes if isinstance(node, ast.Call) and _name(node.func) == "claim"]
    return calls


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _claim_fault(call: ast.Call) -> str:
    """What is wrong with a call of `runtime.claim`; empty when it shows its numbers."""
    text, *values = map(ast.unparse, call.args or [ast.Constant("?")])
    if any(isinstance(value, ast.Constant) and isinstance(value.value, str) for value in call.args[1:]):
        return ""
    if len(values) == 1 and isinstance(call.args[1], ast.Compare) and _orders(call.args[1]):
        return f"a claim compares by itself: `claim({text}, left, '<', right)`, not `{values[0]}`"
    keywords = {word.arg: word.value for word in call.keywords if word.arg != "unit"}
    silent = not getattr(keywords.get("shown"), "value", True) and len(keywords) == 1
    if len(values) < 2 and (not keywords or silent) and not any(isinstance(arg, ast.Starred) for arg in call.args):
        return f"a claim shows its numbers, and `{text}` shows none: give them behind the truth value"
    return ""


def _orders(node: ast.Compare) -> bool:
    return any(isinstance(sign, ast.Lt | ast.LtE | ast.Gt | ast.GtE) for sign in node.ops)


def _bootcamp_modules(node: ast.AST) -> set[str]:
    """Names of the modules of this package that an import statement brings in, by their first part."""
    if isinstance(node, ast.ImportFrom) and node.module == "bootcamp":
        return {alias.name for alias in node.names}
    if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("bootcamp."):
        return {node.module.split(".")[1]}
    if isinstance(node, ast.Import):
        names = [alias.name.split(".") for alias in node.names]
        return {parts[1] for parts in names if parts[0] == "bootcamp" and len(parts) > 1}
    return set()


def _exercise_faults(entry: course.Notebook, notebook: NotebookNode) -> list[str]:
    marks = [tag for cell in notebook.cells for tag in tags(cell) if tag.startswith("exercise-")]
    count = marks.count(CHECK_TAG)
    faults = []
    if marks != [STARTER_TAG, SOLUTION_TAG, CHECK_TAG] * count:
        faults.append(f"an exercise is a starter, a folded solution and a check, in this order; found {marks}")
    if entry != course.START and count < 2:
        faults.append(f"at least two exercises are needed, found {count}")
    for cell in tagged(notebook, SOLUTION_TAG):
        if not solution_code(cell):
            faults.append("a solution is a <details> block with one ```python block")
    return faults


def solution_code(cell: NotebookNode) -> str:
    """The Python code in a folded solution, empty when there is none."""
    found = re.search(r"<details>.*?```python\n(.*?)```.*?</details>", cell.source, re.S)
    return found[1] if found else ""


def is_compared(cell: NotebookNode) -> bool:
    """Whether the gate compares the outputs of this cell. nbval reads tags, and comments anywhere in the cell."""
    return not UNCOMPARED_TAGS.intersection(tags(cell)) and not re.search(UNCOMPARED_COMMENT, cell.source, re.M)


def compared_share(notebook: NotebookNode) -> float:
    """Share of the code cells with output whose output the gate compares; 1 without any output."""
    with_output = [cell for cell in code_cells(notebook) if cell.outputs]
    return sum(map(is_compared, with_output)) / len(with_output) if with_output else 1.0


def _execution_faults(notebook: NotebookNode) -> list[str]:
    cells = code_cells(notebook)
    faults = []
    if [cell.execution_count for cell in cells] != list(range(1, len(cells) + 1)):
        faults.append("the notebook is not stored as executed from top to bottom: run `make notebooks`")
    kinds = {output.output_type for cell in cells for output in cell.outputs}
    streams = {output.get("name") for cell in cells for output in cell.outputs if output.output_type == "stream"}
    if "error" in kinds:
        faults.append("a stored output is an error")
    if "stderr" in streams:
        faults.append("a stored output holds text on stderr")
    if (share := compared_share(notebook)) < MIN_COMPARED_SHARE:
        faults.append(f"only {share:.0%} of the cells with output are compared")
    if broken := broken_claims(notebook):
        faults.append(f"stored claims do not hold: {broken}")
    texts = [data["claim"] for data in output_data(notebook, runtime.CLAIM_KEY)]
    if twice := sorted({text for text in texts if texts.count(text) > 1}):
        faults.append(f"two claims have the same sentence: {twice}")
    for cell in cells:
        if not is_compared(cell) and "runtime.claim(" in cell.source:
            faults.append("a cell with a claim must be compared")
    if len(nbformat.writes(notebook).encode()) > MAX_BYTES:
        faults.append(f"the file is larger than {MAX_BYTES} bytes")
    return faults
