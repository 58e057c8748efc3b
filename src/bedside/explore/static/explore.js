// The explorer's own script. Everything can be read without it; it adds the session's sign to requests of htmx.
"use strict";
document.addEventListener("htmx:config:request", (event) => {
  const request = (event.detail.ctx || event.detail).request || {};
  request.headers = request.headers || {};
  request.headers["X-Sign"] = document.body.dataset.sign;
});
