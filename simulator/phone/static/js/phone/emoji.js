// The panel of emoji; each goes into the text where the caret is.

import { el } from "../dom.js";
import { t } from "../i18n.js";

const EMOJI =
  "😀 😄 😁 😆 😅 🤣 😂 🙂 😉 😊 😇 🥰 😍 😘 😋 😜 🤔 🤨 😐 😏 🙄 😌 😴 😷 🥳 😎 🤓 😮 😳 🥺 😭 😱 " +
  "😡 🤡 👻 💩 👍 👎 👌 ✌️ 🤝 👏 🙏 💪 🎉 🎁 🧧 🌹 ❤️ 💔 ⭐ 🔥 ☀️ 🌙 ☕ 🍺 🐶 🐱 🐼 🐉 👨‍👩‍👧 🇨🇳 🀄 🆗";

export function emojiPanel(field) {
  const insert = (emoji) => () => put(field, emoji);
  const buttons = EMOJI.split(" ").map((emoji) => el("button", { class: "emoji", "aria-label": emoji, onclick: insert(emoji) }, emoji));
  return el("div", { class: "emoji-panel", role: "group", "aria-label": t("composer.emoji") }, buttons);
}

function put(field, emoji) {
  field.setRangeText(emoji, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input"));
}
