// The WebSocket to the simulator: acts go out, each is answered; it connects again by itself.

const FIRST_WAIT = 300; // milliseconds before a new try; it doubles
const LONGEST_WAIT = 4000;

export class Live {
  #socket = null;
  #next = 1;
  #pending = new Map();
  #wait = FIRST_WAIT;

  // `onmessage` gets whatever is not the answer to an act; `onerror` the words of one that
  // failed after it had begun; `onstate` true or false.
  constructor(path, { onmessage, onerror, onstate }) {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    this.url = `${scheme}//${location.host}${path}`;
    this.onmessage = onmessage;
    this.onerror = onerror;
    this.onstate = onstate;
    this.#connect();
  }

  // Resolves once the act is begun; rejects with the server's words, or "" without a connection.
  send(act) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return Promise.reject(new Error(""));
    const id = this.#next++;
    this.#socket.send(JSON.stringify({ id, ...act }));
    return new Promise((resolve, reject) => this.#pending.set(id, { resolve, reject }));
  }

  #connect() {
    this.#socket = new WebSocket(this.url);
    this.#socket.addEventListener("message", (event) => this.#receive(JSON.parse(event.data)));
    this.#socket.addEventListener("close", () => this.#lost());
  }

  #receive(message) {
    if (message.type === "state") {
      this.#wait = FIRST_WAIT;
      this.onstate(true);
    }
    const pending = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    if (message.type === "done") pending?.resolve(message);
    else if (message.type === "error" && pending) pending.reject(new Error(message.text));
    else if (message.type === "error") this.onerror(message.text);
    else this.onmessage(message);
  }

  #lost() {
    for (const { reject } of this.#pending.values()) reject(new Error(""));
    this.#pending.clear();
    this.onstate(false);
    setTimeout(() => this.#connect(), this.#wait);
    this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT);
  }
}
