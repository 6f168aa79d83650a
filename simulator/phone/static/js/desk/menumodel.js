// The buttons of a menu while they are edited: a list of tops, each with a list of subs.
// A path is [top] or [top, sub].

export const MOST_TOPS = 3;
export const MOST_SUBS = 5;

// What each type of button needs besides its name.
export const TYPES = {
  click: ["key"],
  view: ["url"],
  scancode_push: ["key"],
  scancode_waitmsg: ["key"],
  pic_sysphoto: ["key"],
  pic_photo_or_album: ["key"],
  pic_weixin: ["key"],
  location_select: ["key"],
  miniprogram: ["url", "appid", "pagepath"],
  media_id: ["media_id"],
  view_limited: ["media_id"],
  article_id: ["article_id"],
  article_view_limited: ["article_id"],
};

export const SAMPLE = [
  { name: "今日歌曲", type: "click", key: "V1001_TODAY_MUSIC" },
  {
    name: "发送",
    sub_button: [
      { name: "扫码推事件", type: "scancode_push", key: "SCAN_PUSH" },
      { name: "扫码带提示", type: "scancode_waitmsg", key: "SCAN_WAIT" },
      { name: "拍照发图", type: "pic_sysphoto", key: "PHOTO" },
      { name: "相册发图", type: "pic_photo_or_album", key: "ALBUM" },
      { name: "发送位置", type: "location_select", key: "PLACE" },
    ],
  },
  {
    name: "更多",
    sub_button: [
      { name: "搜索", type: "view", url: "https://www.example.com/search" },
      { name: "小程序", type: "miniprogram", url: "https://mp.weixin.qq.com", appid: "wx286b93c14bbf93aa", pagepath: "pages/index" },
      { name: "赞一下我们", type: "click", key: "V1001_GOOD" },
    ],
  },
];

export function editable(buttons) {
  return structuredClone(buttons ?? []).map((button) => {
    const subs = button.sub_button?.list ?? button.sub_button ?? [];
    return { ...button, sub_button: subs };
  });
}

// As the API takes them: a top with subs has no act of its own.
export function plainButtons(buttons) {
  return buttons.map(({ sub_button: subs, ...own }) => (subs.length ? { name: own.name, sub_button: subs.map(alone) } : own));
}

const alone = ({ sub_button: _, ...own }) => own;

export function at(buttons, [top, sub]) {
  return sub === undefined ? buttons[top] : buttons[top].sub_button[sub];
}

const siblings = (buttons, path) => (path.length === 1 ? buttons : buttons[path[0]].sub_button);

// Returns the path of the new button; `parent` is the index of a top, null for a new top.
export function addButton(buttons, parent, name) {
  const made = { name, type: "click", key: `KEY_${Date.now() % 100000}` };
  if (parent === null) return [buttons.push({ ...made, sub_button: [] }) - 1];
  return [parent, buttons[parent].sub_button.push(made) - 1];
}

export function removeButton(buttons, path) {
  siblings(buttons, path).splice(path.at(-1), 1);
}

// Returns the path to which the button was moved.
export function moveButton(buttons, path, by) {
  const list = siblings(buttons, path);
  const to = Math.max(0, Math.min(list.length - 1, path.at(-1) + by));
  list.splice(to, 0, ...list.splice(path.at(-1), 1));
  return [...path.slice(0, -1), to];
}
