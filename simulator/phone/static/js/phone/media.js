// Pictures, voices and videos. Only what the simulator itself serves is loaded; of anything
// elsewhere a placeholder says where it is.

import { sheet } from "../dialog.js";
import { el } from "../dom.js";
import { hue } from "../format.js";
import { t } from "../i18n.js";
import { icon } from "../icons.js";
import { store } from "../store.js";
import { toast } from "../toast.js";

const SILENT_SECONDS = 2; // how long a voice without sound seems to play

// The address within this page's own origin, "" if it is elsewhere.
export function ownAddress(url) {
  if (!url) return "";
  try {
    const parsed = new URL(url, location.origin);
    const own = [location.origin, new URL(store.settings.api_base).origin];
    return own.includes(parsed.origin) ? parsed.pathname + parsed.search : "";
  } catch {
    return "";
  }
}

export function picture({ url, media_id: id }, className, drawing = "picture") {
  const address = ownAddress(url);
  if (!address) return placeholder(url, id, className, drawing);
  const image = el("img", { src: address, alt: t("kind.image"), class: className });
  image.addEventListener("error", () => image.replaceWith(placeholder(url, id, className, drawing)));
  if (className !== "photo") return image;
  const large = () => sheet(t("kind.image"), () => el("img", { src: address, alt: t("kind.image"), class: "large" }), "media");
  return el("button", { class: "photo-button", "aria-label": t("image.open"), onclick: large }, image);
}

function placeholder(url, id, className, drawing) {
  const name = id || hostOf(url);
  const style = { "--hue": hue(url || id || drawing) };
  return el("span", { class: `placeholder ${className}`, style, title: url || id }, icon(drawing, 26), name && el("small", {}, name));
}

function hostOf(url) {
  try {
    return new URL(url).host;
  } catch {
    return url ?? "";
  }
}

export async function playVoice(button, { url }) {
  const address = ownAddress(url);
  button.classList.add("playing");
  const stop = () => button.classList.remove("playing");
  if (!address) return setTimeout(stop, SILENT_SECONDS * 1000);
  const sound = new Audio(address);
  sound.addEventListener("ended", stop);
  try {
    await sound.play();
  } catch {
    stop();
    toast(t("voice.unplayable"), "error");
  }
}

export function playVideo({ url, media_id: id, title, description }) {
  const address = ownAddress(url);
  const film = address
    ? el("video", { src: address, controls: true, class: "large" })
    : el("p", { class: "empty" }, t("video.unknown"), " ", el("code", {}, id));
  sheet(title || t("kind.video"), () => [film, description && el("p", {}, description)], "media");
}
