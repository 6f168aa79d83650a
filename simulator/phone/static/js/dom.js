// Elements, made in one expression. Text is always text: nothing here reads markup.

const PROPERTIES = new Set(["value", "checked", "disabled", "selected", "hidden", "open", "indeterminate"]);
const SVG = "http://www.w3.org/2000/svg";

export function el(tag, options = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(options)) set(made, name, value);
  made.append(...nodes(children));
  if (tag === "button" && !options.type) made.type = "button";
  // A select has its value only once it has its options.
  if (tag === "select" && "value" in options) made.value = options.value;
  return made;
}

function set(made, name, value) {
  if (value === null || value === undefined) return;
  if (typeof value === "function") made.addEventListener(name.slice(2), value);
  else if (name === "class") made.className = value;
  else if (name === "style") for (const [key, to] of Object.entries(value)) made.style.setProperty(key, to);
  else if (name === "dataset") Object.assign(made.dataset, value);
  else if (PROPERTIES.has(name)) made[name] = value;
  else if (name.startsWith("aria-")) made.setAttribute(name, value);
  else if (value !== false) made.setAttribute(name, value === true ? "" : value);
}

function nodes(children) {
  return children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);
}

export function fill(parent, ...children) {
  parent.replaceChildren(...nodes(children));
  return parent;
}

export function svg(tag, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

// Links lead out of the page: only to web pages, and never with a way back into it.
export function webLink(url, options, ...children) {
  const target = webAddress(url);
  if (!target) return el("span", options, ...children);
  return el("a", { ...options, href: target, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

export function webAddress(url) {
  try {
    const parsed = new URL(url);
    return ["http:", "https:"].includes(parsed.protocol) ? parsed.href : "";
  } catch {
    return "";
  }
}
