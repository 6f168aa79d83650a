// Everything about one push: what was sent, what came back on each attempt, what that meant.

import { el } from "../dom.js";
import { clock, duration } from "../format.js";
import { t } from "../i18n.js";
import { icon } from "../icons.js";
import { nickname } from "../store.js";
import { selectDelivery } from "../ui.js";
import { textView, xmlView } from "../xml.js";
import { attemptView } from "./attempt.js";
import { axis, chart } from "./bars.js";
import { kindChip, verdictChip } from "./row.js";

export function details(delivery) {
  const { verdict } = delivery;
  return [
    head(delivery),
    verdict?.reason && el("p", { class: `reason-box ${verdict.shown}` }, icon(verdict.shown === "fault" ? "warn" : "check", 18), el("span", {}, verdict.reason)),
    verdict?.warnings.map((words) => el("p", { class: "reason-box warning" }, icon("warn", 18), el("span", {}, words))),
    el("div", { class: "waterfall" }, axis(delivery.cutoff), chart(delivery, { each: true })),
    el("h4", {}, t("details.pushed")),
    xmlView(delivery.xml),
    verdict?.xml && [el("h4", {}, t("details.read")), xmlView(verdict.xml)],
    verdict && !verdict.xml && verdict.shown === "silence" && [el("h4", {}, t("details.read")), textView(t("details.nothing"))],
    el("h4", {}, t("details.attempts")),
    delivery.attempts.map((attempt, index) => attemptView(delivery, attempt, index)),
  ];
}

function head(delivery) {
  const facts = [clock(delivery.begun), nickname(delivery.user), t(`mode.${delivery.mode}`), t("details.cutoff", { time: duration(delivery.cutoff) })];
  if (!delivery.awaited) facts.push(t("details.not_awaited"));
  return el(
    "header",
    { class: "details-head" },
    el("button", { class: "quiet round details-back", "aria-label": t("details.close"), onclick: () => selectDelivery(null) }, icon("back", 18)),
    el("div", {}, el("h3", {}, `#${delivery.id} `, kindChip(delivery), " ", verdictChip(delivery)), el("p", {}, facts.join(" · "))),
    el("button", { class: "quiet round details-close", "aria-label": t("details.close"), onclick: () => selectDelivery(null) }, icon("close", 18)),
  );
}
