// Articles: the first with a big picture, the others in a list under it.

import { el, webLink } from "../dom.js";
import { t } from "../i18n.js";
import { icon } from "../icons.js";
import { picture } from "./media.js";

export function news({ content }) {
  const [first, ...others] = content.articles;
  if (!first) return el("div", { class: "card news" }, t("news.none"));
  return el("div", { class: "card news" }, others.length ? top(first) : single(first), others.map(row));
}

const shot = (article, className) => picture({ url: article.pic_url, media_id: "" }, className, "picture");

function top(article) {
  return webLink(article.url, { class: "news-top" }, shot(article, "news-picture"), el("b", {}, article.title));
}

function single(article) {
  return webLink(
    article.url,
    { class: "news-single" },
    article.pic_url && shot(article, "news-picture"),
    el("b", {}, article.title),
    article.description && el("p", {}, article.description),
    el("span", { class: "more" }, t("news.read"), icon("next", 14)),
  );
}

function row(article) {
  return webLink(article.url, { class: "news-row" }, el("span", {}, article.title), shot(article, "news-small"));
}
