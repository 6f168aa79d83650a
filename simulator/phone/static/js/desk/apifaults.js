// What goes wrong when the service calls the platform: each for paths that begin so, and for
// so many calls, or for all.

import { el } from "../dom.js";
import { named, t } from "../i18n.js";
import { store } from "../store.js";
import { configure } from "./configure.js";

const EVERYWHERE = "/";
const FIRST = { slow: { seconds: 8 }, refused: { errcode: 48001 } };

export function apiFaults() {
  return el("ul", { class: "api-faults" }, Object.entries(store.settings.api).map(([name, scope]) => faultRow(name, scope)));
}

function faultRow(name, scope) {
  const order = (value) => configure("api", name, value);
  const first = { path: EVERYWHERE, ...FIRST[name] };
  const onchange = (event) => order(event.target.checked ? first : null);
  const box = el("input", { type: "checkbox", name: `api.${name}`, checked: scope !== null, onchange });
  return el("li", {}, el("label", {}, box, named("api", name)), scope && scopeFields(name, scope, order));
}

function scopeFields(name, scope, order) {
  const input = (key, type, label, read) =>
    el("input", {
      type,
      name: `api.${name}.${key}`,
      value: scope[key] ?? "",
      placeholder: key === "calls" ? t("api.all") : null,
      "aria-label": label,
      title: label,
      onchange: (event) => order({ ...scope, [key]: read(event.target.value) }),
    });
  return el(
    "span",
    { class: "scope" },
    input("path", "text", t("api.path"), (text) => text || EVERYWHERE),
    input("calls", "number", t("api.calls"), (text) => (text ? Number(text) : null)),
    "seconds" in scope && input("seconds", "number", t("api.seconds"), Number),
    "errcode" in scope && input("errcode", "number", "errcode", Number),
  );
}
