"""The container image, really built and really started. Run: make image-test (root, Debian, buildah, debootstrap).

Builds the Dockerfile on a Debian base with buildah, without a Docker daemon, and uses the result as a learner would.
What was measured is written to classroom/tests/image_report.json. BOOTCAMP_TEST_IMAGE names an image that is built
already.
"""

import ast
import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from bootcamp.runtime import network

import psutil
import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
REPORT = Path(__file__).with_name("image_report.json")
BASE, IMAGE = "localhost/bootcamp-test-base", "localhost/bootcamp-test"
SUITE = "bookworm"
BASE_TORCH = "9.9+of.the.base"
LARGEST_EDIT = 20e6
"""Bytes of what an edited notebook may change in the image."""
KEPT = network.reserve("127.0.0.1")
PORT, TOKEN = network.port_of(KEPT), "a-token-for-the-test"
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


def build(folder: Path, tag: str, scratch: Path, *options: str, base: str = BASE) -> None:
    """Build the Dockerfile of a folder on a base image, as `docker build` would."""
    sources = local_package_sources(scratch)
    buildah(
        "build",
        "--format",
        "docker",
        "--build-arg",
        f"BASE_IMAGE={base}",
        *sources,
        *options,
        "--tag",
        tag,
        str(folder),
    )


@pytest.fixture(scope="module", autouse=True)
def report() -> Iterator[None]:
    """Adds what was measured to the report of earlier runs."""
    yield
    earlier = json.loads(REPORT.read_text()) if REPORT.exists() else {}
    found = earlier | {name: round(value, 1) for name, value in measured.items()}
    REPORT.write_text(json.dumps(found, indent=1) + "\n")


@pytest.fixture(scope="module")
def base() -> str:
    """A minimal Debian as base image; its files stay in the user's cache for the next time."""
    for tool in ("buildah", "debootstrap"):
        if not shutil.which(tool):
            pytest.fail(f"{tool} is missing: apt-get install --no-install-recommends buildah debootstrap")
    folder = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "bootcamp-image-base"
    if BASE not in buildah("images", "--format", "{{.Name}}"):
        if not (folder / "etc/debian_version").exists():
            subprocess.run(["debootstrap", "--variant=minbase", "--include=ca-certificates", SUITE, folder], check=True)
        name = buildah("from", "scratch").strip()
        buildah("copy", name, str(folder), "/")
        buildah("commit", name, BASE)
        buildah("rm", name)
    return BASE


@pytest.fixture(scope="module")
def image(base, tmp_path_factory) -> Iterator[str]:
    built = os.environ.get("BOOTCAMP_TEST_IMAGE")
    if built:
        yield built
        return
    start = time.perf_counter()
    build(REPOSITORY, IMAGE, tmp_path_factory.mktemp("pip"))
    measured["build, seconds"] = time.perf_counter() - start
    yield IMAGE


@pytest.fixture(scope="module")
def container(image) -> Iterator[str]:
    name = container_of(image)
    yield name
    buildah("rm", name)


def command(container: str, *words: str, user: str | None = None, **variables: str) -> list[str]:
    given = [part for key, value in variables.items() for part in ("--env", f"{key}={value}")]
    given += ["--user", user] if user else []
    return ["buildah", "run", *given, container, "--", *words]


def run(
    container: str, *words: str, timeout: float = 900, user: str | None = None, **variables: str
) -> subprocess.CompletedProcess:
    return subprocess.run(
        command(container, *words, user=user, **variables),
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


def stop(server: subprocess.Popen) -> None:
    """What `docker stop` does: SIGTERM to the first process of the container. Buildah itself does not pass it on."""
    inside = [process for process in psutil.Process(server.pid).children(recursive=True) if process.name() == "tini"]
    for process in inside:
        process.terminate()
    try:
        server.wait(30)
    except subprocess.TimeoutExpired:
        os.killpg(server.pid, signal.SIGKILL)
        pytest.fail("SIGTERM does not end the container")


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
        stop(server)


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
        assert run(container, "healthy").returncode == 0
        assert ask("/api/contents") == 403
        assert ask("/api/contents", "another-token") == 403
        assert ask("/api/contents", TOKEN) == 200
        assert ask("/api/contents/Start_Here.ipynb", TOKEN) == 200
        second = run(container, "start", PORT=str(PORT), JUPYTER_TOKEN=TOKEN, BOOTCAMP_WORK="/tmp/second", timeout=60)
        assert second.returncode != 0 and f"port {PORT} is not available" in second.stderr
    assert run(container, "healthy").returncode != 0, "nobody is there any more"


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


def layers(tag: str) -> list[str]:
    """Digests of the layers of an image, of their contents without compression."""
    return json.loads(buildah("inspect", "--type", "image", tag))["OCIv1"]["rootfs"]["diff_ids"]


def layer_sizes(tag: str, folder: Path) -> list[int]:
    """Bytes of each layer of an image, in the order of `layers`, as a registry stores it."""
    buildah("push", "--disable-compression", tag, f"oci:{folder}")

    def document(digest: str) -> dict:
        return json.loads((folder / "blobs/sha256" / digest.removeprefix("sha256:")).read_text())

    manifest = document(json.loads((folder / "index.json").read_text())["manifests"][0]["digest"])
    return [layer["size"] for layer in manifest["layers"]]


def container_of(image: str, *options: str) -> str:
    return buildah("from", "--pull-never", *options, image).strip()


@pytest.fixture(scope="module")
def small_course(base, tmp_path_factory) -> Iterator[tuple[Path, str]]:
    """The course with three packages, so that it builds quickly, and a base image that brings a PyTorch of its own."""
    source = tmp_path_factory.mktemp("course")
    for name in subprocess.check_output(["git", "ls-files"], cwd=REPOSITORY, text=True).splitlines():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(REPOSITORY / name, source / name)
    lock = (source / "requirements.lock").read_text().splitlines()
    kept = [line for line in lock if line.split("==")[0] in {"jupyterlab", "tensorflow", "torch"}]
    assert len(kept) == 3
    (source / "requirements.lock").write_text("\n".join(kept) + "\n")

    name = container_of(base)
    (source / "torch.py").write_text(f'__version__ = "{BASE_TORCH}"\n')
    assert (
        run(name, "bash", "-c", "apt-get update && apt-get install -y --no-install-recommends python3-venv").returncode
        == 0
    )
    buildah("copy", name, str(source / "torch.py"), "/usr/lib/python3/dist-packages/torch.py")
    buildah("commit", name, f"{BASE}-torch")
    buildah("rm", name)
    (source / "torch.py").unlink()
    yield source, f"{BASE}-torch"
    buildah("rmi", f"{BASE}-torch")


def test_small_image_keeps_the_pytorch_of_its_base_and_an_edit_changes_one_layer(small_course, tmp_path):
    source, torch_base = small_course
    built = {}
    for state in ("before", "after"):
        tag = f"localhost/bootcamp-test-{state}"
        build(source, tag, tmp_path, "--layers", base=torch_base)
        built[state] = layers(tag)
        notebook = source / "CFD/01_Steady_Flow.ipynb"
        notebook.write_text(notebook.read_text().replace("flow", "Flow", 1))

    name = container_of("localhost/bootcamp-test-after")
    versions = run(name, "python", "-c", "import torch; print(torch.__version__)").stdout.strip()
    packages = run(name, "python", "-m", "pip", "list", "--format=freeze").stdout
    buildah("rm", name)
    sizes = layer_sizes("localhost/bootcamp-test-after", tmp_path / "pushed")
    for state in built:
        buildah("rmi", f"localhost/bootcamp-test-{state}")
    assert versions == BASE_TORCH
    names = {line.split("==")[0].replace("_", "-") for line in packages.splitlines()}
    assert {"tensorflow-cpu", "jupyterhub"} <= names and not {"tensorflow", "torch"} & names

    changed = [size for digest, size in zip(built["after"], sizes, strict=True) if digest not in built["before"]]
    measured["size of the layer that an edited notebook changes, MB"] = sum(changed) / 1e6
    assert len(changed) == 1 and sum(changed) < LARGEST_EDIT


def sections(definition: str) -> dict[str, str]:
    """Name -> text of the sections of an Apptainer definition, with its default arguments filled in."""
    parts = re.split(r"^%(\w+)\n", definition, flags=re.MULTILINE)
    found = dict(zip(parts[1::2], parts[2::2], strict=True))
    for line in found["arguments"].split():
        name, value = line.split("=", 1)
        found = {section: text.replace(f"{{{{ {name} }}}}", value) for section, text in found.items()}
    return found


def test_apptainer_definition_installs_and_starts_for_any_user(image, tmp_path):
    """Apptainer itself needs rights that a sandbox does not give: here its sections run in a container."""
    found = sections((REPOSITORY / "classroom/bootcamp.def").read_text())
    name = container_of(image, *local_package_sources(tmp_path))
    for line in found["files"].strip().splitlines():
        *sources, target = line.split()
        into = target if target.endswith("/") or not (REPOSITORY / sources[0]).is_dir() else f"{target}/"
        buildah("copy", name, *(str(REPOSITORY / source) for source in sources), into)
    post = run(name, "bash", "-euc", found["post"], user="0")
    assert post.returncode == 0, post.stderr[-3000:]
    # What the Dockerfile sets is not set by Apptainer.
    environment = "unset BOOTCAMP_DATA\n" + found["environment"]
    for script in (found["test"], "mkdir -p $HOME; start bootcamp doctor; ls $HOME/course"):
        done = run(name, "sh", "-euc", environment + script, user="4321", HOME="/tmp/home")
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert "Start_Here.ipynb" in done.stdout
    buildah("rm", name)
