// The account's menu: up to three buttons, each an act or a list of up to five.

import { el } from "../dom.js";
import { t } from "../i18n.js";
import { icon } from "../icons.js";
import { store } from "../store.js";
import { tap } from "./tapping.js";

export const subButtons = (button) => button.sub_button?.list ?? button.sub_button ?? [];

export function menuBar(openid, toKeyboard) {
  const label = t("composer.keyboard");
  return el(
    "div",
    { class: "menu-bar", role: "group", "aria-label": t("composer.menu") },
    el("button", { class: "bare swap", "aria-label": label, title: label, onclick: toKeyboard }, icon("keyboard", 26)),
    store.menu.map((button, index) => (subButtons(button).length ? parent(openid, button, index) : leaf(openid, button, index))),
  );
}

function leaf(openid, button, index) {
  return el("div", { class: "menu-top" }, el("button", { class: "menu-button", onclick: () => tap(openid, button, [index]) }, button.name));
}

function parent(openid, button, index) {
  const opener = el(
    "button",
    { class: "menu-button", "aria-haspopup": "menu", "aria-expanded": "false", onclick: () => toggle() },
    icon("bars", 14),
    button.name,
  );
  const items = subButtons(button).map((sub, at) =>
    el("button", { role: "menuitem", tabindex: -1, onclick: () => choose(sub, at) }, sub.name),
  );
  const popup = el("div", { class: "menu-popup", role: "menu", "aria-label": button.name, hidden: true }, items);
  const place = el("div", { class: "menu-top" }, opener, popup);
  const toggle = (open = popup.hidden) => {
    popup.hidden = !open;
    opener.setAttribute("aria-expanded", String(open));
    if (open) items[0].focus();
  };
  const choose = (sub, at) => {
    toggle(false);
    opener.focus();
    tap(openid, sub, [index, at]);
  };
  place.addEventListener("keydown", (event) => onKey(event, items, opener, toggle));
  place.addEventListener("focusout", (event) => {
    // A click on the opener itself closes the list by its own.
    if (!place.contains(event.relatedTarget)) toggle(false);
  });
  return place;
}

function onKey(event, items, opener, toggle) {
  const at = items.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
  if (event.key === "Escape") {
    toggle(false);
    opener.focus();
  } else if (to !== undefined) {
    event.preventDefault();
    toggle(true);
    items.at(to % items.length).focus();
  }
}
