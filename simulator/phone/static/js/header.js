// The line above all: what this is, for which account, and whether it is connected.

import { emit } from "./bus.js";
import { el, fill } from "./dom.js";
import { language, setLanguage, t } from "./i18n.js";
import { icon } from "./icons.js";
import { store } from "./store.js";
import { openTab, setTwo, ui } from "./ui.js";

export function header(scope) {
  const account = el("button", { class: "account quiet", onclick: () => openTab("settings") });
  const failures = el("span", { class: "failures" });
  const connection = el("span", { class: "connection", role: "status" });
  const drawSettings = () => store.settings && drawAccount(account, failures);
  const drawConnection = () => {
    connection.classList.toggle("lost", !store.connected);
    fill(connection, el("i"), el("span", {}, t(store.connected ? "live.on" : "live.off")));
  };
  scope.on("settings state", drawSettings);
  scope.on("connection", drawConnection);
  drawSettings();
  drawConnection();
  return el(
    "header",
    { class: "top" },
    el("h1", {}, el("img", { src: "/static/icon.svg", alt: "", width: 26, height: 26 }), el("span", {}, t("title"))),
    account,
    failures,
    el("span", { class: "gap" }),
    connection,
    twoButton(),
    languageButton(),
  );
}

function drawAccount(account, failures) {
  const { url, mode } = store.settings.account;
  const { five_minutes: count, alarm, paused_until: paused } = store.settings.failures;
  fill(account, el("span", { class: "url", title: url }, url), el("span", { class: "chip mode" }, t(`mode.${mode}`)));
  const level = paused ? "over" : count >= alarm ? "over" : count ? "some" : "none";
  failures.className = `failures ${level}`;
  failures.title = t("failures.hint", { alarm });
  fill(
    failures,
    el("meter", { min: 0, max: alarm, value: count, "aria-hidden": "true" }),
    el("span", {}, paused ? t("failures.paused") : t("failures.count", { count, alarm })),
  );
}

function twoButton() {
  const toggle = (event) => {
    setTwo(!ui.two);
    event.currentTarget.setAttribute("aria-pressed", String(ui.two));
  };
  const options = { class: "quiet two", "aria-pressed": String(ui.two), title: t("two"), "aria-label": t("two"), onclick: toggle };
  return el("button", options, icon("phones", 20));
}

function languageButton() {
  const toggle = () => {
    setLanguage(language() === "zh" ? "en" : "zh");
    emit("language");
    document.querySelector(".language").focus();
  };
  return el(
    "button",
    { class: "quiet language", "aria-label": t("language.switch"), onclick: toggle },
    icon("globe", 18),
    el("span", { lang: language() === "zh" ? "en" : "zh-CN" }, t("language.other")),
  );
}
