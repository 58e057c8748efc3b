// The bench by keyboard and mouse. Codes can be chosen and saved without it; moments and spans need it.
"use strict";
(() => {
  const $ = (selector, under = document) => under.querySelector(selector);
  const all = (selector, under = document) => [...under.querySelectorAll(selector)];
  const bench = () => $("#bench");
  if (!bench()) return;
  document.documentElement.classList.add("js");

  let busy = false; // a save is under way: keys wait for the next post
  let held = []; // keys that were pressed meanwhile
  let prefix = ""; // dots before a digit
  let sheet = null; // state of the post that is shown

  const letters = (text) => [...text].length; // code points

  // the post

  function begin() {
    prefix = "";
    const form = $("#sheet");
    sheet = form && {
      form,
      layer: $(".layer", form),
      moments: JSON.parse(form.elements.moments.value || "[]"),
      spans: JSON.parse(form.elements.spans.value || "{}"),
      at: -1, // the moment that is framed
      first: -1, last: -1, // sentences under the cursor
      selected: null,
    };
    if (!sheet) return;
    if (sheet.moments.length) sheet.at = 0;
    frame(sheet.layer);
    if (sheet.at >= 0) showCodes();
    draw();
  }

  function frame(layer) {
    all(".layer").forEach((other) => other.classList.toggle("active", other === layer));
    sheet.layer = layer;
  }

  const inMoment = (layer) => sheet.at >= 0 && layer.dataset.about === "moment";

  // codes

  function toggle(input, span) {
    const layer = input.closest(".layer");
    if (input.type === "radio" && input.checked && !("none" in input.dataset)) {
      const none = $("[data-none]", layer);
      if (none) none.checked = true;
    } else {
      input.checked = input.type === "radio" ? true : !input.checked;
    }
    chosen(input, span);
  }

  function chosen(input, span) {
    const layer = input.closest(".layer"), name = layer.dataset.layer;
    const codes = all("input:checked", layer).map((one) => one.value).filter(Boolean);
    if (inMoment(layer)) sheet.moments[sheet.at].codes[name] = codes;
    const spans = (sheet.spans[name] ||= {});
    if (input.checked && input.value && span && !inMoment(layer)) spans[input.value] = [span];
    for (const code of Object.keys(spans)) if (!codes.includes(code)) delete spans[code];
    define(layer, input.value);
    draw();
  }

  function showCodes() {
    const codes = sheet.at >= 0 ? sheet.moments[sheet.at].codes : {};
    for (const layer of all('.layer[data-about="moment"]')) {
      const own = codes[layer.dataset.layer] || [];
      all("input", layer).forEach((one) => { one.checked = one.value ? own.includes(one.value) : !own.length; });
    }
  }

  function define(layer, code) {
    const box = $(".def"), term = code && $(`[data-def="${CSS.escape(code.split(":")[0])}"]`, layer);
    if (!box || !term) return;
    box.hidden = false;
    box.replaceChildren();
    const head = document.createElement("p"), words = document.createElement("p");
    head.append(Object.assign(document.createElement("b"), { textContent: term.textContent }));
    words.append(...[...term.nextElementSibling.childNodes].map((node) => node.cloneNode(true)));
    box.append(head, words);
  }

  // where: code points of the masked text

  function place(node, offset) {
    if (node.nodeType !== Node.TEXT_NODE) {
      const child = node.childNodes[offset] || node.lastChild;
      if (!child) return null;
      const inside = document.createTreeWalker(child, NodeFilter.SHOW_TEXT).nextNode() || (child.nodeType === Node.TEXT_NODE ? child : null);
      if (!inside) return null;
      return place(inside, node.childNodes[offset] ? 0 : inside.data.length);
    }
    const run = node.parentElement && node.parentElement.closest("[data-at]");
    const part = run && run.closest("[data-part]");
    if (!part || !run.closest(".now")) return null;
    const start = +run.dataset.at, many = +run.dataset.n;
    if (node.parentElement.closest(".odd")) return { part: part.dataset.part, at: start + (offset ? many : 0) };
    return { part: part.dataset.part, at: start + Math.min(many, letters(node.data.slice(0, offset))) };
  }

  function selection() {
    const said = window.getSelection();
    if (!said || said.isCollapsed || !said.rangeCount) return null;
    const range = said.getRangeAt(0), one = place(range.startContainer, range.startOffset), other = place(range.endContainer, range.endOffset);
    if (!one || !other || one.part !== other.part || one.at >= other.at) return null;
    return [one.part, one.at, other.at];
  }

  const sentences = () => all(".now .sent");

  function cursorSpan() {
    const own = sentences().slice(sheet.first, sheet.last + 1);
    if (sheet.first < 0 || !own.length) return null;
    const part = own[0].closest("[data-part]").dataset.part;
    const same = own.filter((one) => one.closest("[data-part]").dataset.part === part);
    return [part, +own[0].dataset.start, +same[same.length - 1].dataset.end];
  }

  function move(step, more) {
    const many = sentences().length;
    if (!many) return;
    if (more) sheet.last = Math.min(many - 1, Math.max(0, sheet.last + 1));
    else sheet.first = sheet.last = Math.min(many - 1, Math.max(0, (step > 0 ? sheet.last : sheet.first) + step));
    if (sheet.first < 0) sheet.first = sheet.last;
    sentences().forEach((one, n) => one.classList.toggle("cursor", n >= sheet.first && n <= sheet.last));
    const now = sentences()[sheet.last];
    now.scrollIntoView({ block: "nearest" });
    tell(`sentence ${sheet.last + 1} of ${many}: ${now.textContent}`);
  }

  // the same place in the page, as a range
  function rangeOf([part, start, end]) {
    const runs = all(`.now [data-part="${CSS.escape(part)}"] [data-at]`);
    const point = (at, up) => {
      const run = runs.find((one) => (up ? at <= +one.dataset.at + +one.dataset.n && at > +one.dataset.at : at < +one.dataset.at + +one.dataset.n && at >= +one.dataset.at));
      const text = run && document.createTreeWalker(run, NodeFilter.SHOW_TEXT).nextNode();
      return text && [text, [...text.data].slice(0, at - +run.dataset.at).join("").length];
    };
    const from = point(start, false), to = point(end, true);
    if (!from || !to) return null;
    const range = document.createRange();
    range.setStart(...from);
    range.setEnd(to[0], Math.min(to[0].data.length, to[1]));
    return range;
  }

  const words = (span) => { const range = rangeOf(span); return range ? range.toString().trim() : ""; };

  // moments

  function newMoment() {
    const span = selection() || cursorSpan();
    if (!span) return tell("choose words first: select them, or go to a sentence with [ and ]");
    if (sheet.moments.length >= 12) return tell("a post holds at most 12 moments");
    const first = !sheet.moments.length, codes = {};
    if (first) for (const layer of all('.layer[data-about="moment"]')) {
      const own = all("input:checked", layer).map((one) => one.value).filter(Boolean);
      if (own.length) codes[layer.dataset.layer] = own;
    }
    sheet.moments.push({ span, codes });
    sheet.at = sheet.moments.length - 1;
    window.getSelection().removeAllRanges();
    showCodes();
    draw();
    tell(`moment ${sheet.at + 1}: ${words(span)}`);
  }

  function dropMoment() {
    if (sheet.at < 0) return false;
    const [gone] = sheet.moments.splice(sheet.at, 1);
    sheet.at = Math.min(sheet.at, sheet.moments.length - 1);
    if (sheet.at < 0) sheet.moments.length = 0;
    if (sheet.at >= 0) showCodes();
    draw();
    tell(`moment removed: ${words(gone.span)}`);
    return true;
  }

  function go(step) {
    if (!sheet.moments.length) return tell("no moment yet; n begins one");
    sheet.at = (sheet.at + step + sheet.moments.length) % sheet.moments.length;
    showCodes();
    draw();
    tell(`moment ${sheet.at + 1} of ${sheet.moments.length}: ${words(sheet.moments[sheet.at].span)}`);
  }

  // what is shown

  function draw() {
    const box = $(".moments"), list = box && $("ol", box);
    if (list) {
      box.hidden = !sheet.moments.length;
      list.replaceChildren(...sheet.moments.map((moment, n) => {
        const item = document.createElement("li"), button = document.createElement("button");
        const codes = Object.values(moment.codes).flat().map((code) => code.replaceAll("_", " ").replace(":", ": "));
        button.type = "button";
        button.textContent = `“${words(moment.span)}” · ${codes.join(" · ") || "no code yet"}`;
        button.addEventListener("click", () => { sheet.at = n; showCodes(); draw(); });
        if (n === sheet.at) item.setAttribute("aria-current", "true");
        item.append(button);
        return item;
      }));
    }
    if (window.Highlight) {
      const ranges = (spans) => spans.map(rangeOf).filter(Boolean);
      CSS.highlights.set("moment", new Highlight(...ranges(sheet.moments.map((one) => one.span))));
      CSS.highlights.set("word", new Highlight(...ranges(Object.values(sheet.spans).flatMap((of) => Object.values(of).flat()))));
    }
  }

  function tell(text) { const said = $(".chosen"); if (said) said.textContent = text; }

  // keys

  const typing = (target) => target.matches("textarea, select, input:not([type]), input[type=text], input[type=search]");

  function press(key) {
    if (!sheet) { const undo = $('#bench button[data-key="u"]'); if (key === "u" && undo) { send(undo); return true; } return false; }
    if (key === ".") { prefix += "."; return true; }
    if (/^[0-9]$/.test(key)) {
      const input = $(`[data-code-key="${prefix}${key}"]`, sheet.layer);
      prefix = "";
      if (input) toggle(input, selection());
      return true;
    }
    prefix = "";
    const layer = $(`.layer[data-layerkey="${CSS.escape(key)}"]`);
    if (layer) { frame(layer); layer.scrollIntoView({ block: "nearest" }); tell(`layer ${layer.dataset.layer}`); return true; }
    const act = {
      "[": () => move(-1), "]": () => move(1), "}": () => move(0, true), n: newMoment, j: () => go(1), k: () => go(-1),
      m: () => $("#memo").focus(), x: () => $("#reason").focus(), "/": () => $("#find").focus(), g: guide, a: safety, "?": keys,
      Delete: dropMoment,
    }[key];
    if (act) return act() !== false;
    const button = $(`#sheet button[data-key="${CSS.escape(key)}"]`);
    if (button) { send(button); return true; }
    return false;
  }

  function guide() { const one = $(".guide", sheet.layer); one.open = !one.open; }
  function keys() { const box = $(".allkeys"); box.hidden = !box.hidden; if (!box.hidden) box.scrollIntoView({ block: "nearest" }); }
  function safety() {
    const said = $("#said-safety"), body = new URLSearchParams({ post: sheet.form.dataset.post, sign: document.body.dataset.sign });
    fetch("/safety/send", { method: "POST", body, headers: { "HX-Request": "true" } })
      .then((answer) => answer.text().then((text) => { said.textContent = answer.ok ? text : `not sent: ${text.slice(0, 200)}`; }))
      .catch(() => { said.textContent = "not sent: the server does not answer"; });
  }

  function send(button) { button.form.requestSubmit(button); }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (busy && !event.key.startsWith("F")) { if (event.key !== "Tab") { held.push(event.key); event.preventDefault(); } return; }
    const target = event.target;
    if (typing(target)) {
      if (event.key === "Escape") target.blur();
      else if (event.key === "Enter" && target.id === "find") { event.preventDefault(); found(); }
      else if (event.key === "Enter" && target.id === "memo" && event.shiftKey === false) { event.preventDefault(); target.blur(); }
      return;
    }
    if (event.key === "Enter" && target.closest("button, a, summary")) return;
    if (event.key.startsWith("Arrow") || event.key === " " || event.key === "Tab") return;
    if (press(event.key)) event.preventDefault();
  });

  // find a code

  function found() {
    const first = $(".code:not(.lost) input[data-code-key]"), field = $("#find");
    field.value = "";
    all(".code").forEach((one) => one.classList.remove("lost"));
    field.blur();
    if (first) { frame(first.closest(".layer")); toggle(first, selection()); }
  }

  document.addEventListener("input", (event) => {
    if (event.target.id !== "find") return;
    const wanted = event.target.value.trim().toLowerCase();
    all(".code").forEach((one) => one.classList.toggle("lost", wanted !== "" && !one.textContent.toLowerCase().includes(wanted)));
  });
  document.addEventListener("change", (event) => {
    if (sheet && event.target.matches(".code input")) { frame(event.target.closest(".layer")); chosen(event.target, selection()); }
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-act]");
    if (button && sheet) ({ moment: newMoment, safety, keys })[button.dataset.act]();
  });

  // saving

  document.addEventListener("submit", (event) => {
    if (!event.target.closest("#bench")) return;
    if (busy) { event.preventDefault(); event.stopImmediatePropagation(); return; }
    if (sheet) {
      sheet.form.elements.moments.value = JSON.stringify(sheet.moments);
      sheet.form.elements.spans.value = JSON.stringify(sheet.spans);
    }
    busy = true;
  }, true);

  function free() {
    busy = false;
    const waiting = held;
    held = [];
    while (waiting.length) {
      if (busy) { held = waiting.concat(held); return; }
      press(waiting.shift());
    }
  }

  // the table of agreement is fetched by itself, and may come while a save is under way
  const ofSheet = (event) => { const { ctx } = event.detail || {}; return !ctx || !ctx.target || ctx.target.id === "bench"; };

  document.addEventListener("htmx:after:swap", (event) => {
    if (!busy || !bench() || !ofSheet(event)) return;
    begin();
    const head = $("#bench h1");
    if (head) head.focus({ preventScroll: true });
    window.scrollTo(0, 0);
    free();
  });
  document.addEventListener("htmx:error", (event) => {
    if (!busy || !ofSheet(event)) return;
    busy = false; held = [];
    tell("not saved: the server does not answer; try again");
  });

  begin();
})();
