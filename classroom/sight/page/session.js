"use strict";
// The session is kept for this origin, which has a port, and not in a cookie, which would go to every port of the host:
// on a server with a hub, learners run programs there.
const KEPT = "bootcamp-session";

class Refused extends Error {}

async function request(path, content, options = {}) {
  const headers = {"X-Bootcamp-Session": localStorage.getItem(KEPT) || ""};
  if (content !== undefined) headers["Content-Type"] = "application/json";
  const body = content === undefined ? undefined : JSON.stringify(content);
  const method = content === undefined ? "GET" : "POST";
  let answer;
  try {
    answer = await fetch(path, {cache: "no-store", method, headers, body, ...options});
  } catch (error) {
    throw new Error("the server does not answer", {cause: error});
  }
  if (answer.status === 401 && path !== "/sight/login") logIn();
  if (!answer.ok) throw new Refused((await answer.json()).detail);
  return answer;
}
async function ask(path, content) {
  return (await request(path, content, {signal: AbortSignal.timeout(8000)})).json();
}
let leaving = false;
function logIn() {
  if (leaving) return;
  leaving = true;
  localStorage.removeItem(KEPT);
  location.href = `/sight/login?next=${encodeURIComponent(location.pathname + location.search + location.hash)}`;
}
// Server-sent events: `take` gets the name and the data of each, until the stream ends or is given up.
async function stream(path, signal, take) {
  const answer = await request(path, undefined, {signal}), decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of chunks(answer.body.getReader())) {
    const parts = (rest + decoder.decode(chunk, {stream: true})).split("\n\n");
    rest = parts.pop();
    for (const part of parts) {
      const lines = Object.fromEntries(part.split("\n").map((line) => line.split(/: (.*)/s)));
      if (lines.data) take(lines.event || "message", lines.data);
    }
  }
}
async function* chunks(reader) {
  for (let found = await reader.read(); !found.done; found = await reader.read()) yield found.value;
}
async function download(link) {
  const answer = await request(link.href), address = URL.createObjectURL(await answer.blob());
  const saved = document.createElement("a");
  saved.href = address;
  saved.download = link.getAttribute("download");
  saved.click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[download]");
  if (!link || link.href.startsWith("blob:")) return;
  event.preventDefault();
  download(link).catch((error) => alert(error.message));
});
if (localStorage.getItem("theme")) document.documentElement.dataset.theme = localStorage.getItem("theme");
