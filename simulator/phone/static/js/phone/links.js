// The text of an account as WeChat reads it: <a href> is a link, everything else is text.

import { sheet } from "../dialog.js";
import { el, webLink } from "../dom.js";
import { t } from "../i18n.js";
import { send } from "./sending.js";

const ANCHOR = /<a(\s[^<>]*)>([^<]*)<\/a\s*>/gi;
const ATTRIBUTE = /([a-z][\w-]*)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/gi;
const BARE = /https?:\/\/[\w\-.~:/?#[\]@!$&'()*+,;=%]+/gi;

// Returns nodes; nothing of `text` can become anything but text and links.
export function rich(text, openid) {
  const made = [];
  let end = 0;
  for (const match of text.matchAll(ANCHOR)) {
    const link = anchor(attributes(match[1]), match[2], openid);
    if (!link) continue;
    made.push(...plain(text.slice(end, match.index)), link);
    end = match.index + match[0].length;
  }
  return [...made, ...plain(text.slice(end))];
}

function attributes(source) {
  const found = {};
  for (const [, name, double, single, bare] of source.matchAll(ATTRIBUTE)) {
    found[name.toLowerCase()] ??= (double ?? single ?? bare).replaceAll("&amp;", "&");
  }
  return found;
}

function anchor(given, words, openid) {
  const href = given.href ?? "";
  if (given["data-miniprogram-appid"]) return miniProgram(given, words);
  if (/^weixin:\/\/bizmsgmenu\?/i.test(href)) return menuItem(href, words, openid);
  return /^https?:\/\//i.test(href) ? webLink(href, { class: "link" }, words) : null;
}

function menuItem(href, words, openid) {
  const query = new URLSearchParams(href.slice(href.indexOf("?") + 1));
  const content = query.get("msgmenucontent") ?? words;
  const choose = () => send(openid, "text", { content, menu_id: query.get("msgmenuid") ?? "" });
  return el("button", { class: "link", onclick: choose }, words);
}

function miniProgram(given, words) {
  const facts = `${given["data-miniprogram-appid"]} ${given["data-miniprogram-path"] ?? ""}`;
  const open = () => sheet(t("open.mini"), () => el("p", {}, el("code", {}, facts)));
  return el("button", { class: "link", onclick: open }, words);
}

// WeChat makes a link of a bare address, too.
function plain(text) {
  const made = [];
  let end = 0;
  for (const match of text.matchAll(BARE)) {
    const address = match[0].replace(/[.,;:!?)']+$/, "");
    made.push(text.slice(end, match.index), webLink(address, { class: "link" }, address));
    end = match.index + address.length;
  }
  return [...made, text.slice(end)].filter(Boolean);
}
