"""Images per second of the lab's pipeline, of a bare OpenCV loop, and of tf.data, with the same two threads.

Run: python benchmarks/cyclone_pipeline.py [--threads 2] [--frames 600] [--rounds 5]

All three read JPEG files, reduce them to 256 x 256 pixels by the mean over blocks, cut a random patch of 232 x 232 and
stack batches of 32. The loop does it without checks, without a function of the room, with a batch array for each job.
Rounds alternate, and the best of each counts. The files come from the page cache in all three.
"""

import argparse
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from bootcamp import cyclone

import cv2
import numpy as np

BATCH = 32


def lab(paths: Sequence[str], threads: int) -> int:
    """The room: `load_images` batch by batch, with one-hot labels."""
    random, count = np.random.default_rng(0), 0
    for start in range(0, len(paths), BATCH):
        some = paths[start : start + BATCH]
        images = cyclone.load_images(some, random=random, threads=threads)
        count += len(images) * len(cyclone.one_hot(np.zeros(len(some), int))[:1])
    return count


def bare(paths: Sequence[str], threads: int) -> int:
    """OpenCV alone in a pool of threads."""
    random, count = np.random.default_rng(0), 0

    def fill(job: tuple[np.ndarray, str, int, int]) -> None:
        row, path, top, left = job
        small = cv2.resize(cv2.imread(path, cv2.IMREAD_COLOR_RGB), (256, 256), interpolation=cv2.INTER_AREA)
        row[:] = small[top : top + 232, left : left + 232]

    with ThreadPoolExecutor(threads) as pool:
        for start in range(0, len(paths), BATCH):
            some = paths[start : start + BATCH]
            batch = np.empty((len(some), 232, 232, 3), np.uint8)
            corners = random.integers(0, 25, (len(some), 2))
            jobs = [(row, path, *corner) for row, path, corner in zip(batch, some, corners, strict=True)]
            list(pool.map(fill, jobs))
            count += len(batch)
    return count


def tensorflow_data(paths: Sequence[str], threads: int) -> int:
    """`tf.data` doing the same; its `area` method is the mean over blocks as well."""
    import tensorflow as tf

    def read(path: tf.Tensor) -> tf.Tensor:
        small = tf.image.resize(tf.io.decode_jpeg(tf.io.read_file(path), channels=3), (256, 256), method="area")
        return tf.cast(tf.image.random_crop(small, (232, 232, 3)), tf.uint8)

    options = tf.data.Options()
    options.threading.private_threadpool_size = threads
    data = tf.data.Dataset.from_tensor_slices(list(paths)).map(read, num_parallel_calls=threads)
    return sum(len(batch) for batch in data.batch(BATCH).prefetch(1).with_options(options))


def images_per_second(run: Callable[[Sequence[str], int], int], paths: Sequence[str], threads: int) -> float:
    """Images per second of one pass over the files."""
    start = time.perf_counter()
    count = run(paths, threads)
    assert count == len(paths)
    return count / (time.perf_counter() - start)


def main() -> None:
    """Time the three in turn; print images per second and the ratio to the bare loop."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--frames", type=int, default=600)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    cv2.setNumThreads(1)  # the threads are those of the pool, in every column
    paths = [str(path) for path in cyclone.load_frames().frames.path[: options.frames]]
    sides = {"lab": lab, "bare OpenCV loop": bare, "tf.data": tensorflow_data}
    best = dict.fromkeys(sides, 0.0)
    for _ in range(options.rounds + 1):
        for name, run in sides.items():
            best[name] = max(best[name], images_per_second(run, paths, options.threads))
    print(f"{len(paths)} frames, {options.threads} threads, best of {options.rounds + 1} rounds")
    for name, rate in best.items():
        print(f"{name:<18}{rate:8.0f} images per second")
    print(f"lab / bare loop {best['lab'] / best['bare OpenCV loop']:.2f} (asked: 0.80)")


if __name__ == "__main__":
    main()
