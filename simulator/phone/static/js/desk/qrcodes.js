// The account's QR codes: made here or by the service, scanned by whoever is on the phone.

import { act } from "../act.js";
import { el, fill } from "../dom.js";
import { field, valuesOf } from "../fields.js";
import { moment } from "../format.js";
import { t } from "../i18n.js";
import { icon } from "../icons.js";
import { store } from "../store.js";
import { currentUser, setScreen } from "../ui.js";
import { copyButton } from "../xml.js";

const WEEK = 604800; // seconds

export function qrcodes(scope) {
  const list = el("div", { class: "qrcodes" });
  let drawn = "";
  const draw = () => {
    const user = currentUser();
    const looks = JSON.stringify([store.qrcodes.map((code) => code.ticket), user?.openid, user?.following]);
    if (looks === drawn) return; // a click may be under way
    drawn = looks;
    fill(list, store.qrcodes.map(codeView), !store.qrcodes.length && empty());
  };
  scope.on("qrcode shown active user", draw);
  draw();
  return [el("p", { class: "panel-about" }, t("qr.about")), maker(), list];
}

function empty() {
  return el("p", { class: "empty" }, icon("qrcode", 40), el("span", {}, t("qr.none")));
}

function maker() {
  const fields = [
    { name: "scene", label: t("qr.scene"), value: "123", required: true, maxlength: 64 },
    { name: "as", label: t("qr.as"), type: "select", options: [["number", t("qr.number")], ["text", t("qr.text")]] },
    { name: "permanent", label: t("qr.permanent"), type: "checkbox" },
    { name: "expire_seconds", label: t("qr.expires"), type: "number", value: WEEK, min: 1, max: 2592000, step: 1 },
  ];
  const make = (event) => {
    event.preventDefault();
    const { as, ...values } = valuesOf(event.currentTarget, fields);
    act("qrcode", { ...values, number: as === "number" });
  };
  return el("form", { class: "form across", onsubmit: make }, fields.map(field), el("button", { class: "primary", type: "submit" }, t("qr.make")));
}

function codeView(code) {
  const user = currentUser();
  const scan = async () => {
    if (await act("scan", { user: user.openid, scene: code.scene })) setScreen("phone");
  };
  const kind = t(code.permanent ? "qr.is_permanent" : "qr.is_temporary");
  const label = user && t(user.following ? "qr.scan" : "qr.scan_follow", { name: user.nickname });
  return el(
    "article",
    { class: "qrcode" },
    el("img", { src: code.picture, alt: t("scan.one", { scene: code.scene }), loading: "lazy" }),
    el(
      "div",
      {},
      el("h3", {}, code.scene),
      el("p", {}, el("span", { class: "chip" }, t(code.is_number ? "qr.number" : "qr.text")), " ", el("span", { class: "chip" }, kind)),
      code.expires_at !== null && el("p", { class: "field-hint" }, t("qr.until", { until: moment(code.expires_at) })),
      el("p", { class: "ticket" }, el("code", { title: code.ticket }, code.ticket), copyButton(() => code.ticket)),
      user && el("button", { class: "plain", onclick: scan }, icon("scan", 16), label),
    ),
  );
}
