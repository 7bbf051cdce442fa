"""The page of the class in sight in a real browser: it fills by itself, hides names, and needs no mouse.

Needs the Chromium of the system. Where there is none the tests are skipped, unless BOOTCAMP_REQUIRE_BROWSER is set.
"""

import http.client
import http.server
import threading
import time
from pathlib import Path

from bootcamp.classroom import class_reports
from tests import test_browser
from tests.classroom import sight_class
from tests.classroom.sight_class import FIRST, INSTRUCTOR, SECOND, Pupil, event
from tests.test_browser import screenshot

import pytest
from playwright.sync_api import expect

browser = test_browser.browser
folder, home, quick_server = sight_class.folder, sight_class.home, sight_class.quick_server
fresh_reporter, sight, teacher = sight_class.fresh_reporter, sight_class.sight, sight_class.teacher
MOST_BYTES, FIRST_PAINT_MS = 200_000, 1000.0
MARKUP = "<img src=x onerror=alert(1)>"


@pytest.fixture
def page(browser):
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.faults = []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.listens = lambda dialog: page.faults.append(dialog.message)
    page.on("dialog", page.listens)
    yield page
    faults = page.faults
    context.close()
    assert faults == []


def enter(page, address, path="own/"):
    """Log in with the keyboard, and open a page of the instructor."""
    page.goto(f"{address}/sight/login")
    expect(page.locator("#password")).to_be_focused(timeout=20_000)
    page.keyboard.type(INSTRUCTOR)
    page.keyboard.press("Enter")
    page.wait_for_selector("#classes tr")
    page.goto(f"{address}/sight/{path}")


def cell(page, learner, exercise):
    return page.locator(f'#matrix td[aria-label^="{learner}, {exercise}"]')


def test_a_wrong_password_is_one_sentence(page, sight):
    page.goto(f"{sight.url}/sight/own/")
    page.wait_for_url("**/sight/login?next=*")  # and until its scripts are loaded
    page.fill("#password", "guess")
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_have_text("that is not the instructor's password.")
    page.fill("#password", INSTRUCTOR)
    page.keyboard.press("Enter")
    page.wait_for_url("**/sight/own/*")


def test_the_matrix_fills_while_one_looks(page, sight):
    ada = Pupil(sight, "Ada")
    ada.send(event())
    enter(page, sight.url)
    expect(page.locator("#status")).to_have_text("live")
    first = cell(page, "Ada", "Exercise 1")
    expect(first).to_have_text("1")
    begin = time.monotonic()
    ada.send(event(passed=True))
    expect(first).to_have_text("✓")
    assert time.monotonic() - begin < 2.0
    Pupil(sight, "Ben").hand("the loss is nan")
    expect(page.locator("#hands li")).to_contain_text("Ben the loss is nan")
    page.locator("#hands button").click()
    expect(page.locator("#hands li")).to_have_count(0)
    screenshot(page, "sight_learners")


def test_it_is_small_and_painted_soon(page, sight):
    for i in range(30):
        Pupil(sight, f"learner {i}").send(event(), event(SECOND, passed=True))
    sizes = []
    page.on("response", lambda answer: sizes.append(len(answer.body())) if "stream" not in answer.url else None)
    enter(page, sight.url)
    page.wait_for_selector("#matrix tbody td.solved")
    entries = page.evaluate("performance.getEntriesByType('paint').map((entry) => entry.startTime)")
    assert max(entries) < FIRST_PAINT_MS
    assert sum(sizes) < MOST_BYTES


def test_a_name_with_markup_is_text(page, sight):
    eve = Pupil(sight, MARKUP)
    eve.send(event())
    eve.hand(MARKUP)
    enter(page, sight.url)
    expect(page.locator("#matrix tbody th")).to_have_text(MARKUP)
    expect(page.locator("#hands b")).to_have_text(MARKUP)
    assert page.locator("img").count() == 0
    page.goto(f"{sight.url}/sight/own/report")
    assert page.locator("img").count() == 0


def test_the_projector_shows_no_name(page, sight):
    ada = Pupil(sight, "Ada Lovelace")
    ada.send(event(passed=True))
    ada.hand("my own line")
    enter(page, sight.url)
    expect(page.locator("#matrix tbody th")).to_have_text("Ada Lovelace")
    page.keyboard.press("3")
    expect(page.locator("#matrix td.solved")).to_have_count(1)
    screenshot(page, "sight_projector")
    assert "Lovelace" not in page.content()
    assert "my own line" not in page.content()
    expect(page.locator("#numbers")).to_contain_text("1 hand up")
    page.reload()  # also where the projector is opened by its address
    expect(page.locator("#matrix td.solved")).to_have_count(1)
    assert "Lovelace" not in page.content()


def test_everything_is_reached_by_keys(page, sight):
    ada = Pupil(sight, "Ada")
    ada.send(event(), event(SECOND))
    Pupil(sight, "Ben").send(event(hint=7))
    enter(page, sight.url)
    page.wait_for_selector("#matrix tbody td.tried")
    while page.evaluate("document.activeElement.tagName") != "TD":
        page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#detail")).to_contain_text("Ada, Exercise 2")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#detail")).to_contain_text("Ben, Exercise 2")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    focused = page.locator(":focus")
    expect(focused).to_contain_text("Exercise 1")
    expect(focused).to_contain_text("a hint that this version of the course does not have (1 learner, 1 time)")
    before = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.keyboard.press("d")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != before
    screenshot(page, "sight_exercises_dark")


def test_a_phone_shows_hands_and_a_list_and_nothing_sticks_out(browser, sight):
    Pupil(sight, "Ada").send(event(passed=True))
    Pupil(sight, "Ben").hand("the loss is nan, and I do not see why it is, after the second cell")
    context = browser.new_context(viewport={"width": 390, "height": 844}, color_scheme="dark")
    phone = context.new_page()
    enter(phone, sight.url)
    expect(phone.locator("#cards li").first).to_contain_text("Ada1 solved")
    expect(phone.locator("#matrix")).to_be_hidden()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    screenshot(phone, "sight_phone")
    context.close()


def contrast(first, second):
    """Contrast of two colours as WCAG 2 defines it."""

    def luminance(colour):
        parts = [int(part) / 255 for part in colour.removeprefix("rgb(").rstrip(")").split(",")]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_cells_can_be_read_in_both_themes_and_differ_by_more_than_colour(browser, sight, theme):
    Pupil(sight, "Ada").send(event(passed=True), event(SECOND))
    Pupil(sight, "Ben").send(*[event() for _ in range(5)])
    context = browser.new_context(color_scheme=theme)
    page = context.new_page()
    enter(page, sight.url)
    page.wait_for_selector("#matrix td.stuck")
    texts = set()
    for kind in ("solved", "tried", "stuck"):
        found = page.locator(f"#matrix td.{kind}").first
        style = found.evaluate("(e) => [getComputedStyle(e).color, getComputedStyle(e).backgroundColor]")
        assert contrast(*style) >= 4.5, (theme, kind)
        texts.add(found.inner_text())
    assert texts == {"✓", "1", "5!"}
    context.close()


def test_a_class_that_does_not_exist_is_one_sentence(page, sight):
    enter(page, sight.url, "nowhere/")
    expect(page.locator("#status")).to_have_text("there is no such class, or it was deleted")


def test_tables_are_saved_and_the_report_is_shown(page, sight, tmp_path):
    Pupil(sight, "Ada").send(event(), event(SECOND, passed=True))
    enter(page, sight.url)
    with page.expect_download() as saved:
        page.get_by_role("link", name="CSV").click()
    assert saved.value.suggested_filename == "class.csv"
    assert "Ada,intro.mean_squared_error" in Path(saved.value.path()).read_text()
    page.get_by_role("link", name="Report").click()
    expect(page.locator("h2").first).to_have_text("Exercises below 60 %")
    expect(page.locator("td.low")).to_have_text(["0 % (0 of 1)", "0 % (0 of 1)"])
    with page.expect_download() as saved:
        page.get_by_role("link", name="Report (JSON)").click()
    assert class_reports.read(Path(saved.value.path()))["title"] == "Class"


def test_a_learner_is_deleted_from_the_page(page, sight):
    Pupil(sight, "Ada").send(event())
    enter(page, sight.url)
    page.remove_listener("dialog", page.listens)
    page.on("dialog", lambda dialog: dialog.accept())
    cell(page, "Ada", "Exercise 1").click()
    page.get_by_role("button", name="Delete what there is of Ada").click()
    expect(page.locator("#detail")).to_have_text("Ada is deleted.")
    expect(page.locator("#matrix tbody tr")).to_have_count(0)


class Buffering(http.server.BaseHTTPRequestHandler):
    """A proxy that keeps every answer until it is complete, so that an event stream never arrives."""

    def _pass_on(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length) if length else None
        connection = http.client.HTTPConnection("127.0.0.1", self.server.behind, timeout=30)
        connection.request(self.command, self.path, body, dict(self.headers))
        answer = connection.getresponse()
        if answer.headers["Content-Type"].startswith("text/event-stream"):
            self.server.kept.append(self.path)
            self.server.ended.wait(60)
            connection.close()
            return
        content = answer.read()
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            if name.lower() not in ("transfer-encoding", "connection", "content-length"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = _pass_on  # noqa: N815 - names of http.server

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def proxy(sight):
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Buffering) as server:
        server.daemon_threads = True
        server.behind, server.kept, server.ended = sight.port, [], threading.Event()
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server
        server.ended.set()
        server.shutdown()
        thread.join()


def test_behind_a_proxy_that_keeps_streams_back_the_page_asks_by_itself(page, sight, proxy):
    ada = Pupil(sight, "Ada")
    ada.send(event())
    enter(page, f"http://127.0.0.1:{proxy.server_port}")
    expect(page.locator("#status")).to_have_text("asking every second or two", timeout=20_000)
    assert proxy.kept
    begin = time.monotonic()
    ada.send(event(passed=True))
    expect(cell(page, "Ada", "Exercise 1")).to_have_text("✓")
    assert time.monotonic() - begin < 5.0


def test_a_server_that_was_away_is_found_again(page, sight):
    ada = Pupil(sight, "Ada")
    ada.send(event())
    enter(page, sight.url)
    expect(page.locator("#status")).to_have_text("live")
    sight.end()
    expect(page.locator("#status")).to_have_text("the server does not answer", timeout=20_000)
    expect(cell(page, "Ada", "Exercise 1")).to_have_text("1")  # what it said last stays
    sight.start()
    ada.send(event(passed=True))
    expect(cell(page, "Ada", "Exercise 1")).to_have_text("✓", timeout=20_000)


def test_a_class_is_opened_compared_and_deleted(page, sight):
    Pupil(sight, "Ada").send(event(passed=True))
    enter(page, sight.url, "")
    page.fill("#title", "Tuesday")
    page.keyboard.press("Enter")
    expect(page.locator("#word")).to_be_visible()
    word = page.locator("#word-text").inner_text()
    Pupil(sight, "Ben", word=word).send(event(FIRST))
    expect(page.locator("#classes tr")).to_have_count(2)
    page.click("#compare button")
    expect(page.locator("h1")).to_have_text("Class and Tuesday")
    expect(page.locator("tbody tr").first).to_contain_text("100 % (1 of 1)")
    page.go_back()
    page.click("[aria-label='Delete Tuesday']")
    page.fill("#deletion-typed", "Tuesday")
    page.click("#deletion button[value=delete]")
    expect(page.locator("#said")).to_contain_text("Tuesday is deleted: 1 learners, 1 checks and 0 hands")
    expect(page.locator("#said")).to_contain_text("Files left: 0.")
    expect(page.locator("#classes tr")).to_have_count(1)
