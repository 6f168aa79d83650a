// All pushes, newest first, each drawn against the seconds that WeChat waits.

import { act } from "../act.js";
import { el, fill } from "../dom.js";
import { t } from "../i18n.js";
import { icon } from "../icons.js";
import { store } from "../store.js";
import { selectDelivery, ui } from "../ui.js";
import { axis, grow } from "./bars.js";
import { details } from "./details.js";
import { drawRow, row } from "./row.js";

const MOST = 200; // rows that are drawn

export function timeline(scope) {
  const list = el("ol", { class: "deliveries", "aria-label": t("tab.timeline") });
  const pane = el("section", { class: "details", "aria-label": t("details.label") });
  const place = el("div", { class: "timeline" }, el("div", { class: "deliveries-side" }, head(scope), list), pane);
  const rows = new Map(); // by id
  const put = (delivery) => {
    const made = rows.get(delivery.id) ?? row(delivery);
    drawRow(made, delivery);
    if (rows.has(delivery.id)) return;
    made.classList.toggle("selected", delivery.id === ui.selected);
    rows.set(delivery.id, made);
    list.prepend(made);
    if (list.childElementCount > MOST) list.lastElementChild.remove();
  };
  const drawPane = () => drawDetails(pane, place, rows);
  const clear = () => {
    rows.clear();
    fill(list, el("li", { class: "empty" }, icon("pulse", 40), el("span", {}, t("timeline.empty"))));
    drawPane();
  };
  clear();
  [...store.deliveries.values()].slice(-MOST).forEach(put);
  drawPane();
  batched(scope, (changed) => {
    changed.forEach(put);
    if (changed.some(({ id }) => id === ui.selected)) drawPane();
  });
  scope.on("selected", drawPane);
  scope.on("cleared", clear);
  grow(scope, place);
  return place;
}

// Many pushes change many times a second: they are drawn once a frame.
function batched(scope, draw) {
  const changed = new Map();
  scope.on("delivery", ({ delivery }) => {
    if (!changed.size) {
      requestAnimationFrame(() => {
        const all = [...changed.values()];
        changed.clear();
        draw(all);
      });
    }
    changed.set(delivery.id, delivery);
  });
}

function drawDetails(pane, place, rows) {
  const delivery = store.deliveries.get(ui.selected);
  place.classList.toggle("with-details", Boolean(delivery));
  for (const [id, made] of rows) made.classList.toggle("selected", id === ui.selected);
  const opened = new Set([...pane.querySelectorAll("details[data-key]")].filter((d) => d.open).map((d) => d.dataset.key));
  const top = pane.dataset.of === String(ui.selected) ? pane.scrollTop : 0;
  fill(pane, delivery && details(delivery));
  for (const made of pane.querySelectorAll("details[data-key]")) made.open ||= pane.dataset.of === String(ui.selected) && opened.has(made.dataset.key);
  pane.dataset.of = ui.selected ?? "";
  pane.scrollTop = top;
}

function head(scope) {
  const failures = el("p", { class: "failure-line" });
  const scale = el("div", { class: "scale" });
  const draw = () => {
    drawFailures(failures);
    fill(scale, el("span"), axis(store.settings.rules.cutoff), el("span"));
  };
  scope.on("settings", draw);
  draw();
  const clear = () => {
    selectDelivery(null);
    act("clear");
  };
  return el(
    "div",
    { class: "timeline-head" },
    el("div", { class: "timeline-bar" }, failures, el("button", { class: "quiet small", onclick: clear }, icon("trash", 15), t("timeline.clear"))),
    scale,
  );
}

function drawFailures(line) {
  const { five_minutes: count, in_a_row: row, alarm, paused_until: paused } = store.settings.failures;
  fill(
    line,
    el("b", { class: count ? "some" : "" }, t("failures.count", { count, alarm })),
    el("span", {}, t("failures.row", { row })),
    paused && el("span", { class: "chip fault" }, t("failures.paused")),
  );
}
