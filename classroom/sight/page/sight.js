"use strict";
const SOLVED = 2, STUCK = 5, QUIET_MS = 5000, POLL_MS = 1500, AGAIN_MS = 1000, POLLS = 40, HARD = 0.6;
const VIEWS = ["learners", "exercises", "projector"];
const place = location.pathname.replace(/[^/]*$/, "");
const $ = (id) => document.getElementById(id);
const state = {course: null, found: null, view: "learners", late: 0, source: null, quiet: 0, focus: [0, 0], table: null, timetable: null};

// ------------------------------------------------------------------------------------------------- small tools

function make(name, text = "", attributes = {}) {
  const element = document.createElement(name);
  element.textContent = text;
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}
function put(element, text) { if (element.textContent !== String(text)) element.textContent = text; }
function percent(share) { return `${Math.round(100 * share)} %`; }
function minutes(since) { return Math.max(0, Math.floor((Date.now() / 1000 - state.late - since) / 60)); }
function count(number, one, many) { return `${number} ${number === 1 ? one : many}`; }
function projector() { return state.view === "projector"; }

function here(path, content) { return ask(place + path, content); }

// -------------------------------------------------------------------------------------------------- connection
// A proxy may keep an event stream back. Where nothing comes for some seconds, the page asks by itself.

function connect() {
  state.source?.abort();
  const source = state.source = new AbortController();
  waitFor(() => poll(POLLS));
  listen(source).catch((error) => status(error.message, true));
}
async function listen(source) {
  const alive = (text) => { status(text, false); waitFor(() => poll(POLLS)); };
  let gone = false, reason = "the server does not answer";
  const taken = (kind, data) => {
    gone = kind === "gone";
    if (gone || source.signal.aborted) return;
    alive("live");
    if (kind === "message") take(JSON.parse(data));
  };
  try {
    await stream(`${place}stream?named=${!projector()}`, source.signal, taken);
  } catch (error) { if (error instanceof Refused) reason = error.message; }
  if (source.signal.aborted) return;
  clearTimeout(state.quiet);
  status(gone ? "the class was deleted" : reason, true);
  if (!gone) setTimeout(() => { if (state.source === source) connect(); }, AGAIN_MS);
}
function waitFor(action) { clearTimeout(state.quiet); state.quiet = setTimeout(action, QUIET_MS); }
async function poll(left) {
  state.source?.abort();
  if (left === 0) return connect();
  const named = !projector();
  try {
    const found = await here(`snapshot?named=${named}`);
    if (named === !projector()) take(found);
    status("asking every second or two", false);
  } catch (error) { status(error.message, true); }
  state.quiet = setTimeout(() => poll(left - 1), POLL_MS);
}
function status(text, away) { put($("status"), text); $("status").classList.toggle("away", away); }

function take(found) {
  state.found = found;
  state.late = Date.now() / 1000 - found.now;
  document.documentElement.dataset.shown = found.now;
  show();
}

// ------------------------------------------------------------------------------------------------------- parts

function show() {
  const {found, course} = state;
  if (!found || !course) return;
  document.title = `${found.hands_up ? `(${found.hands_up}) ` : ""}${found.class.title}`;
  put($("title"), found.class.title + (found.class.closed ? " (closed)" : ""));
  put($("problem"), found.problem && `Nothing is recorded: ${found.problem}. Learners' checks wait on their side.`);
  $("problem").hidden = !found.problem;
  showNumbers(); showPace(); showMatrix();
  if (!projector()) { showHands(); showIdle(); showCards(); }
  if (state.view !== "learners") showExercises();
}
function idleLearners() {
  const limit = Number($("idle").value);
  return state.found.learners.filter((learner) => minutes(learner.moved) >= limit);
}
function showNumbers() {
  const {found} = state;
  const solved = Object.values(found.exercises).reduce((sum, entry) => sum + entry.solved, 0);
  const numbers = [[found.learners.length, "learner", "learners"], [found.hands_up, "hand up", "hands up"],
    [solved, "exercise solved", "exercises solved"]];
  if (!projector()) numbers.splice(2, 0, [idleLearners().length, "without a check", "without a check"]);
  $("numbers").replaceChildren(...numbers.map(([number, one, many]) => {
    const item = make("li"); item.append(make("b", number), ` ${number === 1 ? one : many}`); return item;
  }));
}
function showHands() {
  const hands = state.found.hands, focused = document.activeElement?.dataset?.hand;
  put($("hands-title"), hands.length ? `Hands (${hands.length})` : "Hands");
  $("hands").replaceChildren(...hands.map((hand) => {
    const item = make("li"), done = make("button", "Done", {"data-hand": hand.learner, "aria-label": `Lower the hand of ${hand.name}`});
    done.addEventListener("click", () => here(`lower/${hand.learner}`, {}));
    item.append(make("b", hand.name), ` ${hand.line} `, make("span", `${minutes(hand.raised)} min `, {class: "quiet"}), done);
    return item;
  }));
  if (!hands.length) $("hands").replaceChildren(make("p", "No hand is up.", {class: "quiet"}));
  if (focused) document.querySelector(`[data-hand="${focused}"]`)?.focus();
}
function showIdle() {
  const idle = idleLearners().sort((a, b) => a.moved - b.moved);
  const texts = idle.map((learner) => `${learner.name} (${minutes(learner.moved)} min${atNotebook(learner)})`);
  put($("idle-list"), texts.join(", ") || "Everybody has checked something since.");
}
function atNotebook(learner) {
  return learner.place === null ? "" : `, ${state.course.notebooks[learner.place].title}`;
}
function showPace() {
  const {pace, timetable} = state.found, {notebooks} = state.course;
  const at = Object.keys(pace.notebooks).map(Number);
  if (pace.due !== undefined && !at.includes(pace.due)) at.push(pace.due);
  const most = Math.max(1, ...Object.values(pace.notebooks));
  $("pace").replaceChildren(...at.sort((a, b) => a - b).flatMap((number) => {
    const bar = make("div", "", {class: "bar"}), filled = make("span"), learners = pace.notebooks[number] || 0;
    filled.style.width = `${100 * learners / most}%`; bar.append(filled);
    return [make("span", notebooks[number].title, {class: number === pace.due ? "due" : ""}), bar, make("span", learners)];
  }));
  put($("pace-sentence"), paceSentence(pace, timetable));
  if (state.timetable !== timetable.name) { state.timetable = timetable.name; $("timetable").value = timetable.name; }
}
function paceSentence(pace, timetable) {
  if (!timetable.name) return "No timetable is chosen.";
  const block = pace.block;
  if (!block) return `${timetable.name}: outside of its hours.`;
  const sides = pace.due === undefined ? "" : ` ${pace.with} learners are with it, ${pace.ahead} ahead, ${pace.behind} behind.`;
  return `${timetable.name}: ${block.title}, minute ${block.minute} of ${block.minutes}.${sides}`;
}

// ------------------------------------------------------------------------------------------------------ matrix

function columns() {
  const {course, found} = state, touched = new Set(Object.keys(found.exercises).map((n) => course.exercises[n].notebook));
  const all = $("all").checked && !projector();
  const shown = course.exercises.map((entry, number) => ({...entry, number}));
  return shown.filter((entry) => all || touched.has(entry.notebook));
}
function showMatrix() {
  const shown = columns(), rows = state.found.learners;
  const key = JSON.stringify([shown.map((c) => c.number), rows.map((r) => [r.id, r.name])]);
  if (state.table?.key !== key) buildMatrix(key, shown, rows);
  rows.forEach((learner, i) => {
    const head = state.table.heads[i], hand = state.found.hands.some((h) => h.learner === learner.id);
    head.classList.toggle("idle", !projector() && minutes(learner.moved) >= Number($("idle").value));
    head.firstChild.classList.toggle("hand", hand);
    shown.forEach((column, j) => fill(state.table.cells[i][j], learner, column));
  });
}
function fill(cell, learner, column) {
  const [kind = 0, tries, spent] = learner.cells[column.number] || [];
  const stuck = kind && kind !== SOLVED && tries >= STUCK;
  const text = !kind ? "" : kind === SOLVED ? "✓" : projector() ? "·" : `${tries}${stuck ? "!" : ""}`;
  const name = !kind ? "" : kind === SOLVED ? "solved" : stuck ? "stuck" : "tried";
  put(cell, text);
  if (cell.dataset.kind !== name) { cell.classList.remove("solved", "stuck", "tried"); if (name) cell.classList.add(name); cell.dataset.kind = name; }
  const said = !kind ? "not tried" : tries === undefined ? name
    : `${kind === SOLVED ? "solved" : "not yet"}, ${count(tries, "try", "tries")}, ${spent} min`;
  const label = `${learner.name || "a learner"}, ${column.heading}: ${said}`;
  if (cell.getAttribute("aria-label") !== label) cell.setAttribute("aria-label", label);
}
function buildMatrix(key, shown, rows) {
  const inside = $("matrix").contains(document.activeElement);
  const table = state.table = {key, cells: [], heads: [], shown};
  const groups = make("tr"), heads = make("tr");
  groups.append(make("th", projector() ? "" : "Learner", {class: "corner", scope: "col", rowspan: 2}));
  shown.forEach((column, j) => {
    const first = j === 0 || shown[j - 1].notebook !== column.notebook, same = shown.filter((c) => c.notebook === column.notebook);
    const title = state.course.notebooks[column.notebook].title;
    if (first) groups.append(make("th", title, {class: "group", colspan: same.length, title, scope: "colgroup"}));
    const head = make("th", "", {class: first ? "first" : "", scope: "col", title: column.heading});
    const button = make("button", same.indexOf(column) + 1, {"aria-label": column.heading});
    button.addEventListener("click", () => goTo(column.number));
    head.append(button); heads.append(head);
  });
  const body = rows.map((learner, i) => {
    const row = make("tr"), head = make("th", "", {scope: "row", title: learner.name || ""});
    head.append(make("span", learner.name || "")); row.append(head); table.heads.push(head);
    table.cells.push(shown.map((column, j) => {
      const cell = make("td", "", {tabindex: -1}), first = j === 0 || shown[j - 1].notebook !== column.notebook;
      if (first) cell.classList.add("first");
      cell.addEventListener("focus", () => { state.focus = [i, j]; detail(); });
      cell.addEventListener("click", () => cell.focus());
      row.append(cell);
      return cell;
    }));
    return row;
  });
  $("matrix").tHead.replaceChildren(groups, heads);
  $("matrix").tBodies[0].replaceChildren(...body);
  roving(inside);
}
function roving(focus) {
  const {cells} = state.table;
  if (!cells.length || !cells[0].length) return;
  const i = Math.min(Math.max(state.focus[0], 0), cells.length - 1), j = Math.min(Math.max(state.focus[1], 0), cells[0].length - 1);
  for (const cell of document.querySelectorAll('#matrix td[tabindex="0"]')) cell.tabIndex = -1;
  cells[i][j].tabIndex = 0;
  state.focus = [i, j];
  if (focus) cells[i][j].focus();
}
function detail() {
  const [i, j] = state.focus, cell = state.table.cells[i]?.[j];
  if (!cell || projector()) return;
  put($("detail"), `${cell.getAttribute("aria-label")}.`);
  state.chosen = state.found.learners[i];
  $("remove").hidden = false;
  put($("remove"), `Delete what there is of ${state.chosen.name}`);
}
async function remove() {
  const {id, name} = state.chosen;
  if (!confirm(`Delete all checks and the hand of ${name}? The name is free then.`)) return;
  try {
    await here(`remove/${id}`, {});
    $("remove").hidden = true;
    put($("detail"), `${name} is deleted.`);
  } catch (error) { put($("detail"), `${error.message}.`); }
}
function showCards() {
  const items = state.found.learners.map((learner) => {
    const solved = Object.values(learner.cells).filter((cell) => cell[0] === SOLVED).length;
    const item = make("li"), text = `${solved} solved, last check ${minutes(learner.moved)} min ago${atNotebook(learner)}`;
    item.append(make("b", learner.name), make("br"), make("span", text, {class: "quiet"}));
    return item;
  });
  $("cards").replaceChildren(...items);
}

// --------------------------------------------------------------------------------------------------- exercises

function showExercises() {
  const entries = Object.entries(state.found.exercises).map(([number, entry]) => ({...entry, number: Number(number)}));
  const hard = $("order").value === "hard" && !projector();
  if (hard) entries.sort((a, b) => a.solved / a.tried - b.solved / b.tried || b.tried - a.tried);
  const focused = document.activeElement?.id;
  $("exercise-list").replaceChildren(...entries.map(exercise));
  if (!entries.length) $("exercise-list").replaceChildren(make("p", "No exercise was checked yet.", {class: "quiet"}));
  if (focused?.startsWith("exercise-")) $(focused)?.focus();
}
function exercise(entry) {
  const about = state.course.exercises[entry.number], share = entry.solved / entry.tried;
  const box = make("article", "", {class: "exercise", id: `exercise-${entry.number}`, tabindex: -1});
  const bar = make("div", "", {class: "bar", role: "img", "aria-label": `${percent(share)} solved`}), filled = make("span");
  filled.style.width = `${100 * share}%`; bar.append(filled);
  const median = entry.solved ? `; median ${count(entry.tries, "try", "tries")}, ${entry.minutes} min` : "";
  const text = `${percent(share)} solved: ${entry.solved} of ${entry.tried} who tried${median}`;
  box.append(make("h3", about.heading), make("span", state.course.notebooks[about.notebook].title, {class: "quiet"}), bar, make("p", text));
  if (entry.hints?.length) box.append(hintList(entry.hints));
  return box;
}
function hintList(hints) {
  const list = make("ol", "", {"aria-label": "hints seen most"});
  list.append(...hints.map((hint) => {
    const item = make("li", hint.text);
    item.append(make("span", ` (${count(hint.learners, "learner", "learners")}, ${count(hint.times, "time", "times")})`, {class: "quiet"}));
    return item;
  }));
  return list;
}
function goTo(number) {
  choose("exercises");
  $("order").value = "course";
  showExercises();
  const box = $(`exercise-${number}`);
  box?.scrollIntoView(); box?.focus();
}

// ------------------------------------------------------------------------------------------------ what one does

function choose(view) {
  const names = projector() !== (view === "projector");
  state.view = view;
  history.replaceState(null, "", `#view-${view}`);  // no element has this id, so the page stays where it is
  document.body.classList.toggle("projector", projector());
  for (const button of document.querySelectorAll("[data-view]")) button.setAttribute("aria-pressed", button.dataset.view === view);
  $("learners").hidden = view === "exercises";
  $("exercises").hidden = view === "learners";
  if (names) {  // nothing with a name is left on the page, not even for the moment until the next snapshot
    state.found = state.table = null;
    for (const id of ["hands", "cards", "exercise-list", "numbers"]) $(id).replaceChildren();
    $("matrix").tHead.replaceChildren(); $("matrix").tBodies[0].replaceChildren();
    put($("idle-list"), ""); put($("detail"), ""); put($("remove"), "");
    $("remove").hidden = true;
  }
  if (names || !state.source) connect(); else show();
}
function theme() {
  const dark = matchMedia("(prefers-color-scheme: dark)").matches, root = document.documentElement;
  root.dataset.theme = (root.dataset.theme || (dark ? "dark" : "light")) === "dark" ? "light" : "dark";
  localStorage.setItem("theme", root.dataset.theme);
}
function key(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || /INPUT|SELECT/.test(event.target.tagName)) return;
  const steps = {ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1]};
  if (steps[event.key] && event.target.tagName === "TD") {
    event.preventDefault();
    state.focus = state.focus.map((at, axis) => at + steps[event.key][axis]);
    roving(true);
  } else if (event.key === "Enter" && event.target.tagName === "TD") goTo(state.table.shown[state.focus[1]].number);
  else if (VIEWS[Number(event.key) - 1]) choose(VIEWS[Number(event.key) - 1]);
  else if (event.key === "d") theme();
  else if (event.key === "h") document.querySelector("[data-hand]")?.focus();
}
async function setTimetable() {
  const [hours, mins] = ($("began").value || "9:00").split(":").map(Number), began = new Date();
  began.setHours(hours, mins, 0, 0);
  try { await here("settings", {timetable: $("timetable").value, started: began.getTime() / 1000}); }
  catch (error) { put($("pace-sentence"), `${error.message}.`); }
}
async function start() {
  const now = new Date();
  $("began").value = `${String(now.getHours()).padStart(2, "0")}:00`;
  state.course = await here("course");
  const options = ["", ...state.course.timetables].map((name) => make("option", name || "no timetable", {value: name}));
  $("timetable").replaceChildren(...options);
  $("set-timetable").addEventListener("click", setTimetable);
  $("theme").addEventListener("click", theme);
  $("remove").addEventListener("click", remove);
  for (const id of ["idle", "all", "order"]) $(id).addEventListener("change", show);
  for (const button of document.querySelectorAll("[data-view]")) button.addEventListener("click", () => choose(button.dataset.view));
  document.addEventListener("keydown", key);
  addEventListener("hashchange", () => { const view = location.hash.replace("#view-", ""); if (VIEWS.includes(view) && view !== state.view) choose(view); });
  choose(VIEWS.find((view) => `#view-${view}` === location.hash) || "learners");
  setInterval(show, 15000);  // minutes go on without events
}
start().catch((error) => status(error.message, true));
