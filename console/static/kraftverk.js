// Help and liveliness, and nothing more: every page works without this file, and this file without htmx.
"use strict";

const find = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const isPlain = (event) => !(event.ctrlKey || event.metaKey || event.altKey);
const writes = (event) => Boolean(event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select"));
const tell = (place, template) => place.replaceChildren(find(template).content.cloneNode(true));

function fail(text) {
  tell(find("#feilet"), "#feilet-melding");
  find("#feilet p").textContent = text;
}

// An answer may be lost, or another's than ours (a proxy's), after the act was carried out.
function failUnanswered(event) {
  if (event.detail.requestConfig.verb === "get") fail("Kraftverk svarer ikke. Ingenting er endret. Prøv igjen om litt.");
  else fail("Kraftverk svarte ikke. Det er usikkert om det ble lagret. Åpne oppgaven på nytt og se etter før du gjør det igjen.");
}

// A form that is slow to be answered is pressed twice, and would be carried out twice: the second press sends nothing.

const sent = new Set();

document.addEventListener("submit", (event) => {
  const form = event.target;
  const method = event.submitter?.formMethod || form.method;
  if (event.defaultPrevented || method !== "post") return;
  if (sent.has(form)) {
    event.preventDefault();
    return;
  }
  sent.add(form);
  setTimeout(() => sent.delete(form), 5_000);
});
addEventListener("pageshow", () => sent.clear());

// Lists. Letters act only while the list has focus (WCAG 2.1.4), and none of them changes anything by itself.

const ticked = (within) => all("[name=valgt]:checked", within);

function tellTicked() {
  for (const place of all("[data-valgte]")) {
    const n = ticked(place.closest("form")).length;
    place.textContent = n ? `${n} valgt` : "";
  }
  for (const box of all("[data-velg-alle] input")) {
    box.checked = all("[name=valgt]", box.form).every((each) => each.checked);
  }
}

// One box for all on the page; without this file it would do nothing.
function offerAll() {
  for (const label of all("[data-velg-alle]")) label.hidden = false;
}

function tick(row, how) {
  const box = find("[name=valgt]", row);
  if (box) box.checked = how(box.checked);
  tellTicked();
}

function move(list, step) {
  const rows = all("[data-rad]", list);
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  find("a", rows[Math.min(Math.max(at + step, 0), rows.length - 1)]).focus();
}

function tryAgain(list, row) {
  const button = find("[name=valgte]", list.closest("form"));
  if (!ticked(list).length) tick(row, () => true);
  button?.click();
}

const KEYS = {
  j: (list) => move(list, 1),
  k: (list) => move(list, -1),
  x: (list, row) => tick(row, (was) => !was),
  r: tryAgain,
  t: (list, row) => openAt(row, "ta"),
  u: (list, row) => openAt(row, "utsett-til"),
};

document.addEventListener("keydown", (event) => {
  const list = event.target.closest("[data-liste]");
  const row = event.target.closest("[data-rad]");
  const act = list && isPlain(event) && KEYS[event.key];
  if (!act || !(row || "jk".includes(event.key))) return;
  event.preventDefault();
  act(list, row);
});
document.addEventListener("change", ({ target }) => {
  if (target.closest("[data-velg-alle]")) for (const each of all("[name=valgt]", target.form)) each.checked = target.checked;
  tellTicked();
});
offerAll();
tellTicked();

// A decision is chosen by filling in a field of it.
document.addEventListener("change", ({ target }) => {
  const decision = target.closest(".beslutning");
  if (decision && target.name !== "beslutning" && (target.type === "checkbox" ? target.checked : target.value)) {
    find("[name=beslutning]", decision).checked = true;
  }
});

// The oppgave beside its list, where there is room for both; else it is a page of its own.

const panel = find("#panel");
const title = document.title;
const wide = matchMedia("(min-width: 80rem)");
const hasRoom = () => Boolean(window.htmx && panel && wide.matches);
const opened = () => find("#oppgave", panel)?.dataset.nr;
let wanted = "";

function openAt(row, part) {
  const link = row.dataset.oppgave && find("th a", row);
  if (!link) return;
  wanted = part;
  if (hasRoom()) link.click();
  else location.assign(`${link.href}#${part}`);
}

function showPanel() {
  const part = wanted ? find(`#${wanted}`, panel) : null;
  wanted = "";
  panel.hidden = false;
  part?.closest("details")?.setAttribute("open", "");
  (part || find("[autofocus], h2", panel)).focus();
  markOpened();
}

function closePanel() {
  const row = `[data-oppgave="${opened()}"] th a`;
  panel.hidden = true;
  panel.replaceChildren();
  markOpened();
  document.title = title;
  history.replaceState({ htmx: true }, "", find("#liste").dataset.adresse);
  (find(row) || find("[data-liste]") || find("main")).focus();
}

function markOpened() {
  for (const row of all("[data-oppgave]", find("#liste"))) {
    if (row.dataset.oppgave === opened()) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
}

panel?.addEventListener("keydown", (event) => event.key === "Escape" && !writes(event) && closePanel());
panel?.addEventListener("click", (event) => {
  if (!event.target.closest("[data-lukk]") || !isPlain(event)) return;
  event.preventDefault();
  closePanel();
});

// After an act the list is shown as it is now; what was ticked still is.
async function renewList() {
  const before = ticked(find("#liste")).map((box) => box.value);
  await htmx.ajax("GET", find("#liste").dataset.adresse, { target: "#liste", select: "#liste", swap: "outerHTML" });
  for (const box of all("[name=valgt]", find("#liste"))) box.checked = before.includes(box.value);
  tellTicked();
  markOpened();
  count();
}

function showList() {
  const list = find("[data-liste]") || find("main");
  list.scrollIntoView();
  list.focus({ preventScroll: true });
}

// htmx: what it must leave alone, and what follows.

document.addEventListener("htmx:confirm", (event) => {
  const link = event.target.closest("#liste [data-oppgave] a");
  if (!link || hasRoom()) return;
  event.preventDefault();
  location.assign(link.href);
});

document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, target } = event.detail;
  const page = new DOMParser().parseFromString(xhr.responseText, "text/html");
  if (find(target === panel ? "#oppgave" : "#liste", page)) return;
  event.detail.shouldSwap = false;
  if (new URL(xhr.responseURL).pathname === "/logg-inn") tell(find("#oekt"), "#oekt-ute");
  else if (find("main h1", page)) fail(all("main h1, main h1 + p", page).map((each) => each.textContent).join(". "));
  else failUnanswered(event);
});

document.addEventListener("htmx:afterSwap", (event) => {
  const { target, requestConfig } = event.detail;
  find("#feilet").replaceChildren();
  use();
  if (target === panel) {
    showPanel();
    if (requestConfig.verb === "post") renewList();
  } else {
    offerAll();
    tellTicked();
    if (document.activeElement === document.body) showList();
  }
});

document.addEventListener("htmx:sendError", failUnanswered);

// Counts, asked for while the page is seen. The list never moves by itself.

async function count() {
  if (document.hidden) return;
  const news = find("[data-nye]");
  const answer = await fetch(news ? news.dataset.nye : "/tellere").catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const counts = await answer.json();
  for (const each of all("[data-antall]")) each.textContent = counts[each.dataset.antall];
  const text = counts.nye ? `${counts.nye} ${counts.nye === 1 ? "ny" : "nye"} – vis` : "";
  if (!news || news.textContent === text) return;
  news.replaceChildren(Object.assign(document.createElement("a"), { href: find("#liste").dataset.adresse, textContent: text }));
}

if (find("[data-antall]")) {
  setInterval(count, 20_000);
  document.addEventListener("visibilitychange", count);
}

// The session. All windows of the browser share it, so each tells the others that it is used.

const USED = "kraftverk-brukt";
const SOON = 5 * 60;
const { ubrukt, slutt, taster } = document.body.dataset;
const end = Date.now() + slutt * 1000;
let told = null;

function use() {
  localStorage.setItem(USED, Date.now());
  watch();
}

function watch() {
  const unused = ubrukt - (Date.now() - localStorage.getItem(USED)) / 1000;
  const left = (end - Date.now()) / 1000;
  let now = "";
  if (Math.min(unused, left) <= 0) now = "#oekt-ute";
  else if (unused < SOON) now = "#oekt-hvile";
  else if (left < 2 * SOON) now = "#oekt-slutt";
  if (now === told) return;
  told = now;
  if (now) tell(find("#oekt"), now);
  else find("#oekt").replaceChildren();
}

if (ubrukt) {
  use();
  setInterval(watch, 10_000);
  document.addEventListener("visibilitychange", watch);
  find("#oekt").addEventListener("submit", async (event) => {
    event.preventDefault();
    const sent = { method: "POST", body: new FormData(event.target) };
    const answer = await fetch(event.target.action, sent).catch(() => null);
    if (answer?.status === 204) use();
    else fail("Kraftverk svarer ikke, eller du er logget ut. Lagre det du har skrevet et annet sted.");
    find("main").focus();
  });
}

// Keys on every page, for those who have switched them on.

if (taster !== undefined) {
  const help = find("#hjelp");
  find("button", help).addEventListener("click", () => help.close());
  document.addEventListener("keydown", (event) => {
    if (writes(event) || help.open || !isPlain(event) || !"/?".includes(event.key)) return;
    event.preventDefault();
    if (event.key === "/") find("#q").focus();
    else help.showModal();
  });
}
