// Everybody with WeChat on the phone, in a column: who is shown, who has unread messages.

import { act } from "../act.js";
import { ask } from "../dialog.js";
import { el, fill } from "../dom.js";
import { hue } from "../format.js";
import { t } from "../i18n.js";
import { icon } from "../icons.js";
import { store } from "../store.js";
import { tabs } from "../tabs.js";
import { currentUser, showUser, ui } from "../ui.js";

export function rail(scope) {
  const column = el("nav", { class: "rail", "aria-label": t("users.label") });
  let drawn = "";
  const draw = () => {
    const looks = JSON.stringify([[...store.users.values()].map(look), ui.shown, ui.active]);
    if (looks === drawn) return; // a click may be under way
    drawn = looks;
    const focused = column.contains(document.activeElement) && document.activeElement.dataset.key;
    fill(column, list(), addButton());
    if (focused) column.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
  };
  let planned = false;
  // A burst makes many users at once: one drawing is enough.
  scope.on("user unread shown active", () => {
    if (planned) return;
    planned = true;
    queueMicrotask(() => {
      planned = false;
      draw();
    });
  });
  draw();
  return column;
}

const look = ({ openid, nickname, following }) => [openid, nickname, following, ui.unread.get(openid)];

function list() {
  const items = [...store.users.values()].map((user) => ({
    key: user.openid,
    label: describe(user),
    content: [
      avatar(user),
      el("span", { class: "rail-name" }, user.nickname),
      ui.unread.has(user.openid) && el("span", { class: "badge" }, String(Math.min(99, ui.unread.get(user.openid)))),
    ],
  }));
  const options = { selected: currentUser()?.openid, choose: showUser, label: t("users.label"), vertical: true };
  const made = tabs(items, { ...options, className: "people" });
  for (const tab of made.children) {
    tab.classList.toggle("on-screen", ui.shown.includes(tab.dataset.key));
    tab.classList.toggle("stranger", !store.users.get(tab.dataset.key).following);
  }
  return made;
}

function describe(user) {
  const unread = ui.unread.get(user.openid);
  const words = [user.nickname];
  if (!user.following) words.push(t("users.stranger"));
  if (unread) words.push(t("users.unread", { count: unread }));
  return words.join(", ");
}

export function avatar(user, className = "") {
  const [letter = "?"] = user.nickname;
  const style = { "--hue": hue(user.openid) };
  return el("span", { class: `avatar ${className}`, style, "aria-hidden": "true" }, letter.toUpperCase());
}

function addButton() {
  const add = async () => {
    const fields = [{ name: "nickname", label: t("users.nickname"), required: true, maxlength: 30 }];
    const values = await ask(t("users.add"), fields, { submit: t("users.add") });
    if (values) await act("add_user", values);
  };
  return el("button", { class: "rail-add", "aria-label": t("users.add"), title: t("users.add"), onclick: add }, icon("plus", 20));
}
