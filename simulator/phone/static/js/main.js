// Draws the page, and draws it anew when the language or the connection changes.

import { connect } from "./act.js";
import { Scope } from "./bus.js";
import { desk } from "./desk/desk.js";
import { el, fill } from "./dom.js";
import { header } from "./header.js";
import { tag, t } from "./i18n.js";
import { icon } from "./icons.js";
import { phones } from "./phone/phones.js";
import { rail } from "./phone/users.js";
import { store } from "./store.js";
import { mark, tabs } from "./tabs.js";
import { noteUnread, setScreen, settleShown, ui } from "./ui.js";

const page = document.getElementById("page");
let drawn = new Scope();

function draw() {
  drawn.end();
  drawn = new Scope();
  document.documentElement.lang = tag();
  document.title = t("title");
  page.className = `page show-${ui.screen}`;
  if (store.settings) fill(page, header(drawn), rail(drawn), phones(drawn), desk(drawn), screens(drawn));
  else fill(page, header(drawn), el("p", { class: "empty waiting" }, t("live.connecting")));
}

// On a narrow window: the phone or what is behind it.
function screens(scope) {
  const items = [
    { key: "phone", content: [icon("phone", 20), t("screen.phone")] },
    { key: "desk", content: [icon("pulse", 20), t("screen.desk")] },
  ];
  const list = tabs(items, { selected: ui.screen, choose: setScreen, label: t("screen.label"), className: "screens" });
  scope.on("screen", (screen) => mark(list, screen));
  return list;
}

const always = new Scope();
always.on("language", draw);
always.on("screen", (screen) => {
  page.className = `page show-${screen}`;
});
always.on("chat", ({ user, item }) => noteUnread(user, item));
always.on("user", () => {
  if (ui.shown.length) return;
  settleShown();
  draw();
});
always.on("state", () => {
  settleShown();
  if (!store.deliveries.has(ui.selected)) ui.selected = null;
  draw();
});

draw();
connect();
