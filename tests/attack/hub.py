"""A class logs in at once and works, while somebody guesses passwords."""

import threading
import time

from tests.attack.trials import Attack, percentile
from tests.classroom import class_hub

import requests
from requests.adapters import HTTPAdapter

GUESSES_A_SECOND, GUESSERS = 10, 30
GUESSER = "127.0.0.9"
LOGIN_SECONDS = 2.0
REFUSALS = ("Invalid username or password", "Too many wrong passwords for this name")
LATE = "no answer in half a minute"
CELL = "print(sum(range(10)))"


class _From(HTTPAdapter):
    """Connects from an address of its own, as another machine would."""

    def init_poolmanager(self, *arguments, **options):
        super().init_poolmanager(*arguments, source_address=(GUESSER, 0), **options)


class _Pace:
    """Turns of several threads at even distances; what was late is not made up for."""

    def __init__(self) -> None:
        self._lock, self._number, self._next = threading.Lock(), 0, time.monotonic()

    def turn(self) -> tuple[int, float]:
        """Number of the next turn, and the seconds until then."""
        with self._lock:
            now = time.monotonic()
            self._number, self._next = self._number + 1, max(now, self._next + 1 / GUESSES_A_SECOND)
            return self._number, self._next - now


def learners(attack: Attack) -> None:
    """So many learners log in at once, start a server each, and run a cell; ten wrong passwords a second arrive."""
    names = tuple(f"learner{number:02}" for number in range(1, attack.wanted + 1))
    attack.done = len(names)
    with class_hub.running(names) as classroom:
        finished, statuses, seconds = threading.Event(), [], []
        given = (classroom, names, _Pace(), finished, statuses)
        guessers = [threading.Thread(target=_guess, args=given) for _ in range(GUESSERS)]
        for guesser in guessers:
            guesser.start()
        time.sleep(2)
        begun, before = time.monotonic(), len(statuses)
        class_hub.at_once([lambda name=name: _log_in(attack, classroom, name, seconds) for name in names])
        rate = (len(statuses) - before) / (time.monotonic() - begun)
        seated = [classroom.learner(name) for name in names]
        worked = class_hub.at_once([lambda learner=learner: _work(attack, learner) for learner in seated])
        finished.set()
        for guesser in guessers:
            guesser.join()
        for name in (name for name, done in zip(names, worked, strict=True) if not done):
            attack.check(False, f"{name}: {_last_error(classroom, name)}")
    attack.check(set(statuses) <= {403, LATE}, f"guesses were answered with {set(statuses)}")
    longest = percentile(seconds, 0.95)
    attack.check(longest < LOGIN_SECONDS * attack.patience, f"log-in took {longest:.1f} s at the 95th percentile")
    attack.measured = (
        f"log-in {longest:.2f} s (95th percentile), {sum(worked)} cells ran; {len(statuses)} guesses, "
        f"{rate:.0f} a second during log-in"
    )


def _last_error(classroom: class_hub.Hub, name: str) -> str:
    """What the hub itself says of a learner whose server did not work."""
    said = [line for line in classroom.log().splitlines() if name in line and line.startswith(("[E", "[C"))]
    return said[-1] if said else "the hub reports no error"


def _log_in(attack: Attack, classroom: class_hub.Hub, name: str, seconds: list[float]) -> None:
    begun = time.monotonic()
    with attack.guarded(name):
        answer = classroom.learner(name).send_form()
        attack.check(answer.ok, f"{name}: status {answer.status_code}")
    seconds.append(time.monotonic() - begun)


def _work(attack: Attack, learner: class_hub.Learner) -> bool:
    with attack.guarded(learner.name):
        learner.log_in()
        learner.start(attack.seconds + class_hub.PATIENCE)
        with learner.kernel() as kernel:
            printed = kernel.run(CELL).strip()
        attack.check(printed == "45", f"{learner.name}: {printed}")
        return printed == "45"
    return False


def _guess(
    classroom: class_hub.Hub, names: tuple[str, ...], pace: _Pace, finished: threading.Event, statuses: list
) -> None:
    """Wrong passwords for the names of the class in turn, with an address made up each time, at an even pace."""
    browser = requests.Session()
    browser.mount("http://", _From())
    guesser = class_hub.Learner(classroom, names[0], browser)
    while not finished.is_set():
        number, seconds = pace.turn()
        finished.wait(seconds)
        guesser.name = names[number % len(names)]
        headers = {"X-Real-Ip": f"198.51.{number % 250}.7", "X-Forwarded-For": f"198.51.{number % 250}.8"}
        try:
            answer = guesser.send_form(f"guess-{number}", headers)
            said = any(words in answer.text for words in REFUSALS)
            statuses.append(answer.status_code if said else f"{answer.status_code} {answer.text[:80]}")
        except requests.Timeout:
            statuses.append(LATE)
