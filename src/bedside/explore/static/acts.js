// Keys of the inboxes and desks: each is printed on its button, link or label. Without it they are clicked.
"use strict";
(() => {
  document.documentElement.classList.add("js");
  const typing = (target) => target.matches("textarea, select, input:not([type]), input[type=text], input[type=search]");
  const rows = () => [...document.querySelectorAll("[data-row]")];
  function move(step) {
    const all = rows(), at = all.findIndex((row) => row.getAttribute("aria-current"));
    if (!all.length) return;
    const next = all[Math.min(all.length - 1, Math.max(0, at < 0 ? 0 : at + step))];
    all.forEach((row) => row.removeAttribute("aria-current"));
    next.setAttribute("aria-current", "true");
    const link = next.querySelector("a");
    if (link) link.focus();
  }
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move]");
    if (button) move(+button.dataset.move);
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (typing(event.target)) { if (event.key === "Escape") event.target.blur(); return; }
    const key = CSS.escape(event.key);
    const field = document.querySelector(`[data-focus-key="${key}"]`), act = document.querySelector(`[data-key="${key}"]`);
    if (field) { event.preventDefault(); field.focus(); }
    else if (act) { event.preventDefault(); act.click(); }
  });
})();
