// The exam API. Two ways to fail: a Problem (the server said no), or Unreachable (nobody knows).

const TIMEOUT = 10000;

export class Problem extends Error {
  constructor(status, body) {
    super(body.detail ?? "");
    this.status = status;
    this.code = body.code ?? "";
  }
}

export class Unreachable extends Error {}

export class Api {
  constructor(base, token) {
    this.base = base;
    this.token = token;
  }

  start() {
    return this.#ask("POST", "/attempt");
  }

  state(attemptId) {
    return this.#ask("GET", `/attempts/${attemptId}`);
  }

  save(attemptId, responses, leaving = false) {
    return this.#ask("PUT", `/attempts/${attemptId}/responses`, { responses }, leaving);
  }

  submit(attemptId, key) {
    return this.#ask("POST", `/attempts/${attemptId}/submit`, { idempotency_key: key });
  }

  async #ask(method, path, body, keepalive = false) {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), TIMEOUT);
    let answer, content;
    try {
      answer = await fetch(this.base + path, {
        method,
        keepalive,
        signal: abort.signal,
        cache: "no-store",
        headers: {
          Authorization: `Bearer ${this.token}`,
          "Accept-Language": document.documentElement.lang,
          ...(body ? { "Content-Type": "application/json" } : {}),
        },
        body: body ? JSON.stringify(body) : undefined,
      });
      content = await answer.json();
    } catch (error) {
      throw new Unreachable(String(error));
    } finally {
      clearTimeout(timer);
    }
    if (answer.ok) return content;
    // A fault of the server, a lost race or too many requests: the same request may succeed later.
    if (answer.status >= 500 || answer.status === 429 || answer.status === 409) throw new Unreachable(content.code);
    throw new Problem(answer.status, content);
  }
}
