// The explorer's own script. Everything can be read without it; it adds the session's sign to requests of htmx.
"use strict";
document.addEventListener("htmx:config:request", (event) => {
  const request = (event.detail.ctx || event.detail).request || {};
  request.headers = request.headers || {};
  request.headers["X-Sign"] = document.body.dataset.sign;
});

// In the list of posts, once it holds the focus: j and k move, o opens, / goes to the search.
const posts = [...document.querySelectorAll(".posts article.post")];
posts.forEach((post) => { post.tabIndex = 0; });
document.querySelector(".posts")?.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.target.matches("input,textarea,select")) return;
  const at = posts.indexOf(event.target.closest("article.post"));
  const to = { j: at + 1, k: at - 1 }[event.key];
  if (to !== undefined && posts[to]) { posts[to].focus(); event.preventDefault(); }
  if (event.key === "o" && at >= 0) posts[at].querySelector("footer a")?.click();
  if (event.key === "/") { document.getElementById("q")?.focus(); event.preventDefault(); }
});
