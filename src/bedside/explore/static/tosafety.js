// `a` on any post, on whatever page: the one that holds the focus, or under the pointer, or the only one, goes to the safety inbox.
"use strict";
(() => {
  const typing = (target) => target.matches("textarea, select, input");
  const post = (target) => {
    const all = [...document.querySelectorAll("main [data-post]")];
    return target.closest("[data-post]") || all.find((one) => one.matches(":hover")) || (all.length === 1 ? all[0] : null);
  };
  function tell(text) {
    let said = document.getElementById("said-safety");
    if (!said) {
      said = Object.assign(document.createElement("p"), { id: "said-safety" });
      said.setAttribute("role", "status");
      document.getElementById("main").prepend(said);
    }
    said.textContent = text;
  }
  document.addEventListener("keydown", (event) => {
    if (event.key !== "a" || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || event.isComposing) return;
    if (typing(event.target) || document.getElementById("bench") || document.querySelector('[data-key="a"]')) return;
    const one = post(event.target);
    if (!one) return;
    event.preventDefault();
    const body = new URLSearchParams({ post: one.dataset.post, sign: document.body.dataset.sign });
    fetch("/safety/send", { method: "POST", body, headers: { "HX-Request": "true" } })
      .then((answer) => answer.text().then((text) => tell(answer.ok ? text : `not sent: ${text.slice(0, 200)}`)))
      .catch(() => tell("not sent: the server does not answer"));
  });
})();
