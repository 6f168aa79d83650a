// Beside the phone: what really happened, and what can be arranged.

import { el, fill } from "../dom.js";
import { t } from "../i18n.js";
import { icon } from "../icons.js";
import { mark, tabs } from "../tabs.js";
import { openTab, ui } from "../ui.js";
import { calls } from "./calls.js";
import { menuEditor } from "./menu.js";
import { qrcodes } from "./qrcodes.js";
import { send } from "./send.js";
import { settings } from "./settings.js";
import { timeline } from "./timeline.js";

const PANELS = {
  timeline: { drawing: "pulse", build: timeline },
  calls: { drawing: "plug", build: calls },
  qrcodes: { drawing: "qrcode", build: qrcodes },
  menu: { drawing: "menu", build: menuEditor },
  send: { drawing: "send", build: send },
  settings: { drawing: "gear", build: settings },
};

export function desk(scope) {
  const panel = el("div", { class: "panel", id: "desk-panel", role: "tabpanel" });
  let within = scope.child();
  const draw = () => {
    within.end();
    within = scope.child();
    panel.setAttribute("aria-label", t(`tab.${ui.tab}`));
    panel.className = `panel panel-${ui.tab}`;
    fill(panel, PANELS[ui.tab].build(within));
  };
  const items = Object.entries(PANELS).map(([key, { drawing }]) => ({
    key,
    controls: "desk-panel",
    content: [icon(drawing, 17), el("span", {}, t(`tab.${key}`))],
  }));
  const list = tabs(items, { selected: ui.tab, choose: openTab, label: t("tab.label"), className: "desk-tabs" });
  let drawn = ui.tab;
  scope.on("tab", (tab) => {
    mark(list, tab);
    if (tab !== drawn) draw();
    drawn = tab;
  });
  draw();
  return el("aside", { class: "desk", "aria-label": t("screen.desk") }, list, panel);
}
