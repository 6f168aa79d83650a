// One push in the list: when, what, from whom, how it went.

import { el, fill } from "../dom.js";
import { clock, duration } from "../format.js";
import { named, t } from "../i18n.js";
import { fieldsOf } from "../markup.js";
import { avatar } from "../phone/users.js";
import { nickname } from "../store.js";
import { selectDelivery, ui } from "../ui.js";
import { chart } from "./bars.js";

const SUMMARY = ["Content", "Recognition", "Label", "Title", "EventKey", "MediaId", "Description"];

export function row({ id }) {
  const toggle = () => selectDelivery(ui.selected === id ? null : id);
  return el("li", {}, el("button", { class: "delivery", onclick: toggle, dataset: { delivery: id } }));
}

// The button stays while its push changes: a click on it, and the focus, are not lost.
export function drawRow(made, delivery) {
  fill(
    made.firstElementChild,
    el(
      "span",
      { class: "row-head" },
      el("time", {}, clock(delivery.begun)),
      kindChip(delivery),
      avatar({ openid: delivery.user, nickname: nickname(delivery.user) }, "tiny"),
      el("span", { class: "summary" }, summary(delivery)),
      el("span", { class: "took" }, took(delivery)),
      verdictChip(delivery),
    ),
    chart(delivery),
    delivery.verdict?.reason && el("span", { class: "reason" }, delivery.verdict.reason),
  );
}

export function kindChip(delivery) {
  const group = delivery.is_event ? "event" : "kind";
  return el("span", { class: `chip ${group}`, title: named(group, delivery.kind) }, delivery.kind);
}

function summary(delivery) {
  const fields = fieldsOf(delivery.xml);
  const name = SUMMARY.find((key) => fields[key]);
  return name ? fields[name] : "";
}

export function took(delivery) {
  if (!delivery.verdict || !delivery.attempts.length) return "";
  const time = duration(Math.max(...delivery.attempts.map((attempt) => attempt.ended ?? 0)));
  return delivery.attempts.length > 1 ? `${delivery.attempts.length} × · ${time}` : time;
}

export function verdictChip(delivery) {
  const { verdict } = delivery;
  if (!verdict) return el("span", { class: "chip running" }, t("shown.running"));
  const kind = verdict.shown === "reply" && verdict.reply_kind ? ` · ${verdict.reply_kind}` : "";
  const warned = verdict.warnings.length > 0 ? " warned" : "";
  return el("span", { class: `chip ${verdict.shown}${warned}` }, t(`shown.${verdict.shown}`) + kind);
}
