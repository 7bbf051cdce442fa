"use strict";
// A report is text without scripts; the page asks for it with the session, and shows it in its place.
async function view() {
  const found = await (await request(`${location.pathname}.html${location.search}`)).text();
  const parsed = new DOMParser().parseFromString(found, "text/html");
  document.title = parsed.title;
  document.body.replaceChildren(...parsed.body.children);
}
view().catch((error) => { document.getElementById("said").textContent = `${error.message}.`; });
