"""The container image, really built and really started. Run: make image-test (root, Debian, buildah, debootstrap).

Builds the Dockerfile on a Debian base with buildah, without a Docker daemon, and uses the result as a learner would.
What was measured is written to classroom/tests/image_report.json. BOOTCAMP_TEST_IMAGE names an image that is built
already.
"""

import ast
import contextlib
import json
import os
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
REPORT = Path(__file__).with_name("image_report.json")
BASE, IMAGE = "localhost/bootcamp-test-base", "localhost/bootcamp-test"
MIRROR, SUITE = "http://deb.debian.org/debian", "bookworm"
PORT, TOKEN = 8931, "a-token-for-the-test"
NOTEBOOKS = (
    "Intro_to_DL/01_Curve_Fitting",
    "Tropical_Cyclone/02_Best_Tracks_and_Labels",
    "CFD/01_Steady_Flow",
    "PINN/01_Introduction",
)
ENVIRONMENT = os.environ | {"BUILDAH_ISOLATION": "chroot", "STORAGE_DRIVER": "vfs"}
measured: dict[str, float] = {}


def buildah(*arguments: str, check: bool = True) -> str:
    done = subprocess.run(["buildah", *arguments], env=ENVIRONMENT, capture_output=True, text=True, check=False)
    assert not check or done.returncode == 0, f"buildah {arguments[0]}: {done.stderr[-3000:]}{done.stdout[-2000:]}"
    return done.stdout


def local_package_sources(folder: Path) -> list[str]:
    """Options that show pip in the build what pip uses here: its configuration, local folders, certificates."""
    listed = subprocess.run(["pip", "config", "list"], capture_output=True, text=True, check=False).stdout
    settings = dict(line.removeprefix("global.").split("=", 1) for line in listed.splitlines() if line[:7] == "global.")
    values = {name: ast.literal_eval(value) for name, value in settings.items()}
    configuration = folder / "pip.conf"
    configuration.write_text("[global]\n" + "".join(f"{name} = {value}\n" for name, value in values.items()))
    words = [
        word.removeprefix("file://").removesuffix("/simple") for value in values.values() for word in value.split()
    ]
    places = sorted({word for word in words if word.startswith("/") and Path(word).exists()})
    mounts = [f"{configuration}:/etc/pip.conf:ro", *(f"{place}:{place}:ro" for place in places)]
    return [option for mount in mounts for option in ("--volume", mount)]


@pytest.fixture(scope="module")
def image(tmp_path_factory) -> Iterator[str]:
    for tool in ("buildah", "debootstrap"):
        if not shutil.which(tool):
            pytest.fail(f"{tool} is missing: apt-get install --no-install-recommends buildah debootstrap")
    built = os.environ.get("BOOTCAMP_TEST_IMAGE")
    if built:
        yield built
        return
    folder = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "bootcamp-image-base"
    if BASE not in buildah("images", "--format", "{{.Name}}"):
        if not (folder / "etc/debian_version").exists():
            subprocess.run(
                ["debootstrap", "--variant=minbase", "--include=ca-certificates", SUITE, folder, MIRROR], check=True
            )
        name = buildah("from", "scratch").strip()
        buildah("copy", name, str(folder), "/")
        buildah("commit", name, BASE)
        buildah("rm", name)
    start = time.perf_counter()
    buildah(
        "build",
        "--format",
        "docker",
        "--build-arg",
        f"BASE_IMAGE={BASE}",
        *local_package_sources(tmp_path_factory.mktemp("pip")),
        "--tag",
        IMAGE,
        str(REPOSITORY),
    )
    measured["build, seconds"] = time.perf_counter() - start
    yield IMAGE
    REPORT.write_text(json.dumps({name: round(value, 1) for name, value in measured.items()}, indent=1) + "\n")


@pytest.fixture(scope="module")
def container(image) -> Iterator[str]:
    name = buildah("from", "--pull-never", image).strip()
    yield name
    buildah("rm", name)


def command(container: str, *words: str, **variables: str) -> list[str]:
    given = [part for key, value in variables.items() for part in ("--env", f"{key}={value}")]
    return ["buildah", "run", *given, container, "--", *words]


def run(container: str, *words: str, timeout: float = 900, **variables: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        command(container, *words, **variables),
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


def ask(path: str, token: str | None = None, timeout: float = 5.0) -> int:
    """HTTP status of a path, 0 if nobody answers."""
    headers = {"Authorization": f"token {token}"} if token else {}
    request = urllib.request.Request(f"http://127.0.0.1:{PORT}{path}", headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


@contextlib.contextmanager
def jupyter(container: str) -> Iterator[float]:
    """JupyterLab in the container; yields the seconds until it answered."""
    start = time.perf_counter()
    words = command(container, "tini", "-g", "--", "start", PORT=str(PORT), JUPYTER_TOKEN=TOKEN)
    server = subprocess.Popen(words, env=ENVIRONMENT, start_new_session=True)
    try:
        while ask("/api") != 200:
            assert server.poll() is None, "JupyterLab ended"
            assert time.perf_counter() - start < 120, "no answer in two minutes"
            time.sleep(0.2)
        yield time.perf_counter() - start
    finally:
        run(container, "jupyter", "server", "stop", str(PORT))  # a signal to buildah does not reach the server inside
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(30)
        if server.poll() is None:
            os.killpg(server.pid, signal.SIGKILL)


def test_the_user_has_no_rights(container):
    assert run(container, "id", "-un").stdout.strip() == "learner"
    assert run(container, "touch", "/opt/bootcamp/course/Start_Here.ipynb").returncode != 0
    assert run(container, "touch", "/data/x").returncode == 0


def test_no_secret_and_no_test_in_the_image(container):
    found = run(container, "ls", "-a", "/opt/bootcamp/course").stdout.split()
    assert "Start_Here.ipynb" in found
    assert not {".git", "tests", ".venv"} & set(found)


def test_jupyterlab_answers_with_the_token_only(container):
    with jupyter(container) as seconds:
        measured["start to answer, seconds"] = seconds
        assert run(container, "healthy", PORT=str(PORT)).returncode == 0
        assert ask("/api/contents") == 403
        assert ask("/api/contents", "another-token") == 403
        assert ask("/api/contents", TOKEN) == 200
        assert ask("/api/contents/Start_Here.ipynb", TOKEN) == 200
    assert run(container, "healthy", PORT=str(PORT)).returncode != 0, "nobody is there any more"


def test_a_restart_keeps_the_learners_edits(container):
    edit = "; ".join(
        (
            "import pathlib",
            "path = pathlib.Path('course/Start_Here.ipynb')",
            "path.write_text(path.read_text().replace('Start Here', 'Edited', 1))",
        )
    )
    assert run(container, "python", "-c", edit).returncode == 0
    with jupyter(container):
        pass
    assert "Edited" in run(container, "cat", "course/Start_Here.ipynb").stdout


def test_without_a_gpu_the_gpu_profile_says_what_to_do(container):
    done = run(container, "start", "true", BOOTCAMP_PROFILE="gpu")
    assert done.returncode != 0
    assert "no GPU is visible" in done.stderr and "BOOTCAMP_PROFILE=laptop" in done.stderr


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_one_notebook_of_each_lab_in_a_batch(container, notebook):
    start = time.perf_counter()
    done = run(
        container, "start", "bootcamp", "run", notebook, "--profile", "smoke", "--output", "/tmp/runs", timeout=1200
    )
    measured[f"{notebook}, seconds"] = time.perf_counter() - start
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
