// Sends answers after a short pause, again until the server has them, and says truthfully how they stand.

import { Problem, Unreachable } from "./api.js";

const PAUSE = 400;
const RETRY = [1000, 2000, 4000, 8000, 15000];
const KEEPALIVE_BYTES = 60000;

export class Saver {
  #api; #attempt; #store; #on;
  #pending = new Map();
  #seq = 0;
  #timer = 0;
  #failures = 0;
  #sending = null;
  #writing = Promise.resolve();
  stopped = false;

  // on: { state(name, durable), refused(problem), answered(body) }
  constructor(api, attempt, store, on) {
    this.#api = api;
    this.#attempt = attempt;
    this.#store = store;
    this.#on = on;
  }

  get unsaved() {
    return this.#pending.size;
  }

  // Takes over what the server has and what this computer still has to send; gives the values that count here.
  restore(fromServer, fromStore) {
    const values = new Map(fromServer.map((answer) => [answer.position, answer]));
    for (const answer of fromStore) {
      const known = values.get(answer.position);
      if (known && known.seq >= answer.seq) continue;
      values.set(answer.position, answer);
      this.#pending.set(answer.position, answer);
    }
    for (const answer of values.values()) this.#seq = Math.max(this.#seq, answer.seq);
    if (this.#pending.size) this.flush();
    return values;
  }

  async change(position, value) {
    const answer = { position, value, seq: ++this.#seq };
    this.#pending.set(position, answer);
    if (!this.#failures) this.#on.state("saving", true);
    this.#writing = this.#store.put(answer);
    await this.#writing;
    if (this.#failures) this.#on.state("offline", this.#store.durable);
    this.#schedule(PAUSE);
  }

  #schedule(delay) {
    clearTimeout(this.#timer);
    if (!this.stopped) this.#timer = setTimeout(() => this.flush(), delay);
  }

  // Sends all that is unsaved; whether the server then has everything.
  async flush() {
    clearTimeout(this.#timer);
    if (this.#sending) await this.#sending;
    if (!this.#pending.size || this.stopped) return !this.#pending.size;
    this.#sending = this.#send([...this.#pending.values()]);
    await this.#sending;
    this.#sending = null;
    return !this.#pending.size;
  }

  async #send(batch) {
    if (!this.#failures) this.#on.state("saving", true);
    try {
      const body = await this.#api.save(this.#attempt, batch);
      this.#failures = 0;
      for (const { position, seq } of body.saved) await this.#settle(position, seq);
      this.#on.answered(body);
      this.#on.state(this.#pending.size ? "saving" : "saved", true);
      if (this.#pending.size) this.#schedule(PAUSE);
    } catch (error) {
      this.#failed(error);
    }
  }

  async #settle(position, seq) {
    if (this.#pending.get(position)?.seq <= seq) this.#pending.delete(position);
    await this.#store.drop(position, seq);
  }

  #failed(error) {
    if (error instanceof Problem) {
      this.stopped = true;
      this.#on.refused(error);
      return;
    }
    if (!(error instanceof Unreachable)) throw error;
    this.#on.state("offline", this.#store.durable);
    this.#schedule(RETRY[Math.min(this.#failures++, RETRY.length - 1)]);
  }

  // The page goes away: what is left is sent without waiting for the answer; it stays in the store as well.
  leave() {
    if (!this.#pending.size || this.stopped) return;
    const batch = [...this.#pending.values()];
    const small = JSON.stringify(batch).length < KEEPALIVE_BYTES;
    this.#api.save(this.#attempt, batch, small).catch(() => {});
  }
}
