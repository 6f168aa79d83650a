// The lines of a chat, dated as WeChat dates them; new ones are read out.

import { el, fill } from "../dom.js";
import { chatTime } from "../format.js";
import { t } from "../i18n.js";
import { store } from "../store.js";
import { bubble } from "./bubbles.js";
import { drawHint, hint } from "./hint.js";

const PAUSE = 300; // seconds of silence after which a line is dated
const NEAR = 120; // pixels from the end at which the chat follows what is new

export function chat(scope, openid, above) {
  const log = el("div", { class: "log", role: "log", "aria-live": "polite", "aria-label": t("chat.label") });
  const scroller = el("div", { class: "chat", tabindex: 0, "aria-label": t("chat.label"), role: "region" }, above, log);
  const hints = new Map(); // by the id of their delivery
  let last = 0;
  const add = (item) => {
    if (item.at - last > PAUSE) log.append(el("time", { class: "stamp" }, chatTime(item.at)));
    last = item.at;
    log.append(line(item, openid, hints));
  };
  const toEnd = () => {
    scroller.scrollTop = scroller.scrollHeight;
  };
  scope.on("chat", ({ user, item }) => {
    if (user !== openid) return;
    const near = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR;
    add(item);
    if (near || item.sender === "user") toEnd();
  });
  scope.on("delivery", ({ delivery }) => hints.get(delivery.id)?.forEach((made) => drawHint(made, delivery)));
  fill(log);
  store.users.get(openid).chat.forEach(add);
  if (!above) keepAtEnd(scroller, toEnd, scope);
  return scroller;
}

// The menu, a panel or the keyboard makes the chat smaller: its end stays in sight.
function keepAtEnd(scroller, toEnd, scope) {
  const observer = new ResizeObserver(toEnd);
  observer.observe(scroller);
  scope.atEnd(() => observer.disconnect());
}

function line(item, openid, hints) {
  const made = bubble(item, openid);
  made.dataset.kind = item.kind;
  made.dataset.sender = item.sender;
  if (item.delivery !== null && item.sender !== "account") {
    const linked = hint(item.delivery);
    hints.set(item.delivery, [...(hints.get(item.delivery) ?? []), linked]);
    made.append(linked);
  }
  return made;
}
