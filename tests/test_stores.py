"""Output to papermill's stores: a store in memory that can fail like a real one."""

import dataclasses
import json
import time

from bootcamp import batch
from bootcamp.batch import comparison, notebook_process, stores
from bootcamp.batch.results import BatchError
from bootcamp.runtime import network
from tests.test_batch import plan_of, run

import pytest

URL = "memory://bucket/run"


@pytest.fixture
def ran(monkeypatch):
    """Notebooks end well at once and leave an executed copy."""
    names = []

    def run_one(planned, job, settings):
        names.append(job.notebook.name)
        copy = settings.output / job.notebook.path
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text("{}")
        return dataclasses.replace(planned, status=batch.OK, executed=job.notebook.path)

    monkeypatch.setattr(notebook_process, "run_one", run_one)
    return names


def stored_run(fake_course, folder, *names, **options):
    store = stores.Store(URL, folder)
    run(plan_of(fake_course, folder, *names, store=store, **options))
    return store


def test_results_and_copies_go_to_the_store(fake_course, tmp_path, memory, ran):
    stored_run(fake_course, tmp_path / "work", "01_One", "02_Two")
    assert {"Lab/01_One.ipynb", "Lab/02_Two.ipynb", "results.json"} <= {p.removeprefix(f"{URL}/") for p in memory.files}
    assert [entry["status"] for entry in stores.read(URL)["notebooks"]] == ["ok", "ok"]
    assert comparison.compare(URL, tmp_path / "work") == []


def test_a_run_is_taken_up_again_from_the_store_alone(fake_course, tmp_path, memory, ran):
    stored_run(fake_course, tmp_path / "first", "01_One")
    stored_run(fake_course, tmp_path / "second", "01_One", "02_Two", resume=True)
    assert ran == ["Lab/01_One", "Lab/02_Two"]
    assert len(stores.read(URL)["notebooks"]) == 2


def test_a_new_run_keeps_the_results_of_the_one_before(fake_course, tmp_path, memory, ran):
    stored_run(fake_course, tmp_path / "first", "01_One")
    stored_run(fake_course, tmp_path / "second", "02_Two")
    (kept,) = (path for path in memory.files if "results-" in path)
    assert json.loads(memory.files[kept])["notebooks"][0]["notebook"] == "Lab/01_One"


def test_what_could_not_be_sent_goes_with_the_next(tmp_path, memory):
    store = stores.Store(URL, tmp_path)
    (tmp_path / "a.ipynb").write_text("A")
    (tmp_path / "b.ipynb").write_text("B")
    memory.broken = ConnectionError("the network\nis away")
    store.send("a.ipynb", "")
    assert store.problem == f"cannot write to {URL}/a.ipynb: the network is away"
    memory.broken = None
    store.send("b.ipynb")
    assert (store.problem, store.waiting) == ("", [])
    assert memory.files == {f"{URL}/a.ipynb": "A", f"{URL}/b.ipynb": "B"}


def test_nothing_runs_where_the_store_cannot_be_written(fake_course, tmp_path, memory, ran):
    memory.broken = PermissionError("no credentials")
    with pytest.raises(BatchError, match=f"^cannot write to {URL}: no credentials$"):
        stored_run(fake_course, tmp_path / "work", "01_One")
    assert ran == []


def test_a_missing_package_and_an_unknown_store_are_named(monkeypatch):
    from papermill import iorw

    monkeypatch.setattr(iorw, "GCSFileSystem", iorw.missing_dependency_generator("gcsfs", "gcs"))
    with pytest.raises(BatchError, match=r"package for gs:// is missing; run `pip install 'ai-for-science-bootcamp\["):
        stores.Store("gs://bucket/x", None).open(False)
    with pytest.raises(BatchError, match="papermill knows no store for ftp://host/x"):
        stores.Store("ftp://host/x", None).open(False)


RESULTS = json.dumps({"notebooks": [dataclasses.asdict(batch.Result("Lab/01_One", batch.OK))]}).encode()


def test_results_on_a_web_server_are_read(web):
    web.files["/run/results.json"] = (200, RESULTS, len(RESULTS))
    assert comparison.compare(f"{web.url}/run/", f"{web.url}/run") == []


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ((404, b"", 0), "holds no results"),
        ((403, RESULTS, len(RESULTS)), "the server answers with status 403"),
        ((500, RESULTS, len(RESULTS)), "the server answers with status 500"),
        ((200, b"<h1>Log in</h1>", 15), "is damaged"),
        ((200, RESULTS, 2 * len(RESULTS)), "cannot read .*the answer broke off"),
        ((200, b"x" * 2000, 2000), "the answer is longer than 1,000 bytes"),
    ],
)
def test_a_web_server_that_answers_otherwise_is_one_sentence(web, monkeypatch, answer, reason):
    monkeypatch.setattr(stores, "MOST_BYTES", 1000)
    web.files["/run/results.json"] = answer
    with pytest.raises(BatchError, match=reason):
        comparison.compare(f"{web.url}/run", f"{web.url}/run")


def test_a_web_server_and_a_store_that_do_not_answer_are_not_waited_for(memory, monkeypatch):
    monkeypatch.setattr(stores, "SECONDS", 0.3)
    monkeypatch.setattr(memory, "read", lambda _: time.sleep(600))
    with network.listen("127.0.0.1") as silent:
        for place in (f"http://127.0.0.1:{network.port_of(silent)}/run", URL):
            begun = time.monotonic()
            with pytest.raises(BatchError, match=r"cannot read .*: no complete answer within 0\.3 s"):
                comparison.compare(place, place)
            assert time.monotonic() - begun < 10


@pytest.mark.parametrize("place", ["file:///etc", "ftp://127.0.0.1/run", "javascript://x", "://", "-://x"])
def test_other_schemes_are_refused(place):
    with pytest.raises(BatchError, match=r"papermill knows no store|is damaged|cannot read"):
        comparison.compare(place, place)


def test_damaged_and_missing_results_in_a_store(memory):
    with pytest.raises(BatchError, match=r"holds no results\.json"):
        comparison.compare(URL, URL)
    memory.files[f"{URL}/results.json"] = "{"
    with pytest.raises(BatchError, match=r"results\.json is damaged"):
        stores.Store(URL, None).open(True)
