// What happens on the phone when a button of the menu is tapped: some ask first, some open.

import { upload } from "../act.js";
import { ask, presets, sheet } from "../dialog.js";
import { el, webLink } from "../dom.js";
import { t } from "../i18n.js";
import { icon } from "../icons.js";
import { store } from "../store.js";
import { samplePicture } from "./sample.js";
import { placeFields, placePresets, send } from "./sending.js";

const ASKS = {
  scancode_push: scanned,
  scancode_waitmsg: scanned,
  pic_sysphoto: pictures,
  pic_photo_or_album: pictures,
  pic_weixin: pictures,
  location_select: place,
};

const OPENS = {
  view: (button) => webPage(button.url),
  view_limited: (button) => sheet(t("open.article"), () => el("code", {}, button.media_id)),
  article_view_limited: (button) => sheet(t("open.article"), () => el("code", {}, button.article_id)),
  miniprogram,
};

export async function tap(openid, button, path) {
  const answers = await (ASKS[button.type]?.(button) ?? {});
  if (!answers) return;
  if (await send(openid, "tap", { path, ...answers })) OPENS[button.type]?.(button);
}

function webPage(url) {
  return sheet(t("open.page"), () => [
    el("p", { class: "address" }, icon("link", 18), el("code", {}, url)),
    el("p", { class: "field-hint" }, t("open.hint")),
    webLink(url, { class: "button primary wide" }, t("open.open")),
  ]);
}

function miniprogram(button) {
  return sheet(t("open.mini"), () => [
    el("p", { class: "address" }, icon("mini", 18), el("code", {}, button.appid)),
    el("p", {}, el("code", {}, button.pagepath)),
    el("p", { class: "field-hint" }, t("open.mini_hint"), " ", el("code", {}, button.url)),
  ]);
}

function scanned(button) {
  const choices = [
    ...store.qrcodes.slice(0, 3).map((code) => ({ label: `QR ${code.scene}`, values: { scan_result: code.url } })),
    { label: "EAN-13", values: { scan_result: "EAN_13,6901234567892" } },
    { label: "https://", values: { scan_result: "https://example.com/p/42" } },
  ];
  const fields = [{ name: "scan_result", label: t("tap.scanned"), value: "https://example.com/p/42", required: true }];
  return ask(button.name, fields, { submit: t("tap.scan"), before: presets(choices) });
}

function place(button) {
  const name = { name: "poi_name", label: t("location.poi") };
  return ask(button.name, [...placeFields(), name], { before: placePresets() });
}

async function pictures(button) {
  const fields = [
    { name: "count", label: t("tap.samples"), type: "number", value: 1, min: 0, max: 9, step: 1 },
    { name: "files", label: t("tap.files"), type: "file", accept: "image/*", multiple: true, hint: t("file.optional") },
  ];
  const values = await ask(button.name, fields);
  if (!values) return null;
  const samples = await Promise.all(Array.from({ length: values.count }, samplePicture));
  const ids = [];
  for (const blob of [...values.files, ...samples]) ids.push(await upload("image", blob));
  return ids.includes("") ? null : { media_ids: ids };
}
