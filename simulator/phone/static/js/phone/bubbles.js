// One line of the chat: whose it is, and where it stands; cards.js draws the rest.

import { el } from "../dom.js";
import { named, t } from "../i18n.js";
import { store } from "../store.js";
import { accountAvatar } from "./account.js";
import { CARDS, other } from "./cards.js";
import { avatar } from "./users.js";

const WIDE = new Set(["news", "template", "mpnews"]); // as wide as the chat, without an avatar

export function bubble(item, openid) {
  if (item.kind === "event") return event(item);
  if (item.sender === "system") return system(item);
  const body = (CARDS[item.kind] ?? other)(item, openid);
  const marked = item.pushed && el("span", { class: "from-service" }, t("chat.service"));
  if (item.sender === "user") {
    return el("div", { class: "line mine" }, el("div", { class: "said" }, body), avatar(store.users.get(openid)));
  }
  if (WIDE.has(item.kind)) return el("div", { class: "line wide" }, el("div", { class: "said" }, body, marked));
  return el("div", { class: "line theirs" }, accountAvatar(), el("div", { class: "said" }, body, marked));
}

function system(item) {
  return el("div", { class: `line note ${item.kind}` }, el("span", {}, item.content.content));
}

function event(item) {
  const { name, detail } = item.content;
  return el("div", { class: "line note event" }, el("span", {}, el("b", {}, named("act", name)), detail && ` ${detail}`));
}
