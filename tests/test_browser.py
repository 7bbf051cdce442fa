"""A learner's first minutes in a real browser: JupyterLab opens, links lead on, a notebook runs to its end.

Needs the Chromium of the system. Where there is none the tests are skipped, unless BOOTCAMP_REQUIRE_BROWSER is set.
"""

import json
import os
import secrets
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from bootcamp import course
from bootcamp.notebooks import authoring, workspace
from bootcamp.runtime import network

import pytest
from playwright.sync_api import Page, expect, sync_playwright

SCREENSHOTS = Path(__file__).parents[1] / "screenshots"
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
]
PANEL = ".jp-NotebookPanel:not(.lm-mod-hidden)"
RUN_SECONDS = 240


def chromium() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="module")
def browser():
    if chromium() is None:
        if os.environ.get("BOOTCAMP_REQUIRE_BROWSER"):
            pytest.fail("Chromium is required here and was not found")
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)
        yield running
        running.close()


@pytest.fixture(scope="module")
def working_copy(tmp_path_factory):
    folder = tmp_path_factory.mktemp("learner")
    workspace.create(folder, "smoke")
    return folder


@pytest.fixture(scope="module")
def lab(working_copy):
    """Address and token of a JupyterLab on the working copy, started as `make lab` starts it."""
    kept = network.reserve("127.0.0.1")
    token, port = secrets.token_hex(16), network.port_of(kept)
    flags = [f"--port={port}", "--no-browser", "--allow-root", f"--IdentityProvider.token={token}"]
    command = [sys.executable, "-m", "jupyter", "lab", "--ServerApp.ip=127.0.0.1", *flags, course.START.path]
    log = (working_copy / "jupyter.log").open("w")
    server = subprocess.Popen(command, cwd=working_copy, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        wait_until_answering(f"{address}/api/status?token={token}", server)
        yield address, token
    finally:
        server.terminate()
        server.wait(timeout=30)
        log.close()
        kept.close()


def wait_until_answering(address: str, server: subprocess.Popen) -> None:
    for _ in range(240):
        assert server.poll() is None, "JupyterLab ended"
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.5)
    pytest.fail("JupyterLab does not answer")


@pytest.fixture
def page(browser):
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    page = context.new_page()
    page.set_default_timeout(60_000)
    yield page
    context.close()


def open_notebook(page: Page, lab: tuple[str, str], path: str) -> None:
    address, token = lab
    page.goto(f"{address}/lab/tree/{path}?token={token}&reset")
    page.wait_for_selector(f"{PANEL} .jp-RenderedMarkdown h1")


def current_tab(page: Page):
    return page.locator("#jp-main-dock-panel .lm-TabBar-tab.lm-mod-current .lm-TabBar-tabLabel")


def screenshot(page: Page, name: str) -> None:
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png")


def test_without_the_token_nothing_is_shown(lab):
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{lab[0]}/api/contents")
    assert refused.value.code == 403


def test_links_lead_from_start_here_through_the_course(page, lab):
    open_notebook(page, lab, course.START.path)
    screenshot(page, "start_here")
    for notebook in course.notebooks()[1:]:
        page.locator(f"{PANEL} a", has_text=f"Next: {notebook.title}").first.click()
        expect(current_tab(page)).to_have_text(Path(notebook.path).name)
        expect(page.locator(f"{PANEL} .jp-RenderedMarkdown h1").first).to_contain_text(notebook.title)


def test_a_notebook_runs_to_its_end(page, lab, working_copy):
    notebook = course.labs()[0].notebooks[0]
    open_notebook(page, lab, notebook.path)
    page.locator(".lm-MenuBar-itemLabel", has_text="Kernel").click()
    page.locator(".lm-Menu-itemLabel", has_text="Restart Kernel and Run All Cells").click()
    page.locator(".jp-Dialog button", has_text="Restart").click()
    stored = wait_for_the_last_cell(page, working_copy / notebook.path)
    screenshot(page, "notebook_end")
    outputs = [output for cell in authoring.code_cells(stored) for output in cell.outputs]
    assert not [output for output in outputs if output.output_type == "error"]
    assert any("image/png" in output.get("data", {}) for output in outputs)
    assert page.locator(f"{PANEL} .jp-OutputArea-output img").count() > 0


def wait_for_the_last_cell(page: Page, path: Path):
    deadline = time.monotonic() + RUN_SECONDS
    while time.monotonic() < deadline:
        page.keyboard.press("Control+s")
        time.sleep(2.0)
        try:
            cells = authoring.code_cells(authoring.read(path))
        except (json.JSONDecodeError, ValueError):  # just being written
            continue
        failed = [o for cell in cells for o in cell.outputs if o.output_type == "error"]
        if failed or all(cell.execution_count for cell in cells):
            return authoring.read(path)
    screenshot(page, "notebook_stuck")
    pytest.fail(f"{path.name} was not finished after {RUN_SECONDS} s")
