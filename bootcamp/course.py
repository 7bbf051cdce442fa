"""The ordered list of labs and notebooks.

This is the only place that knows order, titles and minutes. The navigation lines in the notebooks, the course map
in `Start_Here.ipynb`, the batch runner and the tests are all derived from it.
"""

import difflib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

NAVIGATION_TAG = "navigation"
COURSE_MAP_TAG = "course-map"


@dataclass(frozen=True)
class Notebook:
    """One notebook: path relative to the repository root, title, minutes, what the learner will be able to do."""

    path: str
    title: str
    minutes: int
    outcome: str = ""

    @property
    def name(self) -> str:
        """Path without the ending, the name used on the command line: `Intro_to_DL/01_Curve_Fitting`."""
        return self.path.removesuffix(".ipynb")


@dataclass(frozen=True)
class Lab:
    """A lab: folder, title, the room of the package that serves it, what the learner will be able to do."""

    name: str
    title: str
    room: str
    outcome: str
    notebooks: tuple[Notebook, ...]

    @property
    def minutes(self) -> int:
        """Minutes a learner needs for the whole lab."""
        return sum(notebook.minutes for notebook in self.notebooks)


START = Notebook("Start_Here.ipynb", "Start Here", 15, "find your way, and know what this machine can do")

LABS: tuple[Lab, ...] = (
    Lab(
        name="Intro_to_DL",
        title="Introduction to Deep Learning",
        room="intro",
        outcome="fit curves and classify images with networks you can explain, and say where they fail",
        notebooks=(
            Notebook(
                "Intro_to_DL/01_Curve_Fitting.ipynb",
                "Curve Fitting",
                40,
                "fit data with a line and with a network, in Keras and in PyTorch",
            ),
            Notebook(
                "Intro_to_DL/02_Training_and_Generalization.ipynb",
                "Training and Generalization",
                60,
                "choose an optimizer, recognize overfitting, and split data so that a score means something",
            ),
            Notebook(
                "Intro_to_DL/03_Convolution_Primer.ipynb",
                "Convolution Primer",
                55,
                "compute a convolution by hand and say why images need it",
            ),
            Notebook(
                "Intro_to_DL/04_Digits_with_Keras.ipynb",
                "Digits with Keras",
                50,
                "train an image classifier, test it fairly, break it and repair it",
            ),
            Notebook(
                "Intro_to_DL/05_Residual_Networks.ipynb",
                "Residual Networks",
                50,
                "train deep networks, and say what skip connections do for them",
            ),
        ),
    ),
    Lab(
        name="Tropical_Cyclone",
        title="Tropical Cyclone Intensity",
        room="cyclone",
        outcome=(
            "estimate a storm's intensity from satellite images, and split the data so that the score can be trusted"
        ),
        notebooks=(
            Notebook(
                "Tropical_Cyclone/01_Problem_and_Approach.ipynb",
                "Problem and Approach",
                45,
                "say what a satellite image tells of a storm's intensity, and set the baseline to beat",
            ),
            Notebook(
                "Tropical_Cyclone/02_Best_Tracks_and_Labels.ipynb",
                "Best Tracks and Labels",
                45,
                "read best tracks, and turn six-hourly fixes into a label for every image",
            ),
            Notebook(
                "Tropical_Cyclone/03_Images_and_First_Model.ipynb",
                "Images and First Model",
                50,
                "prepare images without aliasing, build the paper's network, and train a narrow one",
            ),
            Notebook(
                "Tropical_Cyclone/04_The_Split_Matters.ipynb",
                "The Split Matters",
                50,
                "split frames so that a score can be trusted, and measure what a shuffled split hides",
            ),
            Notebook(
                "Tropical_Cyclone/05_Class_Imbalance.ipynb",
                "Class Imbalance",
                45,
                "find out which classes a model misses, and which remedies for rare classes really help",
            ),
            Notebook(
                "Tropical_Cyclone/06_Competition.ipynb",
                "Competition: Later Seasons",
                60,
                "improve a model of your own, and submit it to a leaderboard that ranks on storms of later seasons",
            ),
        ),
    ),
    Lab(
        name="CFD",
        title="Steady Flow with Surrogates",
        room="cfd",
        outcome="compute steady flows, train networks to predict them, and check a design made with one",
        notebooks=(
            Notebook(
                "CFD/01_Steady_Flow.ipynb",
                "Steady Flow",
                50,
                "explain and validate a lattice Boltzmann solver, and read the data it makes",
            ),
            Notebook(
                "CFD/02_Fully_Connected.ipynb",
                "Fully Connected Networks",
                40,
                "predict a flow with the simplest network, and say why it is not enough",
            ),
            Notebook(
                "CFD/03_Convolutions_and_Signed_Distance.ipynb",
                "Convolutions and Signed Distance",
                45,
                "build an encoder with two decoders, and choose how a shape enters a network",
            ),
            Notebook(
                "CFD/04_Gated_U_Net.ipynb",
                "Gated U-Net",
                60,
                "build a gated U-Net block by block, and compare six models fairly",
            ),
            Notebook(
                "CFD/05_Competition.ipynb",
                "Competition: Unseen Shapes",
                60,
                "improve a model and have it scored on shapes it has never seen",
            ),
            Notebook(
                "CFD/06_Design_with_the_Surrogate.ipynb",
                "Design with the Surrogate",
                45,
                "shape an object with the gradient of a network, and check the result with the solver",
            ),
        ),
    ),
    Lab(
        name="PINN",
        title="Physics-Informed Networks",
        room="pinn",
        outcome="solve differential equations with networks, check the result, and say when another method is better",
        notebooks=(
            Notebook(
                "PINN/01_Introduction.ipynb",
                "Physics-Informed Networks",
                50,
                "write a differential equation as a loss, solve it, and find an unknown source",
            ),
            Notebook(
                "PINN/02_Diffusion_Bar.ipynb",
                "Diffusion in a Composite Bar",
                45,
                "couple two networks at an interface, and say why scaling decides",
            ),
            Notebook(
                "PINN/03_Parameterized_Diffusion.ipynb",
                "Parameterized Diffusion",
                40,
                "solve a family of problems in one training, and count what it costs",
            ),
            Notebook(
                "PINN/04_Spring_Mass.ipynb",
                "Springs and Masses",
                50,
                "recognize a failing training, and repair it step by step",
            ),
            Notebook(
                "PINN/05_Inverse_Spring_Mass.ipynb",
                "Springs and Masses: the Inverse Problem",
                45,
                "find unknown constants from noisy observations, with an uncertainty",
            ),
            Notebook(
                "PINN/06_Chip_Challenge.ipynb",
                "Challenge: the Flow over a Chip",
                75,
                "solve a flow problem with a network, check it, and find the viscosity of a fluid",
            ),
            Notebook(
                "PINN/07_Networks_and_Tricks.ipynb",
                "Networks and Tricks",
                60,
                "compare network types and training tricks fairly, and carry an uncertain input to the output",
            ),
        ),
    ),
)


class CourseError(ValueError):
    """A lab, notebook or repository that does not exist."""


def notebooks() -> tuple[Notebook, ...]:
    """Every notebook of the course in reading order, `Start_Here` first."""
    return (START, *(notebook for lab in LABS for notebook in lab.notebooks))


def lab_of(notebook: Notebook) -> Lab | None:
    """The lab that contains `notebook`; None for `Start_Here`."""
    return next((lab for lab in LABS if notebook in lab.notebooks), None)


def root() -> Path:
    """Folder of the course: `BOOTCAMP_ROOT`, else the checkout this package lies in, else the nearest parent folder.

    Raises:
        CourseError: no folder with `Start_Here.ipynb` was found.
    """
    here = Path.cwd()
    named = os.environ.get("BOOTCAMP_ROOT")
    candidates = [Path(named)] if named else [Path(__file__).resolve().parents[1], here, *here.parents]
    for folder in candidates:
        if (folder / START.path).is_file():
            return folder
    raise CourseError(f"no {START.path} in {candidates[0]}; set BOOTCAMP_ROOT to the folder of the course")


def nearest(name: str, known: Iterable[str]) -> str:
    """The hint ` Did you mean 'x'?` for the known name closest to `name`, empty if none is close.

    >>> nearest("epoch", ["epochs", "seed"])
    " Did you mean 'epochs'?"
    """
    folded = {word.lower(): word for word in known}
    close = difflib.get_close_matches(name.lower(), folded, n=1, cutoff=0.5)
    return f" Did you mean '{folded[close[0]]}'?" if close else ""


def select(names: Iterable[str]) -> tuple[Notebook, ...]:
    """Notebooks named by lab (`Intro_to_DL`), path, or file name with or without `.ipynb`; all when none is named.

    Raises:
        CourseError: a name is no lab and no notebook; the message has the nearest name.

    >>> [notebook.title for notebook in select(["Start_Here", "01_Curve_Fitting"])]
    ['Start Here', 'Curve Fitting']
    """
    labs = {lab.name: lab.notebooks for lab in LABS}
    single = {}
    for notebook in notebooks():
        single[notebook.name] = single[PurePosixPath(notebook.name).name] = (notebook,)
    known = labs | single
    chosen: set[Notebook] = set()
    for name in names:
        key = name.strip().removeprefix("./").rstrip("/").removesuffix(".ipynb")
        if key not in known:
            raise CourseError(f"there is no lab or notebook '{name}'.{nearest(key, known)}")
        chosen.update(known[key])
    return tuple(notebook for notebook in notebooks() if notebook in chosen or not chosen)


def _link(from_notebook: Notebook, to_notebook: Notebook) -> str:
    """Path of `to_notebook` as seen from the folder of `from_notebook`."""
    return os.path.relpath(to_notebook.path, PurePosixPath(from_notebook.path).parent).replace(os.sep, "/")


def navigation_line(notebook: Notebook) -> str:
    """Markdown line with links to the previous notebook, the start page and the next notebook."""
    ordered = notebooks()
    place = ordered.index(notebook)
    parts = []
    if place > 1:
        parts.append(f"[Previous: {ordered[place - 1].title}]({_link(notebook, ordered[place - 1])})")
    if place > 0:
        parts.append(f"[Start Here]({_link(notebook, START)})")
    if place + 1 < len(ordered):
        parts.append(f"[Next: {ordered[place + 1].title}]({_link(notebook, ordered[place + 1])})")
    return " | ".join(parts)


def course_map() -> str:
    """Markdown table of the course for `Start_Here`: lab or notebook, minutes, what the learner can do afterwards."""
    lines = ["| | minutes | afterwards you can |", "|---|---:|---|"]
    for lab in LABS:
        lines.append(f"| **{lab.title}** | {lab.minutes} | {lab.outcome} |")
        lines.extend(f"| [{n.title}]({n.path}) | {n.minutes} | {n.outcome} |" for n in lab.notebooks)
    return "\n".join(lines)


def generated_cells(notebook: Notebook) -> dict[str, str]:
    """Source that cells with a generated tag must have in `notebook`: tag -> markdown."""
    cells = {NAVIGATION_TAG: navigation_line(notebook)}
    if notebook == START:
        cells[COURSE_MAP_TAG] = course_map()
    return cells
