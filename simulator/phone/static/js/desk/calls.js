// The service's calls to the platform's API, newest first.

import { el, fill } from "../dom.js";
import { clock, duration } from "../format.js";
import { t } from "../i18n.js";
import { icon } from "../icons.js";
import { store } from "../store.js";
import { jsonView, textView } from "../xml.js";

export function calls(scope) {
  const list = el("ol", { class: "calls" });
  const base = el("code", {}, store.settings.api_base);
  const draw = () => fill(list, store.calls.map(callView), !store.calls.length && empty());
  scope.on("cleared", draw);
  scope.on("call", ({ call }) => {
    list.querySelector(".empty")?.remove();
    list.prepend(callView(call));
  });
  draw();
  return [el("p", { class: "panel-about" }, t("calls.about"), " ", base), list];
}

function empty() {
  return el("li", { class: "empty" }, icon("plug", 40), el("span", {}, t("calls.empty")));
}

function callView(call) {
  const failed = call.errcode !== 0 || call.status >= 400;
  return el(
    "li",
    {},
    el(
      "details",
      { class: "call" },
      el(
        "summary",
        {},
        icon("next", 14),
        el("time", {}, clock(call.at)),
        el("span", { class: "chip method" }, call.method),
        el("code", {}, call.path),
        el("span", { class: "took" }, duration(call.seconds)),
        el("span", { class: `chip ${failed ? "fault" : "reply"}` }, call.errcode === 0 ? String(call.status) : `errcode ${call.errcode}`),
      ),
      call.query && [el("h5", {}, t("calls.query")), textView(call.query)],
      call.request && [el("h5", {}, t("calls.request")), jsonView(call.request)],
      el("h5", {}, t("calls.answer")),
      jsonView(call.answer),
    ),
  );
}
