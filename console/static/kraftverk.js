// Help for the keyboard and nothing more: every page works without it.
"use strict";

const list = document.querySelector("[data-liste]");
const rows = list ? [...list.querySelectorAll("[data-rad]")] : [];

function focusRow(step) {
  const links = rows.map((row) => row.querySelector("a"));
  const at = links.indexOf(document.activeElement);
  const next = links[Math.min(Math.max(at + step, 0), links.length - 1)];
  if (next) next.focus();
}

// Letters act only while the list has focus (WCAG 2.1.4).
if (list) {
  list.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "j" || event.key === "k") {
      focusRow(event.key === "j" ? 1 : -1);
      event.preventDefault();
    }
  });
}
