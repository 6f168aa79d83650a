// Pushes that the phone has no button for: any other kind, and many users at once.

import { act } from "../act.js";
import { el, fill } from "../dom.js";
import { field, valuesOf } from "../fields.js";
import { duration } from "../format.js";
import { t } from "../i18n.js";
import { icon } from "../icons.js";
import { otherKinds } from "../phone/other.js";
import { store } from "../store.js";
import { currentUser } from "../ui.js";

export function send(scope) {
  const whose = el("p", { class: "panel-about" });
  const draw = () => fill(whose, t("send.about", { name: currentUser()?.nickname ?? "" }));
  scope.on("shown active", draw);
  draw();
  const kinds = el("section", { class: "group" }, el("h3", {}, t("send.kinds")), whose, otherKinds(() => currentUser().openid));
  return el("div", { class: "settings" }, burst(scope), kinds);
}

const FIELDS = () => [
  { name: "users", label: t("burst.users"), type: "number", value: 50, min: 1, step: 1, required: true },
  { name: "rate", label: t("burst.rate"), type: "number", value: 20, min: 0.1, required: true },
  { name: "seconds", label: t("burst.seconds"), type: "number", value: 5, min: 0.1, required: true },
];

function burst(scope) {
  const fields = FIELDS();
  const result = el("div", { class: "burst", role: "status" });
  const begin = (event) => {
    event.preventDefault();
    act("burst", valuesOf(event.currentTarget, fields));
  };
  scope.on("burst", () => drawBurst(result));
  drawBurst(result);
  const buttons = [
    el("button", { class: "primary", type: "submit" }, icon("people", 17), t("burst.begin")),
    el("button", { class: "plain", onclick: () => act("stop_burst") }, t("burst.stop")),
  ];
  return el(
    "section",
    { class: "group" },
    el("h3", {}, t("burst.title")),
    el("p", { class: "panel-about" }, t("burst.about")),
    el("form", { class: "form across", onsubmit: begin }, fields.map(field), buttons),
    result,
  );
}

function drawBurst(place) {
  if (!store.burst) return fill(place);
  const { type: _, id: __, reasons = {}, ...numbers } = store.burst;
  const shares = ["replies", "silent", "faults", "running"].filter((name) => numbers[name] > 0);
  const bar = shares.map((name) => el("i", { class: name, style: { "flex-grow": numbers[name] } }));
  const facts = Object.entries(numbers).filter(([, value]) => typeof value === "number");
  const why = Object.entries(reasons).map(([words, count]) => el("li", {}, el("b", {}, `${count} × `), words));
  return fill(
    place,
    el("div", { class: "burst-bar" }, bar),
    el("dl", { class: "numbers" }, facts.map(([name, value]) => number(name, value))),
    why.length > 0 && el("ul", { class: "reasons" }, why),
    numbers.done && el("p", { class: "field-hint" }, t("burst.done")),
  );
}

// Times are seconds; everything else is counted.
function number(name, value) {
  const isTime = /^(p\d+|seconds|slowest)$/.test(name);
  return el("div", {}, el("dt", {}, t(`burst.n.${name}`)), el("dd", {}, isTime ? duration(value) : String(value)));
}
