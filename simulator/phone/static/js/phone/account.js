// The account as its followers see it: a name, a picture.

import { el, svg } from "../dom.js";
import { t } from "../i18n.js";
import { store } from "../store.js";

export function accountName() {
  return t(store.settings.account.kind.endsWith("subscription") ? "account.subscription" : "account.service");
}

export function accountAvatar(className = "") {
  const leaf = "M6 25c0-11 7-18 20-18 0 13-7 20-18 20 2-6 5-10 10-13-6 2-9.500 5.500-12 11z";
  const drawing = svg("svg", { viewBox: "0 0 32 32" }, svg("path", { d: leaf, fill: "#fff" }));
  return el("span", { class: `avatar of-account ${className}`, "aria-hidden": "true" }, drawing);
}
