// Answers on this computer, so that a break of the network or a reload loses none: IndexedDB, else memory alone.

const NAME = "zhixun-exam";
const ANSWERS = "answers";

function opened() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(ANSWERS, { keyPath: ["attempt", "position"] });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function done(transaction) {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });
}

export class Store {
  // Whether what is put here outlives the page.
  durable = true;
  #db = null;
  #attempt;

  constructor(attempt) {
    this.#attempt = attempt;
  }

  async open() {
    try {
      this.#db = await opened();
    } catch {
      this.durable = false;
    }
    return this;
  }

  async put(answer) {
    if (!this.#db) return;
    try {
      const transaction = this.#db.transaction(ANSWERS, "readwrite", { durability: "strict" });
      transaction.objectStore(ANSWERS).put({ attempt: this.#attempt, ...answer });
      await done(transaction);
      this.durable = true;
    } catch {
      this.durable = false;
    }
  }

  // An answer that the server keeps need not stay here, unless a newer one took its place meanwhile.
  async drop(position, seq) {
    if (!this.#db) return;
    try {
      const transaction = this.#db.transaction(ANSWERS, "readwrite");
      const rows = transaction.objectStore(ANSWERS);
      const key = [this.#attempt, position];
      const request = rows.get(key);
      request.onsuccess = () => {
        if (request.result && request.result.seq <= seq) rows.delete(key);
      };
      await done(transaction);
    } catch { /* It is sent once more after a reload; the server passes over what it has. */ }
  }

  async all() {
    if (!this.#db) return [];
    const range = IDBKeyRange.bound([this.#attempt], [this.#attempt, []]);
    return new Promise((resolve) => {
      const request = this.#db.transaction(ANSWERS).objectStore(ANSWERS).getAll(range);
      request.onsuccess = () => resolve(request.result.map(({ position, value, seq }) => ({ position, value, seq })));
      request.onerror = () => resolve([]);
    });
  }
}

// Small things that may be lost: flags, the size of the text, the key of the submission.
export const notes = {
  get(key, otherwise) {
    try {
      return JSON.parse(localStorage.getItem(`zhixun.${key}`)) ?? otherwise;
    } catch {
      return otherwise;
    }
  },
  set(key, value) {
    try {
      localStorage.setItem(`zhixun.${key}`, JSON.stringify(value));
    } catch { /* Private windows refuse storage. */ }
  },
};
