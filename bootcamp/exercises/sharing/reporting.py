"""Reporting in the background: a thread writes what was checked to the outbox and sends it, while the learner goes on.

Nothing here keeps a check waiting, and nothing raises: where the disk is full, events wait in memory; where the server
does not answer, they wait on the disk, and another try comes some seconds later, or with the next check.
"""

import atexit
import functools
import queue
import random
import shutil
import threading
import time
from collections import deque
from pathlib import Path

from bootcamp.exercises.sharing import consent, events, identity, link
from bootcamp.exercises.sharing.events import Event
from bootcamp.runtime import locks

FIRST_WAIT, LONGEST_WAIT = 0.5, 5.0
"""Seconds to the next try."""
LAST_SECONDS = 3.0
"""So long the end of a kernel waits for what was checked last."""
MOST_IN_MEMORY = 1000
Checked = tuple[str, bool, str, float]
"""Exercise, whether it passed, the hint that was shown, and when."""


def report(exercise: str, passed: bool, hint: str) -> None:
    """Have a check reported if the learner agreed to it; returns at once, and does nothing where there is no class."""
    if identity.address():
        reporter().put((exercise, passed, hint, time.time()))


@functools.cache
def reporter() -> "Reporter":
    """The one of this process."""
    found = Reporter()
    atexit.register(found.end)
    return found


class Reporter:
    """A queue of checks and the thread that empties it; `problem` says why something waits, empty: nothing does."""

    def __init__(self) -> None:
        self.problem = ""
        self._checked: queue.SimpleQueue[Checked | None] = queue.SimpleQueue()
        self._unsaved: deque[Event] = deque(maxlen=MOST_IN_MEMORY)
        self._thread: threading.Thread | None = None

    def put(self, checked: Checked) -> None:
        """Take a check; the thread is started by the first."""
        self._checked.put(checked)
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._work, name="class reports", daemon=True)
            self._thread.start()

    def end(self) -> None:
        """Write what was checked and try to send it, for some seconds."""
        if self._thread is not None and self._thread.is_alive():
            self._checked.put(None)
            self._thread.join(LAST_SECONDS)

    def _work(self) -> None:
        wait = None
        while True:
            try:
                checked = self._checked.get(timeout=wait)
                wait = FIRST_WAIT
            except queue.Empty:
                checked, wait = (), min(2 * (wait or FIRST_WAIT), LONGEST_WAIT)
            try:
                if checked:
                    self._keep(checked)
                left = self._send()
            except (OSError, ValueError) as error:  # whatever is wrong with the learner's folder: later
                self.problem, left = link.printable(error), True
            if checked is None:
                return
            wait = wait * random.uniform(0.8, 1.2) if left else None

    def _keep(self, checked: Checked) -> None:
        if consent.current() is None:
            return
        event = events.of_check(*checked)
        try:
            events.put(consent.outbox(), event)
        except OSError as error:
            self.problem = f"your folder cannot be written ({error.strerror or error}); what you do is kept in memory"
            self._unsaved.append(event)

    def _send(self) -> bool:
        """Send what waits; returns whether something is left for another try."""
        if not settle_withdrawal():
            return True
        if consent.current() is None:
            self._unsaved.clear()
            return False
        return self._send_events()

    def _send_events(self) -> bool:
        outbox = consent.outbox()
        try:
            outbox.mkdir(parents=True, exist_ok=True, mode=0o700)
            with locks.locked(outbox.parent / "outbox.lock", "BOOTCAMP_HOME", seconds=link.SECONDS):
                return self._empty(outbox)
        except locks.Busy:  # another kernel sends
            return True
        except OSError:
            return self._empty(outbox)  # without a disk there is no other kernel to wait for

    def _empty(self, outbox: Path) -> bool:
        while agreed := consent.current():  # asked anew: it may be taken back meanwhile
            batch = events.waiting(outbox)
            memory = list(self._unsaved)[: events.BATCH - len(batch)]
            sent = [event for _, event in batch] + memory
            if not sent:
                self.problem = ""
                return False
            answer = link.send(agreed, sent)
            done = set((answer.found or {}).get("done") or []) if answer.taken else set()
            events.remove(file for file, event in batch if event.id in done)
            for event in memory:
                if event.id in done:
                    self._unsaved.remove(event)
            if answer.over:
                consent.end()
            if not done:
                self.problem = answer.sentence or link.NO_ANSWER
                return True
        return False


def settle_withdrawal() -> bool:
    """Tell the class of an agreement that was taken back; False: it does not answer, and nothing else may be sent."""
    agreed = consent.pending_withdrawal()
    if agreed and not link.withdraw(agreed).taken:
        return False
    consent.withdrawn()
    return True


def withdraw() -> link.Answer | None:
    """Take the agreement back and have the class delete what it has; None where there was no agreement.

    What another kernel is sending just now is waited for, so that it is deleted as well.
    """
    try:
        with locks.locked(consent.folder() / "outbox.lock", "BOOTCAMP_HOME", seconds=2 * link.SECONDS):
            agreed = consent.withdraw()
    except OSError:  # also one that holds the lock too long: the agreement ends all the same
        agreed = consent.withdraw()
    agreed = agreed or consent.pending_withdrawal()
    if agreed is None:
        return None
    answer = link.withdraw(agreed)
    if answer.taken:
        consent.withdrawn()
        shutil.rmtree(consent.outbox(), ignore_errors=True)
    return answer
