// Keeps a page live: on an event that concerns it, its live part is fetched again. A page names the
// events in data-live on its body; without this script it stays as it was when it was fetched.
(() => {
  "use strict";
  const { live: address, pace } = document.body.dataset;
  if (!address) return;

  const seen = new Map(); // stream -> the highest version that was heard of
  let last = null; // the last position
  let stream = null;
  let waiting = null;
  let open = new Set();
  let before = new Map();

  const pulse = (state, words) => {
    const element = document.getElementById("pulse");
    element.dataset.state = state;
    element.title = words;
    document.getElementById("pulse-words").textContent = words;
  };

  const refresh = () => {
    if (waiting) return;
    waiting = setTimeout(() => {
      waiting = null;
      const part = document.getElementById("live");
      // who looks at the past is left there
      if (part && !part.querySelector(".past")) htmx.trigger(part, "news");
    }, Number(pace));
  };

  const heard = (block) => {
    let id = null, data = null;
    for (const line of block.split("\n")) {
      if (line.startsWith("id: ")) id = line.slice(4);
      if (line.startsWith("data: ")) data = line.slice(6);
    }
    if (id !== null) last = id;
    if (data === null) return;
    const [, of, version] = JSON.parse(data).id.match(/^(.*)\/(\d+)$/) ?? [];
    if (of) seen.set(of, Math.max(Number(version), seen.get(of) ?? 0));
    refresh();
  };

  const read = async (response) => {
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const blocks = (rest + value).split("\n\n");
      rest = blocks.pop();
      blocks.forEach(heard);
    }
  };

  const follow = async () => {
    const mine = new AbortController();
    stream = mine;
    while (!mine.signal.aborted) {
      try {
        const headers = { Accept: "text/event-stream" };
        if (last !== null) headers["Last-Event-ID"] = last;
        const response = await fetch(address, { headers, signal: mine.signal });
        if (response.status === 401 || response.status === 403) {
          refresh(); // the answer says so above the page
          return pulse("off", "Signed out");
        }
        if (response.status === 400) last = null; // another log: this place is none of it
        if (response.ok) {
          pulse("on", "Live");
          await read(response);
        }
      } catch { /* it broke off: the next one goes on where this one ended */ }
      if (mine.signal.aborted) return;
      pulse("off", "Connecting");
      await new Promise((go) => setTimeout(go, 2000));
    }
  };

  // browsers keep few connections to one server: a page that nobody sees holds none
  const turn = () => {
    if (document.hidden) {
      stream?.abort();
      stream = null;
      pulse("off", "Paused");
    } else if (!stream) {
      if (last !== null) refresh();
      follow();
    }
  };

  document.addEventListener("htmx:configRequest", (event) => {
    if (!event.detail.elt.matches("#live") || !seen.size) return;
    const wanted = [...seen].slice(-40).map(([of, version]) => `${of}/${version}`);
    event.detail.headers["Tieline-At-Least"] = wanted.join(", ");
    seen.clear();
  });

  // a fetch takes nothing away from somebody who is reading: what is open stays so
  const texts = () =>
    new Map([...document.querySelectorAll("[data-watch]")].map((each) => [each.dataset.watch, each.textContent.trim()]));
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target.id !== "live") return;
    open = new Set([...document.querySelectorAll("details[open]")].map((each) => each.id));
    before = texts();
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id !== "live") return;
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
    for (const each of document.querySelectorAll("[data-watch]")) {
      const was = before.get(each.dataset.watch);
      if (was !== undefined && was !== each.textContent.trim()) each.classList.add("changed");
    }
  });

  document.addEventListener("visibilitychange", turn);
  addEventListener("pagehide", () => stream?.abort());
  turn();
})();
