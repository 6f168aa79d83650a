// XML and JSON laid out to be read, each with a button that copies it. What cannot be read as
// such is shown as it came.

import { el } from "./dom.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";
import { parse } from "./markup.js";
import { toast } from "./toast.js";

export function xmlView(xml) {
  const root = parse(xml);
  return block(root ? markup(root, "") : [xml]);
}

export function jsonView(text) {
  try {
    return block([JSON.stringify(JSON.parse(text), null, 2)]);
  } catch {
    return block([text]);
  }
}

export const textView = (text) => block([text]);

function block(inside) {
  const text = el("pre", { tabindex: 0 }, inside);
  return el("div", { class: "block" }, copyButton(() => text.textContent), text);
}

export function copyButton(text, words = "") {
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text());
      toast(t("copied"));
    } catch {
      toast(t("copy.refused"), "error");
    }
  };
  const name = words || t("copy");
  return el("button", { class: "copy", "aria-label": name, title: name, onclick: copy }, icon("copy", 14), words);
}

function markup(node, indent) {
  const tag = (slash) => el("span", { class: "tag" }, `<${slash}${node.name}>`);
  if (node.children.length) {
    const inside = node.children.map((child) => markup(child, `${indent}  `));
    return [indent, tag(""), "\n", inside, indent, tag("/"), "\n"];
  }
  const value = el("span", { class: node.data ? "data" : "number" }, node.text);
  const mark = (words) => node.data && el("span", { class: "faint" }, words);
  return [indent, tag(""), mark("<![CDATA["), value, mark("]]>"), tag("/"), "\n"];
}
