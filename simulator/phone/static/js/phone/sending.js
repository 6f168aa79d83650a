// Whatever a user can send, asked for in a sheet where it needs more than a tap.

import { act, upload } from "../act.js";
import { ask, presets } from "../dialog.js";
import { t } from "../i18n.js";
import { samplePicture } from "./sample.js";

export const send = (openid, kind, values) => act(kind, { user: openid, ...values });

export const PLACES = [
  ["天安门广场", 39.9087, 116.3975],
  ["上海外滩", 31.2397, 121.4903],
  ["深圳腾讯滨海大厦", 22.5229, 113.9353],
  ["广州塔", 23.1066, 113.3245],
];

export function placeFields() {
  const [label, latitude, longitude] = PLACES[0];
  return [
    { name: "label", label: t("location.label"), value: label },
    { name: "latitude", label: t("location.latitude"), type: "number", value: latitude, min: -90, max: 90, required: true },
    { name: "longitude", label: t("location.longitude"), type: "number", value: longitude, min: -180, max: 180, required: true },
  ];
}

export const placePresets = () =>
  presets(PLACES.map(([label, latitude, longitude]) => ({ label, values: { label, latitude, longitude } })));

export async function sendPicture(openid, blob = null) {
  const id = await upload("image", blob ?? (await samplePicture()));
  if (id) await send(openid, "image", { media_id: id });
}

export async function sendVoice(openid) {
  const fields = [
    { name: "recognition", label: t("voice.recognition"), hint: t("voice.recognition_hint"), value: t("voice.sample") },
    { name: "file", label: t("voice.file"), type: "file", accept: "audio/*,.amr", hint: t("file.optional") },
  ];
  const values = await ask(t("plus.voice"), fields);
  if (!values) return;
  const id = await uploaded("voice", values.file);
  if (id !== null) await send(openid, "voice", { media_id: id, recognition: values.recognition });
}

export async function sendVideo(openid) {
  const fields = [
    { name: "file", label: t("video.file"), type: "file", accept: "video/*", hint: t("file.optional") },
    { name: "short", label: t("video.short"), type: "checkbox" },
  ];
  const values = await ask(t("plus.video"), fields);
  if (!values) return;
  const id = await uploaded("video", values.file);
  if (id !== null) await send(openid, "video", { media_id: id, short: values.short });
}

// The media id, "" where no file was chosen, null where it was refused.
async function uploaded(kind, [file]) {
  if (!file) return "";
  return (await upload(kind, file)) || null;
}

export async function sendLocation(openid) {
  const scale = { name: "scale", label: t("location.scale"), type: "number", value: 15, min: 1, max: 20 };
  const values = await ask(t("plus.location"), [...placeFields(), scale], { before: placePresets() });
  if (values) await send(openid, "location", values);
}

export async function sendLink(openid) {
  const fields = [
    { name: "title", label: t("link.title"), value: t("link.sample"), required: true },
    { name: "description", label: t("link.description"), value: t("link.sample_text") },
    { name: "url", label: t("link.url"), type: "url", value: "https://mp.weixin.qq.com/s/sample", required: true },
  ];
  const values = await ask(t("plus.link"), fields);
  if (values) await send(openid, "link", values);
}

export async function reportLocation(openid) {
  const precision = { name: "precision", label: t("location.precision"), type: "number", value: 40, min: 0 };
  const [, latitude, longitude] = placeFields();
  const { label: _, ...values } = (await ask(t("plus.report"), [latitude, longitude, precision])) ?? {};
  if (values.latitude !== undefined) await send(openid, "report_location", values);
}
