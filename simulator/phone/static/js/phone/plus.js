// The panel behind +: everything that can be sent but is not text.

import { el } from "../dom.js";
import { t } from "../i18n.js";
import { icon } from "../icons.js";
import { otherSheet } from "./other.js";
import { scanSheet } from "./scan.js";
import { reportLocation, sendLink, sendLocation, sendPicture, sendVideo, sendVoice } from "./sending.js";

const WAYS = [
  ["picture", "plus.picture", choosePicture],
  ["camera", "plus.camera", (openid) => sendPicture(openid)],
  ["video", "plus.video", sendVideo],
  ["mic", "plus.voice", sendVoice],
  ["place", "plus.location", sendLocation],
  ["link", "plus.link", sendLink],
  ["scan", "plus.scan", scanSheet],
  ["pulse", "plus.report", reportLocation],
  ["more", "plus.more", otherSheet],
];

export function plusPanel(openid) {
  const buttons = WAYS.map(([drawing, key, begin]) =>
    el("button", { class: "way", onclick: () => begin(openid) }, el("i", {}, icon(drawing, 28)), el("span", {}, t(key))),
  );
  return el("div", { class: "plus-panel", role: "group", "aria-label": t("composer.plus") }, buttons);
}

function choosePicture(openid) {
  const choose = el("input", { type: "file", accept: "image/*", hidden: true });
  choose.addEventListener("change", async () => {
    for (const file of choose.files) await sendPicture(openid, file);
    choose.remove();
  });
  document.body.append(choose); // a test, and some browsers, find it only within the page
  choose.click();
}
