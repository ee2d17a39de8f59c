// Improves pages that work without it: keys for moving through lists.
"use strict";

/** @param {EventTarget | null} target */
const isTyping = (target) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** Moves the focus to the next (1) or previous (-1) link of the list. @param {1 | -1} step */
function move(step) {
  const links = [...document.querySelectorAll("[data-keys] [data-key-stop]")].filter(
    (link) => link instanceof HTMLElement && link.offsetParent !== null,
  );
  if (links.length === 0) return;
  const at = links.findIndex((link) => link.contains(document.activeElement));
  const next =
    links[at === -1 ? (step === 1 ? 0 : links.length - 1) : Math.min(links.length - 1, Math.max(0, at + step))];
  if (next instanceof HTMLElement) {
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  }
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (event.key === "j") move(1);
  else if (event.key === "k") move(-1);
  else if (event.key === "/") {
    const search = document.querySelector("input[type=search]");
    if (!(search instanceof HTMLInputElement)) return;
    event.preventDefault();
    search.focus();
    search.select();
  }
});
