"""Files from a hostile or careless hand: read right, or refused with one documented error, in little time."""

import contextlib
import copy
import json
import re
import time
import warnings
from collections.abc import Callable
from typing import Any

from bootcamp import cyclone
from bootcamp.batch import comparison, report, results
from bootcamp.cyclone import jpeg
from bootcamp.leaderboard import npz
from tests.attack.trials import Attack
from tests.classroom import class_server
from tests.cyclone import test_hurdat2, test_images, test_jpeg

import numpy as np
import pandas as pd
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st

MOST_SECONDS = 2.0
"""Of the processor, that a file of a megabyte may take."""


def hurdat2(attack: Attack) -> None:
    """Lines of a generator that knows the grammar of HURDAT2; trials are lines."""
    path, again = attack.folder / "hurdat2.txt", attack.folder / "again.txt"
    read = longest = 0.0

    def examine(text: str) -> None:
        nonlocal read, longest
        attack.done += text.count("\n") + 1
        path.write_text(text, encoding="utf-8", newline="")
        begun = time.process_time()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", cyclone.TrackWarning)
                tracks = cyclone.read_hurdat2(path)
                test_hurdat2.assert_sound(tracks)
                cyclone.write_hurdat2(tracks, again)
                pd.testing.assert_frame_equal(cyclone.read_hurdat2(again), tracks)
        except cyclone.TrackError as error:
            attack.check(re.match(rf"{re.escape(str(path))}, line \d+: ", str(error)), f"{error}: {text!r}")
            attack.check(str(error).isprintable(), f"not printable: {error!r}")
        except Exception as error:  # noqa: BLE001 - whatever is not documented
            attack.check(False, f"{type(error).__name__}: {error}: {text!r}")
        else:
            read += 1
        longest = max(longest, time.process_time() - begun)

    generate(attack, hurdat2_files(), examine)
    for case, text in test_hurdat2.HOSTILE.items():
        path.write_text(text, encoding="utf-8")
        begun = time.process_time()
        with attack.guarded(case):
            try:
                cyclone.read_hurdat2(path)
                attack.check(False, f"{case} was read")
            except cyclone.TrackError:
                longest = max(longest, time.process_time() - begun)
    attack.check(longest < MOST_SECONDS, f"{longest:.1f} s for one file")
    attack.measured = f"{read:.0f} files read, longest {longest:.2f} s"


class _EnoughError(Exception):
    """Ends the generation of examples, which hypothesis would go on with when the time is over."""


def generate(attack: Attack, strategy: st.SearchStrategy, examine: Callable[[Any], None]) -> None:
    """Hand examples of a strategy to a function that counts its trials, until there are as many as are wanted."""

    @seeded(attack.seed)
    @settings(
        max_examples=attack.wanted,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def examples(example: Any) -> None:
        if attack.over():
            raise _EnoughError
        examine(example)

    with contextlib.suppress(_EnoughError):
        examples()


GRAMMAR = (
    *(r"20(99|98)(0[0-9]|1[0-3])[0-3][0-9]", r"[0-2][0-9][0-6][0-9]", r"[A-Z]?", r"[A-Z]{2}"),
    *(r"[0-9]{1,2}(\.[0-9]{0,5})?[NS]?", r"[0-9]{1,3}(\.[0-9]{0,5})?[EW]?"),
    *(r"-?[0-9]{1,3}", r"-?[0-9]{3,4}", r"-?[0-9]{1,5}"),
)
"""What a field looks like, column by column; the last one for the radii."""
COLUMNS = [st.from_regex(form, fullmatch=True) for form in GRAMMAR]
ODD = st.one_of(*COLUMNS, st.sampled_from(test_hurdat2.ODD_FIELDS), st.text(max_size=8))
JOINTS = st.sampled_from([", ", ",", " ,", "  ", " ", ",,", ";", "\t", ""])


@st.composite
def hurdat2_files(draw: st.DrawFn) -> str:
    """A storm or two with rows as in the format, in which up to two fields, joints or lines are others."""
    lines = [test_hurdat2.HEADER, *test_hurdat2.ROWS]
    if draw(st.booleans()):
        lines += [test_hurdat2.SECOND, draw(st.sampled_from(test_hurdat2.ROWS))]
    rows = [[field.strip() for field in line.split(",")] for line in lines]
    joints = [[", "] * (len(row) - 1) for row in rows]
    for _ in range(draw(st.integers(0, 2))):
        row = draw(st.integers(0, len(rows) - 1))
        place = draw(st.integers(0, len(rows[row]) - 2))
        match draw(st.integers(0, 5)):
            case 0 | 1 | 2:
                rows[row][place] = draw(st.one_of(COLUMNS[min(place, len(COLUMNS) - 1)], ODD))
            case 3:
                joints[row][place] = draw(JOINTS)
            case 4:
                rows.insert(row, rows[row])
                joints.insert(row, joints[row])
            case _ if len(rows) > 2:
                del rows[row], joints[row]
    pairs = [zip(row, [*joint, ""], strict=True) for row, joint in zip(rows, joints, strict=True)]
    texts = ["".join(map("".join, pair)) for pair in pairs]
    return draw(st.sampled_from(["\n", "\r\n", "\r", "\n\n"])).join(texts)


def images(attack: Attack) -> None:
    """Frames that were cut, overwritten or shortened, whole ones between them."""
    random, refused_whole, accepted = np.random.default_rng(attack.seed), 0, 0
    kinds = [*test_jpeg.DAMAGE.values(), _cut, _other_height]
    for number in attack.trials():
        if number % 50 == 1:
            noise = random.integers(0, 32, (512, 512, 3), np.uint8)
            pixels = test_images.picture(seed=number) ^ noise
            content = test_jpeg.encoded(pixels, quality=int(random.integers(60, 96)))
        with attack.guarded(f"image {number}"):
            if number % 10 == 0:
                whole = jpeg.jpeg_fault(content) == jpeg.SOUND
                attack.check(whole, f"image {number}: a whole frame is refused")
                refused_whole += not whole
                continue
            damaged = _damaged(random, content, kinds[number % len(kinds)])
            sound = jpeg.jpeg_fault(damaged) == jpeg.SOUND
            attack.check(not sound, f"image {number}: damage is not seen")
            accepted += sound
    attack.measured = f"{accepted} damaged accepted, {refused_whole} whole refused"


def _damaged(random: np.random.Generator, content: bytes, kind: Callable) -> bytes:
    if kind in (_cut, _other_height):
        return kind(random, content)
    length = int(random.integers(256, 4000))
    place = int(random.integers(test_jpeg.scan_start(content), len(content) - length - 2))
    return content[:place] + kind(random, length) + content[place + length :]


def _cut(random: np.random.Generator, content: bytes) -> bytes:
    """Ends too early, and has an end marker again."""
    start = test_jpeg.scan_start(content)
    return content[: int(random.integers(start, len(content) - 16))] + b"\xff\xd9"


def _other_height(random: np.random.Generator, content: bytes) -> bytes:
    place = content.index(b"\xff\xc0") + 5
    height = int(random.choice([*range(16, 496, 16), *range(544, 2048, 16)]))
    return content[:place] + height.to_bytes(2) + content[place + 2 :]


def arrays(attack: Attack) -> None:
    """Uploads with changed bytes, cut, or with a part doubled."""
    sound = class_server.npz(test=np.arange(4.0), more=np.ones((2, 3), "<f4"))
    file, read = attack.folder / "a.npz", 0
    for number in attack.trials():
        changed = bytearray(sound)
        for _ in range(attack.random.randint(1, 4)):
            changed[attack.random.randrange(len(changed))] = attack.random.randrange(256)
        if attack.random.random() < 0.3:
            del changed[attack.random.randrange(len(changed)) :]
        file.write_bytes(changed)
        with attack.guarded(f"upload {number}"):
            try:
                found = npz.read_arrays(file, 2**20)
            except npz.UploadError:
                continue
            attack.check(all(array.nbytes <= 2**20 for array in found.values()), "more than is allowed")
            read += 1
    attack.measured = f"{read} read, the others refused"


ODD_VALUES = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=20),
        st.sampled_from([10**400, -(10**400), 1e308, "\x1b[2J", "\u202e", "ok", "failed", "\0", "$x$", "<b>"]),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
    max_leaves=5,
)


@st.composite
def results_files(draw: st.DrawFn) -> str:
    """The text of a results.json in which up to three values are others, or which is cut."""
    metrics = {"relative error": 0.5, "text": "x"}
    entry = results.Result("Lab/01_One", results.OK, 1.0, 10.0, metrics=metrics, claims={"holds": True})
    content: Any = {"profile": "laptop", "started": "2026-01-01T00:00:00+00:00", "notebooks": [vars(entry)] * 2}
    content = copy.deepcopy(content)
    for _ in range(draw(st.integers(1, 3))):
        place = content
        while True:
            keys = list(place) if isinstance(place, dict) else list(range(len(place)))
            if not keys:
                break
            key = draw(st.sampled_from(keys))
            if isinstance(place[key], dict | list) and draw(st.booleans()):
                place = place[key]
                continue
            place[key] = draw(ODD_VALUES)
            break
    text = json.dumps(content)
    return text[: draw(st.integers(0, len(text)))] if draw(st.integers(0, 9)) == 0 else text


def results_json(attack: Attack) -> None:
    """A results.json of a fuzzer beside a sound one: compared, reported, and learned from."""
    good, odd = attack.folder / "runs/good", attack.folder / "runs/odd"
    for folder in (good, odd):
        folder.mkdir(parents=True)
    entry = results.Result("Lab/01_One", results.OK, 2.0, 20.0, metrics={"relative error": 1.0}, claims={"holds": True})
    results.write_results(good / results.RESULTS, {"profile": "laptop", "notebooks": [vars(entry)]})
    damaged = 0

    def examine(text: str) -> None:
        nonlocal damaged
        attack.done += 1
        (odd / results.RESULTS).write_text(text, encoding="utf-8")
        with attack.guarded(text):
            page = report.write(attack.folder / "runs").read_text(encoding="utf-8")
            attack.check("./good/results.json" in page, f"the sound run is missing: {text}")
            results.experience(results.past_runs([attack.folder / "runs"]), "laptop")
            try:
                comparison.compare(good, odd)
                comparison.compare(odd, good)
            except results.BatchError:
                damaged += 1

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of figures with odd numbers
        generate(attack, results_files(), examine)
    attack.measured = f"{damaged} called damaged"
