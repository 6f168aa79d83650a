// A row or column of tabs: one is selected, arrow keys move, only it takes the Tab key.

import { el } from "./dom.js";

// `items` are { key, content, label?, controls? }; `choose` gets the key of the chosen one.
export function tabs(items, { selected, choose, label, vertical = false, className = "" }) {
  const buttons = items.map(({ key, content, label: name, controls = null }) =>
    el(
      "button",
      {
        role: "tab",
        class: "tab",
        "aria-selected": String(key === selected),
        "aria-label": name,
        "aria-controls": controls,
        tabindex: key === selected ? 0 : -1,
        dataset: { key },
        onclick: () => choose(key),
      },
      content,
    ),
  );
  const orientation = vertical ? "vertical" : "horizontal";
  const onkeydown = (event) => move(event, buttons);
  const options = { role: "tablist", class: className, "aria-label": label, "aria-orientation": orientation, onkeydown };
  return el("div", options, buttons);
}

function move(event, buttons) {
  const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
  const at = buttons.indexOf(event.target.closest("[role=tab]"));
  let to = at + (steps[event.key] ?? 0);
  if (event.key === "Home") to = 0;
  if (event.key === "End") to = buttons.length - 1;
  if (at < 0 || to === at) return;
  event.preventDefault();
  const chosen = buttons.at(to % buttons.length);
  chosen.focus();
  chosen.click();
}

export function mark(list, selected) {
  for (const tab of list.children) {
    const chosen = tab.dataset.key === selected;
    tab.setAttribute("aria-selected", String(chosen));
    tab.tabIndex = chosen ? 0 : -1;
  }
}
