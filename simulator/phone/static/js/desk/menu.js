// A menu for the account, made by hand: three buttons, five below each; or as JSON.

import { act } from "../act.js";
import { el, fill } from "../dom.js";
import { t } from "../i18n.js";
import { icon } from "../icons.js";
import { store } from "../store.js";
import { toast } from "../toast.js";
import { drawForm } from "./menuform.js";
import { addButton, at, editable, moveButton, plainButtons, removeButton, SAMPLE } from "./menumodel.js";
import { menuPreview } from "./menupreview.js";

export function menuEditor(scope) {
  const place = el("div", { class: "menu-editor" });
  const state = { buttons: editable(store.menu), path: null, json: false };
  const draw = () => fill(place, tools(state, draw), state.json ? jsonEditor(state) : visual(state, draw), publish(state, draw));
  scope.on("menu", () => {
    Object.assign(state, { buttons: editable(store.menu), path: null });
    draw();
  });
  draw();
  return [el("p", { class: "panel-about" }, t("menu.about")), place];
}

function tools(state, draw) {
  const load = () => {
    Object.assign(state, { buttons: editable(SAMPLE), path: null });
    draw();
  };
  const flip = () => {
    if (state.json && !readJson(state)) return;
    state.json = !state.json;
    draw();
  };
  return el(
    "div",
    { class: "tools" },
    el("button", { class: "chip-button", onclick: load }, t("menu.sample")),
    el("button", { class: "chip-button", "aria-pressed": String(state.json), onclick: flip }, "JSON"),
  );
}

function visual(state, draw) {
  const form = el("div", { class: "menu-form" });
  const choose = (path) => {
    state.path = path;
    draw();
    place.querySelector("input")?.focus();
  };
  const preview = menuPreview(state, {
    choose,
    add: (parent) => choose(addButton(state.buttons, parent, t("menu.new"))),
  });
  const place = el("div", { class: "menu-visual" }, preview, form);
  drawForm(form, state, {
    changed: () => preview.rename(at(state.buttons, state.path)),
    redraw: draw,
    remove: () => {
      removeButton(state.buttons, state.path);
      state.path = null;
      draw();
    },
    move: (by) => choose(moveButton(state.buttons, state.path, by)),
  });
  return place;
}

function jsonEditor(state) {
  const value = JSON.stringify({ button: plainButtons(state.buttons) }, null, 2);
  const oninput = (event) => {
    state.text = event.target.value;
  };
  state.text = value;
  return el("textarea", { class: "json", rows: 22, spellcheck: "false", "aria-label": "JSON", value, oninput });
}

// As the API takes it, {"button": […]}, or the list alone.
function readJson(state) {
  try {
    const parsed = JSON.parse(state.text);
    const buttons = Array.isArray(parsed) ? parsed : (parsed.button ?? parsed.menu?.button);
    Object.assign(state, { buttons: editable(buttons), path: null });
    return true;
  } catch (error) {
    toast(`JSON: ${error.message}`, "error");
    return false;
  }
}

function publish(state, draw) {
  const send = async () => {
    if (state.json && !readJson(state)) return;
    if (await act("menu", { buttons: plainButtons(state.buttons) })) toast(t("menu.published"));
  };
  const revert = () => {
    Object.assign(state, { buttons: editable(store.menu), path: null });
    draw();
  };
  return el(
    "div",
    { class: "form-end" },
    store.menu && el("button", { class: "danger", onclick: () => act("menu", { buttons: null }) }, icon("trash", 16), t("menu.delete")),
    el("span", { class: "gap" }),
    el("button", { class: "plain", onclick: revert }, t("menu.revert")),
    el("button", { class: "primary", disabled: !state.buttons.length, onclick: send }, t("menu.publish")),
  );
}
