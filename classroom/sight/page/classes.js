"use strict";
const $ = (id) => document.getElementById(id);

function say(text) { $("said").textContent = text; }

function on(id, kind, action) {
  $(id)?.addEventListener(kind, async (event) => {
    event.preventDefault();
    try { say(""); await action(); } catch (error) { say(`${error.message}.`); }
  });
}

function make(name, text, attributes = {}) {
  const element = document.createElement(name);
  element.textContent = text;
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

function button(text, label, action) {
  const made = make("button", text, {"aria-label": label});
  made.addEventListener("click", async () => {
    try { say(""); await action(); await list(); } catch (error) { say(`${error.message}.`); }
  });
  return made;
}

function rowOf(found) {
  const row = document.createElement("tr"), place = `/sight/${found.id}/`;
  const link = make("a", found.title, {href: place}), actions = make("td", "");
  const first = make("td", ""); first.append(link);
  if (found.own) first.append(make("span", " with the password of the server", {class: "quiet"}));
  const toggle = found.closed ? "Open again" : "Close";
  actions.className = "row";
  actions.append(
    make("a", "Report", {href: `${place}report`, class: "button"}),
    button(toggle, `${toggle} ${found.title}`, () => ask(`${place}settings`, {closed: !found.closed})),
    button("Delete", `Delete ${found.title}`, () => remove(found)));
  row.append(first, make("td", found.learners, {class: "number"}),
    make("td", new Date(1000 * found.opened).toLocaleString()), make("td", found.closed ? "closed" : "open"), actions);
  return row;
}

async function remove(found) {
  const dialog = $("deletion");
  $("deletion-title").textContent = found.title;
  $("deletion-typed").value = dialog.returnValue = "";
  dialog.showModal();
  await new Promise((done) => dialog.addEventListener("close", done, {once: true}));
  if (dialog.returnValue !== "delete") return;
  const gone = await ask(`/sight/${found.id}/delete`, {title: $("deletion-typed").value});
  const counts = `${gone.deleted.learners} learners, ${gone.deleted.events} checks and ${gone.deleted.hands} hands`;
  say(`${gone.title} is deleted: ${counts}, ${gone.files.length} files. Files left: ${gone.left.length}.`);
}

async function list() {
  const classes = await ask("/sight/classes");
  $("classes").replaceChildren(...classes.map(rowOf));
  for (const id of ["a", "b"]) {
    const chosen = $(id).value;
    $(id).replaceChildren(...classes.map((found) => make("option", found.title, {value: found.id})));
    $(id).value = chosen || classes[0].id;
  }
  const other = classes.find((found) => found.id !== $("a").value);
  if ($("a").value === $("b").value && other) $("b").value = other.id;
}

on("login", "submit", async () => {
  const answer = await ask("/sight/login", {password: $("password").value});
  localStorage.setItem(KEPT, answer.session);
  const next = new URLSearchParams(location.search).get("next") || "";
  location.href = next.startsWith("/sight/") ? next : "/sight/";
});
on("logout", "click", logIn);
on("compare", "submit", async () => {
  if ($("a").value === $("b").value) throw new Error("two different classes are compared");
  location.href = `/sight/compare?a=${$("a").value}&b=${$("b").value}`;
});
on("open", "submit", async () => {
  const made = await ask("/sight/classes", {title: $("title").value});
  $("word-title").textContent = made.title;
  $("word-text").textContent = made.word;
  $("word").hidden = false;
  $("title").value = "";
  await list();
});
if ($("classes")) list().catch((error) => say(`${error.message}.`));
