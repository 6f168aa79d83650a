// The menu as it will be at the foot of the phone, its lists open; each button can be chosen.

import { el } from "../dom.js";
import { t } from "../i18n.js";
import { icon } from "../icons.js";
import { MOST_SUBS, MOST_TOPS } from "./menumodel.js";

export function menuPreview(state, { choose, add }) {
  let chosen = null;
  const button = (made, path) => {
    const isChosen = String(path) === String(state.path);
    const node = el("button", { class: "preview-button", "aria-pressed": String(isChosen), onclick: () => choose(path) }, made.name || "…");
    if (isChosen) chosen = node;
    return node;
  };
  const adder = (label, parent) => el("button", { class: "preview-add", "aria-label": label, title: label, onclick: () => add(parent) }, icon("plus", 16));
  const column = (top, index) => {
    const subs = top.sub_button.map((sub, sub_index) => button(sub, [index, sub_index]));
    const more = subs.length < MOST_SUBS && adder(t("menu.add_sub", { name: top.name }), index);
    return el("div", { class: "preview-column" }, el("div", { class: "preview-subs" }, more, subs), button(top, [index]));
  };
  const columns = state.buttons.map(column);
  if (columns.length < MOST_TOPS) columns.push(el("div", { class: "preview-column" }, adder(t("menu.add_top"), null)));
  const preview = el("div", { class: "menu-preview", role: "group", "aria-label": t("tab.menu") }, columns);
  preview.rename = ({ name }) => {
    chosen.textContent = name || "…";
  };
  return preview;
}
