// One request of WeChat, as it went over the wire, and the response to it.

import { el } from "../dom.js";
import { bytes, duration } from "../format.js";
import { t } from "../i18n.js";
import { icon } from "../icons.js";
import { copyButton, textView, xmlView } from "../xml.js";

export function attemptView(delivery, attempt, index) {
  const failed = attempt.outcome && attempt.outcome !== "answered";
  const outcome = attempt.outcome ?? "running";
  const took = attempt.ended === null ? "" : duration(attempt.ended - attempt.started);
  return el(
    "details",
    { class: "attempt", dataset: { key: String(index) }, open: delivery.attempts.length === 1 },
    el(
      "summary",
      {},
      icon("next", 14),
      el("b", {}, t("attempt", { number: attempt.number })),
      attempt.twin && el("span", { class: "chip" }, t("attempt.twin")),
      el("span", { class: `chip outcome ${outcome}` }, attempt.status && failed ? `${t(`outcome.${outcome}`)} ${attempt.status}` : t(`outcome.${outcome}`)),
      el("span", { class: "took" }, `+${duration(attempt.started)}`, took && ` · ${t("attempt.took", { time: took })}`),
      el("code", {}, attempt.address),
    ),
    attempt.problem && el("p", { class: "reason-box fault" }, icon("warn", 18), el("span", {}, attempt.problem)),
    request(delivery, attempt),
    attempt.head && response(attempt),
  );
}

function request(delivery, attempt) {
  const parameters = [...new URL(attempt.target, "http://service").searchParams];
  return [
    el("h5", {}, t("attempt.request"), copyButton(() => curl(attempt), "curl")),
    el("code", { class: "request-line" }, `POST ${attempt.target.split("?")[0]}`),
    el("table", { class: "query" }, parameters.map(([name, value]) => el("tr", {}, el("th", { scope: "row" }, name), el("td", {}, value)))),
    attempt.body !== delivery.xml && xmlView(attempt.body),
  ];
}

function response(attempt) {
  return [
    el("h5", {}, t("attempt.response"), el("span", { class: "took" }, bytes(attempt.answer_bytes))),
    textView(attempt.head.trim()),
    attempt.answer ? xmlView(attempt.answer) : el("p", { class: "field-hint" }, t("attempt.no_body")),
  ];
}

// The same request for a terminal: its signature holds as long as the service takes its time.
function curl(attempt) {
  const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;
  const url = `http://${attempt.address}${attempt.target}`;
  return `curl -i -H 'Content-Type: text/xml' --data-binary ${quoted(attempt.body)} ${quoted(url)}`;
}
