// The 提交 button of the console: WeChat asks the URL to prove that it knows the token.

import { act } from "../act.js";
import { el, fill } from "../dom.js";
import { t } from "../i18n.js";
import { icon } from "../icons.js";
import { store } from "../store.js";
import { textView } from "../xml.js";

export function verification(scope) {
  const verdict = el("div", { class: "verification", role: "status" });
  const draw = () => fill(verdict, store.verification && result(store.verification));
  scope.on("verification", draw);
  draw();
  return el(
    "section",
    { class: "group", dataset: { group: "verification" } },
    el("h3", {}, t("verify.title")),
    el("p", { class: "panel-about" }, t("verify.about")),
    el("button", { class: "primary", onclick: () => act("verify") }, icon("check", 17), t("verify.submit")),
    verdict,
  );
}

function result({ ok, console: words, reason, attempt }) {
  return [
    el("p", { class: `reason-box ${ok ? "reply" : "fault"}` }, icon(ok ? "check" : "warn", 18), el("span", {}, el("b", {}, words), reason && ` ${reason}`)),
    attempt && el("details", { class: "attempt" }, el("summary", {}, icon("next", 14), t("verify.wire")), textView(`GET ${attempt.target}`), attempt.head && textView(`${attempt.head.trim()}\n\n${attempt.answer}`)),
  ];
}
