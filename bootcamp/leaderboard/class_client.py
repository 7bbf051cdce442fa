"""The learner's side of the class leaderboard: predictions go to the server of the class, which scores them.

The server is `classroom/leaderboard`. Whatever does not answer as it would is taken for "not now": another program at
the address, a login page of the network, a proxy. A submission is given up only when the server itself refuses it.
"""

import http.client
import json
import os
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from typing import Any

from bootcamp.leaderboard.submissions import Submission, SubmissionError

ADDRESS_VARIABLE, PASSWORD_VARIABLE = "BOOTCAMP_LEADERBOARD", "BOOTCAMP_CLASS_PASSWORD"
PASSWORD_HEADER, KEY_HEADER = "X-Bootcamp-Password", "X-Bootcamp-Key"
SERVICE = "bootcamp-leaderboard"
ACCEPTED, REFUSED, LATER, AWAY = "accepted", "refused", "later", "away"
NO_ANSWER = "the leaderboard does not answer"
WRONG_PASSWORD = 401
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
        answer = _ask(_upload(submission, predictions, key), UPLOAD_SECONDS)
        return Outcome(ACCEPTED, answer["status"], answer["learner"], answer["scores"])
    except urllib.error.HTTPError as error:
        return _not_accepted(error)
    except (OSError, ValueError, KeyError, http.client.HTTPException):
        return Outcome(AWAY, "the connection to the leaderboard was lost")


def ranking(competition: str, every: bool) -> list[dict[str, Any]]:
    """Rows with rank (None: late), learner, model, scores, submitted and late.

    Raises:
        SubmissionError: the leaderboard does not answer, or has no such competition.
    """
    name = urllib.parse.quote(competition, safe="")
    try:
        return _ask(f"{address()}/api/rankings/{name}?every={'true' if every else 'false'}")["rows"]
    except urllib.error.HTTPError as error:
        reason = _json(error.read()).get("detail")
        raise SubmissionError(reason or f"the leaderboard answered with status {error.code}") from error
    except (OSError, ValueError, KeyError, http.client.HTTPException) as error:
        raise SubmissionError(f"the leaderboard at {address()} does not answer; try again later") from error


def _upload_bytes() -> int | None:
    """How large an upload may be; None: there is no leaderboard, or it does not answer."""
    if not address():
        return None
    try:
        answer = _ask(f"{address()}/health")
        return int(answer["upload_bytes"]) if answer["service"] == SERVICE else None
    except (OSError, ValueError, KeyError, http.client.HTTPException):
        return None


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


def _not_accepted(error: urllib.error.HTTPError) -> Outcome:
    answer = _json(error.read())
    sentence = str(answer.get("detail") or f"the leaderboard answered with status {error.code}")
    if answer.get("refused") is True:
        return Outcome(REFUSED, sentence)
    return Outcome(AWAY if error.code == WRONG_PASSWORD else LATER, sentence)


def _ask(request: str | urllib.request.Request, seconds: float = CONNECT_SECONDS) -> dict[str, Any]:
    """What the server answers; ValueError: this is no JSON object, so it is another server."""
    with urllib.request.urlopen(request, timeout=seconds) as answer:
        found = _json(answer.read())
    if not found:
        raise ValueError("the answer is no JSON object")
    return found


def _json(answer: bytes) -> dict[str, Any]:
    try:
        found = json.loads(answer)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
