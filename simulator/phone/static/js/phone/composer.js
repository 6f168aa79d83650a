// The bar below the chat: the account's menu, or where the user writes; one at a time.

import { el, fill } from "../dom.js";
import { t } from "../i18n.js";
import { icon } from "../icons.js";
import { store } from "../store.js";
import { ui } from "../ui.js";
import { emojiPanel } from "./emoji.js";
import { menuBar } from "./menubar.js";
import { plusPanel } from "./plus.js";
import { send, sendVoice } from "./sending.js";

const TALLEST = 120; // pixels of the field while it grows with its text

export function composer(scope, openid) {
  const place = el("div", { class: "composer" });
  const draw = (focus = false) => {
    const writes = !store.menu?.length || ui.keyboards.has(openid);
    place.classList.toggle("with-menu", !writes);
    fill(place, writes ? writing(openid, () => swap(false)) : menuBar(openid, () => swap(true)));
    if (focus) place.querySelector("textarea, .menu-bar button").focus();
  };
  const swap = (writes) => {
    if (writes) ui.keyboards.add(openid);
    else ui.keyboards.delete(openid);
    draw(true);
  };
  scope.on("menu", () => draw());
  draw();
  return place;
}

function writing(openid, toMenu) {
  const panel = el("div", { class: "panel-place" });
  const field = textField(openid);
  const sendButton = el("button", { class: "primary send", onclick: () => sendText(openid, field) }, t("send"));
  const plus = toggle("add", "composer.plus", panel, () => plusPanel(openid));
  const face = toggle("face", "composer.emoji", panel, () => emojiPanel(field));
  const drawSend = () => {
    sendButton.hidden = !field.value.trim();
    plus.hidden = !sendButton.hidden;
    fit(field);
  };
  field.addEventListener("input", drawSend);
  queueMicrotask(drawSend);
  const label = t("composer.voice");
  return [
    el(
      "div",
      { class: "bar" },
      store.menu?.length && button("bars", t("composer.menu"), toMenu),
      button("voice", label, () => sendVoice(openid)),
      field,
      face,
      plus,
      sendButton,
    ),
    panel,
  ];
}

const button = (drawing, label, onclick) => el("button", { class: "bare", "aria-label": label, title: label, onclick }, icon(drawing, 28));

function toggle(drawing, key, panel, build) {
  const flip = (event) => {
    const open = panel.dataset.of === key;
    for (const other of event.currentTarget.parentNode.querySelectorAll("[aria-expanded]")) other.setAttribute("aria-expanded", "false");
    panel.dataset.of = open ? "" : key;
    event.currentTarget.setAttribute("aria-expanded", String(!open));
    fill(panel, open ? null : build());
  };
  const made = button(drawing, t(key), flip);
  made.setAttribute("aria-expanded", "false");
  return made;
}

function textField(openid) {
  const field = el("textarea", {
    rows: 1,
    "aria-label": t("composer.text"),
    value: ui.drafts.get(openid) ?? "",
    oninput: () => ui.drafts.set(openid, field.value),
    onkeydown: (event) => {
      // While an input method is composing, Enter chooses a word.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      sendText(openid, field);
    },
  });
  return field;
}

async function sendText(openid, field) {
  const content = field.value;
  if (!content.trim()) return;
  write(field, "");
  field.focus();
  if (!(await send(openid, "text", { content })) && !field.value) write(field, content);
}

function write(field, text) {
  field.value = text;
  field.dispatchEvent(new Event("input"));
}

function fit(field) {
  field.style.height = "auto";
  field.style.height = `${Math.min(field.scrollHeight, TALLEST)}px`;
}
