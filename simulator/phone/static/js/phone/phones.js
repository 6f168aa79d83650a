// One phone, or two side by side.

import { el, fill } from "../dom.js";
import { t } from "../i18n.js";
import { ui } from "../ui.js";
import { phone } from "./phone.js";

export function phones(scope) {
  const place = el("main", { class: "phones", "aria-label": t("screen.phone") });
  let within = scope.child();
  const draw = () => {
    within.end();
    within = scope.child();
    place.classList.toggle("two", ui.shown.length > 1);
    fill(
      place,
      ui.shown.map((openid, index) => phone(within, openid, index)),
    );
  };
  scope.on("shown", draw);
  draw();
  return place;
}
