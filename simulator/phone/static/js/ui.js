// What the page itself remembers: language, open tab, whose phones are shown, what is unread.

import { emit } from "./bus.js";
import { store } from "./store.js";

const KEPT = "wechat-simulator";

function kept() {
  try {
    return JSON.parse(localStorage.getItem(KEPT)) ?? {};
  } catch {
    return {}; // no storage, or not ours
  }
}

export const ui = {
  language: "",
  tab: "timeline",
  two: false,
  screen: "phone", // or "desk": which one a narrow window shows
  shown: [], // one or two openids
  active: 0, // which of them a choice in the list of users replaces
  selected: null, // id of a delivery
  unread: new Map(),
  drafts: new Map(),
  keyboards: new Set(), // openids whose composer is open although there is a menu
  ...Object.fromEntries(Object.entries(kept()).filter(([name]) => ["language", "two", "shown"].includes(name))),
};

export function keep() {
  try {
    const { language, two, shown } = ui;
    localStorage.setItem(KEPT, JSON.stringify({ language, two, shown }));
  } catch {
    // a browser may refuse storage; then nothing is remembered
  }
}

// Leave only users that there are, and show as many as are asked for.
export function settleShown() {
  const known = [...store.users.keys()];
  const shown = Array.isArray(ui.shown) ? ui.shown.filter((openid) => known.includes(openid)) : [];
  const wanted = ui.two ? 2 : 1;
  while (shown.length < Math.min(wanted, known.length)) shown.push(known.find((openid) => !shown.includes(openid)));
  ui.shown = shown.slice(0, wanted);
  ui.active = Math.min(ui.active, Math.max(0, ui.shown.length - 1));
  for (const openid of ui.shown) ui.unread.delete(openid);
  keep();
}

export function currentUser() {
  return store.users.get(ui.shown[ui.active]);
}

export function showUser(openid) {
  if (ui.shown.includes(openid)) ui.active = ui.shown.indexOf(openid);
  else ui.shown[ui.active] = openid;
  settleShown();
  emit("shown");
}

export function setTwo(two) {
  ui.two = two;
  settleShown();
  emit("shown");
}

export function setActive(index) {
  if (ui.active === index) return;
  ui.active = index;
  emit("active");
}

export function selectDelivery(id) {
  ui.selected = id;
  if (id !== null) openTab("timeline");
  emit("selected", id);
}

export function openTab(tab) {
  ui.tab = tab;
  setScreen("desk");
  emit("tab", tab);
}

export function setScreen(screen) {
  ui.screen = screen;
  emit("screen", screen);
}

export function noteUnread(openid, item) {
  if (item.sender === "user" || ui.shown.includes(openid)) return;
  ui.unread.set(openid, (ui.unread.get(openid) ?? 0) + 1);
  emit("unread", openid);
}
