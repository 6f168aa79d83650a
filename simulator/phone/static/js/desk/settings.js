// The account as its console has it, and what goes wrong to order. Each change takes effect at once.

import { el, fill } from "../dom.js";
import { field, valueOf } from "../fields.js";
import { named, t } from "../i18n.js";
import { store } from "../store.js";
import { apiFaults } from "./apifaults.js";
import { configure } from "./configure.js";
import { verification } from "./verification.js";

export function settings(scope) {
  const groups = el("div", { class: "settings" });
  const draw = () => {
    const { name, value, tagName, type } = groups.contains(document.activeElement) ? document.activeElement : {};
    if (tagName === "SELECT") return; // it may be open
    fill(groups, account(), verified, group("faults"), group("rules"), section("api", apiFaults()));
    const again = name && groups.querySelector(`[name="${CSS.escape(name)}"]`);
    if (!again) return;
    if (type !== "checkbox") again.value = value; // it may be half written
    again.focus();
  };
  const verified = verification(scope);
  scope.on("settings", draw);
  draw();
  return groups;
}

function account() {
  const { account: now, modes, kinds } = store.settings;
  const change = (name) => (event) => configure("account", name, event.target.value);
  const fields = [
    { name: "url", label: t("account.url"), type: "url", value: now.url, onchange: change("url") },
    { name: "mode", label: t("account.mode"), type: "select", value: now.mode, options: modes.map((mode) => [mode, t(`mode.${mode}`)]), onchange: change("mode") },
    { name: "kind", label: t("account.kind"), type: "select", value: now.kind, options: kinds.map((kind) => [kind, named("kind_of_account", kind)]), onchange: change("kind") },
  ];
  const facts = [["AppID", now.app_id], [t("account.original_id"), now.original_id], ["EncodingAESKey", t(now.has_key ? "account.has_key" : "account.no_key")]];
  return el(
    "section",
    { class: "group", dataset: { group: "account" } },
    el("h3", {}, t("settings.account")),
    el("div", { class: "form grid" }, fields.map(field)),
    el("dl", { class: "facts" }, facts.map(([name, value]) => [el("dt", {}, name), el("dd", {}, el("code", {}, value))])),
  );
}

function group(part) {
  const values = Object.entries(store.settings[part]);
  const fields = values.map(([name, value]) => field(describe(part, name, value)));
  return section(part, el("div", { class: "form grid" }, fields));
}

function section(part, inside) {
  return el(
    "section",
    { class: "group", dataset: { group: part } },
    el("h3", {}, t(`settings.${part}`)),
    el("p", { class: "panel-about" }, t(`settings.${part}_about`)),
    inside,
  );
}

// What a value is decides how it is asked for: a switch, a number, words, or a list with commas.
function describe(part, name, value) {
  const change = (read) => (event) => configure(part, name, read(event.target));
  const spec = { name: `${part}.${name}`, label: named(part, name), hint: hint(part, name), value };
  if (typeof value === "boolean") return { ...spec, type: "checkbox", onchange: change(valueOf) };
  if (typeof value === "number") return { ...spec, type: "number", onchange: change(valueOf) };
  if (Array.isArray(value)) return { ...spec, value: value.join(", "), onchange: change((input) => listOf(input.value, name)) };
  return { ...spec, value: value ?? "", onchange: change((input) => input.value) };
}

function hint(part, name) {
  const key = `${part}.${name}.hint`;
  const words = t(key);
  return words === key ? null : words;
}

function listOf(text, name) {
  const parts = text.split(/[\s,，]+/).filter(Boolean);
  return name === "lose" ? parts.map(Number) : parts;
}
