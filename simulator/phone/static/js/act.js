// What the person does, sent to the simulator; what it refuses is said on the page.

import { t } from "./i18n.js";
import { Live } from "./live.js";
import { apply, setConnected } from "./store.js";
import { toast } from "./toast.js";

let live = null;

export function connect() {
  const onerror = (text) => toast(text, "error");
  live = new Live("/live", { onmessage: apply, onerror, onstate: setConnected });
}

// Returns whether it was taken.
export async function act(name, values = {}) {
  try {
    await live.send({ do: name, ...values });
    return true;
  } catch (error) {
    toast(error.message || t("live.lost"), "error");
    return false;
  }
}

// Returns the media id of what was uploaded, "" if it was refused.
export async function upload(kind, blob) {
  try {
    const headers = { "Content-Type": blob.type || "application/octet-stream" };
    const response = await fetch(`/upload?kind=${kind}`, { method: "POST", body: blob, headers });
    if (!response.ok) throw new Error((await response.text()).slice(0, 200) || response.statusText);
    return (await response.json()).media_id;
  } catch (error) {
    toast(`${t("upload.failed")} ${error.message}`, "error");
    return "";
  }
}
