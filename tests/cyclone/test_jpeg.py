"""JPEG: what is whole is taken for whole, whoever wrote it; what was cut, overwritten or shortened is not."""

from bootcamp.cyclone import jpeg
from tests.cyclone.test_images import picture

import cv2
import numpy as np
import pytest

WHITE_BOX = (slice(4, 60), slice(4, 200))
"""Frames have a box with text; white is as bright as a block can be, which shows whether the brightness was shifted."""


def encoded(pixels: np.ndarray, *options: int, quality: int = 75) -> bytes:
    return cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality, *options])[1].tobytes()


@pytest.fixture(scope="module")
def frame() -> np.ndarray:
    pixels = picture() ^ np.random.default_rng(0).integers(0, 32, (512, 512, 3), np.uint8)
    pixels[WHITE_BOX] = 255
    pixels[-12:] = 0
    return pixels


OPTIONS = {
    "plain": (),
    "own tables": (cv2.IMWRITE_JPEG_OPTIMIZE, 1),
    "restarts": (cv2.IMWRITE_JPEG_RST_INTERVAL, 7),
    "4:4:4": (cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444),
    "4:1:1": (cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_411),
    "4:4:0": (cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_440),
    "progressive": (cv2.IMWRITE_JPEG_PROGRESSIVE, 1),
}


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
@pytest.mark.parametrize("quality", [5, 75, 100])
def test_whole_images_are_sound(frame, options, quality):
    noise = np.random.default_rng(1).integers(0, 256, (64, 64, 3), np.uint8)
    extreme = (255 * (np.indices((64, 64)).sum(axis=0) % 2)).astype(np.uint8)
    for pixels in (frame[:200, :333], frame[:64, :64, 0], noise, extreme, np.full((40, 40), 255, np.uint8)):
        content = encoded(pixels, *options, quality=quality)
        assert jpeg.jpeg_fault(content) == jpeg.SOUND
        assert jpeg.jpeg_size(content) == pixels.shape[:2]


def test_real_frames_are_sound(real_data):
    for path in (real_data / "tcdat").rglob("*.jpg"):
        assert jpeg.jpeg_fault(path.read_bytes()) == jpeg.SOUND


def scan_start(content: bytes) -> int:
    header = content.index(b"\xff\xda")
    return header + 2 + int.from_bytes(content[header + 2 : header + 4])


@pytest.mark.parametrize("tail", [b"\0" * 200, b"\xff\xd9", b"<html>", np.random.default_rng(0).bytes(200)])
def test_bytes_after_the_end_belong_to_nobody(frame, tail):
    assert jpeg.jpeg_fault(encoded(frame) + tail) == jpeg.SOUND


def test_fill_bytes_before_markers_are_part_of_the_format(frame):
    content = encoded(frame)
    for marker in (b"\xff\xdb", b"\xff\xc0", b"\xff\xc4", b"\xff\xda"):
        content = content.replace(marker, b"\xff\xff\xff" + marker, 1)
    content = content[:-2] + b"\xff\xff" + content[-2:]
    assert jpeg.jpeg_fault(content) == jpeg.SOUND
    assert jpeg.jpeg_size(content) == (512, 512)


@pytest.mark.parametrize("share", [0.05, 0.3, 0.6, 0.9, 0.999])
@pytest.mark.parametrize("options", [OPTIONS["plain"], OPTIONS["restarts"]], ids=["plain", "restarts"])
def test_image_that_was_cut_and_given_an_end_is_not_whole(frame, share, options):
    content = encoded(frame, *options)
    start = scan_start(content)
    cut = content[: start + int(share * (len(content) - start - 2))]
    assert jpeg.jpeg_fault(cut) == jpeg.TRUNCATED
    assert jpeg.jpeg_fault(cut + b"\xff\xd9") in {jpeg.TRUNCATED, jpeg.DAMAGED}


@pytest.mark.parametrize("height", [8, 256, 496, 528, 1024, 65535])
def test_other_height_in_the_header_is_damage(frame, height):
    content = bytearray(encoded(frame))
    place = content.index(b"\xff\xc0") + 5
    content[place : place + 2] = height.to_bytes(2)
    assert jpeg.jpeg_fault(bytes(content)) in {jpeg.TRUNCATED, jpeg.DAMAGED}


DAMAGE = {
    "zeros": lambda random, length: bytes(length),
    "random bytes": lambda random, length: random.bytes(length),
    "one byte": lambda random, length: bytes([int(random.integers(1, 255))]) * length,
    "nothing": lambda random, length: b"",
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_overwritten_images_are_not_whole(frame, kind):
    random, content = np.random.default_rng(2), encoded(frame)
    start = scan_start(content)
    for _ in range(40):
        length = int(random.integers(256, 4000))
        place = int(random.integers(start, len(content) - length - 2))
        damaged = content[:place] + DAMAGE[kind](random, length) + content[place + length :]
        assert jpeg.jpeg_fault(damaged) in {jpeg.TRUNCATED, jpeg.DAMAGED}


def test_anything_is_answered_with_a_reason():
    random, content = np.random.default_rng(3), encoded(picture(64))
    reasons = {jpeg.SOUND, jpeg.NOT_AN_IMAGE, jpeg.TRUNCATED, jpeg.DAMAGED, jpeg.UNKNOWN}
    for _ in range(500):
        damaged = bytearray(content)
        for _ in range(int(random.integers(1, 4))):
            damaged[int(random.integers(2, 640))] = int(random.choice([0, 1, 17, 255, int(random.integers(256))]))
        assert jpeg.jpeg_fault(bytes(damaged)) in reasons
    assert jpeg.jpeg_fault(b"") == jpeg.NOT_AN_IMAGE
    assert jpeg.jpeg_fault(b"\xff\xd8" + b"\xff" * 1_000_000) == jpeg.TRUNCATED


def test_arithmetic_and_twelve_bit_images_are_called_unknown(frame):
    content = encoded(frame)
    assert jpeg.jpeg_fault(content.replace(b"\xff\xc0", b"\xff\xc9", 1)) == jpeg.UNKNOWN
    place = content.index(b"\xff\xc0") + 4
    assert jpeg.jpeg_fault(content[:place] + b"\x0c" + content[place + 1 :]) == jpeg.UNKNOWN
