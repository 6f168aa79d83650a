// Attempts as bars on the axis of time; those that run grow with it.

import { el } from "../dom.js";
import { duration } from "../format.js";
import { t } from "../i18n.js";
import { elapsed, store } from "../store.js";

const WINDOWS = 3; // attempts of one cut-off each, documented
const MARGIN = 1.06;
const LEAST = 0.012; // of the axis: what ended at once is still seen

const share = (seconds, span) => `${Math.min(100, (seconds / span) * 100)}%`;

function spanOf(delivery) {
  const ends = delivery.attempts.map((attempt) => attempt.ended ?? attempt.started);
  return Math.max(WINDOWS * delivery.cutoff * MARGIN, ...ends);
}

// The seconds over all rows: 0, 5, 10, 15 with the usual cut-off.
export function axis(cutoff) {
  const span = WINDOWS * cutoff * MARGIN;
  const seconds = [0, 1, 2, 3].map((i) => Number((i * cutoff).toFixed(2)));
  const marks = seconds.map((at, i) => el("span", { style: { left: share(at, span) } }, i === WINDOWS ? `${at} s` : `${at}`));
  return el("div", { class: "axis", "aria-hidden": "true" }, marks);
}

// `each`: a lane for every attempt; else attempts share lanes as long as they do not overlap.
export function chart(delivery, { each = false } = {}) {
  const span = spanOf(delivery);
  const lanes = [];
  for (const attempt of delivery.attempts) {
    const lane = each ? undefined : lanes.find((taken) => taken.until <= attempt.started);
    const to = lane ?? newLane(lanes);
    to.until = Math.max(attempt.ended ?? Infinity, attempt.started + LEAST * span);
    to.node.append(bar(delivery, attempt, span));
  }
  const windows = Array.from({ length: Math.floor(span / delivery.cutoff) + 1 }, (_, i) => i * delivery.cutoff);
  const grid = windows.map((at) => el("i", { class: "gridline", style: { left: share(at, span) } }));
  const running = !delivery.verdict;
  const label = delivery.attempts.map((attempt) => describe(attempt)).join("; ");
  const options = { class: `chart${running ? " running" : ""}`, role: "img", "aria-label": label || t("bar.waiting") };
  return el("div", { ...options, dataset: { delivery: delivery.id } }, grid, lanes.map(({ node }) => node));
}

function newLane(lanes) {
  const lane = { until: 0, node: el("div", { class: "lane" }) };
  lanes.push(lane);
  return lane;
}

function bar(delivery, attempt, span) {
  const end = attempt.ended ?? elapsed(delivery);
  const style = { left: share(attempt.started, span), width: share(Math.max(end - attempt.started, LEAST * span), span) };
  const kind = attempt.outcome ?? "running";
  const made = el("span", { class: `run ${kind}${attempt.twin ? " twin" : ""}`, style, title: describe(attempt) });
  if (!attempt.outcome) Object.assign(made.dataset, { started: attempt.started, span });
  return made;
}

export function describe(attempt) {
  const words = [t("attempt", { number: attempt.number }), t(`outcome.${attempt.outcome ?? "running"}`)];
  if (attempt.twin) words.push(t("attempt.twin"));
  if (attempt.status) words.push(String(attempt.status));
  if (attempt.ended !== null) words.push(duration(attempt.ended - attempt.started));
  return words.join(" · ");
}

// Let the bars within `place` that run grow, a frame at a time, until `scope` ends.
export function grow(scope, place) {
  let frame = requestAnimationFrame(function step() {
    for (const made of place.querySelectorAll(".run.running")) lengthen(made);
    frame = requestAnimationFrame(step);
  });
  scope.atEnd(() => cancelAnimationFrame(frame));
}

function lengthen(made) {
  const delivery = store.deliveries.get(Number(made.closest(".chart").dataset.delivery));
  const span = Number(made.dataset.span);
  // It cannot run longer than WeChat waits, whatever this clock says.
  const seconds = Math.min(elapsed(delivery) - Number(made.dataset.started), delivery.cutoff);
  made.style.width = share(Math.max(seconds, LEAST * span), span);
}
