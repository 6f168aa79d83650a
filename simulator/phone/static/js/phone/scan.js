// 扫一扫: the user points the phone at one of the account's QR codes.

import { sheet } from "../dialog.js";
import { el } from "../dom.js";
import { t } from "../i18n.js";
import { icon } from "../icons.js";
import { store } from "../store.js";
import { openTab } from "../ui.js";
import { send } from "./sending.js";

export function scanSheet(openid) {
  return sheet(t("scan.title"), (close) => {
    const codes = store.qrcodes.map((code) => scannable(code, openid, close));
    const make = () => {
      close();
      openTab("qrcodes");
    };
    return [
      codes.length ? el("div", { class: "scan-list" }, codes) : el("p", { class: "empty" }, t("scan.none")),
      el("button", { class: "plain wide", onclick: make }, icon("qrcode", 18), t("scan.make")),
    ];
  });
}

function scannable(code, openid, close) {
  const scan = async () => {
    close();
    await send(openid, "scan", { scene: code.scene });
  };
  const label = t("scan.one", { scene: code.scene });
  return el("button", { class: "scan-one", "aria-label": label, onclick: scan }, el("img", { src: code.picture, alt: "" }), el("span", {}, code.scene));
}
