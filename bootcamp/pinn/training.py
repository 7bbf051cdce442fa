"""Training of networks on named residuals: Adam, then L-BFGS, with history, stopping, checkpoint and resume."""

import contextlib
import math
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bootcamp import runtime
from bootcamp.course import nearest
from bootcamp.pinn.balance import FixedWeights, LossBalance

import torch
from torch import Tensor

Terms = Mapping[str, Callable[[], Tensor]]

LBFGS_CHUNK = 20
"""L-BFGS steps between two entries of the history; also where it can be interrupted and resumed."""

LBFGS_MEMORY = 50
"""Pairs of steps and gradient changes from which L-BFGS knows the curvature."""


class TrainingDivergedError(RuntimeError):
    """A residual is not finite any more; the parameters are back at the last state in which all residuals were."""


@dataclass
class History:
    """What happened in a training. Entry i of every list belongs to the state after `step[i]` steps.

    Attributes:
        step: steps done, Adam and L-BFGS counted on.
        phase: "adam" or "lbfgs", the optimizer of the next step.
        loss: mean square of the residuals of each term, without weight.
        total: weighted sum, which the optimizer lowers.
        seconds: time used up to here, without the time for the monitors.
        monitor_step: steps at which the monitors were evaluated.
        monitor_seconds: the time used up to there.
        monitor: their values.
        stopped: why the training ended: "finished", "target reached", "no further progress" or "interrupted".
    """

    step: list[int] = field(default_factory=list)
    phase: list[str] = field(default_factory=list)
    loss: dict[str, list[float]] = field(default_factory=dict)
    total: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    monitor_step: list[int] = field(default_factory=list)
    monitor_seconds: list[float] = field(default_factory=list)
    monitor: dict[str, list[float]] = field(default_factory=dict)
    stopped: str = ""

    def seconds_to(self, name: str, value: float) -> float:
        """Seconds until the monitor `name` was first at or below `value`; infinite if it never was.

        Raises:
            ValueError: there is no such monitor.
        """
        if name not in self.monitor:
            raise ValueError(f"there is no monitor '{name}'.{nearest(name, self.monitor)}")
        pairs = zip(self.monitor_seconds, self.monitor[name], strict=True)
        return next((seconds for seconds, found in pairs if found <= value), math.inf)


@dataclass(frozen=True)
class _Plan:
    """The settings of a training, checked."""

    terms: dict[str, Callable[[], Tensor]]
    parameters: list[Tensor]
    adam_steps: int
    lbfgs_steps: int
    learning_rate: float
    weights: dict[str, float]
    schedule: Callable[[float], float] | None
    accumulate: int
    resample: Callable[[int], object] | None
    resample_every: int
    state: dict[str, Tensor]
    generator: torch.Generator | None
    stop: float | Callable[[History], bool] | None
    checkpoint: Path | None
    checkpoint_every: int
    monitor: dict[str, Callable[[], float]]
    monitor_every: int

    @property
    def settings(self) -> dict[str, Any]:
        """What must be the same when a training goes on from a checkpoint."""
        names = ("adam_steps", "lbfgs_steps", "learning_rate", "accumulate", "resample_every")
        shapes = [list(parameter.shape) for parameter in self.parameters]
        more = {"terms": list(self.terms), "parameters": shapes, "weights": self.weights}
        return {name: getattr(self, name) for name in names} | more


def fit(
    terms: Terms,
    parameters: torch.nn.Module | Tensor | Iterable[torch.nn.Module | Tensor],
    *,
    adam_steps: int = 0,
    lbfgs_steps: int = 0,
    learning_rate: float = 1e-3,
    weights: Mapping[str, float] | None = None,
    balance: LossBalance | None = None,
    schedule: Callable[[float], float] | None = None,
    accumulate: int = 1,
    resample: Callable[[int], object] | None = None,
    resample_every: int = 100,
    state: Mapping[str, Tensor] | None = None,
    generator: torch.Generator | None = None,
    stop: float | Callable[[History], bool] | None = None,
    checkpoint: str | Path | None = None,
    checkpoint_every: int = 500,
    monitor: Mapping[str, Callable[[], float]] | None = None,
    monitor_every: int = 100,
    progress: str = "training",
) -> History:
    """Lower the weighted sum of the mean squares of residuals, first by Adam, then by L-BFGS.

    The parameters change in place. Ctrl-C ends the training after the running step (L-BFGS: after at most 20 steps),
    keeps the parameters, writes the checkpoint if there is one, and returns the history.

    Args:
        terms: name -> function without arguments that returns the residuals, a tensor of any shape.
        parameters: what is trained: modules and tensors.
        adam_steps: steps of Adam.
        lbfgs_steps: steps of L-BFGS (strong Wolfe line search) after them.
        learning_rate: step size of Adam.
        weights: factor of each term in the sum; 1 for a term that is not named.
        balance: sets the weights during Adam (`AnnealedWeights`, `UncertaintyWeights`); L-BFGS keeps the last ones.
        schedule: part of the Adam steps done (0 to 1) -> factor on the learning rate, for example `cosine_decay`.
        accumulate: evaluations of all terms, each with residuals of its own, whose gradients are averaged in one step.
        resample: called with the number of steps before step 0, `resample_every`, ... of Adam, to renew points.
        resample_every: Adam steps between two of these calls.
        state: tensors that `resample` changes in place; they are kept in the checkpoint.
        generator: random generator that terms or `resample` draw from; it is kept in the checkpoint.
        stop: total loss that is low enough, or a function of the history that says whether to stop.
        checkpoint: file for the state of the training. If it is there, the training goes on from it, to the same
            result as without interruption. It is removed when the training has ended by itself.
        checkpoint_every: steps between two checkpoints.
        monitor: name -> function without arguments that returns a number, for example an error.
        monitor_every: steps between two evaluations of the monitors; also at the end.
        progress: description of the progress bar.

    Raises:
        ValueError: an argument is wrong, a term does not depend on the parameters, or the checkpoint belongs to
            another training.
        TrainingDivergedError: a residual is NaN or infinite. The message has the term and the step. The parameters are
            back at the last state in which all residuals were finite. It is an exception, not a reason to stop in
            the history, because whatever follows in a notebook would go on with a network that is not trained.
    """
    plan = _Plan(
        terms=_checked_terms(terms),
        parameters=_leaves(parameters),
        adam_steps=_at_least("adam_steps", adam_steps, 0),
        lbfgs_steps=_at_least("lbfgs_steps", lbfgs_steps, 0),
        learning_rate=_positive("learning_rate", learning_rate),
        weights=dict(weights or {}),
        schedule=schedule,
        accumulate=_at_least("accumulate", accumulate, 1),
        resample=resample,
        resample_every=_at_least("resample_every", resample_every, 1),
        state=dict(state or {}),
        generator=generator,
        stop=stop,
        checkpoint=None if checkpoint is None else Path(checkpoint),
        checkpoint_every=_at_least("checkpoint_every", checkpoint_every, 1),
        monitor=dict(monitor or {}),
        monitor_every=_at_least("monitor_every", monitor_every, 1),
    )
    if weights is not None and balance is not None:
        raise ValueError("give either weights or a balance, which sets them")
    balance = balance if balance is not None else FixedWeights(weights or {})
    training = _Training(plan, balance)
    with runtime.progress(None, progress, total=adam_steps + lbfgs_steps) as bar, _deferred_interrupt() as interrupted:
        training.run(bar, interrupted)
    return training.history


def cosine_decay(fraction: float) -> float:
    """Factor on the learning rate that falls from 1 to 0 along half a cosine: a `schedule` for `fit`."""
    return 0.5 * (1 + math.cos(math.pi * fraction))


def exponential_decay(factor: float) -> Callable[[float], float]:
    """Schedule for `fit` that falls from 1 to `factor` by the same ratio in each step.

    Raises:
        ValueError: the factor is not positive.
    """
    factor = _positive("factor", factor)
    return lambda fraction: factor**fraction


def _at_least(name: str, value: Any, lowest: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < lowest:
        raise ValueError(f"{name} is an integer of at least {lowest}, not {value!r}")
    return value


def _positive(name: str, value: Any) -> float:
    if not isinstance(value, int | float) or not value > 0 or not math.isfinite(value):
        raise ValueError(f"{name} is a positive number, not {value!r}")
    return float(value)


def _checked_terms(terms: Any) -> dict[str, Callable[[], Tensor]]:
    if not isinstance(terms, Mapping) or not terms:
        raise ValueError("terms is a dictionary with at least one entry: name -> function that returns residuals")
    for name, term in terms.items():
        if not callable(term):
            raise ValueError(f"the term '{name}' is a function without arguments, not {type(term).__name__}")
    return dict(terms)


def _leaves(parameters: Any) -> list[Tensor]:
    """Every trainable tensor once, in order."""
    items = [parameters] if isinstance(parameters, torch.nn.Module | Tensor) else list(parameters)
    found: dict[int, Tensor] = {}
    for item in items:
        if not isinstance(item, torch.nn.Module | Tensor):
            raise ValueError(f"parameters are modules and tensors, not {type(item).__name__}")
        for tensor in item.parameters() if isinstance(item, torch.nn.Module) else [item]:
            if isinstance(item, Tensor) and not (tensor.is_leaf and tensor.requires_grad):
                raise ValueError("a tensor among the parameters needs requires_grad=True and no history")
            if tensor.requires_grad:
                found[id(tensor)] = tensor
    if not found:
        raise ValueError("there is nothing to train: no parameter requires a gradient")
    return list(found.values())


@contextlib.contextmanager
def _deferred_interrupt() -> Iterator[list[bool]]:
    """Turn the first Ctrl-C into an entry of the list; a second one interrupts at once."""
    interrupted: list[bool] = []
    if threading.current_thread() is not threading.main_thread():
        yield interrupted
        return
    before = signal.getsignal(signal.SIGINT)

    def note(number: int, frame: Any) -> None:
        if interrupted:
            raise KeyboardInterrupt
        interrupted.append(True)

    signal.signal(signal.SIGINT, note)
    try:
        yield interrupted
    finally:
        signal.signal(signal.SIGINT, before)


class _Training:
    """One training: the optimizers, the history, and the state to fall back to."""

    def __init__(self, plan: _Plan, balance: LossBalance):
        self.plan, self.balance = plan, balance
        self.history = History(loss={name: [] for name in plan.terms}, monitor={name: [] for name in plan.monitor})
        self.step, self.seconds, self.written, self.scale = 0, 0.0, 0, 1.0
        extra = balance.start(list(plan.terms), plan.parameters)
        self.adam = torch.optim.Adam([*plan.parameters, *extra], lr=plan.learning_rate, fused=True)
        self.lbfgs = self._new_lbfgs()
        self.good = [parameter.detach().clone() for parameter in plan.parameters]
        resumed = plan.checkpoint is not None and plan.checkpoint.exists()
        if not resumed and plan.resample is not None:
            plan.resample(0)
        _check_dependence(plan)
        if resumed:
            self._load(plan.checkpoint)

    def _new_lbfgs(self) -> torch.optim.LBFGS:
        # The tolerances of PyTorch end a float64 training far too early.
        return torch.optim.LBFGS(
            self.plan.parameters,
            max_iter=LBFGS_CHUNK,
            max_eval=10 * LBFGS_CHUNK,
            history_size=LBFGS_MEMORY,
            tolerance_grad=0.0,
            tolerance_change=0.0,
            line_search_fn="strong_wolfe",
        )

    def run(self, bar: Any, interrupted: Sequence[bool]) -> None:
        """Train until the end, a stop or an interruption."""
        plan, last = self.plan, self.plan.adam_steps + self.plan.lbfgs_steps
        try:
            while not self.history.stopped:
                advance = self._adam_step if self.step < plan.adam_steps else self._lbfgs_chunk
                start, before = time.perf_counter(), self.step
                if self.step < last:
                    advance()
                else:
                    self._evaluate("lbfgs" if plan.lbfgs_steps else "adam")
                    self.history.stopped = "finished"
                self.seconds += time.perf_counter() - start
                self._after(before, bool(interrupted))
                bar.update(self.step - before)
                if not bar.disable:
                    bar.set_postfix(loss=f"{self.history.total[-1]:.2e}", refresh=False)
        except (KeyboardInterrupt, TrainingDivergedError):
            self._restore(self.good)
            raise

    def _after(self, before: int, interrupted: bool) -> None:
        """Time stamp, monitors, stopping and checkpoint of the entry that was just made for the state `before`."""
        plan, history = self.plan, self.history
        history.seconds.append(self.seconds)
        if history.stopped in ("", "finished") and self._enough():
            history.stopped = "target reached"
        if not history.stopped and interrupted:
            history.stopped = "interrupted"
        if history.stopped in ("target reached", "no further progress") and history.step[-1] < self.step:
            self._evaluate(history.phase[-1])
            history.seconds.append(self.seconds)
        due = history.stopped or self.step // plan.monitor_every > before // plan.monitor_every
        if plan.monitor and due and self.step not in history.monitor_step[-1:]:
            self._monitor()
        if plan.checkpoint is None:
            return
        if history.stopped not in ("", "interrupted"):
            plan.checkpoint.unlink(missing_ok=True)
        elif history.stopped or self.step - self.written >= plan.checkpoint_every:
            self._save(plan.checkpoint)

    def _enough(self) -> bool:
        stop = self.plan.stop
        if stop is None:
            return False
        return bool(stop(self.history)) if callable(stop) else self.history.total[-1] <= stop

    def _monitor(self) -> None:
        self.history.monitor_step.append(self.step)
        self.history.monitor_seconds.append(self.seconds)
        for name, function in self.plan.monitor.items():
            value = function()
            self.history.monitor[name].append(float(value.detach() if isinstance(value, Tensor) else value))

    def _losses(self) -> tuple[dict[str, Tensor], list[float]]:
        """Mean square of the residuals of each term, as tensors and as numbers.

        Raises:
            TrainingDivergedError: one of them is not finite.
        """
        losses = {name: term().square().mean() for name, term in self.plan.terms.items()}
        numbers = torch.stack([loss.detach() for loss in losses.values()]).tolist()
        for name, number in zip(losses, numbers, strict=True):
            if not math.isfinite(number):
                raise TrainingDivergedError(
                    f"the residual of the term '{name}' is not finite in step {self.step}; the parameters are back "
                    "at the last state in which it was"
                )
        return losses, numbers

    def _gradients(self) -> tuple[float, list[float]]:
        """Add up the gradients of the total loss; the total and the loss of each term."""
        total, each, count = 0.0, [0.0] * len(self.plan.terms), self.plan.accumulate
        for _ in range(count):
            losses, numbers = self._losses()
            loss = self.balance.total(losses) / count
            (loss * self.scale).backward()
            total += loss.item()
            each = [a + b / count for a, b in zip(each, numbers, strict=True)]
        return total, each

    def _note(self, phase: str, total: float, each: Sequence[float]) -> None:
        self.history.step.append(self.step)
        self.history.phase.append(phase)
        self.history.total.append(total)
        for name, value in zip(self.plan.terms, each, strict=True):
            self.history.loss[name].append(value)

    def _evaluate(self, phase: str) -> None:
        """History entry of the state at the end of all steps."""
        losses, numbers = self._losses()
        self._note(phase, self.balance.total(losses).item(), numbers)

    def _adam_step(self) -> None:
        plan = self.plan
        if plan.resample is not None and self.step and self.step % plan.resample_every == 0:
            plan.resample(self.step)
        factor = 1.0 if plan.schedule is None else plan.schedule(self.step / plan.adam_steps)
        for group in self.adam.param_groups:
            group["lr"] = plan.learning_rate * factor
        if self.balance.due(self.step):
            self.balance.update(self._losses()[0], plan.parameters)
        self.adam.zero_grad()
        total, each = self._gradients()
        self._keep()
        self._note("adam", total, each)
        self.adam.step()
        self.step += 1

    def _lbfgs_chunk(self) -> None:
        """Up to LBFGS_CHUNK steps; the history gets the loss from which they start."""
        plan, evaluations, lowest = self.plan, [], math.inf
        steps = min(LBFGS_CHUNK, plan.adam_steps + plan.lbfgs_steps - self.step)
        self.balance.freeze()

        def closure() -> float:
            nonlocal lowest
            self.lbfgs.zero_grad()
            total, each = self._gradients()
            evaluations.append((total, each))
            if total <= lowest:
                lowest = total
                self._keep()
            return total * self.scale

        if self.step == plan.adam_steps:
            # PyTorch drops curvature pairs whose product is below 1e-10: small losses need a factor.
            self.scale = 1.0 / max(self.balance.total(self._losses()[0]).item(), 1e-30)
        self.lbfgs.param_groups[0]["max_iter"] = steps
        done = self._lbfgs_count()
        self.lbfgs.step(closure)
        done = self._lbfgs_count() - done
        self._note("lbfgs", *evaluations[0])
        self._after_chunk(done, steps, lowest < evaluations[0][0])

    def _after_chunk(self, done: int, steps: int, better: bool) -> None:
        """Count the steps; without any progress start L-BFGS afresh once, then give up."""
        self.step += done if better else 0
        if done == steps and better:
            return
        if better or self._lbfgs_count() > done:
            self.lbfgs = self._new_lbfgs()
        else:
            self.history.stopped = "no further progress"

    def _lbfgs_count(self) -> int:
        state = self.lbfgs.state.get(self.plan.parameters[0], {})
        return state.get("n_iter", 0)

    def _keep(self) -> None:
        """Remember the parameters as the state to fall back to."""
        with torch.no_grad():
            torch._foreach_copy_(self.good, self.plan.parameters)

    def _restore(self, values: Sequence[Tensor]) -> None:
        with torch.no_grad():
            for parameter, value in zip(self.plan.parameters, values, strict=True):
                parameter.copy_(value)

    def _save(self, path: Path) -> None:
        """Write the checkpoint: under a temporary name first, so that a kill leaves the old or the new one."""
        self.written = self.step
        plan = self.plan
        content = {
            "settings": plan.settings,
            "step": self.step,
            "seconds": self.seconds,
            "scale": self.scale,
            "parameters": [parameter.detach() for parameter in plan.parameters],
            "adam": self.adam.state_dict(),
            "lbfgs": self.lbfgs.state_dict(),
            "balance": self.balance.state(),
            "generator": None if plan.generator is None else plan.generator.get_state(),
            "state": plan.state,
            "history": asdict(self.history) | {"stopped": ""},
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(path.name + ".partial")
        torch.save(content, partial)
        partial.replace(path)

    def _load(self, path: Path) -> None:
        """Go on from a checkpoint.

        Raises:
            ValueError: the file is damaged or belongs to another training.
        """
        plan = self.plan
        try:
            content = torch.load(path, weights_only=True, map_location=plan.parameters[0].device)
            settings = content["settings"]
        except Exception as error:
            raise ValueError(f"{path} is no readable checkpoint; remove it to train from the start") from error
        for name, here in plan.settings.items():
            if settings.get(name) != here:
                raise ValueError(
                    f"{path} belongs to another training: {name} was {settings.get(name)}, now it is {here}. "
                    "Give the same settings, or remove the file to train from the start"
                )
        self._restore(content["parameters"])
        self.adam.load_state_dict(content["adam"])
        self.lbfgs.load_state_dict(content["lbfgs"])
        self.balance.load(content["balance"])
        if plan.generator is not None and content["generator"] is not None:
            plan.generator.set_state(content["generator"].cpu())
        for name, tensor in plan.state.items():
            tensor.copy_(content["state"][name])
        self.step = self.written = content["step"]
        self.seconds, self.scale = content["seconds"], content["scale"]
        self.history = History(**content["history"])


def _check_dependence(plan: _Plan) -> None:
    for name, term in plan.terms.items():
        residual = term()
        if not isinstance(residual, Tensor) or not residual.numel():
            found = "an empty tensor" if isinstance(residual, Tensor) else type(residual).__name__
            raise ValueError(f"the term '{name}' returns residuals as a tensor with at least one entry, not {found}")
        gradients: Sequence[Tensor | None] = [None]
        if residual.requires_grad:
            gradients = torch.autograd.grad(residual.square().mean(), plan.parameters, allow_unused=True)
        if all(gradient is None for gradient in gradients):
            raise ValueError(f"the term '{name}' does not depend on the parameters: training cannot change it")
