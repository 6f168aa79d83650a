// News between the parts of the page. Whoever listens does so in a Scope, and is gone with it.

const listeners = new Map();

export function emit(topic, value) {
  for (const listener of [...(listeners.get(topic) ?? [])]) listener(value);
}

export class Scope {
  #ends = [];

  on(topics, listener) {
    for (const topic of topics.split(" ")) {
      if (!listeners.has(topic)) listeners.set(topic, new Set());
      listeners.get(topic).add(listener);
      this.atEnd(() => listeners.get(topic).delete(listener));
    }
  }

  child() {
    const scope = new Scope();
    this.atEnd(() => scope.end());
    return scope;
  }

  atEnd(action) {
    this.#ends.push(action);
  }

  end() {
    for (const action of this.#ends.splice(0)) action();
  }
}
