// The small mark beside what was pushed: how it went, and the way to its delivery.

import { el, fill } from "../dom.js";
import { duration } from "../format.js";
import { t } from "../i18n.js";
import { icon } from "../icons.js";
import { store } from "../store.js";
import { selectDelivery } from "../ui.js";

export function hint(id) {
  const made = el("button", { class: "hint", onclick: () => selectDelivery(id) });
  const delivery = store.deliveries.get(id);
  if (delivery) drawHint(made, delivery);
  else made.hidden = true; // forgotten
  return made;
}

export function drawHint(made, delivery) {
  const shown = delivery.verdict?.shown ?? "running";
  const ends = delivery.attempts.map((attempt) => attempt.ended ?? 0);
  const time = delivery.verdict && ends.length ? duration(Math.max(...ends)) : "…";
  made.hidden = false;
  made.className = `hint ${shown}`;
  made.setAttribute("aria-label", t("hint.label", { id: delivery.id, shown: t(`shown.${shown}`), time }));
  fill(made, el("i"), time, icon("next", 10));
}
