// XML as WeChat and its accounts write it: elements, text and CDATA, and no attributes.
// The browser's own parser says what is wrong in a page of its own, which the policy of this
// page forbids; this one only says that it cannot read it.

const TOKEN = /<!\[CDATA\[([\s\S]*?)\]\]>|<(\/?)([A-Za-z_][\w.-]*)\s*(\/?)>|([^<]+)/y;
const DECLARATION = /^\uFEFF?\s*(?:<\?xml[^>]*\?>\s*)?/;
const ENTITIES = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };
const DEEPEST = 50;

// Returns the root as { name, children, text, data }, or null for what is no such XML. `data`
// tells whether the text came as CDATA.
export function parse(source) {
  const top = element("");
  const open = [top];
  TOKEN.lastIndex = DECLARATION.exec(source)[0].length;
  while (TOKEN.lastIndex < source.length) {
    const found = TOKEN.exec(source);
    if (!found || !take(open, found)) return null;
  }
  const whole = open.length === 1 && top.children.length === 1 && !top.text.trim();
  return whole ? top.children[0] : null;
}

const element = (name) => ({ name, children: [], text: "", data: false });

function take(open, [, data, closing, name, empty, text]) {
  const current = open.at(-1);
  if (data !== undefined) {
    current.text += data;
    current.data = true;
  } else if (text !== undefined) {
    current.text += decoded(text);
  } else if (closing) {
    return open.length > 1 && open.pop().name === name;
  } else {
    const made = element(name);
    current.children.push(made);
    if (!empty) open.push(made);
  }
  return open.length < DEEPEST;
}

function decoded(text) {
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w+));/gi, (whole, decimal, hex, name) => {
    if (name) return ENTITIES[name] ?? whole;
    const code = decimal ? Number(decimal) : Number.parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

// The children of the root, by name, as text; {} if it is no XML.
export function fieldsOf(source) {
  return Object.fromEntries((parse(source)?.children ?? []).map(({ name, text }) => [name, text]));
}
