// What a stranger sees of the account, with the button that makes a follower of them.

import { act } from "../act.js";
import { el } from "../dom.js";
import { named, t } from "../i18n.js";
import { icon } from "../icons.js";
import { store } from "../store.js";
import { accountAvatar, accountName } from "./account.js";
import { scanSheet } from "./scan.js";

export function profileCard(openid) {
  const { kind, original_id: original } = store.settings.account;
  const follow = () => act("follow", { user: openid, scene: null });
  return el(
    "div",
    { class: "profile" },
    accountAvatar("large"),
    el("h3", {}, accountName()),
    el("p", { class: "profile-kind" }, named("kind_of_account", kind), el("code", {}, original)),
    el("p", {}, t("profile.about")),
    el("button", { class: "primary wide", onclick: follow }, icon("follow", 20), t("profile.follow")),
    el("button", { class: "plain wide", onclick: () => scanSheet(openid) }, icon("scan", 20), t("profile.scan")),
  );
}
