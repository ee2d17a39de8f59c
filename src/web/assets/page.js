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

/** Follows an analysis that runs: one line a step; at the end, the page with the report. */
function follow(part) {
  const steps = part.querySelector(".steps");
  const source = new EventSource(part.dataset.events ?? "");
  const add = (text) => {
    const item = document.createElement("li");
    item.textContent = text;
    steps?.append(item);
  };
  const on = (type, textOf) =>
    source.addEventListener(type, (event) => {
      const text = textOf(JSON.parse(event.data));
      if (text !== null) add(text);
    });
  on("node_started", ({ node }) => String(node).replaceAll("-", " "));
  on("evidence", ({ source: from, found }) => (Number(found) === 0 ? null : `${found} findings from ${from}`));
  on("hypothesis", ({ entity, cause, rank }) => (rank === 1 ? `first suspect: ${entity}, ${cause}` : null));
  on("investigation", ({ step }) => String(step));
  source.addEventListener("error", (event) => {
    if (!(event instanceof MessageEvent)) return; // the connection broke: the browser tries again
    const { message, willRetry } = JSON.parse(event.data);
    add(String(message));
    if (willRetry !== true) finish();
  });
  source.addEventListener("final", finish);
  function finish() {
    source.close();
    location.reload();
  }
}
for (const part of document.querySelectorAll("[data-events]")) if (part instanceof HTMLElement) follow(part);

// A form is sent once: a second click would only be refused.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.method !== "post") return;
  setTimeout(() => {
    for (const button of form.querySelectorAll("button")) button.disabled = true;
  });
});
addEventListener("pageshow", (event) => {
  if (event.persisted) for (const button of document.querySelectorAll("form button")) button.disabled = false;
});

/** Text of a file that is dropped on a field becomes its content. @param {HTMLTextAreaElement} field */
function takeDrops(field) {
  const mark = (isOn) => (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    field.classList.toggle("is-dropping", isOn);
  };
  field.addEventListener("dragover", mark(true));
  field.addEventListener("dragleave", mark(false));
  field.addEventListener("drop", (event) => {
    mark(false)(event);
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length === 0) return;
    void Promise.all(files.map((file) => file.text())).then((texts) => {
      field.value = [field.value, ...texts].filter((text) => text !== "").join("\n");
    });
  });
}
for (const field of document.querySelectorAll("[data-drop]"))
  if (field instanceof HTMLTextAreaElement) takeDrops(field);
