"""Which data sets there are: those that the labs describe."""

from bootcamp import course
from bootcamp.course import DataSet


class DataError(RuntimeError):
    """A data set could not be found, made, downloaded or verified; the message says what to do."""


def entries() -> tuple[DataSet, ...]:
    """Every data set of the course, in the order of the labs that describe them."""
    return tuple(entry for lab in course.labs() for entry in lab.data_sets)


def find(name: str) -> DataSet:
    """The data set called `name`.

    Raises:
        DataError: there is none; the message has the nearest name.
    """
    known = {entry.name: entry for entry in entries()}
    if name not in known:
        raise DataError(f"there is no data set '{name}'.{course.nearest(name, known)}")
    return known[name]
