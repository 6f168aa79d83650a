// What the simulator said, as it is now. Only `apply` changes it, and tells who listens.

import { emit } from "./bus.js";

const MOST = 500; // what the simulator keeps, too

export const store = {
  connected: false,
  settings: null,
  users: new Map(),
  menu: null,
  qrcodes: [],
  deliveries: new Map(), // in the order they began
  calls: [], // newest first
  verification: null,
  burst: null,
};

// When each running push began, in seconds of performance.now(): the clocks may differ.
const beginnings = new Map();

const APPLY = {
  state(message) {
    beginnings.clear();
    store.settings = message.settings;
    store.users = new Map(message.users.map((user) => [user.openid, user]));
    store.menu = message.menu;
    store.qrcodes = message.qrcodes;
    store.calls = [...message.calls].sort((a, b) => b.id - a.id);
    const deliveries = [...message.deliveries].sort((a, b) => a.id - b.id);
    store.deliveries = new Map(deliveries.map((delivery) => [delivery.id, delivery]));
    deliveries.filter((delivery) => !delivery.verdict).forEach(began);
  },
  settings(message) {
    store.settings = message.settings;
  },
  user({ user }) {
    const known = store.users.get(user.openid);
    store.users.set(user.openid, { ...user, chat: known?.chat ?? [] });
  },
  chat({ user, item }) {
    const chat = store.users.get(user)?.chat;
    chat?.push(item);
    if (chat?.length > MOST) chat.shift();
  },
  delivery({ delivery }) {
    store.deliveries.set(delivery.id, delivery);
    began(delivery);
    if (store.deliveries.size > MOST) store.deliveries.delete(store.deliveries.keys().next().value);
  },
  call({ call }) {
    store.calls.unshift(call);
    store.calls.length = Math.min(store.calls.length, MOST);
  },
  menu({ menu }) {
    store.menu = menu;
  },
  qrcode({ qrcode }) {
    store.qrcodes = [qrcode, ...store.qrcodes.filter((other) => other.ticket !== qrcode.ticket)];
  },
  verification(message) {
    store.verification = message;
  },
  burst(message) {
    store.burst = message;
  },
  cleared() {
    store.deliveries.clear();
    store.calls.length = 0;
    beginnings.clear();
  },
};

export function apply(message) {
  APPLY[message.type]?.(message);
  emit(message.type, message);
}

export function setConnected(connected) {
  store.connected = connected;
  emit("connection", connected);
}

// A push is published at each change, so the latest time in it is now, but for the way here.
function began(delivery) {
  const latest = Math.max(0, ...delivery.attempts.map((attempt) => attempt.ended ?? attempt.started));
  const began = performance.now() / 1000 - latest;
  beginnings.set(delivery.id, Math.min(began, beginnings.get(delivery.id) ?? Infinity));
}

export function elapsed(delivery) {
  return performance.now() / 1000 - (beginnings.get(delivery.id) ?? performance.now() / 1000);
}

export function nickname(openid) {
  return store.users.get(openid)?.nickname ?? openid;
}
