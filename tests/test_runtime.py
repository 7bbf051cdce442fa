import sys
from pathlib import Path

from bootcamp import runtime

import numpy as np
import pytest

TRAIN = """
import sys
import bootcamp.runtime as runtime
import numpy as np
import keras
def losses(seed):
    runtime.set_seed(seed)
    x = np.random.default_rng(0).standard_normal((64, 3)).astype("float32")
    layers = keras.layers
    model = keras.Sequential([layers.Dense(4, activation="relu"), layers.Dropout(0.2), layers.Dense(1)])
    model.compile("adam", "mse")
    bar = runtime.progress_callback("training")
    return model.fit(x, x.sum(1), epochs=2, batch_size=16, verbose=0, callbacks=[bar]).history["loss"]
a, b, c = losses(1), losses(1), losses(2)
print(keras.backend.backend(), np.allclose(a, b, rtol=1e-5), a == c, bool(np.isfinite(a).all()))
print(*runtime.framework_report(), sep="|")
print(runtime.release_device())
"""


@pytest.mark.parametrize("backend", ["tensorflow", "torch"])
def test_both_backends_train_with_the_progress_callback_and_repeat(run_python, backend):
    done = run_python(TRAIN, KERAS_BACKEND=backend, CUDA_VISIBLE_DEVICES="")
    assert done.returncode == 0, done.stderr
    first, second, third = done.stdout.strip().splitlines()
    assert first == f"{backend} True False True"
    assert second == "TensorFlow|PyTorch|JAX|Keras|Keras runs on"
    assert third == "Nothing to release: this kernel holds no GPU memory."
    assert done.stderr == "" or backend == "torch"  # TensorFlow is imported without log lines


def test_failing_import_of_tensorflow_still_raises(run_python, tmp_path):
    (tmp_path / "tensorflow").mkdir()
    (tmp_path / "tensorflow/__init__.py").write_text("raise ImportError('no libstdc++')")
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import bootcamp.runtime; import tensorflow"
    done = run_python(code)
    assert done.returncode == 1
    assert done.stderr.strip().endswith("ImportError: no libstdc++")


@pytest.mark.parametrize("smi", [True, False])
def test_preferred_backend(tmp_path, monkeypatch, smi):
    if smi:
        fake_smi(tmp_path, monkeypatch, "")
    else:
        monkeypatch.setenv("PATH", str(tmp_path))
    assert runtime.preferred_backend() == ("torch" if smi else "tensorflow")


def test_chosen_backend_is_kept(run_python):
    done = run_python("import bootcamp.runtime, os; print(os.environ['KERAS_BACKEND'])", KERAS_BACKEND="jax")
    assert done.stdout.strip() == "jax"


def test_seeds_repeat_random_numbers():
    import random

    import torch

    def draw() -> tuple:
        return random.random(), np.random.rand(), torch.rand(1).item()  # noqa: NPY002

    runtime.set_seed(7)
    first = draw()
    runtime.set_seed(7)
    assert draw() == first
    runtime.set_seed(8)
    assert all(a != b for a, b in zip(draw(), first, strict=True))


@pytest.mark.parametrize("seed", [-1, 2**32, 1.0, "1", None, True])
def test_seed_out_of_range_is_refused(seed):
    with pytest.raises(ValueError, match="a seed is an integer from 0 to"):
        runtime.set_seed(seed)


@pytest.mark.parametrize(
    ("value", "shown"), [(None, True), ("on", True), ("1", True), ("off", False), ("OFF", False), ("0", False)]
)
def test_progress_can_be_switched_off(monkeypatch, capsys, value, shown):
    if value is None:
        monkeypatch.delenv("BOOTCAMP_PROGRESS", raising=False)
    else:
        monkeypatch.setenv("BOOTCAMP_PROGRESS", value)
    assert runtime.progress_enabled() is shown
    assert list(runtime.progress(range(3), "counting")) == [0, 1, 2]
    assert ("counting" in capsys.readouterr().err) is shown


def fake_smi(folder: Path, monkeypatch, script: str) -> None:
    tool = folder / "nvidia-smi"
    tool.write_text(f"#!/bin/sh\n{script}\n")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")


def test_one_gpu(tmp_path, monkeypatch):
    row = "NVIDIA H100 80GB HBM3, 81559 MiB, 4 MiB, 550.54.15"
    fake_smi(tmp_path, monkeypatch, f'echo "$@" > {tmp_path}/asked; echo "{row}"')
    (gpu,) = runtime.gpu_table()
    assert gpu["name"] == "NVIDIA H100 80GB HBM3"
    assert gpu["memory.total"] == "81559 MiB"
    assert gpu["memory.used"] == "4 MiB"
    assert gpu["driver_version"] == "550.54.15"
    assert (
        "--query-gpu=name,memory.total,memory.used,driver_version --format=csv,noheader"
        in (tmp_path / "asked").read_text()
    )
    assert runtime.machine_report(tmp_path)["GPU"] == "NVIDIA H100 80GB HBM3, 81559 MiB, driver 550.54.15"


def test_processes_on_a_gpu(tmp_path, monkeypatch):
    fake_smi(tmp_path, monkeypatch, 'echo "123, python, 500 MiB"; echo "124, /usr/bin/x, 3 MiB"')
    assert [(p["pid"], p["process_name"]) for p in runtime.gpu_processes()] == [
        ("123", "python"),
        ("124", "/usr/bin/x"),
    ]


@pytest.mark.parametrize(
    "script",
    [
        "echo 'No devices were found'",
        "echo garbage; echo 'a, b'",
        "printf '\\377\\376\\000,'",
        "true",
        "echo 'A, 1, 1, 1'; exit 9",
        "kill -9 $$",
    ],
)
def test_answer_that_is_no_table_means_no_gpu(tmp_path, monkeypatch, script):
    fake_smi(tmp_path, monkeypatch, script)
    assert runtime.gpu_table() == []
    assert runtime.gpu_processes() == []


def test_tool_that_cannot_start_means_no_gpu(tmp_path, monkeypatch):
    fake_smi(tmp_path, monkeypatch, "")
    (tmp_path / "nvidia-smi").write_bytes(b"\x7fELF no program")
    assert runtime.gpu_table() == []


def test_report_without_gpu(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    report = runtime.machine_report(tmp_path)
    assert report["GPU"] == "none found: the course runs on the CPU"
    assert report["Python"] == ".".join(map(str, sys.version_info[:3]))
    assert all(isinstance(value, str) and value for value in report.values())


def test_package_version():
    assert runtime.package_version("numpy") == np.__version__
    assert runtime.package_version("no-such-package") is None
