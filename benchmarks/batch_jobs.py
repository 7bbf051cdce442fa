"""Seconds of a batch run with one job and with several. Run: python benchmarks/batch_jobs.py [JOBS] [NAME ...].

The profile is `smoke`, so most of the time is the start of kernels and frameworks. Both runs use the same notebooks;
data sets should be prepared before, or the first run pays for them.
"""

import resource
import subprocess
import sys
import tempfile
import time


def measure(jobs: int, names: list[str]) -> tuple[float, float, int]:
    """Wall seconds, CPU seconds of all processes, and exit code of one batch run."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        options = ["--profile", "smoke", "--jobs", str(jobs), "--output", f"{folder}/run"]
        command = [sys.executable, "-c", "from bootcamp.cli import main; main()", "run", *names, *options]
        done = subprocess.run(command, check=False)
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.returncode


def main() -> None:
    """Print both runs and their ratio."""
    several = int(sys.argv[1]) if len(sys.argv) > 1 else 2
    walls = []
    for jobs in (1, several):
        wall, cpu, code = measure(jobs, sys.argv[2:])
        walls.append(wall)
        print(f"--jobs {jobs}: {wall:.0f} s, {cpu:.0f} CPU seconds, exit code {code}", flush=True)
    print(f"--jobs {several} takes {walls[1] / walls[0]:.0%} of the time of --jobs 1")


if __name__ == "__main__":
    main()
