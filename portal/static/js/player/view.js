// Draws the exam: one item at a time, the overview, the question before handing in.

import { DRAWN } from "./kinds.js";
import { element, fetchMedia, line, stem, stimulus } from "./parts.js";
import { notes } from "./store.js";

const LETTERS = "ABCDEFGHIJ";
const LONGEST_TEXT = 20000;

const part = (id) => document.getElementById(id);

export const isAnswered = (value) => value !== undefined && value.length > 0;

export class View {
  #items; #texts; #on;
  #drawn = null;

  // items in the order of the paper; on: { choose(item, value), flag(item, on), go(index) }
  constructor(items, sections, texts, on) {
    this.#items = items;
    this.#texts = texts;
    this.#on = on;
    this.#overview(sections);
    fetchMedia(items);
  }

  // The choices of an item as [value, text]: true comes before false.
  choices(item) {
    const plain = { class: "option__text" };
    if (item.type === "true_false") return [[1, this.#texts.yes], [0, this.#texts.no]].map(([code, text]) => [code, element("span", plain, text)]);
    return item.options.map((_text, index) => [index, line(item, "options", index, plain)]);
  }

  #body(item, value) {
    if (item.type === "task") return this.#task(item, value);
    const draw = DRAWN[item.type];
    if (!draw) return [this.#choice(item, value)];
    return draw({ item, value, texts: this.#texts, choose: (given) => this.#on.choose(item, given) });
  }

  show(item, value, flagged) {
    this.#drawn = item;
    part("item").hidden = part("steps").hidden = false;
    part("item").toggleAttribute("data-task", item.type === "task");
    part("item-number").textContent = item.position;
    part("item-kind").textContent = `${this.#kind(item.type)} · ${item.marks / 100} ${this.#texts.marks}`;
    part("item-flag").checked = flagged;
    part("item-body").replaceChildren(...stimulus(item), ...this.#body(item, value));
    const index = this.#items.indexOf(item);
    part("previous").disabled = index === 0;
    part("next").disabled = index === this.#items.length - 1;
    for (const button of part("overview").querySelectorAll("[aria-current]")) button.removeAttribute("aria-current");
    this.#button(item).setAttribute("aria-current", "true");
  }

  #kind(type) {
    const name = type.replace(/_(\w)/g, (_all, letter) => letter.toUpperCase());
    return this.#texts[name] ?? type;
  }

  #choice(item, value) {
    const several = item.type === "multiple_choice";
    const options = this.choices(item).map(([code, text], index) => {
      const input = element("input", { type: several ? "checkbox" : "radio", name: "answer", value: code });
      input.checked = value?.includes(code) ?? false;
      input.addEventListener("change", () => this.#on.choose(item, this.#chosen()));
      const key = element("span", { class: "option__key" }, LETTERS[index]);
      return element("label", { class: "option" }, input, key, text);
    });
    return element("fieldset", { class: "options", role: several ? "group" : "radiogroup", "aria-labelledby": "stem" }, stem(item), ...options);
  }

  #chosen() {
    const inputs = part("item-body").querySelectorAll("input:checked");
    return [...inputs].map((input) => Number(input.value)).sort((a, b) => a - b);
  }

  // Chooses by key as a click would; what is chosen already is cleared.
  toggle(index) {
    const input = part("item-body").querySelectorAll(".option input")[index];
    if (!input) return;
    input.checked = !input.checked;
    input.focus();
    this.#on.choose(this.#drawn, this.#chosen());
  }

  #task(item, value) {
    const statement = element("div", { class: "item__stimulus", tabindex: "0", role: "region", "aria-label": item.title });
    // The server made this HTML from Markdown with raw HTML switched off.
    statement.innerHTML = item.stem;
    const left = element("p", { class: "small muted", id: "characters" });
    const area = element("textarea", {
      class: "input item__answer", id: "answer", rows: "12", maxlength: LONGEST_TEXT, "aria-describedby": "characters",
    });
    area.value = value ?? "";
    const count = () => {
      left.textContent = `${LONGEST_TEXT - area.value.length} ${this.#texts.characters}`;
    };
    area.addEventListener("input", () => {
      count();
      this.#on.choose(item, area.value);
    });
    count();
    const label = element("label", { for: "answer", class: "field__label" }, this.#texts.answer);
    return [element("h2", { class: "item__title" }, item.title ?? ""), statement, label, area, left];
  }

  #overview(sections) {
    const parts = sections.flatMap((section) => {
      const list = element("ol", { class: "overview__grid" }, ...section.items.map((item) => this.#cell(item)));
      return [element("h2", { class: "overview__section" }, this.#kind(section.type)), list];
    });
    part("overview").replaceChildren(...parts);
  }

  #cell(item) {
    const button = element("button", { type: "button", class: "position", "data-position": item.position });
    button.addEventListener("click", () => this.#on.go(this.#items.findIndex((each) => each.position === item.position)));
    return element("li", {}, button);
  }

  #button(item) {
    return part("overview").querySelector(`[data-position="${item.position}"]`);
  }

  mark(item, value, flagged) {
    const button = this.#button(item);
    const answered = isAnswered(value);
    button.toggleAttribute("data-answered", answered);
    button.toggleAttribute("data-flagged", flagged);
    const said = [answered ? this.#texts.answered : this.#texts.open, ...(flagged ? [this.#texts.flagged] : [])];
    button.replaceChildren(String(item.position), element("span", { class: "visually-hidden" }, `, ${said.join(", ")}`));
  }

  count(answered) {
    part("overview-count").textContent = `${answered} / ${this.#items.length}`;
  }

  // Asks before handing in; open are the items without an answer.
  confirm(open) {
    const cells = open.map((item) => {
      const button = element("button", { type: "button", class: "position" }, String(item.position));
      button.addEventListener("click", () => {
        part("confirm").close();
        this.#on.go(this.#items.indexOf(item));
      });
      return element("li", {}, button);
    });
    part("confirm-list").replaceChildren(...cells);
    part("confirm-open").hidden = open.length === 0;
    part("confirm-full").hidden = open.length > 0;
    part("confirm-unsaved").hidden = true;
    part("confirm").showModal();
  }
}

export function saveState(name, durable) {
  const state = part("save-state");
  if (state.dataset.state !== name) state.dataset.state = name;
  state.toggleAttribute("data-unkept", name === "offline" && !durable);
}

export function announce(text) {
  part("announcement").textContent = text;
}

export function tell(text, canRetry) {
  part("notice").hidden = !text;
  part("notice-text").textContent = text;
  part("notice-retry").hidden = !canRetry;
}

// The size of the text, and whether the time is shown, stay as they were chosen.
export function comforts(texts) {
  const player = part("player");
  const buttons = [...document.querySelectorAll("[data-text-size]")];
  const size = (name) => {
    player.dataset.size = name;
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.textSize === name));
    notes.set("size", name);
  };
  for (const button of buttons) button.addEventListener("click", () => size(button.dataset.textSize));
  size(notes.get("size", "m"));

  const toggle = part("timer-toggle");
  const hide = (hidden) => {
    part("timer").toggleAttribute("data-hidden", hidden);
    toggle.setAttribute("aria-pressed", String(hidden));
    toggle.textContent = hidden ? texts.show : texts.hide;
    notes.set("timer-hidden", hidden);
  };
  toggle.addEventListener("click", () => hide(!part("timer").hasAttribute("data-hidden")));
  hide(notes.get("timer-hidden", false));
}
