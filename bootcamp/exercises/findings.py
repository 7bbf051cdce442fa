"""What a check found in an answer, and how a learner sees it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

FEEDBACK_KEY = "bootcamp_exercise"


@dataclass(frozen=True)
class Finding:
    """One thing a check looked at: what it is about, whether it is right, and the hint when it is not yet."""

    about: str
    right: bool
    hint: str = ""


Check = Callable[[Any], list[Finding]]


@dataclass(frozen=True)
class Feedback:
    """What a learner sees below a check cell."""

    exercise: str
    findings: tuple[Finding, ...]
    notice: str = ""

    @property
    def passed(self) -> bool:
        """Whether something was looked at, and every finding is right."""
        return bool(self.findings) and all(finding.right for finding in self.findings)

    @property
    def hint(self) -> str:
        """Hint of the first finding that is not right yet, empty when all are."""
        return next((finding.hint for finding in self.findings if not finding.right), "")

    def __str__(self) -> str:
        lines = [f"{'right:  ' if f.right else 'not yet:'} {f.about}" for f in self.findings]
        if self.passed:
            lines.append("Exercise solved.")
        elif self.hint:
            lines.append(f"Hint: {self.hint}")
        if self.notice:
            lines.append(self.notice)
        return "\n".join(lines)

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, str], dict[str, Any]]:
        data = {"name": self.exercise, "passed": self.passed, "hint": self.hint}
        return {"text/plain": str(self)}, {FEEDBACK_KEY: data}
