// Short words at the edge of the page that go by themselves.

import { el } from "./dom.js";

const SECONDS = { info: 2.5, error: 7 };

export function toast(words, kind = "info") {
  const made = el("div", { class: `toast ${kind}`, role: kind === "error" ? "alert" : "status" }, words);
  document.getElementById("toasts").append(made);
  setTimeout(() => made.remove(), SECONDS[kind] * 1000);
}
