// What the console does in the browser alone: the drawer, the colours, counters that run, the badge, and telling the
// server that somebody is still there.
(() => {
  const PREFIX = document.currentScript.dataset.prefix;
  const ALIVE_EVERY = 5 * 60 * 1000;
  let acted = false;
  let unread = 0;
  let title = document.title;

  const post = (path) => fetch(PREFIX + path, { method: "POST", credentials: "same-origin" });

  window.deskNav = (open) => {
    document.body.classList.toggle("desk-nav-open", open);
    const target = open ? ".desk-nav a" : ".desk-top button";
    document.querySelector(target)?.focus();
  };

  window.deskTheme = (theme) => {
    const year = 365 * 24 * 3600;
    document.cookie = `tanggap_theme=${theme}; path=${PREFIX}; max-age=${year}; SameSite=Lax`;
    document.body.dataset.theme = theme;
    Quasar.Dark.set(theme === "auto" ? "auto" : theme === "dark");
  };

  document.body.dataset.theme = /(?:^|; )tanggap_theme=(light|dark)/.exec(document.cookie)?.[1] ?? "auto";

  window.deskSignOut = async () => {
    await post("/sign-out");
    location.assign(PREFIX + "/sign-in");
  };

  window.deskUnread = (number) => {
    unread = number;
    document.title = unread ? `(${unread}) ${title}` : title;
  };
  window.deskTitle = (text) => {
    title = text;
    window.deskUnread(unread);
  };

  const UNITS = document.documentElement.lang.startsWith("en")
    ? { d: "d", h: "h", m: "min", s: "s", ago: "{} ago", left: "{} left", over: "{} over", now: "just now" }
    : { d: "hari", h: "jam", m: "mnt", s: "dtk", ago: "{} lalu", left: "{} lagi", over: "lewat {}", now: "baru saja" };

  const span = (seconds) => {
    const parts = [
      [Math.floor(seconds / 86400), UNITS.d],
      [Math.floor((seconds % 86400) / 3600), UNITS.h],
      [Math.floor((seconds % 3600) / 60), UNITS.m],
      [seconds % 60, UNITS.s],
    ];
    let first = parts.findIndex(([number]) => number);
    if (first < 0) first = 3;
    const shown = parts.slice(first, first + (first < 2 ? 2 : 1)).filter(([number]) => number);
    return shown.map(([number, unit]) => `${number} ${unit}`).join(" ") || `0 ${UNITS.s}`;
  };

  const count = () => {
    const now = Math.floor(Date.now() / 1000);
    for (const element of document.querySelectorAll(".desk-counter[data-at]")) {
      const away = Number(element.dataset.at) - now;
      let text;
      if (element.dataset.way === "left") {
        text = (away < 0 ? UNITS.over : UNITS.left).replace("{}", span(Math.abs(away)));
        if (away < 0) element.closest(".desk-chip")?.classList.add("desk-chip-bad");
      } else {
        text = -away < 60 ? UNITS.now : UNITS.ago.replace("{}", span(-away));
      }
      if (element.textContent !== text) element.textContent = text;
    }
  };
  window.deskCount = count;
  setInterval(count, 1000);

  for (const kind of ["pointerdown", "keydown", "wheel", "touchstart"]) {
    addEventListener(kind, () => (acted = true), { passive: true, capture: true });
  }
  setInterval(async () => {
    if (!acted) return;
    acted = false;
    const answer = await post("/session").catch(() => null);
    if (answer?.status === 401) location.assign(PREFIX + "/sign-in?ended=1");
  }, ALIVE_EVERY);

  addEventListener("keydown", (event) => event.key === "Escape" && window.deskNav(false));
})();
