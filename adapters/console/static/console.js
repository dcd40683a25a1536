// What a page does by itself: a theme that is kept, search by "/", copies, times that go on.
(() => {
  "use strict";
  const root = document.documentElement;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  root.classList.add("scripted");

  const isDark = () =>
    root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;

  const switchTheme = () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    document.cookie = `tieline-theme=${root.dataset.theme}; path=/; max-age=31536000; samesite=lax`;
  };

  // a toast is told to screen readers where the page is not read anew
  const say = (words) => {
    const toast = document.createElement("div");
    toast.className = "toast quiet";
    toast.textContent = words;
    document.getElementById("toasts").append(toast);
    setTimeout(() => toast.remove(), 4000);
  };

  const copy = async (button) => {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      say(`Copied ${button.dataset.copy}`);
    } catch {
      say("The browser does not let this page copy.");
    }
  };

  const UNITS = [[60, 1, "s"], [3600, 60, "min"], [86400, 3600, "h"], [5184000, 86400, "d"]];
  const ago = (time) => {
    const seconds = (Date.now() - Date.parse(time)) / 1000;
    const unit = UNITS.find(([most]) => Math.abs(seconds) < most);
    if (!unit) return null;
    if (Math.abs(seconds) < 1) return "now";
    const count = `${Math.floor(Math.abs(seconds) / unit[1])} ${unit[2]}`;
    return seconds > 0 ? `${count} ago` : `in ${count}`;
  };
  const goOn = () => {
    for (const time of all("time[datetime]")) {
      const words = ago(time.dateTime);
      if (words && words !== time.textContent) time.textContent = words;
    }
  };

  const isTyping = (element) => element && element.matches("input, textarea, select, [contenteditable]");

  const ready = (within) => {
    for (const each of all("button.copy[hidden], #theme[hidden]", within)) each.hidden = false;
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.matches(".copy")) copy(button);
    if (button?.matches("[data-dismiss]")) button.closest(".toast").remove();
    if (button?.id === "theme") switchTheme();
    for (const menu of all("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !isTyping(event.target) && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      document.getElementById("q").focus();
    }
    if (event.key === "Escape") {
      for (const menu of all("details.menu[open]")) {
        menu.open = false;
        menu.querySelector("summary").focus();
      }
    }
  });

  document.addEventListener("input", (event) => {
    if (event.target.id === "at-version") document.getElementById("at-version-says").textContent = event.target.value;
  });

  // what is left blank does not stand in an address
  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.verb !== "get") return;
    const form = event.detail.parameters;
    for (const [name, value] of Object.entries(form)) if (value === "") delete form[name];
  });

  // where the places are a strip, the one that is looked at is in sight
  const places = document.querySelector(".places");
  const current = places?.querySelector("[aria-current]");
  if (current) places.scrollLeft = current.offsetLeft - places.offsetLeft - 32;

  ready(document);
  document.addEventListener("htmx:afterSwap", () => { ready(document); goOn(); });
  setInterval(goOn, 10000);

  // what was done is told once, not again by a reload
  const here = new URL(location.href);
  if (here.searchParams.has("did") || here.searchParams.has("done")) {
    here.searchParams.delete("did");
    here.searchParams.delete("done");
    history.replaceState(history.state, "", here);
    const live = document.getElementById("live");
    if (live) live.setAttribute("hx-get", here.pathname + here.search);
  }
  setTimeout(() => all(".toasts .toast").forEach((each) => each.remove()), 6000);
})();
