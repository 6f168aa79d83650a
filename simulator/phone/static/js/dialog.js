// Modal sheets: they close by Esc, by the cross, and by a click beside them.

import { el } from "./dom.js";
import { field, valuesOf } from "./fields.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";

let titles = 0;

// `build` gets the function that closes the sheet; returns the <dialog>.
export function sheet(title, build, className = "") {
  const id = `sheet-${++titles}`;
  const dialog = el("dialog", { class: `sheet ${className}`, "aria-labelledby": id });
  const close = () => dialog.close();
  dialog.append(
    el(
      "header",
      { class: "sheet-head" },
      el("h2", { id }, title),
      el("button", { class: "quiet round", "aria-label": t("close"), onclick: close }, icon("close", 18)),
    ),
    el("div", { class: "sheet-body" }, build(close)),
  );
  dialog.addEventListener("click", (event) => event.target === dialog && close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

// Asks for the values of `fields`; resolves to them, or to null if the sheet is closed.
export function ask(title, fields, { submit = t("send"), before = null } = {}) {
  return new Promise((resolve) => {
    const dialog = sheet(title, (close) => {
      const done = (event) => {
        event.preventDefault();
        resolve(valuesOf(form, fields));
        close();
      };
      const form = el(
        "form",
        { class: "form", onsubmit: done },
        before,
        fields.map(field),
        el(
          "div",
          { class: "form-end" },
          el("button", { class: "plain", onclick: close }, t("cancel")),
          el("button", { class: "primary", type: "submit" }, submit),
        ),
      );
      if (before) form.addEventListener("preset", (event) => setValues(form, event.detail));
      return form;
    });
    dialog.addEventListener("close", () => resolve(null));
    dialog.querySelector("form :is(input, textarea, select)")?.focus();
  });
}

function setValues(form, values) {
  for (const [name, value] of Object.entries(values)) form.elements[name].value = value;
}

// Buttons that fill a form of `ask` with the values of their own.
export function presets(choices) {
  const choose = (values) => (event) =>
    event.currentTarget.dispatchEvent(new CustomEvent("preset", { bubbles: true, detail: values }));
  return el(
    "div",
    { class: "presets" },
    choices.map(({ label, values }) => el("button", { class: "chip-button", onclick: choose(values) }, label)),
  );
}
