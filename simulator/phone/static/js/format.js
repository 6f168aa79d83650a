// Times, sizes and names as a person reads them.

import { tag, t } from "./i18n.js";

const DAY = 86400e3;

export function duration(seconds) {
  if (seconds < 0.0095) return `${(seconds * 1000).toFixed(1)} ms`;
  return seconds < 1 ? `${Math.round(seconds * 1000)} ms` : `${seconds.toFixed(2)} s`;
}

export function clock(unix) {
  const at = new Date(unix * 1000);
  const time = at.toLocaleTimeString(tag(), { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false });
  return `${time}.${String(at.getMilliseconds()).padStart(3, "0")}`;
}

// As WeChat dates a chat: the time today, 昨天 before, else the day.
export function chatTime(unix) {
  const at = new Date(unix * 1000);
  const time = at.toLocaleTimeString(tag(), { hour: "2-digit", minute: "2-digit", hour12: false });
  const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(at).setHours(0, 0, 0, 0)) / DAY);
  if (days === 0) return time;
  if (days === 1) return `${t("time.yesterday")} ${time}`;
  return `${at.toLocaleDateString(tag(), { month: "long", day: "numeric" })} ${time}`;
}

export function moment(unix) {
  return new Date(unix * 1000).toLocaleString(tag(), { dateStyle: "medium", timeStyle: "short" });
}

export function bytes(count) {
  return count < 1024 ? `${count} B` : `${(count / 1024).toFixed(1)} KiB`;
}

// A number from 0 to 359 for a name, so that a person keeps their colour.
export function hue(name) {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + letter.codePointAt(0)) % 360;
  return sum;
}
