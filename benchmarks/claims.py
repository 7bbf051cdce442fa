"""Which claims of a notebook hold with other seeds, and with what numbers.

Run: python benchmarks/claims.py 01_Curve_Fitting 04_Digits_with_Keras [--seeds 0 1 2] [--set epochs=8]

A claim that depends on training must not hang on one seed. Every run is the notebook at laptop size with another value
of its parameter `seed`, in a kernel of its own; the file stays as it is. One line for a claim: whether it holds for
each seed, and the numbers that it shows. A cell that fails ends its run; what came before it is still reported.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

from bootcamp import course, exercises, leaderboard, runtime
from bootcamp.notebooks import authoring, parameters, workspace

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError


def claims(entry: course.Notebook, values: dict[str, str]) -> tuple[dict[str, tuple[bool, str]], str]:
    """Sentence -> whether it holds and its numbers, in the order of the notebook; and the error that ended the run."""
    notebook = authoring.read(course.root() / entry.path)
    for cell in authoring.tagged(notebook, authoring.PARAMETERS_TAG):
        cell.source = workspace.set_parameters(cell.source, parameters.resolve([entry], "laptop", values)[entry])
    for cell in authoring.code_cells(notebook):
        cell.outputs = []
    folder = (course.root() / entry.path).parent
    client = NotebookClient(notebook, resources={"metadata": {"path": str(folder)}}, timeout=3600)
    quiet = {runtime.PROGRESS_VARIABLE: "off", leaderboard.LEARNER_VARIABLE: "learner"}
    error = ""
    with tempfile.TemporaryDirectory() as home:
        try:
            client.execute(env=os.environ | quiet | {exercises.HOME_VARIABLE: home})
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as failure:
            error = str(failure).strip().splitlines()[-1]
    found = authoring.output_data(notebook, runtime.CLAIM_KEY)
    return {data["claim"]: (data["holds"], data.get("shown", "")) for data in found}, error


def table(runs: dict[int, dict[str, tuple[bool, str]]]) -> list[str]:
    """Lines of a Markdown table: a claim in each, then a column for each seed."""
    sentences = list(dict.fromkeys(sentence for run in runs.values() for sentence in run))
    lines = [f"| claim | {' | '.join(f'seed {seed}' for seed in runs)} |", "|---" * (len(runs) + 1) + "|"]
    for sentence in sentences:
        answers = [run.get(sentence) for run in runs.values()]
        texts = ["-" if answer is None else f"{answer[0]} {answer[1]}".strip() for answer in answers]
        lines.append(f"| {sentence} | {' | '.join(texts)} |")
    return lines


def main() -> None:
    """Run each notebook with each seed; print a table for each notebook, and at last how many claims failed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="+", help="names of notebooks, as in `bootcamp run`")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="another parameter")
    options = parser.parse_args()
    broken = 0
    for entry in course.select(options.names):
        runs, errors = {}, {}
        for seed in options.seeds:
            values = parameters.parse_assignments([*options.set, f"seed={seed}"])
            runs[seed], errors[seed] = claims(entry, values)
        broken += sum(not holds for run in runs.values() for holds, _ in run.values())
        print(f"## {Path(entry.path).as_posix()}", *table(runs), "", sep="\n", flush=True)
        print(*(f"seed {seed} ended early: {error}" for seed, error in errors.items() if error), sep="\n", flush=True)
    print(f"{broken} claims do not hold")
    sys.exit(broken > 0)


if __name__ == "__main__":
    main()
