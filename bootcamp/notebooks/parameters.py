"""Parameters of the notebooks: what each declares, what a profile sets, and the check of what a user asks for.

papermill accepts any name and any type; a misspelt parameter would silently run the defaults.
"""

import contextlib
import logging
import math
from collections.abc import Iterable, Mapping

from bootcamp import course
from bootcamp.course import Value
from bootcamp.notebooks import authoring

TYPES = {"int": int, "float": float, "str": str, "bool": bool}


class ParameterError(ValueError):
    """A parameter or profile that does not exist, or a value of the wrong type."""


def declared(notebook: course.Notebook) -> dict[str, str]:
    """Parameters in the parameters cell of a notebook: name -> type (`int`, `float`, `str`, `bool`).

    Raises:
        authoring.NotebookError: the file is missing, no notebook, or does not say its language.
    """
    import papermill

    path = course.root() / notebook.path
    authoring.read(path)
    logging.getLogger("papermill").setLevel(logging.ERROR)
    try:
        found = papermill.inspect_notebook(str(path))
    except ValueError as error:  # no language in its metadata
        raise authoring.NotebookError(f"{path}: {error}") from error
    return {name: entry["inferred_type_name"] for name, entry in found.items()}


def parse_assignments(assignments: Iterable[str]) -> dict[str, str]:
    """Split texts `name=value`.

    Raises:
        ParameterError: a text has no name or no `=`.

    >>> parse_assignments(["epochs=3", "source=mnist"])
    {'epochs': '3', 'source': 'mnist'}
    """
    values = {}
    for text in assignments:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise ParameterError(f"a parameter is set as name=value, not '{text}'")
        values[name.strip()] = value.strip()
    return values


def convert(name: str, text: str, type_name: str) -> Value:
    """Value of the parameter `name`, declared as `type_name`, from its text.

    Raises:
        ParameterError: the text is no value of that type.

    >>> convert("learning_rate", "1e-3", "float"), convert("augment", "false", "bool")
    (0.001, False)
    """
    if type_name == "str":
        return text
    if type_name == "bool" and text.lower() in {"true", "false"}:
        return text.lower() == "true"
    with contextlib.suppress(ValueError):
        if type_name == "int":
            return int(text)
        if type_name == "float" and math.isfinite(float(text)):
            return float(text)
    raise ParameterError(f"parameter '{name}' must be {type_name}, not '{text}'")


def profile_values(profile: str, notebook: course.Notebook) -> dict[str, Value]:
    """Parameters that a profile sets in a notebook, as its lab describes them; none for `laptop`, the defaults.

    Raises:
        ParameterError: there is no such profile; the message has the nearest name.
    """
    if profile not in course.PROFILES:
        raise ParameterError(f"there is no profile '{profile}'.{course.nearest(profile, course.PROFILES)}")
    return dict(notebook.profiles.get(profile, {}))


def resolve(
    notebooks: Iterable[course.Notebook], profile: str, assignments: Mapping[str, str]
) -> dict[course.Notebook, dict[str, Value]]:
    """Parameters for each notebook: those of the profile, then those set by the user where the notebook has them.

    Raises:
        ParameterError: no notebook has a parameter of that name, a value has the wrong type, or an unknown profile.
    """
    types = {}
    for notebook in notebooks:
        types[notebook] = {}
        with contextlib.suppress(authoring.NotebookError):  # the batch run records it as failed, the others run
            types[notebook] = declared(notebook)
    known = {name for names in types.values() for name in names}
    for name in assignments:
        if name not in known:
            hint = course.nearest(name, known) or f" They have: {', '.join(sorted(known)) or 'none'}."
            raise ParameterError(f"none of the chosen notebooks has a parameter '{name}'.{hint}")
    return {
        notebook: profile_values(profile, notebook)
        | {name: convert(name, text, names[name]) for name, text in assignments.items() if name in names}
        for notebook, names in types.items()
    }
