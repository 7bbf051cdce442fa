"""Whether a JPEG is whole: every block of it is decoded to the last bit, and holds what an image can hold.

JPEG has no checksum, and decoders fill what they cannot read with gray, or go on with whatever the bits give. Damage
still shows: a code that is in no table, more than 64 coefficients in a block, data that end before the last block or
go on after it, and coefficients that no pixels from 0 to 255 have. Source: ITU-T T.81 (1992), annexes B and F.
"""

import functools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

NOT_AN_IMAGE, TRUNCATED, DAMAGED, UNKNOWN = "not an image", "truncated image", "damaged image", "unknown kind of JPEG"
SOUND = ""

_END, _SCAN, _RESTART, _TABLES, _HUFFMAN = 0xD9, 0xDA, 0xDD, 0xDB, 0xC4
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD9)})
_SEQUENTIAL, _PROGRESSIVE = (0xC0, 0xC1), (0xC2,)
_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
"""What ends the data of a scan: neither a stuffed zero nor a restart, after which the data go on."""
_ZIGZAG = 64
_MOST_TABLES = 2500
"""Bytes of a segment with all eight tables of codes, each as long as it can be."""
_PIXEL_NORM = 8 * 128.0
"""Norm of the 64 coefficients of a block in which every pixel is 128 away from the middle, the most that there is."""
_ROOM = 1.25
"""Above that: for encoders that overshoot on purpose, to ring less."""


@dataclass(frozen=True)
class _Component:
    number: int
    across: int
    down: int
    table: int


@dataclass
class _Image:
    """What the headers said so far."""

    marker: int = 0
    height: int = 0
    width: int = 0
    components: tuple[_Component, ...] = ()
    quantisation: dict[int, np.ndarray] = field(default_factory=dict)
    codes: dict[int, bytes] = field(default_factory=dict)
    restart: int = 0
    scanned: set[int] = field(default_factory=set)


class _FaultError(Exception):
    """Carries one of the reasons above out of the parser."""


def jpeg_size(content: bytes) -> tuple[int, int] | None:
    """Height and width that a JPEG announces; None where there is no header of a frame.

    >>> jpeg_size(b"no")
    """
    try:
        for marker, body, _ in _segments(content):
            if marker in _FRAMES:
                return int.from_bytes(body[1:3]), int.from_bytes(body[3:5])
            if marker == _SCAN:
                return None
    except _FaultError:
        return None
    return None


def jpeg_fault(content: bytes) -> str:
    """Why a JPEG is not whole: `NOT_AN_IMAGE`, `TRUNCATED`, `DAMAGED` or `UNKNOWN`; `SOUND` if it is.

    Bytes after its end, and fill bytes before a marker, are part of the format. Of a progressive JPEG only the order
    of its parts is checked.
    """
    image = _Image()
    try:
        for marker, body, place in _segments(content):
            if marker == _END:
                return _completeness(image)
            _read_segment(image, marker, body)
            if marker == _SCAN and image.marker in _SEQUENTIAL:
                _check_scan(image, body, content, place)
    except _FaultError as fault:
        return str(fault)
    except (IndexError, ValueError, KeyError):
        return DAMAGED
    return TRUNCATED


def _completeness(image: _Image) -> str:
    if not image.components:
        return NOT_AN_IMAGE
    return SOUND if image.scanned == {component.number for component in image.components} else DAMAGED


def _segments(content: bytes) -> Iterator[tuple[int, bytes, int]]:
    """Marker, body, and the place behind it, of every segment up to the end of the image."""
    if not content.startswith(b"\xff\xd8\xff"):
        raise _FaultError(NOT_AN_IMAGE)
    place = 2
    while place < len(content):
        if content[place] != 0xFF:
            raise _FaultError(DAMAGED)
        place = _after_fill(content, place)
        marker = content[place - 1]
        if marker in _WITHOUT_LENGTH:
            raise _FaultError(DAMAGED)
        if marker == _END:
            yield marker, b"", place
            return
        end = place + int.from_bytes(content[place : place + 2])
        if end < place + 2:
            raise _FaultError(DAMAGED if place + 2 <= len(content) else TRUNCATED)
        if end > len(content):
            raise _FaultError(TRUNCATED)
        yield marker, content[place + 2 : end], end
        place = _end_of_data(content, end) if marker == _SCAN else end


def _after_fill(content: bytes, place: int) -> int:
    """The place behind a marker, before which there may be any number of fill bytes FF."""
    while place < len(content) and content[place] == 0xFF:
        place += 1
    if place >= len(content):
        raise _FaultError(TRUNCATED)
    return place + 1


def _end_of_data(content: bytes, place: int) -> int:
    found = _MARKER.search(content, place)
    if found is None:
        raise _FaultError(TRUNCATED)
    return found.start()


def _read_segment(image: _Image, marker: int, body: bytes) -> None:
    if marker in (_TABLES, _HUFFMAN) and len(body) > _MOST_TABLES:
        raise _FaultError(DAMAGED)
    if marker in _FRAMES:
        _read_frame(image, marker, body)
    elif marker == _TABLES:
        _read_quantisation(image, body)
    elif marker == _HUFFMAN:
        _read_codes(image, body)
    elif marker == _RESTART:
        image.restart = int.from_bytes(body[:2])
    elif marker == _SCAN:
        named = set(body[1 : 1 + 2 * body[0] : 2])
        if not image.components or (image.marker in _SEQUENTIAL and named & image.scanned):
            raise _FaultError(DAMAGED)
        image.scanned |= named


def _read_frame(image: _Image, marker: int, body: bytes) -> None:
    if image.components:
        raise _FaultError(DAMAGED)
    if marker not in _SEQUENTIAL + _PROGRESSIVE or body[0] != 8:
        raise _FaultError(UNKNOWN)
    parts = [body[6 + 3 * i : 9 + 3 * i] for i in range(body[5])]
    components = tuple(_Component(part[0], part[1] >> 4, part[1] & 15, part[2]) for part in parts)
    image.marker, image.height, image.width = marker, int.from_bytes(body[1:3]), int.from_bytes(body[3:5])
    sound = all(1 <= c.across <= 4 and 1 <= c.down <= 4 for c in components) and len(body) == 6 + 3 * body[5]
    sound &= len({component.number for component in components}) == len(components)
    if not (sound and 1 <= len(components) <= 4 and image.height and image.width):
        raise _FaultError(DAMAGED)
    image.components = components


def _read_quantisation(image: _Image, body: bytes) -> None:
    while body:
        size = 2 if body[0] >> 4 else 1
        values = np.frombuffer(body[1 : 1 + size * _ZIGZAG], f">u{size}").astype(np.float32)
        if len(values) != _ZIGZAG or not values.all():
            raise _FaultError(DAMAGED)
        image.quantisation[body[0] & 15] = values
        body = body[1 + size * _ZIGZAG :]


def _read_codes(image: _Image, body: bytes) -> None:
    while body:
        count = sum(body[1:17])
        if len(body) < 17 + count or count > 256:
            raise _FaultError(DAMAGED)
        image.codes[body[0]] = body[1 : 17 + count]
        body = body[17 + count :]


@functools.lru_cache(maxsize=64)
def _lookup(table: bytes) -> np.ndarray:
    """For every 16 bits: 256 times the length of the code that they begin with, plus its symbol; 0: there is none."""
    lengths = np.repeat(np.arange(1, 17), np.frombuffer(table[:16], np.uint8))
    entries = (256 * lengths + np.frombuffer(table[16:], np.uint8)).astype(np.int32)
    found = np.repeat(entries, 1 << (16 - lengths))
    if len(found) > 1 << 16:
        raise _FaultError(DAMAGED)
    return np.pad(found, (0, (1 << 16) - len(found)))


def _check_scan(image: _Image, body: bytes, content: bytes, place: int) -> None:
    """Decode the data of a scan that stand behind its header, whose `body` names components and their tables."""
    count = body[0]
    if len(body) != 4 + 2 * count or not 1 <= count <= 4:
        raise _FaultError(DAMAGED)
    named = {component.number: component for component in image.components}
    chosen = [named[body[1 + 2 * i]] for i in range(count)]
    tables = [body[2 + 2 * i] for i in range(count)]
    blocks, units = _layout(image, chosen)
    dc, ac = (np.stack([_lookup(image.codes[high | get(t)]) for t in tables]) for high, get in _TABLE_NUMBERS)
    steps = np.stack([image.quantisation[component.table] for component in chosen])
    end = len(content[place : _end_of_data(content, place)].rstrip(b"\xff"))
    data = np.frombuffer(content, np.uint8, end, place)
    most = (_ROOM * (_PIXEL_NORM + 0.5 * np.sqrt((steps**2).sum(axis=1)))) ** 2
    from bootcamp.cyclone import jpeg_blocks  # here, because numba takes a second to import

    code = jpeg_blocks.walk(data, blocks, units, image.restart, dc, ac, steps, most.astype(np.float32))
    if code:
        raise _FaultError(TRUNCATED if code == jpeg_blocks.RAN_OUT else DAMAGED)


_TABLE_NUMBERS: tuple[tuple[int, Callable[[int], int]], ...] = (
    (0x00, lambda numbers: numbers >> 4),
    (0x10, lambda numbers: numbers & 15),
)


def _layout(image: _Image, chosen: list[_Component]) -> tuple[np.ndarray, int]:
    """Which component each block of a unit belongs to, and the number of units in a scan."""
    widest, highest = max(c.across for c in image.components), max(c.down for c in image.components)
    if len(chosen) == 1:
        across = _parts(_parts(image.width * chosen[0].across, widest), 8)
        down = _parts(_parts(image.height * chosen[0].down, highest), 8)
        return np.zeros(1, np.int64), across * down
    blocks = np.repeat(np.arange(len(chosen)), [c.across * c.down for c in chosen])
    return blocks, _parts(image.width, 8 * widest) * _parts(image.height, 8 * highest)


def _parts(whole: int, part: int) -> int:
    """How many parts cover the whole."""
    return -(-whole // part)
