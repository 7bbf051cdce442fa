"""Requests of a learner to the page of the class; whatever does not answer as it would is taken for "not now"."""

import json
import time
import urllib.parse
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bootcamp.exercises.sharing import identity
from bootcamp.exercises.sharing.consent import Consent
from bootcamp.exercises.sharing.events import Event
from bootcamp.runtime import network

SERVICE = "bootcamp-sight"
OK, OVER = 200, 410
SECONDS, MOST_BYTES, LONGEST_SENTENCE = 5.0, 2**18, 300
NO_ANSWER = "the server of the class does not answer"


@dataclass(frozen=True)
class Answer:
    """What came of a request: `taken` or not, a sentence where not, and what the server says.

    `final`: the same request would never be taken; `over`: none would, the agreement or the class has ended.
    """

    taken: bool
    sentence: str = ""
    final: bool = False
    found: dict[str, Any] | None = None
    over: bool = False

    def text(self, name: str) -> str:
        """A text of the answer that can be printed; empty where there is none."""
        return printable((self.found or {}).get(name, ""))

    def number(self, name: str) -> int:
        """A number of the answer, 0 where there is none."""
        value = (self.found or {}).get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else 0


def describe() -> Answer:
    """Ask which class this is: `title`, `class` (its token), and `keep_days`, so long it is kept."""
    return _ask("GET", "class")


def send(agreed: Consent, sent: Sequence[Event]) -> Answer:
    """Send events; those named in `done` of the answer need not be sent again."""
    now = time.time()
    return _ask("POST", "events", {**_who(agreed), "events": [event.as_sent(now) for event in sent]})


def hand(agreed: Consent, up: bool, line: str = "") -> Answer:
    """Raise or lower the hand; the answer has the `place` in the queue."""
    return _ask("POST", "hand", {**_who(agreed), "up": up, "line": line})


def withdraw(agreed: Consent) -> Answer:
    """Have everything deleted that the class has of this learner."""
    return _ask("POST", "withdraw", _who(agreed))


def printable(text: Any) -> str:
    """A text from elsewhere, so that it can be printed."""
    return "".join(char if char.isprintable() else " " for char in str(text))[:LONGEST_SENTENCE]


def _who(agreed: Consent) -> dict[str, str]:
    return {"name": agreed.name, "consent": agreed.number, "class": agreed.token}


def _ask(method: str, path: str, content: dict[str, Any] | None = None) -> Answer:
    headers = {"Content-Type": "application/json", identity.WORD_HEADER: urllib.parse.quote(identity.word())}
    body = None if content is None else json.dumps(content).encode()
    try:
        if content is not None:
            headers[identity.KEY_HEADER] = identity.key()
        address = f"{identity.address()}/api/sight/{path}"
        answer = network.ask(urllib.request.Request(address, body, headers, method=method), SECONDS, MOST_BYTES)
        found = json.loads(answer.body)
    except (OSError, ValueError, RecursionError) as error:
        own = isinstance(error, OSError) and not isinstance(error, network.NetworkError)
        return Answer(False, printable(f"{NO_ANSWER}: {error}") if own else NO_ANSWER)
    if not isinstance(found, dict) or found.get("service") != SERVICE:
        return Answer(False, NO_ANSWER)
    if answer.status == OK:
        return Answer(True, found=found)
    sentence = printable(found.get("detail") or NO_ANSWER)
    return Answer(False, sentence, found.get("refused") is True, found, answer.status == OVER)
