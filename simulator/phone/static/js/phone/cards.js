// What a message looks like inside its bubble, by its kind.

import { el, webLink } from "../dom.js";
import { named, t } from "../i18n.js";
import { icon } from "../icons.js";
import { rich } from "./links.js";
import { mapDrawing } from "./map.js";
import { picture, playVideo, playVoice } from "./media.js";
import { news } from "./news.js";
import { send } from "./sending.js";

export const CARDS = {
  text: ({ content, sender }, openid) =>
    el("div", { class: "bubble text" }, sender === "account" ? rich(content.content, openid) : content.content),
  image: ({ content }) => picture(content, "photo"),
  voice,
  video,
  shortvideo: video,
  location,
  link: ({ content }) => card(content.url, content.title, content.description, icon("link", 26)),
  music,
  news,
  mpnews: ({ content }) => card("", t("card.mpnews"), content.media_id, icon("file", 26)),
  mpnewsarticle: ({ content }) => card("", t("card.article"), content.article_id, icon("file", 26)),
  wxcard: ({ content }) => card("", t("card.wxcard"), content.card_id, icon("card", 26)),
  miniprogrampage,
  msgmenu,
  template,
};

export function other({ kind, content }) {
  return card("", named("kind", kind), content.summary ?? content.content ?? "", icon("file", 26));
}

function card(url, title, text, drawing) {
  const inside = [el("b", {}, title || url), el("span", { class: "card-row" }, el("span", {}, text || url), el("i", {}, drawing))];
  return webLink(url, { class: "card" }, inside);
}

function voice({ content }) {
  const play = el("button", { class: "bubble voice", "aria-label": t("voice.play") }, icon("wave", 22), el("span", {}, t("voice.length")));
  play.addEventListener("click", () => playVoice(play, content));
  if (!content.recognition) return play;
  return el("div", { class: "voice-and-words" }, play, el("div", { class: "words" }, content.recognition));
}

function video({ content, kind }) {
  const words = content.title && el("span", { class: "video-title" }, content.title);
  const options = { class: `video ${kind}`, "aria-label": `${t("video.play")} ${content.title ?? ""}` };
  return el("button", { ...options, onclick: () => playVideo(content) }, el("i", {}, icon("play", 26)), words);
}

function location({ content }) {
  const { latitude, longitude, label } = content;
  const words = [el("b", {}, label || t("location.here")), el("small", {}, `${latitude}, ${longitude}`)];
  return el("div", { class: "card place" }, el("div", { class: "place-words" }, words), mapDrawing(latitude, longitude));
}

function music({ content }) {
  const inside = [
    el("span", { class: "cover" }, picture({ url: content.thumb_url, media_id: "" }, "cover-picture", "music"), icon("play", 22)),
    el("span", { class: "song" }, el("b", {}, content.title || t("card.music")), el("small", {}, content.description)),
    icon("music", 18),
  ];
  return webLink(content.url || content.hq_url, { class: "card song-card" }, inside);
}

function miniprogrampage({ content }) {
  return el(
    "div",
    { class: "card mini" },
    el("span", { class: "mini-name" }, icon("mini", 16), content.app_id),
    el("b", {}, content.title),
    picture({ url: content.thumb_url, media_id: "" }, "mini-picture", "mini"),
    el("small", { title: content.pagepath }, icon("mini", 12), t("card.mini"), el("code", {}, content.pagepath)),
  );
}

// The items answer with their text, and with their id, which only the service sees.
function msgmenu({ content }, openid) {
  const choose = (item) => () => send(openid, "text", { content: item.content, menu_id: item.id });
  const items = content.items.map((item) => el("button", { class: "link", onclick: choose(item) }, item.content));
  return el("div", { class: "bubble text msgmenu" }, content.head && el("p", {}, content.head), items, content.tail && el("p", {}, content.tail));
}

function template({ content }) {
  const rows = Object.entries(content.data ?? {}).map(([key, { value }]) => el("div", {}, el("dt", {}, key), el("dd", {}, value)));
  return webLink(
    content.url,
    { class: "card template" },
    el("b", {}, t("card.template"), el("code", {}, content.template_id)),
    el("dl", {}, rows),
    content.url && el("span", { class: "more" }, t("card.details"), icon("next", 14)),
  );
}
