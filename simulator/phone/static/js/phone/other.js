// Every other kind of message and event, with values that the simulator makes up.

import { act } from "../act.js";
import { sheet } from "../dialog.js";
import { el } from "../dom.js";
import { named, t } from "../i18n.js";
import { store } from "../store.js";

export function otherSheet(openid) {
  return sheet(t("plus.more"), () => otherKinds(() => openid), "tall");
}

// `whose` returns the openid of who sends.
export function otherKinds(whose) {
  const { messages, events } = store.settings;
  return el(
    "div",
    { class: "kinds" },
    group(t("other.messages"), messages, "kind", (kind) => act("message", { user: whose(), kind })),
    group(t("other.events"), events, "event", (name) => act("event", { user: whose(), name })),
  );
}

function group(title, names, words, begin) {
  const buttons = names.map((name) =>
    el("button", { class: "chip-button", title: named(words, name), onclick: () => begin(name) }, name),
  );
  return [el("h3", {}, title), el("div", { class: "presets" }, buttons)];
}
