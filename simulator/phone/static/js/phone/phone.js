// The phone of one user, open at the chat with the account.

import { el, fill, svg } from "../dom.js";
import { t } from "../i18n.js";
import { icon } from "../icons.js";
import { store } from "../store.js";
import { setActive } from "../ui.js";
import { accountName } from "./account.js";
import { chat } from "./chat.js";
import { composer } from "./composer.js";
import { profileCard } from "./profile.js";
import { personSheet } from "./person.js";
import { avatar } from "./users.js";

export function phone(scope, openid, index) {
  const screen = el("div", { class: "screen" });
  const caption = el("footer", { class: "caption" });
  let within = scope.child();
  let following = null;
  const user = () => store.users.get(openid);
  const draw = () => {
    within.end();
    within = scope.child();
    following = user().following;
    const below = following ? composer(within, openid) : null;
    const above = following ? null : profileCard(openid);
    fill(screen, statusBar(within), titleBar(within, openid), chat(within, openid, above), below);
  };
  const changed = ({ user: now }) => {
    if (now.openid !== openid) return;
    if (now.following !== following) draw();
    drawCaption(caption, user());
  };
  scope.on("user", changed);
  draw();
  drawCaption(caption, user());
  const options = { class: "phone", "aria-label": t("phone.of", { name: user().nickname }), dataset: { openid } };
  return el("section", { ...options, onfocusin: () => setActive(index) }, el("div", { class: "case" }, screen), caption);
}

function statusBar(scope) {
  const time = el("b");
  const tick = () => fill(time, new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" }));
  const ticking = setInterval(tick, 5000);
  scope.atEnd(() => clearInterval(ticking));
  tick();
  const bars = [0, 1, 2, 3].map((i) =>
    svg("rect", { x: 1 + i * 4.5, y: 9 - i * 2.3, width: 3, height: 3 + i * 2.3, rx: 0.8, fill: "currentColor" }),
  );
  const battery = [
    svg("rect", { x: 24.5, y: 1.5, width: 20, height: 10.5, rx: 3, fill: "none", stroke: "currentColor", opacity: 0.45 }),
    svg("rect", { x: 26.2, y: 3.2, width: 14, height: 7.1, rx: 1.6, fill: "currentColor" }),
    svg("rect", { x: 45.6, y: 5, width: 1.6, height: 3.6, rx: 0.8, fill: "currentColor", opacity: 0.45 }),
  ];
  return el(
    "div",
    { class: "status-bar", "aria-hidden": "true" },
    time,
    el("i"),
    svg("svg", { viewBox: "0 0 48 13", width: 48, height: 13 }, ...bars, ...battery),
  );
}

function titleBar(scope, openid) {
  const title = el("h2", { "aria-live": "polite" });
  const draw = () => fill(title, store.users.get(openid).typing ? t("chat.typing") : accountName());
  scope.on("user", ({ user }) => user.openid === openid && draw());
  scope.on("settings", draw);
  draw();
  const options = { class: "bare", "aria-label": t("person.title"), onclick: () => personSheet(openid) };
  return el("div", { class: "title-bar" }, el("span", { class: "back" }, icon("back", 22)), title, el("button", options, icon("person", 22)));
}

function drawCaption(caption, user) {
  const left = user.quota?.left;
  fill(
    caption,
    avatar(user, "tiny"),
    el("b", {}, user.nickname),
    el("code", { title: user.openid }, user.openid),
    left > 0 && el("span", { class: "chip", title: t("quota.hint") }, t("quota.left", { count: left })),
  );
}
