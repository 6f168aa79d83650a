// About this user and the account: what the account may still send, and how to leave it.

import { act } from "../act.js";
import { sheet } from "../dialog.js";
import { el } from "../dom.js";
import { moment } from "../format.js";
import { t } from "../i18n.js";
import { store } from "../store.js";
import { accountAvatar, accountName } from "./account.js";

export function personSheet(openid) {
  const user = store.users.get(openid);
  const { quota } = user;
  const leave = async (close) => {
    if (await act("unfollow", { user: openid })) close();
  };
  return sheet(t("person.title"), (close) => [
    el("div", { class: "person" }, accountAvatar("large"), el("h3", {}, accountName())),
    el(
      "dl",
      { class: "facts" },
      fact(t("person.user"), user.nickname),
      fact("OpenID", el("code", {}, user.openid)),
      user.remark && fact(t("person.remark"), user.remark),
      fact(t("person.following"), t(user.following ? "yes" : "no")),
      fact(t("person.quota"), quota ? t("person.quota_until", { count: quota.left, until: moment(quota.until) }) : t("person.quota_none")),
    ),
    user.following && el("button", { class: "danger wide", onclick: () => leave(close) }, t("person.unfollow")),
  ]);
}

const fact = (name, value) => [el("dt", {}, name), el("dd", {}, value)];
