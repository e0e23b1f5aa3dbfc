// Help and liveliness, and nothing more: every page works without this file, and this file without htmx.
"use strict";

const find = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const isPlain = (event) => !(event.ctrlKey || event.metaKey || event.altKey);
const tell = (place, template) => place.replaceChildren(find(template).content.cloneNode(true));

// ---- Lists: letters act only while the list has focus (WCAG 2.1.4). None of them changes anything by itself.

function ticked(within) {
  return all("[name=valgt]:checked", within);
}

function tellTicked() {
  for (const place of all("[data-valgte]")) {
    const n = ticked(place.closest("form")).length;
    place.textContent = n ? `${n} valgt` : "";
  }
}

const ACTS = {
  j: (list) => move(list, 1),
  k: (list) => move(list, -1),
  x: (list, row) => tick(find("[name=valgt]", row), (box) => !box.checked),
  r: (list, row) => {
    const button = find("[name=valgte]", list.closest("form"));
    if (button && !ticked(list).length) tick(find("[name=valgt]", row), () => true);
    button?.click();
  },
  t: (list, row) => open(row, "ta"),
  u: (list, row) => open(row, "utsett-til"),
};

function move(list, step) {
  const links = all("[data-rad]", list).map((row) => find("a", row));
  const at = links.findIndex((link) => link.closest("[data-rad]").contains(document.activeElement));
  links[Math.min(Math.max(at + step, 0), links.length - 1)]?.focus();
}

function tick(box, how) {
  if (!box) return;
  box.checked = how(box);
  tellTicked();
}

function open(row, part) {
  const link = row.dataset.oppgave && find("th a", row);
  if (!link) return;
  if (hasRoom()) {
    wanted = part;
    link.click();
  } else location.assign(`${link.href}#${part}`);
}

document.addEventListener("keydown", (event) => {
  const list = event.target.closest("[data-liste]");
  const act = list && isPlain(event) && ACTS[event.key];
  const row = event.target.closest("[data-rad]");
  if (!act || !(row || "jk".includes(event.key))) return;
  event.preventDefault();
  act(list, row);
});
document.addEventListener("change", tellTicked);
tellTicked();

// ---- The oppgave beside its list, where there is room and htmx; else it is a page of its own.

const wide = matchMedia("(min-width: 80rem)");
const panel = find("#panel");
const title = document.title;
const hasRoom = () => Boolean(window.htmx && panel && wide.matches);
let wanted = null;

function showPanel() {
  panel.hidden = false;
  const part = wanted && find(`#${wanted}`, panel);
  wanted = null;
  part?.closest("details")?.setAttribute("open", "");
  (part || find("[autofocus], h2", panel)).focus();
  markOpened();
}

function closePanel() {
  const id = panel.dataset.oppgave;
  panel.hidden = true;
  panel.replaceChildren();
  document.title = title;
  history.replaceState({ htmx: true }, "", find("#liste").dataset.adresse);
  markOpened();
  (find(`[data-oppgave="${id}"] th a`) || find("[data-liste]") || find("main")).focus();
}

function markOpened() {
  panel.dataset.oppgave = panel.hidden ? "" : location.pathname.split("/").pop();
  for (const row of all("[data-oppgave]", find("#liste"))) {
    row.toggleAttribute("aria-current", row.dataset.oppgave === panel.dataset.oppgave);
  }
}

if (panel) {
  panel.addEventListener("keydown", (event) => event.key === "Escape" && closePanel());
  panel.addEventListener("click", (event) => {
    if (!event.target.closest("[data-lukk]") || !isPlain(event)) return;
    event.preventDefault();
    closePanel();
  });
}

// ---- htmx: what it must not do, and what must follow.

document.addEventListener("htmx:confirm", (event) => {
  const link = event.target.closest("#liste [data-oppgave] a");
  if (!link || hasRoom()) return;
  event.preventDefault();
  location.assign(link.href);
});

document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, target } = event.detail;
  const page = new DOMParser().parseFromString(xhr.responseText, "text/html");
  if (find(target.id === "panel" ? "#oppgave" : `#${target.id}`, page)) return;
  event.detail.shouldSwap = false;
  if (new URL(xhr.responseURL).pathname === "/logg-inn") tell(find("#oekt"), "#oekt-ute");
  else fail(all("main h1, main h1 + p", page).map((each) => each.textContent).join(". "));
});

document.addEventListener("htmx:afterSwap", (event) => {
  const { target, requestConfig } = event.detail;
  find("#feilet").replaceChildren();
  use();
  if (target.id === "panel") {
    showPanel();
    if (requestConfig.verb === "post") renewList();
  } else tellTicked();
});

document.addEventListener("htmx:sendError", () => fail("Fikk ikke svar fra Kraftverk. Ingenting er endret. Prøv igjen."));

function fail(text) {
  tell(find("#feilet"), "#feilet-melding");
  find("#feilet p").textContent = text;
}

// After an act: what was ticked still is, and what has focus keeps it.
async function renewList() {
  const before = ticked(find("#liste")).map((box) => box.value);
  await htmx.ajax("GET", find("#liste").dataset.adresse, { target: "#liste", select: "#liste", swap: "outerHTML" });
  for (const box of all("[name=valgt]", find("#liste"))) box.checked = before.includes(box.value);
  tellTicked();
  markOpened();
}

// ---- Counts: asked for while the page is seen. The list never moves by itself.

async function count() {
  if (document.hidden) return;
  const news = find("[data-nye]");
  const answer = await fetch(news ? news.dataset.nye : "/tellere").catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const counts = await answer.json();
  for (const each of all("[data-antall]")) each.textContent = counts[each.dataset.antall];
  const text = counts.nye ? `${counts.nye} ${counts.nye === 1 ? "ny" : "nye"} – vis` : "";
  if (!news || news.textContent === text) return;
  const link = Object.assign(document.createElement("a"), { href: find("#liste").dataset.adresse, textContent: text });
  news.replaceChildren(...(text ? [link] : []));
}

if (find("[data-antall]")) {
  setInterval(count, 20_000);
  document.addEventListener("visibilitychange", count);
}

// ---- The session: all windows of the browser share it, so each tells the others that it is used.

const USED = "kraftverk-brukt";
const SOON = 300;
const { ubrukt, slutt, taster } = document.body.dataset;
const end = Date.now() + slutt * 1000;
let told = "";

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
    const answer = await fetch(event.target.action, { method: "POST", body: new FormData(event.target) }).catch(() => null);
    if (answer?.status === 204) use();
    else fail("Du er kanskje logget ut. Åpne siden på nytt.");
    find("main").focus();
  });
}

// ---- Keys on every page, for those who have switched them on.

if (taster !== undefined) {
  const help = find("#hjelp");
  find("button", help).addEventListener("click", () => help.close());
  document.addEventListener("keydown", (event) => {
    if (!isPlain(event) || event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select, dialog")) return;
    if (event.key === "/") find("#q").focus();
    else if (event.key === "?") help.showModal();
    else return;
    event.preventDefault();
  });
}
