"""Submissions in an MLflow tracking store: a learner's own SQLite file, or the store of a class.

A competition is an experiment, a submission is a run with scores, predictions and tags. A run counts once it is
FINISHED, which is set last, so what was interrupted is never seen. Whoever writes holds a lock: two writers at once
could record the same predictions twice.
"""

import contextlib
import functools
import hashlib
import json
import logging
import os
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bootcamp.leaderboard import names
from bootcamp.leaderboard.submissions import Submission, SubmissionError

if TYPE_CHECKING:
    from mlflow.tracking import MlflowClient

RECORDED, ALREADY = "recorded", "the same predictions are on the leaderboard already"
TAGS = ("learner", "model", "submitted", "digest")
NAMES = "bootcamp-learners"
"""Experiment whose tags say who owns a name."""
NAME_TAG = "name-"
RECORD = "record.json"
"""Kept with the predictions: from it a store that got lost is made again."""


def sqlite_address(file: Path) -> str:
    """Address of an SQLite file as SQLAlchemy and MLflow read it, whatever characters its path has.

    Raises:
        SubmissionError: the installed SQLAlchemy has no way to write such a path.
    """
    if not set("%?#") & set(str(file)):
        return f"sqlite:///{file}"
    import sqlalchemy

    # With the name of the driver MLflow does not make the folder of the address, which is not that of the file.
    found = sqlalchemy.URL.create("sqlite+pysqlite", database=str(file)).render_as_string()
    if sqlalchemy.make_url(found).database != str(file):
        raise SubmissionError(f"no database can lie in {file.parent}: choose a folder without '%', '?' and '#'")
    return found


class Store:
    """Submissions, and the owners of names, in the MLflow tracking store at `uri`; predictions lie in `artifacts`."""

    def __init__(self, uri: str, artifacts: Path):
        self.uri, self.artifacts = uri, artifacts
        self._experiments: dict[str, str] = {}

    def open(self) -> None:
        """Make the store if there is none."""
        self._experiment()

    def submissions(self, competition: str, condition: str = "") -> list[Submission]:
        """What was recorded for a competition, in no order; `condition` as in `MlflowClient.search_runs`."""
        return [
            Submission(
                competition=competition,
                scores=dict(run.data.metrics),
                status=RECORDED,
                **{name: run.data.tags[name] for name in TAGS},
            )
            for run in self._runs(competition, condition)
            if set(TAGS) <= set(run.data.tags)  # somebody may try MLflow's own interface on the same store
        ]

    def recorded(self, submission: Submission) -> Submission | None:
        """The record of the same predictions by the same learner, or None."""
        found = self.submissions(submission.competition, f"tags.digest = '{submission.digest}'")
        return next((other for other in found if other.learner == submission.learner), None)

    def record(self, submission: Submission, predictions: Path | None) -> str:
        """Record a submission unless the same learner sent the same predictions before; returns the status.

        Args:
            submission: with its scores.
            predictions: the file that is kept with it; None: it got lost.
        """
        from mlflow.entities import Metric

        if self.recorded(submission):
            return ALREADY
        client = _client(self.uri)
        tags = {name: getattr(submission, name) for name in TAGS}
        run = client.create_run(self._experiment(submission.competition), tags=tags, run_name=submission.model).info
        try:
            metrics = [Metric(name, value, run.start_time, 0) for name, value in submission.scores.items()]
            client.log_batch(run.run_id, metrics)
            client.log_text(run.run_id, json.dumps(vars(submission), ensure_ascii=False), RECORD)
            if predictions:
                client.log_artifact(run.run_id, str(predictions))
            client.set_terminated(run.run_id)
        except BaseException:
            with contextlib.suppress(Exception):  # the disk may be full
                client.set_terminated(run.run_id, "FAILED")
            raise
        return RECORDED

    def close_unfinished(self, competition: str) -> int:
        """Mark what an earlier process left unfinished as killed; returns how many runs that were."""
        left = self._runs(competition, status="RUNNING")
        for run in left:
            _client(self.uri).set_terminated(run.info.run_id, "KILLED")
        return len(left)

    def owner(self, learner: str) -> tuple[str, str] | None:
        """Who owns a name, or one that looks like it: that name as first written, and the hash of the owner's key.

        None: it is free.
        """
        taken = self._names()
        return next((taken[tag] for tag in _name_tags(learner) if tag in taken), None)

    def own(self, learner: str, key_hash: str) -> None:
        """Give a name, and with it all that look like it, to the owner of a key."""
        for tag in _name_tags(learner):
            _client(self.uri).set_experiment_tag(
                self._experiment(), tag, json.dumps([learner, key_hash], ensure_ascii=False)
            )

    def free(self, learner: str) -> bool:
        """Free a name, so that the next one who submits under it owns it; returns whether it had an owner."""
        owner = self.owner(learner)
        if owner is None:
            return False
        for tag, found in self._names().items():
            if found == owner:
                _client(self.uri).delete_experiment_tag(self._experiment(), tag)
        return True

    def _names(self) -> dict[str, tuple[str, str]]:
        """Tag of a name -> its owner."""
        tags = _client(self.uri).get_experiment(self._experiment()).tags
        return {tag: tuple(json.loads(value)) for tag, value in tags.items() if tag.startswith(NAME_TAG)}

    def _experiment(self, competition: str = "") -> str:
        """Identifier of a competition's experiment, made if need be; without a name that of the learners."""
        name = f"bootcamp-{competition}" if competition else NAMES
        if name not in self._experiments:
            self._experiments[name] = self._find_or_make(name)
        return self._experiments[name]

    def _find_or_make(self, name: str) -> str:
        from mlflow.exceptions import MlflowException

        client = _client(self.uri)
        found = client.get_experiment_by_name(name)
        if found is not None:
            return found.experiment_id
        try:
            return client.create_experiment(name, (self.artifacts / name).absolute().as_uri())
        except MlflowException:  # somebody else made it meanwhile
            found = client.get_experiment_by_name(name)
            if found is None:
                raise
            return found.experiment_id

    def _runs(self, competition: str, condition: str = "", status: str = "FINISHED") -> list[Any]:
        """Runs of a competition, all pages."""
        experiment, runs, token = self._experiment(competition), [], None
        condition = " and ".join(filter(None, [f"attributes.status = '{status}'", condition]))
        while True:
            page = _client(self.uri).search_runs([experiment], condition, max_results=1000, page_token=token)
            runs.extend(page)
            token = page.token
            if not token:
                return runs


@functools.cache
def _client(uri: str) -> "MlflowClient":
    logging.getLogger("mlflow").setLevel(logging.WARNING)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")  # it would ask a server of its maker
    from mlflow.tracking import MlflowClient

    logging.getLogger("mlflow").setLevel(logging.WARNING)  # importing MLflow sets it to INFO
    return MlflowClient(tracking_uri=uri)


def _name_tags(learner: str) -> list[str]:
    """Tags under which the owner of a name is kept: one for the name itself, one for each way it looks.

    Capitals and compatible characters do not make another learner, and neither do letters that look alike.
    """
    plain = unicodedata.normalize("NFKC", learner).casefold()
    return [f"{NAME_TAG}{_short_hash(text)}" for text in (plain, *sorted(names.looks(learner)))]


def _short_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:40]
