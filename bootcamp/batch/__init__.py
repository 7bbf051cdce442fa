"""Batch runs on papermill: plan, schedule, processes, results, stores, tracking, comparison, report."""

from bootcamp.batch.results import FAILED, OK, RESULTS, BatchError, Result
from bootcamp.batch.runner import Plan, default_output, run, runs_folder

__all__ = ["FAILED", "OK", "RESULTS", "BatchError", "Plan", "Result", "default_output", "run", "runs_folder"]
