// The time left by the server's clock: this computer's own clock may be wrong or be changed, so only its steps count.

const MINUTE = 60000;

export function inMinutes(milliseconds) {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  const two = (number) => String(number).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const rest = `${two(Math.floor((seconds % 3600) / 60))}:${two(seconds % 60)}`;
  return hours ? `${hours}:${rest}` : rest;
}

export class Clock {
  #server = 0;
  #at = 0;
  #timer = 0;

  sync(serverTime) {
    this.#server = Date.parse(serverTime);
    this.#at = performance.now();
  }

  now() {
    return this.#server + performance.now() - this.#at;
  }

  // Calls tick(milliseconds left) four times a second, and over() once when nothing is left.
  run(until, tick, over) {
    this.stop();
    const step = () => {
      const left = until() - this.now();
      tick(left);
      if (left > 0) return;
      this.stop();
      over();
    };
    this.#timer = setInterval(step, 250);
    step();
  }

  stop() {
    clearInterval(this.#timer);
  }
}

export function urgency(left) {
  if (left <= MINUTE) return "last";
  return left <= 10 * MINUTE ? "low" : "normal";
}

// The minute to announce when the time passes it, or 0.
export function warning(before, left) {
  return [10, 5, 1].find((minutes) => before > minutes * MINUTE && left <= minutes * MINUTE) ?? 0;
}
