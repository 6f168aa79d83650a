// The two languages of the page; strings.js has the words.

import { strings } from "./strings.js";
import { keep, ui } from "./ui.js";

const TAGS = { zh: "zh-CN", en: "en" };

export function language() {
  if (ui.language in TAGS) return ui.language;
  return navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
}

export function setLanguage(chosen) {
  ui.language = chosen;
  keep();
}

export const tag = () => TAGS[language()];

// The words of `key`, its {names} replaced by `values`.
export function t(key, values = {}) {
  const words = strings[language()][key] ?? key;
  return words.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}

// What has no words of its own is called by its name in the protocol.
export function named(group, name) {
  return strings[language()][`${group}.${name}`] ?? name;
}
