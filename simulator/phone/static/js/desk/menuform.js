// What the chosen button of the menu is called, and does.

import { el, fill } from "../dom.js";
import { field } from "../fields.js";
import { named, t } from "../i18n.js";
import { icon } from "../icons.js";
import { at, TYPES } from "./menumodel.js";

const HINTS = { url: "https://", key: "KEY" };

export function drawForm(place, state, { changed, redraw, remove, move }) {
  if (!state.path) return fill(place, el("p", { class: "empty" }, t("menu.choose")));
  const button = at(state.buttons, state.path);
  const isParent = state.path.length === 1 && button.sub_button.length > 0;
  const set = (name) => (event) => {
    button[name] = event.target.value;
    changed();
  };
  const name = field({ name: "name", label: t("menu.name"), value: button.name });
  name.addEventListener("input", set("name"));
  const buttons = [
    el("button", { class: "quiet", "aria-label": t("menu.earlier"), title: t("menu.earlier"), onclick: () => move(-1) }, icon("back", 16)),
    el("button", { class: "quiet", "aria-label": t("menu.later"), title: t("menu.later"), onclick: () => move(1) }, icon("next", 16)),
    el("button", { class: "quiet", "aria-label": t("menu.remove"), title: t("menu.remove"), onclick: remove }, icon("trash", 16)),
  ];
  return fill(
    place,
    el("div", { class: "menu-form-head" }, el("h3", {}, button.name), buttons),
    name,
    isParent ? el("p", { class: "field-hint" }, t("menu.parent")) : actFields(button, set, redraw),
  );
}

function actFields(button, set, redraw) {
  const options = Object.keys(TYPES).map((type) => [type, `${named("button", type)} · ${type}`]);
  const choose = (event) => {
    for (const name of Object.values(TYPES).flat()) if (!TYPES[event.target.value].includes(name)) delete button[name];
    button.type = event.target.value;
    redraw();
  };
  const fields = (TYPES[button.type] ?? []).map((name) => {
    const made = field({ name, label: named("button.field", name), value: button[name], placeholder: HINTS[name] });
    made.addEventListener("input", set(name));
    return made;
  });
  return [field({ name: "type", label: t("menu.type"), type: "select", value: button.type, options, onchange: choose }), fields];
}
