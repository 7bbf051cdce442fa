"""Start-up times: what a learner waits for before anything happens. Run: python benchmarks/start_up.py."""

import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from bootcamp.runtime import network

ROOT = Path(__file__).parents[1]
PYTHON = sys.executable
BARE_TYPER = "import typer; app = typer.Typer(); app.command()(lambda: None); app(['--help'])"
COMMANDS = {
    "bare Python": [PYTHON, "-c", "pass"],
    "import bootcamp": [PYTHON, "-c", "import bootcamp"],
    "bare typer program --help": [PYTHON, "-c", BARE_TYPER],
    "bootcamp --help": [PYTHON, "-c", "from bootcamp.cli import main; main()", "--help"],
}
LIMITS = {"import bootcamp": 0.3, "bootcamp --help": 0.5, "JupyterLab answers": 15.0}
REPEATS = 7


def seconds(command: list[str]) -> float:
    """Shortest of several runs: everything above it is the rest of the machine."""
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        subprocess.run(command, stdout=subprocess.DEVNULL, cwd=ROOT, check=True)
        times.append(time.perf_counter() - start)
    return min(times)


def jupyterlab_seconds() -> float:
    """Seconds from the start of JupyterLab to its first answer."""
    kept = network.reserve("127.0.0.1")
    port = network.port_of(kept)
    flags = [f"--port={port}", "--no-browser", "--allow-root", "--IdentityProvider.token=benchmark"]
    start = time.perf_counter()
    server = subprocess.Popen([PYTHON, "-m", "jupyter", "lab", *flags], cwd=ROOT, stderr=subprocess.DEVNULL)
    try:
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/lab?token=benchmark", timeout=5).close()
                return time.perf_counter() - start
            except OSError:
                time.sleep(0.05)
    finally:
        server.terminate()
        server.wait()
        kept.close()


def main() -> None:
    """Print a table: what, seconds, the limit it should stay below."""
    measured = {name: seconds(command) for name, command in COMMANDS.items()}
    measured["JupyterLab answers"] = jupyterlab_seconds()
    for name, value in measured.items():
        limit = f"below {LIMITS[name]:g} s" if name in LIMITS else ""
        print(f"{name:28s} {value:6.2f} s  {limit}")


if __name__ == "__main__":
    main()
