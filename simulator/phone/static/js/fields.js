// The inputs of a form, each with its label, from a description of one line.

import { el } from "./dom.js";

// { name, label, type: text|number|textarea|select|checkbox|url|file, value, hint, options, … }
export function field(spec) {
  const input = inputOf(spec);
  if (spec.type === "checkbox") {
    return el("label", { class: "field check" }, input, el("span", { class: "field-label" }, spec.label), hintOf(spec));
  }
  return el("label", { class: "field" }, el("span", { class: "field-label" }, spec.label), input, hintOf(spec));
}

function hintOf(spec) {
  return spec.hint && el("small", { class: "field-hint" }, spec.hint);
}

function inputOf(spec) {
  const { name, type = "text", value, required = false, onchange = null, placeholder = null } = spec;
  const common = { name, required, onchange, placeholder };
  if (type === "textarea") return el("textarea", { ...common, rows: spec.rows ?? 3, value: value ?? "" });
  if (type === "checkbox") return el("input", { ...common, type, checked: Boolean(value) });
  if (type === "file") return el("input", { ...common, type, accept: spec.accept, multiple: spec.multiple });
  if (type === "select") {
    const options = spec.options.map(([key, words]) => el("option", { value: key }, words));
    return el("select", value === undefined ? common : { ...common, value }, options);
  }
  const limits = { min: spec.min, max: spec.max, step: spec.step ?? (type === "number" ? "any" : null) };
  return el("input", { ...common, ...limits, type, value: value ?? "", maxlength: spec.maxlength, autocomplete: "off" });
}

export function valueOf(input) {
  if (input.type === "checkbox") return input.checked;
  if (input.type === "number") return Number(input.value);
  return input.type === "file" ? [...input.files] : input.value;
}

export function valuesOf(form, fields) {
  return Object.fromEntries(fields.map(({ name }) => [name, valueOf(form.elements[name])]));
}
