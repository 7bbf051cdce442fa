"""The learner's side of the class leaderboard: predictions go to the server of the class, which scores them.

The server is `classroom/leaderboard`. Whatever does not answer as it would is taken for "not now": another program at
the address, a login page of the network, a proxy. A submission is given up only when the server itself refuses it.
"""

import json
import os
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from typing import Any

from bootcamp.exercises.sharing import identity
from bootcamp.leaderboard.submissions import Submission, SubmissionError
from bootcamp.runtime import network

ADDRESS_VARIABLE, PASSWORD_VARIABLE = identity.ADDRESS_VARIABLE, identity.WORD_VARIABLE
PASSWORD_HEADER, KEY_HEADER = identity.WORD_HEADER, identity.KEY_HEADER
SERVICE = "bootcamp-leaderboard"
ACCEPTED, REFUSED, LATER, AWAY = "accepted", "refused", "later", "away"
NO_ANSWER, LOST = "the leaderboard does not answer", "the connection to the leaderboard was lost"
OK, WRONG_PASSWORD = 200, 401
MOST_BYTES, LONGEST_DETAIL = 2**24, 500
CONNECT_SECONDS = 5.0
UPLOAD_SECONDS = 180.0
"""Long enough for a class that submits in the same minute over a slow network."""


@dataclass(frozen=True)
class Outcome:
    """What became of a submission that was sent, and a sentence on it.

    `kind` is accepted, refused (for good), later (this one was not taken now), or away (none would be taken now).
    """

    kind: str
    sentence: str
    learner: str = ""
    scores: dict[str, float] = field(default_factory=dict)


def address() -> str:
    """Address of the class leaderboard, without a slash at its end; empty where there is none.

    Raises:
        SubmissionError: `BOOTCAMP_LEADERBOARD` is no address.
    """
    found = os.environ.get(ADDRESS_VARIABLE, "").strip().rstrip("/")
    if found and not found.startswith(("http://", "https://")):
        raise SubmissionError(f"{ADDRESS_VARIABLE} is an address such as http://server:5050, not '{found}'")
    return found


def send(submission: Submission, predictions: bytes, key: str) -> Outcome:
    """Send the predictions of a submission, the bytes of an npz file.

    Args:
        submission: only its competition, learner and model are sent.
        predictions: refused without being sent where the server says that it takes less.
        key: what shows that the learner owns the name.
    """
    most = _upload_bytes()
    if most is None:
        return Outcome(AWAY, NO_ANSWER)
    if len(predictions) > most:
        found, allowed = len(predictions) / 2**20, most / 2**20
        return Outcome(REFUSED, f"the predictions are {found:,.0f} MB; the leaderboard takes {allowed:,.0f} MB")
    try:
        status, answer = _ask(_upload(submission, predictions, key), UPLOAD_SECONDS)
    except OSError:
        return Outcome(AWAY, LOST)
    if status != OK:
        return _not_accepted(status, answer)
    texts = [answer.get(name) for name in ("status", "learner")]
    if not all(isinstance(text, str) for text in texts) or not _are_numbers(answer.get("scores")):
        return Outcome(AWAY, LOST)
    return Outcome(ACCEPTED, *texts, answer["scores"])


def ranking(competition: str, every: bool) -> list[dict[str, Any]]:
    """Rows with rank (None: late), learner, model, scores, submitted and late.

    Raises:
        SubmissionError: the leaderboard does not answer, or has no such competition.
    """
    name = urllib.parse.quote(competition, safe="")
    try:
        status, answer = _ask(f"{address()}/api/rankings/{name}?every={'true' if every else 'false'}")
    except OSError as error:
        raise SubmissionError(f"the leaderboard at {address()} does not answer: {error}; try again later") from error
    if status != OK:
        raise SubmissionError(_detail(answer) or f"the leaderboard answered with status {status}")
    if not isinstance(answer.get("rows"), list) or not all(map(_is_row, answer["rows"])):
        raise SubmissionError(f"what answers at {address()} is not the leaderboard of this course")
    return answer["rows"]


def _is_row(found: Any) -> bool:
    """Whether a part of an answer is a row of a ranking."""
    return (
        isinstance(found, dict)
        and all(isinstance(found.get(name), str) for name in ("learner", "model", "submitted"))
        and isinstance(found.get("rank"), int | None)
        and isinstance(found.get("late"), bool)
        and _are_numbers(found.get("scores"))
    )


def _are_numbers(found: Any) -> bool:
    return isinstance(found, dict) and all(isinstance(value, int | float) for value in found.values())


def _upload_bytes() -> int | None:
    """How large an upload may be; None: there is no leaderboard, or it does not answer."""
    if not address():
        return None
    try:
        _, answer = _ask(f"{address()}/health")
    except OSError:
        return None
    most = answer.get("upload_bytes")
    return most if isinstance(most, int) and answer.get("service") == SERVICE else None


def _upload(submission: Submission, predictions: bytes, key: str) -> urllib.request.Request:
    query = urllib.parse.urlencode({"learner": submission.learner, "model": submission.model})
    return urllib.request.Request(
        f"{address()}/api/submissions/{urllib.parse.quote(submission.competition, safe='')}?{query}",
        data=predictions,
        method="PUT",
        headers={
            "Content-Type": "application/octet-stream",
            PASSWORD_HEADER: urllib.parse.quote(os.environ.get(PASSWORD_VARIABLE, "")),  # headers are ASCII
            KEY_HEADER: key,
        },
    )


def _not_accepted(status: int, answer: dict[str, Any]) -> Outcome:
    sentence = _detail(answer) or f"the leaderboard answered with status {status}"
    if answer.get("refused") is True:
        return Outcome(REFUSED, sentence)
    return Outcome(AWAY if status == WRONG_PASSWORD else LATER, sentence)


def _detail(answer: dict[str, Any]) -> str:
    """What the server says of a request that it did not take, so that it can be printed."""
    return "".join(char if char.isprintable() else " " for char in str(answer.get("detail") or ""))[:LONGEST_DETAIL]


def _ask(request: str | urllib.request.Request, seconds: float = CONNECT_SECONDS) -> tuple[int, dict[str, Any]]:
    """Status and JSON object of an answer; an empty object where it is none, as from another server.

    Raises:
        NetworkError: there is no answer.
    """
    answer = network.ask(request, seconds, MOST_BYTES)
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError):
        found = None
    return answer.status, found if isinstance(found, dict) else {}
