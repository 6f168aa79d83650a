// Settings are sent one at a time; one that is refused is put back as it was.

import { act } from "../act.js";
import { emit } from "../bus.js";

export async function configure(part, name, value) {
  if (await act("configure", { [part]: { [name]: value } })) return;
  document.activeElement?.blur();
  emit("settings");
}
