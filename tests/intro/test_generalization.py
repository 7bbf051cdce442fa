"""Facts about data, experiments, training history and figures of 02_Training_and_Generalization."""

import re
from pathlib import Path

from bootcamp import intro

import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pytest

NOTEBOOK = Path(__file__).parents[2] / "Intro_to_DL" / "02_Training_and_Generalization.ipynb"


@pytest.fixture(scope="module")
def notebook():
    return nbformat.read(NOTEBOOK, as_version=4)


@pytest.fixture(scope="module")
def defined(notebook):
    """Names a learner has at hand: the imports and every function that the notebook defines."""
    names = {}
    for cell in notebook.cells:
        tags = cell.metadata.get("tags", [])
        wanted = "parameters" in tags or "from bootcamp import" in cell.source or "def " in cell.source
        if cell.cell_type == "code" and wanted and "exercise-starter" not in tags:
            lines = re.split(r"\n{3}(?=errors =|draw_paths\()", cell.source)[0]  # without what computes
            names["x"], names["y"] = np.zeros(2), np.zeros(2)
            names.setdefault("curvature", np.diag([1.0, 50.0]))
            names.setdefault("start", np.array([-1.8, 0.6]))
            names.setdefault("trained", {})
            exec(compile(lines, cell.id, "exec"), names)
    return names


class TestData:
    def test_wave_samples_one_per_cell_in_rising_order(self):
        x, y = intro.wave_samples(10, seed=3, noise=0.0)
        assert np.array_equal(np.floor((x + 1.0) * 5.0), np.arange(10))
        assert np.allclose(y, np.sin(4.0 * x))

    def test_noise_has_the_standard_deviation_asked_for(self):
        x, y = intro.wave_samples(20_000, seed=0, noise=0.3)
        assert np.std(y - intro.wave(x)) == pytest.approx(0.3, rel=0.03)

    def test_same_seed_same_data_other_seed_other_data(self):
        first, again, other = (intro.wave_samples(5, seed, 0.1)[1] for seed in (1, 1, 2))
        assert np.array_equal(first, again) and not np.array_equal(first, other)

    def test_only_the_first_sensor_matters(self):
        x, y = intro.sensor_samples(50_000, seed=0, noise=0.0)
        assert np.allclose(y, intro.wave(x[:, :1]))
        assert np.abs(np.corrcoef(np.column_stack([x[:, 1:], y]).T)[-1, :-1]).max() < 0.02

    @pytest.mark.parametrize(("count", "noise"), [(0, 0.1), (5, -0.1)])
    def test_bad_draws_say_what_is_allowed(self, count, noise):
        for draw in (intro.wave_samples, intro.sensor_samples):
            with pytest.raises(ValueError, match=r"at least 1|negative"):
                draw(count, 0, noise)

    def test_at_least_one_sensor(self):
        with pytest.raises(ValueError, match="inputs"):
            intro.sensor_samples(5, 0, 0.1, inputs=0)

    def test_splits_share_no_sample(self):
        splits = intro.sensor_split(4, 30, 0.5)
        rows = {name: {tuple(row) for row in x.tolist()} for name, (x, _) in splits.items()}
        assert {name: len(r) for name, r in rows.items()} == {"training": 30, "validation": 30, "test": 1000}
        assert len(set.union(*rows.values())) == 1060

    def test_readings_of_a_specimen_are_near_copies(self):
        x, _, specimen = intro.specimen_readings(20, 3, seed=0)
        assert np.array_equal(np.bincount(specimen), np.full(20, 3))
        spread_within = np.mean([x[specimen == s].std(axis=0).mean() for s in range(20)])
        assert spread_within < 0.2 * x.std(axis=0).mean()


class TestErrors:
    def test_rmse_refuses_shapes_that_would_broadcast(self):
        with pytest.raises(ValueError, match=r"\(3,\).*\(3, 1\)"):
            intro.rmse(np.zeros(3), np.zeros((3, 1)))

    def test_split_by_sample_leaks_and_split_by_specimen_does_not(self):
        x, y, specimen = intro.specimen_readings(60, 8, seed=1)
        by_sample = np.random.default_rng(0).random(len(y)) < 0.2
        assert intro.nearest_neighbor_rmse(x, y, by_sample) < 0.5
        assert intro.nearest_neighbor_rmse(x, y, specimen < 12) > 0.9

    def test_both_sets_need_samples(self):
        for is_test in (np.zeros(4, bool), np.ones(4, bool)):
            with pytest.raises(ValueError, match="both"):
                intro.nearest_neighbor_rmse(np.zeros((4, 1)), np.zeros(4), is_test)


class TestDescent:
    def test_closed_form_counts_the_steps_of_a_real_descent(self):
        x, y = intro.wave_samples(20, 1, 0.2)
        x = 0.5 + 1.5 * x
        features = np.stack([x, np.ones_like(x)], axis=1)
        curvature = 2.0 * features.T @ features / len(x)
        best = np.linalg.lstsq(features, y, rcond=None)[0]
        lowest = np.mean((features @ best - y) ** 2)
        weights, losses = np.zeros(2), []
        for _ in range(500):
            losses.append(np.mean((features @ weights - y) ** 2) - lowest)
            weights = weights - 2.0 * features.T @ (features @ weights - y) / len(x) / np.linalg.eigvalsh(curvature)[-1]
        counted = next(step for step, loss in enumerate(losses) if loss <= 1e-3 * losses[0])
        assert intro.line_steps(x, y) == counted > 3

    def test_standardized_inputs_need_one_step(self):
        x, y = intro.wave_samples(20, 0, 0.2)
        assert intro.line_steps((x - x.mean()) / x.std(), y) == 1

    def test_too_low_a_limit_gives_none(self):
        x, y = intro.wave_samples(20, 0, 0.2)
        assert intro.line_steps(290.0 + 10.0 * x, y, limit=1000) is None

    def test_valley_is_the_quadratic_form(self):
        matrix = np.array([[2.0, 0.5], [0.5, 10.0]])
        w = np.array([0.3, -1.2])
        assert float(intro.valley(matrix)(w[0], w[1])) == pytest.approx(0.5 * w @ matrix @ w)
        with pytest.raises(ValueError, match="2, 2"):
            intro.valley(np.eye(3))

    @pytest.mark.parametrize("name", ["sgd", "momentum", "rmsprop", "adam"])
    def test_rules_of_the_notebook_equal_torch(self, defined, name):
        rule = defined[name]
        import torch

        library = {
            "sgd": lambda p: torch.optim.SGD(p, lr=0.02),
            "momentum": lambda p: torch.optim.SGD(p, lr=0.02, momentum=0.9),
            "rmsprop": lambda p: torch.optim.RMSprop(p, lr=0.02),
            "adam": lambda p: torch.optim.Adam(p, lr=0.02),
        }
        w, state = np.array([1.0, -2.0, 0.5]), {}
        tensor = torch.tensor(w, requires_grad=True)
        optimizer = library[name]([tensor])
        for _ in range(20):
            w, state = rule(w, np.sin(3.0 * w), state, 0.02)
            tensor.grad = torch.sin(3.0 * tensor.detach())
            optimizer.step()
        assert np.allclose(w, tensor.detach().numpy(), rtol=0, atol=1e-12)


class TestChoice:
    def test_hinges_span_the_straight_lines_and_their_kinks(self):
        x = np.linspace(-1.0, 1.0, 50)
        target = 2.0 - x + 3.0 * np.maximum(0.0, x - 0.25)
        features = intro.hinge_features(x, np.array([0.25]))
        assert np.allclose(np.linalg.lstsq(features, target, rcond=None)[0], [2.0, -1.0, 3.0])

    def test_more_candidates_never_raise_the_validation_score_of_the_winner(self):
        validation, test = intro.candidate_scores(6, 20, seed=0, noise=0.2)
        chosen = np.array([intro.winners(validation, test, pool)[0] for pool in (1, 5, 20)])
        assert validation.shape == test.shape == (6, 20)
        assert (np.diff(chosen, axis=0) <= 0).all()

    def test_winner_is_taken_from_the_pool_with_its_own_test_score(self):
        validation, test = np.array([[3.0, 2.0, 1.0]]), np.array([[30.0, 20.0, 10.0]])
        assert [part.item() for part in intro.winners(validation, test, 2)] == [2.0, 20.0]
        with pytest.raises(ValueError, match="from 1 to 3"):
            intro.winners(validation, test, 4)

    def test_early_stop_of_the_notebook(self, defined):
        early_stop = defined["early_stop"]
        assert early_stop([3.0, 2.0, 1.0], patience=1) == 2
        assert early_stop([3.0, 1.0, 2.0, 2.0, 0.5], patience=2) == 1
        assert early_stop([3.0, 1.0, 2.0, 2.0, 0.5], patience=4) == 4


class TestTraining:
    def test_history_measures_in_evaluation_mode_and_trains_in_training_mode(self):
        import torch

        torch.manual_seed(0)
        network = torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.Dropout(0.9), torch.nn.Linear(8, 1))
        modes = []
        splits = intro.sensor_split(0, 10, 0.1)
        history = intro.train_network(network, lambda net: modes.append(net.training), splits, epochs=6, check_every=3)
        assert modes == [True] * 6
        assert history.epochs.tolist() == [3, 6]
        # Nothing was trained, so two measurements without dropout must be equal.
        assert history.test[0] == history.test[1]
        assert history.at(-1)["gap"] == pytest.approx(history.validation[1] - history.training[1])

    @pytest.mark.parametrize("check_every", [0, 7])
    def test_nothing_to_measure_is_refused(self, check_every):
        with pytest.raises(ValueError, match="check_every"):
            intro.train_network(None, None, {}, epochs=6, check_every=check_every)

    def test_penalties_of_the_notebook_spare_the_biases(self, defined):
        import torch

        network = torch.nn.Linear(2, 1)
        with torch.no_grad():
            network.weight[:] = torch.tensor([[1.0, -2.0]])
            network.bias[:] = 5.0
        x, y = torch.zeros(1, 2), torch.full((1, 1), 5.0)
        assert defined["penalized_loss"](network, x, y, l1=0.1).item() == pytest.approx(0.3)
        assert defined["penalized_loss"](network, x, y, l2=0.1).item() == pytest.approx(0.5)

    def test_options_of_the_notebook_network(self, defined):
        import torch

        network = defined["dense_network"](hidden_layers=3, dropout=0.5, batch_norm=True)
        kinds = [type(layer) for layer in network]
        assert kinds.count(torch.nn.Linear) == 4
        assert kinds.count(torch.nn.BatchNorm1d) == kinds.count(torch.nn.Dropout) == kinds.count(torch.nn.ReLU) == 3
        assert not any(isinstance(layer, torch.nn.Dropout) for layer in defined["dense_network"]())


class TestFigures:
    def test_panels_share_their_limits(self):
        _, axes = plt.subplots(1, 2)
        x, y = intro.wave_samples(5, 0, 0.1)
        intro.plot_fits(axes, x, y, {"zero": np.zeros_like, "wave": intro.wave})
        assert axes[0].get_ylim() == axes[1].get_ylim()
        assert [ax.get_title() for ax in axes] == ["zero", "wave"]
        plt.close("all")

    def test_paired_differences_show_every_run(self):
        _, ax = plt.subplots()
        assert intro.plot_paired(ax, {"a": np.array([-1.0, 1.0]), "b": np.array([0.5, 0.5])}, "change") is ax
        assert [label.get_text() for label in ax.get_yticklabels()] == ["a", "b"]
        assert sum(len(line.get_xdata()) for line in ax.lines if line.get_marker() == "o") == 4
        plt.close("all")

    def test_kinks_are_marked_on_the_curve(self):
        _, ax = plt.subplots()
        intro.plot_kinks(ax, np.zeros(1), np.zeros(1), np.abs, np.array([0.0, 5.0]))
        marks = next(line for line in ax.lines if line.get_label() == "kinks")
        assert marks.get_xdata().tolist() == [0.0]
        plt.close("all")
