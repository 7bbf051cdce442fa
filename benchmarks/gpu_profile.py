"""What a graphics card does with the course in eight minutes: kernels, networks on each backend, then the notebooks.

Run: python benchmarks/gpu_profile.py [--minutes 8] [--output build/gpu_profile] [--only PART ...] [--jobs 8] [--tiny]

For a machine that is at hand for a quarter of an hour and has no network. Every part is a process of its own with its
own limit, the most useful first, and what it found is written at once: whatever stops the script, `results.json` and
`table.txt` hold everything until then. A package that is not installed costs one line. `--tiny` tries the script where
there is no card. Afterwards the profile values of notebooks that were not run to their end are listed.

The data sets are made in the output folder: the flows in full size by the card; of the full archive of cyclones
`--frames` frames only, so that the script does not wait an hour for it.
"""

import argparse
import contextlib
import importlib.util
import json
import os
import platform
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

os.environ.setdefault("BOOTCAMP_PROGRESS", "off")
os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")  # several processes share the card
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

Rows = Iterator[dict[str, Any]]
"""What a part yields: one row of numbers after the other, each written at once."""
PACKAGES = ("torch", "triton", "jax", "jaxlib", "jax-cuda13-plugin", "keras", "tensorflow", "numpy", "numba")
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
NOTEBOOKS = (
    "Tropical_Cyclone/03", "CFD/04", "PINN/06", "Tropical_Cyclone/04", "PINN/01", "CFD/03", "PINN/05", "CFD/02",
    "PINN/07", "Intro_to_DL/04", "Tropical_Cyclone/05", "CFD/06", "PINN/04", "Intro_to_DL/02", "PINN/02", "PINN/03",
    "Intro_to_DL/05", "CFD/01", "Intro_to_DL/03", "CFD/05", "Tropical_Cyclone/06", "Intro_to_DL/01",
    "Tropical_Cyclone/02", "Tropical_Cyclone/01",
)  # fmt: skip
"""In the order in which they are started."""


# ------------------------------------------------------------------------------------------------- measuring


def seconds_of(function: Callable[[], Any], synchronize: Callable[[], Any]) -> float:
    """Seconds of one call, with everything the card has to do for it."""
    synchronize()
    start = time.perf_counter()
    function()
    synchronize()
    return time.perf_counter() - start


def torch_device() -> str:
    """`cuda` where PyTorch can use a card, else `cpu`."""
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def torch_wait() -> None:
    """Wait for the card."""
    import torch

    if torch.cuda.is_available():
        torch.cuda.synchronize()


def peak_memory_mb() -> float | None:
    """Largest memory on the card that PyTorch or JAX has used in this process; None without a card."""
    found = []
    if "torch" in sys.modules and sys.modules["torch"].cuda.is_available():
        found.append(sys.modules["torch"].cuda.max_memory_allocated())
    if "jax" in sys.modules:
        with contextlib.suppress(RuntimeError, IndexError):
            stats = sys.modules["jax"].local_devices()[0].memory_stats() or {}
            found.append(stats.get("peak_bytes_in_use", 0))
    return round(max(found) / 1e6, 1) if found and max(found) else None


# ----------------------------------------------------------------------------------------------------- flows


def kernel(tiny: bool) -> Rows:
    """Lattice updates per second beside what the memory of the card allows, and the difference to the processor."""
    from bootcamp.cfd import batched

    import torch

    device = torch_device()
    bandwidth = copy_bandwidth(device, 2**20 if tiny else 2**30)
    yield {"copy_gb_per_s": bandwidth}
    yield {"largest_difference": difference_to_the_processor(device, 20 if tiny else 400)}
    height, width, steps = (16, 32, 4) if tiny else (128, 256, 200)
    for flows in (2, 4) if tiny else (1, 16, 256, 1024):
        for name, step in steps_to_time(device, flows).items():
            batch = batched.Batch(discs(flows, height, width), 0.1 * height / 100, 0.1, device=device, step=step)
            with torch.inference_mode():
                batch.advance(2)
                times = [seconds_of(lambda b=batch: b.advance(steps), torch_wait) for _ in range(3)]
            rate = flows * height * width * steps / min(times) / 1e9
            row = {"flows": flows, "step": name, "billion_updates_per_s": round(rate, 4)}
            yield row | {"share_of_copy_bandwidth": round(rate * 74 / bandwidth, 2)}


def steps_to_time(device: str, flows: int) -> dict[str, Any]:
    """Name -> step of `batched.Batch`: with whole tensors, and the kernel with several sizes of its programs."""
    from bootcamp.cfd import batched

    steps: dict[str, Any] = {"whole tensors": batched.reference_step} if flows <= 256 else {}
    if device == "cuda" and not missing(("triton",)):
        from bootcamp.cfd import fused

        def sized(block: int, warps: int) -> Any:
            def step(*arguments: Any) -> None:
                fused.BLOCK, fused.WARPS = block, warps
                fused.step(*arguments)

            return step

        sizes = ((fused.BLOCK, fused.WARPS), (256, 4), (1024, 8)) if flows >= 256 else ((fused.BLOCK, fused.WARPS),)
        steps |= {f"kernel, {block} cells, {warps} warps": sized(block, warps) for block, warps in sizes}
    return steps


def discs(flows: int, height: int, width: int) -> Any:
    """Masks of discs at different heights: bool (flows, height, width)."""
    import numpy as np

    y, x = np.mgrid[:height, :width]
    middles = height / 2 + height / 8 * np.sin(np.arange(flows))
    return np.stack([(x - width / 4) ** 2 + (y - middle) ** 2 < (height / 8) ** 2 for middle in middles])


def copy_bandwidth(device: str, count: int) -> float:
    """Gigabytes per second that a copy of so many float32 reads and writes."""
    import torch

    source = torch.rand(count, device=device)
    target = torch.empty_like(source)
    times = [seconds_of(lambda: target.copy_(source), torch_wait) for _ in range(10)]
    return round(8 * count / min(times) / 1e9, 1)


def difference_to_the_processor(device: str, steps: int) -> float:
    """Largest difference of the velocity, in inflow velocities, between the batch and `lattice` after equal steps."""
    from bootcamp.cfd import batched, lattice

    import numpy as np
    import torch

    masks = discs(3, 64, 128)
    batch = batched.Batch(masks, 0.064, 0.1, device=device)
    with torch.inference_mode():
        batch.advance(steps)
    alone = [lattice.channel(mask, 100.0, 0.1) for mask in masks]
    for one in alone:
        one.advance(steps)
    found = batch.velocity().cpu().numpy()
    return float(max(np.abs(found[n] - one.fields()[1]).max() for n, one in enumerate(alone)) / 0.1)


def flow_set(tiny: bool) -> Rows:
    """Seconds in which the card makes `cfd_flows_full`, and the flows beside those of the processor."""
    from bootcamp import datasets
    from bootcamp.cfd import flows, lattice

    import numpy as np

    if tiny:
        flows.SIZES["full"] = flows.Size("cfd_flows_full", 32, 64, (4, 2, 2, 3), on_card=True)
    start = time.perf_counter()
    datasets.prepare("cfd_flows_full")
    seconds = time.perf_counter() - start
    parts = {split: flows.load_flows(split, size="full") for split in flows.SPLITS}
    updates = sum(int(part.steps.sum()) * part.solid[0].size for part in parts.values())
    yield {
        "seconds": round(seconds, 1),
        "flows": sum(len(part) for part in parts.values()),
        "billion_updates": round(updates / 1e9, 1),
        "billion_updates_per_s": round(updates / seconds / 1e9, 2),
        "steps": [int(f([part.steps.min() for part in parts.values()])) for f in (min, max)],
    }
    test = parts["test"]
    for number in range(2):
        alone = lattice.solve_steady_flow(test.solid[number], **flows._settings())
        difference = np.abs(alone.velocity - test.velocity[number]).max() / flows.INFLOW_VELOCITY
        yield {"flow": number, "steps": int(test.steps[number]), "steps_processor": alone.steps} | {
            "largest_difference": float(difference),
            "drag_difference": float(abs(alone.drag / test.drag[number] - 1)),
        }


def data_sets(tiny: bool) -> Rows:
    """The other data sets, on the processor while the card makes the flows."""
    from bootcamp import datasets
    from bootcamp.cyclone import archive

    frames = int(os.environ.get("PROFILE_FRAMES", "2400"))
    archive.FULL.update(frames=60 if tiny else frames, seasons=6, storms_per_season=4 if tiny else 13)
    archive.LAPTOP.update({"frames": 60, "storms_per_season": 4} if tiny else {})
    names = ["cyclone_archive_full", "cyclone_archive", "offline_digits", "offline_garments", "chip_flows"]
    names += [] if tiny else ["cyclone_competition", "cfd_flows"]
    for name in names:
        start = time.perf_counter()
        datasets.prepare(name)
        yield {"data_set": name, "seconds": round(time.perf_counter() - start, 1)}


# -------------------------------------------------------------------------------------------------- networks


def cyclone_network(tiny: bool) -> Rows:
    """Images per second of the paper's network, 42.8 million parameters: from the card, and cut anew by the loader."""
    from bootcamp import cyclone

    import numpy as np

    side, patch, width, count = (128, 116, 0.03, 64) if tiny else (256, 232, 1.0, 2048)
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (count, side, side, 3), np.uint8)
    labels = random.integers(0, 8, count)
    x, y = np.ascontiguousarray(images[:, :patch, :patch]), cyclone.one_hot(labels)
    for precision in ("mixed_bfloat16", "float32"):
        for batch_size in (32,) if tiny else (128, 32):
            network = cyclone.intensity_cnn((patch, patch, 3), width, normalize=True, precision=precision)
            network.compile(cyclone.optimizer(1000, 1e-4), "categorical_crossentropy")
            loader = cyclone.patch_batches(images, labels, patch, batch_size)
            feeds = {"arrays": {"x": x, "y": y, "batch_size": batch_size}, "loader": {"x": loader}}
            for name, feed in feeds.items():
                network.fit(**feed, epochs=1, verbose=0)  # builds the graph
                seconds = seconds_of(lambda n=network, f=feed: n.fit(**f, epochs=1, verbose=0), torch_wait)
                row = {"precision": precision, "batch_size": batch_size, "feed": name}
                yield row | {"images_per_s": round(count / seconds), "memory_mb": peak_memory_mb()}
            start = time.perf_counter()
            taken = sum(len(loader[i][0]) for i in range(min(len(loader), 8)))
            yield {"batch_size": batch_size, "loader_alone_images_per_s": round(taken / (time.perf_counter() - start))}


def recipes(tiny: bool) -> Rows:
    """Which optimizer trains the paper's network in full width: loss and accuracy after equal epochs, storms shared."""
    from bootcamp import cyclone, runtime

    import keras
    import numpy as np

    side, patch, width, epochs = (128, 116, 0.03, 1) if tiny else (256, 232, 1.0, 8)
    frames = cyclone.load_frames("cyclone_archive_full").frames
    train, validation, _ = cyclone.split_shuffled(frames, seed=0)
    images = [cyclone.load_images(some.path, side, side, threads=8) for some in (train, validation)]
    x, y = cyclone.centre_patches(images[1], patch), cyclone.one_hot(validation.label)
    steps = epochs * -(-len(train) // 64)
    tried = {
        f"{name}{', batch normalization' if normalize else ''}": (optimizer, normalize)
        for normalize in (True, False)
        for name, optimizer in recipe_optimizers(steps).items()
    }
    for name, (optimizer, normalize) in tried.items():
        runtime.set_seed(0)
        network = cyclone.intensity_cnn((patch, patch, 3), width, normalize=normalize, precision="mixed_bfloat16")
        network.compile(optimizer, "categorical_crossentropy", metrics=["accuracy"])
        batches = cyclone.patch_batches(images[0], train.label, patch, 64)
        start = time.perf_counter()
        history = network.fit(batches, epochs=epochs, validation_data=(x, y), verbose=0).history
        answers = network.predict(x, verbose=0).argmax(axis=1)
        numbers = {key: [round(v, 2) for v in values] for key, values in history.items()}
        yield {"recipe": name, "seconds": round(time.perf_counter() - start, 1), **numbers} | {
            "classes_answered": len(np.unique(answers)),
            "images_per_s": round(epochs * len(train) / (time.perf_counter() - start)),
        }
        keras.backend.clear_session()


def recipe_optimizers(steps: int) -> dict[str, Any]:
    """Name -> optimizer for so many steps: the room's with and without warm-up, and the paper's with clipping."""
    from bootcamp import cyclone

    from keras import optimizers

    return {
        "AdamW 5e-4": cyclone.optimizer(steps, 5e-4),
        "AdamW 5e-4, warm-up": cyclone.optimizer(steps, 5e-4, warm_up=0.1),
        "AdamW 1e-4, warm-up": cyclone.optimizer(steps, 1e-4, warm_up=0.1),
        "SGD 0.01, momentum, clipped": optimizers.SGD(
            optimizers.schedules.CosineDecay(0.01, steps), momentum=0.9, global_clipnorm=1.0
        ),
    }


def gated_u_net(tiny: bool) -> Rows:
    """Flows per second in a training of the gated U-Net at the size of the notebook CFD/04."""
    from bootcamp import cfd

    import numpy as np

    height, width, count = (32, 64, 16) if tiny else (128, 256, 256)
    random = np.random.default_rng(0)
    x, y = random.normal(size=(count, height, width, 1)), random.normal(size=(count, height, width, 2))
    x, y = x.astype(np.float32), y.astype(np.float32)
    for batch_size in (8,) if tiny else (8, 32):
        network = cfd.u_net(height, width, filters=(8, 16) if tiny else (8, 16, 32, 64, 128), stem_strides=1)
        network.compile(cfd.optimizer(1000), cfd.relative_loss)
        network.fit(x, y, batch_size, 1, verbose=0)
        seconds = seconds_of(lambda n=network, b=batch_size: n.fit(x, y, b, 1, verbose=0), torch_wait)
        yield {"batch_size": batch_size, "flows_per_s": round(count / seconds, 1), "memory_mb": peak_memory_mb()}


# ------------------------------------------------------------------------------------------------------ PINN


def informed(tiny: bool) -> Rows:
    """Seconds of small and large trainings of the physics-informed lab on the processor (two threads) and the card."""
    from bootcamp import pinn

    import torch

    torch.set_num_threads(2)
    sizes = {"laptop": (16, 20, 60), "gpu": (64, 101, 60), "larger": (256, 2048, 6)}
    for name, (width, points, count) in sizes.items():
        steps = {"adam_steps": 2, "lbfgs_steps": 0} if tiny else {"adam_steps": count, "lbfgs_steps": count}
        for device in dict.fromkeys(("cpu", torch_device())):
            for problem, solve in {"bar": pinn.solve_bar, "springs": pinn.solve_springs}.items():
                options = {"width": width, "points": points, "device": device, **steps}
                solve(**options | {"adam_steps": 2, "lbfgs_steps": 0})
                seconds = seconds_of(lambda s=solve, o=options: s(**o), torch_wait)
                row = {"problem": problem, "size": name, "width": width, "points": points, "device": device}
                yield row | {"ms_per_step": round(1000 * seconds / sum(steps.values()), 2)}
    for points in (100,) if tiny else (1500, 3000):
        for device in dict.fromkeys(("cpu", torch_device())):
            yield gauss_newton_row(points, device, 1 if tiny else 4)


def gauss_newton_row(points: int, device: str, steps: int) -> dict[str, Any]:
    """Seconds of a Gauss-Newton step for the flow over the chip."""
    from bootcamp import pinn

    import torch

    torch.manual_seed(0)
    network = pinn.ChipNetwork(24, depth=3).double().to(device)
    x, geometry = (part.to(device) for part in pinn.ChipPoints(points, sections=40, seed=0).inside)

    def equations() -> torch.Tensor:
        fields = pinn.derivatives(lambda x: network(x, geometry), x)
        return pinn.distance_weight(x, geometry, reach=0.2)[:, None] * pinn.navier_stokes(fields, 0.02)

    pinn.gauss_newton({"equations": equations}, network, 1)
    seconds = seconds_of(lambda: pinn.gauss_newton({"equations": equations}, network, steps), torch_wait)
    row = {"problem": "chip, Gauss-Newton", "points": points, "device": device}
    return row | {"ms_per_step": round(1000 * seconds / steps, 1), "memory_mb": peak_memory_mb()}


# ------------------------------------------------------------------------------------------------- notebooks


def run_notebook(path: str, profile: str, target: Path, limit: float) -> None:
    """Run a notebook cell by cell with a profile's values; `target` holds, after every cell, all that is known."""
    from bootcamp import course, exercises, runtime
    from bootcamp.notebooks import authoring, parameters, workspace

    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    entry = next(entry for entry in course.notebooks() if entry.name.startswith(path))
    notebook = authoring.read(course.root() / entry.path)
    for cell in authoring.code_cells(notebook):
        cell.outputs = []  # those that are stored belong to another run
    for cell in authoring.tagged(notebook, authoring.PARAMETERS_TAG):
        cell.source = workspace.set_parameters(cell.source, parameters.profile_values(profile, entry))
    folder = target.parent / f"{target.stem}.work"
    folder.mkdir(parents=True, exist_ok=True)
    client = NotebookClient(notebook, timeout=limit, resources={"metadata": {"path": str(folder)}})
    cells = [(i, cell) for i, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
    found: dict[str, Any] = {"notebook": entry.name, "cells": len(cells), "done": 0, "slowest": [0.0, -1]}
    begin = time.perf_counter()
    root = str(course.root())
    search = os.pathsep.join([root, *filter(None, [os.environ.get("PYTHONPATH")])])  # the course may not be installed
    environment = os.environ | {exercises.HOME_VARIABLE: str(folder), "BOOTCAMP_ROOT": root, "PYTHONPATH": search}
    with client.setup_kernel(env=environment):
        found["kernel_pid"] = kernel_pid(client)
        for i, cell in cells:
            start = time.perf_counter()
            try:
                client.execute_cell(cell, i)
                found["done"] += 1
            except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
                found.setdefault("error", f"cell {i}: {str(error).strip().splitlines()[-1][:300]}")
                found.setdefault("traceback", str(error)[-1500:])
                if not isinstance(error, CellExecutionError):
                    break
            found["slowest"] = max(found["slowest"], [round(time.perf_counter() - start, 1), i])
            found["seconds"] = round(time.perf_counter() - begin, 1)
            found["claims"] = {d["claim"]: d["holds"] for d in authoring.output_data(notebook, runtime.CLAIM_KEY)}
            found["metrics"] = {d["name"]: d["value"] for d in authoring.output_data(notebook, runtime.METRIC_KEY)}
            write(target, found)
            if "error" in found and found["done"] < 4:
                break  # without its imports nothing else can run; a later error leaves the rest worth running


def kernel_pid(client: Any) -> int | None:
    """Process number of a notebook's kernel."""
    process = getattr(getattr(client.km, "provisioner", None), "process", None)
    return getattr(process, "pid", None)


# ------------------------------------------------------------------------------------------------- the script


@dataclass(frozen=True)
class Part:
    """A measurement in a process of its own: what it needs, how long it may take, and with which Keras backend."""

    name: str
    function: Callable[[bool], Rows]
    needs: tuple[str, ...]
    limit: float
    backend: str = ""
    background: bool = False

    @property
    def title(self) -> str:
        """Name with backend."""
        return f"{self.name}, {self.backend}" if self.backend else self.name


PARTS = (
    Part("data sets", data_sets, ("cv2", "pandas"), 200, background=True),
    Part("kernel", kernel, ("torch", "numba"), 60),
    Part("flow set", flow_set, ("torch", "h5py"), 180),
    Part("cyclone network", cyclone_network, ("keras", "jax"), 80, "jax"),
    Part("recipes", recipes, ("keras", "jax", "cv2"), 75, "jax"),
    Part("cyclone network", cyclone_network, ("keras", "torch"), 45, "torch"),
    Part("gated U-Net", gated_u_net, ("keras", "jax"), 40, "jax"),
    Part("gated U-Net", gated_u_net, ("keras", "torch"), 30, "torch"),
    Part("informed", informed, ("torch", "shapely"), 45),
)


@dataclass
class Session:
    """Where results go, when time is over, and what was found so far."""

    output: Path
    end: float
    tiny: bool
    jobs: int
    found: dict[str, Any] = field(default_factory=dict)

    def left(self) -> float:
        """Seconds until the end."""
        return self.end - time.monotonic()

    def say(self, text: str) -> None:
        """One line on the screen and in `table.txt`."""
        print(text, flush=True)
        with (self.output / "table.txt").open("a", encoding="utf-8") as table:
            table.write(text + "\n")

    def save(self) -> None:
        """Everything so far, as JSON."""
        write(self.output / "results.json", self.found)


def write(target: Path, content: Any) -> None:
    """Replace a JSON file in one step."""
    partial = target.with_suffix(".partial")
    partial.write_text(json.dumps(content, indent=1, default=str), encoding="utf-8")
    partial.replace(target)


def missing(needs: tuple[str, ...]) -> list[str]:
    """Packages that are not installed."""
    return [name for name in needs if importlib.util.find_spec(name) is None]


def machine() -> dict[str, Any]:
    """Card, processor and versions."""
    from bootcamp import runtime

    versions = {name: runtime.package_version(name) for name in PACKAGES}
    cards = runtime.gpu_table()
    return {"python": platform.python_version(), "cores": os.cpu_count(), "cards": cards, "versions": versions}


def child(session: Session, arguments: list[str], environment: dict[str, str]) -> subprocess.Popen:
    """This script once more, as a process with its own group, its errors in `log.txt`."""
    with (session.output / "log.txt").open("ab") as log:
        command = [sys.executable, __file__, *arguments, "--output", str(session.output)]
        command += ["--tiny"] if session.tiny else []
        return subprocess.Popen(command, stdout=log, stderr=log, env=os.environ | environment, start_new_session=True)


def wait(process: subprocess.Popen, limit: float) -> str:
    """Wait for a process and end its whole group when its time is over; returns what went wrong."""
    try:
        code = process.wait(max(limit, 0.1))
    except subprocess.TimeoutExpired:
        return f"stopped after {limit:.0f} s"
    finally:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    return f"ended with code {code}" if code else ""


def run_part(session: Session, number: int) -> None:
    """One part: start, wait, show its rows."""
    part = PARTS[number]
    lacking = missing(part.needs)
    if lacking:
        session.say(f"{part.title}: not run, {', '.join(lacking)} is not installed")
        return
    limit = min(part.limit * (20 if session.tiny else 1), session.left())  # tiny: on any machine, however busy
    if limit < 5:
        session.say(f"{part.title}: not run, no time left")
        return
    target = session.output / f"part_{number}.json"
    backend = {"KERAS_BACKEND": part.backend} if part.backend else {}
    start = time.monotonic()
    trouble = wait(child(session, ["--part", str(number)], backend), limit)
    rows = json.loads(target.read_text(encoding="utf-8")) if target.exists() else []
    session.found.setdefault("parts", {})[part.title] = {"rows": rows, "trouble": trouble}
    session.say(f"{part.title}: {time.monotonic() - start:.0f} s {trouble}")
    for row in rows:
        session.say("    " + ", ".join(f"{key} {value}" for key, value in row.items() if key != "traceback"))
    session.save()


def serve_part(number: int, output: Path, tiny: bool) -> None:
    """In the process of a part: collect its rows, each written at once; an error is a row as well."""
    rows: list[dict[str, Any]] = []
    try:
        for row in PARTS[number].function(tiny):
            rows.append(row)
            write(output / f"part_{number}.json", rows)
    except Exception as error:  # noqa: BLE001 - whatever it is, the next part runs
        rows.append({"error": f"{type(error).__name__}: {error}"[:400], "traceback": traceback.format_exc()[-2000:]})
        write(output / f"part_{number}.json", rows)


def notebook_runs(session: Session, backend: str, chosen: list[str]) -> list[tuple[str, dict[str, str]]]:
    """Notebook and environment of each run, the most useful first; then PINN once more on the processor."""
    common = {"KERAS_BACKEND": backend, **dict.fromkeys(THREADS, "2"), "XLA_PYTHON_CLIENT_MEM_FRACTION": "0.1"}
    runs = [(name, common) for name in NOTEBOOKS if not chosen or name in chosen]
    informed_runs = [name for name, _ in runs if name.startswith("PINN")]
    return runs + [(name, common | {"CUDA_VISIBLE_DEVICES": ""}) for name in informed_runs]


def run_notebook_row(session: Session, name: str, environment: dict[str, str]) -> None:
    """One notebook with the profile `gpu`, in a process of its own, until its end or that of the session."""
    where = "processor" if environment.get("CUDA_VISIBLE_DEVICES") == "" else environment["KERAS_BACKEND"]
    title = f"{name} {where}"
    if session.left() < 15:
        session.say(f"{title}: not run, no time left")
        return
    target = session.output / f"notebook_{name.replace('/', '_')}_{where}.json"
    process = child(session, ["--notebook", name, "--target", str(target)], environment)
    trouble = wait(process, session.left())
    row = json.loads(target.read_text(encoding="utf-8")) if target.exists() else {}
    session.found.setdefault("notebooks", {})[title] = row | {"trouble": trouble}
    broken = [claim for claim, holds in row.get("claims", {}).items() if not holds]
    held = len(row.get("claims", {})) - len(broken)
    cells = f"cells {row.get('done', 0)}/{row.get('cells', '?')}, claims {held} hold, {len(broken)} do not"
    session.say(f"{title}: {row.get('seconds', 0):.0f} s, {cells} {trouble} {row.get('error', '')}")
    for claim in broken:
        session.say(f"    does not hold: {claim}")
    session.save()


def run_notebooks(session: Session, backend: str, chosen: list[str]) -> None:
    """All notebooks, several beside each other."""
    lacking = missing(("nbclient", "ipykernel", "nbformat", "keras"))
    if lacking:
        session.say(f"notebooks: not run, {', '.join(lacking)} is not installed")
        return
    with ThreadPoolExecutor(session.jobs) as pool:
        for name, environment in notebook_runs(session, backend, chosen):
            pool.submit(run_notebook_row, session, name, environment)


def not_run(session: Session) -> None:
    """Say which values of the profile `gpu` no notebook was run with to its end."""
    from bootcamp import course
    from bootcamp.notebooks import parameters

    finished = {
        row["notebook"] for row in session.found.get("notebooks", {}).values() if row.get("done") == row.get("cells", 0)
    }
    for entry in course.notebooks():
        values = parameters.profile_values("gpu", entry)
        if values and entry.name not in finished:
            session.say(f"not run to the end: {entry.name}: {', '.join(f'{k}={v}' for k, v in values.items())}")
    session.found["finished"] = sorted(finished)


def measure(options: argparse.Namespace) -> None:
    """All parts and notebooks until the time is over."""
    options.output.mkdir(parents=True, exist_ok=True)
    session = Session(options.output, time.monotonic() + 60 * options.minutes, options.tiny, options.jobs)
    os.environ["BOOTCAMP_DATA"] = str(options.data or options.output / "data")
    os.environ.setdefault("JAX_COMPILATION_CACHE_DIR", str(options.output / "compiled"))
    os.environ["PROFILE_FRAMES"] = str(options.frames)
    session.found["machine"] = machine()
    session.say(json.dumps(session.found["machine"]))
    chosen = [n for n, part in enumerate(PARTS) if not options.only or part.name in options.only]
    with ThreadPoolExecutor(1) as pool:
        background = [pool.submit(run_part, session, n) for n in chosen if PARTS[n].background]
        for n in chosen:
            if PARTS[n].name == "recipes":  # needs the frames
                for task in background:
                    task.result()
            if not PARTS[n].background:
                run_part(session, n)
    if not options.only or "notebooks" in options.only:
        run_notebooks(session, options.backend, options.notebooks)
        not_run(session)
    session.save()


def main() -> None:
    """Measure, or be one of the processes of a measurement."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=8.0)
    parser.add_argument("--output", type=Path, default=Path("build/gpu_profile"))
    parser.add_argument("--data", type=Path, help="folder of the data sets; default: in the output folder")
    parser.add_argument("--frames", type=int, default=2400, help="frames of the full archive of cyclones")
    parser.add_argument("--jobs", type=int, default=max(1, (os.cpu_count() or 2) // 2))
    parser.add_argument("--backend", default="jax", help="of Keras, in the notebooks")
    parser.add_argument("--only", nargs="*", default=[], help="parts, by name; `notebooks` are one of them")
    parser.add_argument("--notebooks", nargs="*", default=[], help="such as PINN/01; default: all")
    parser.add_argument("--profile", default="gpu")
    parser.add_argument("--tiny", action="store_true", help="tiny sizes, to try the script")
    parser.add_argument("--part", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--notebook", help=argparse.SUPPRESS)
    parser.add_argument("--target", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.output = options.output.resolve()
    if options.part is not None:
        serve_part(options.part, options.output, options.tiny)
    elif options.notebook:
        profile = "smoke" if options.tiny else options.profile
        run_notebook(options.notebook, profile, options.target, 600.0)
    else:
        measure(options)


if __name__ == "__main__":
    main()
