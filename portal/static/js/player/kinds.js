// Draws what is answered in the kinds of item beyond choices. Each function takes { item, value, texts, choose } and
// gives nodes; choose(value) is told of every change, [] for an answer that was cleared.

import { element, line, stem } from "./parts.js";
import { hotspot } from "../hotspot.js";

const LETTERS = "ABCDEFGHIJKL";
const LONGEST_ANSWER = 200;
const LONGEST_NUMBER = 40;

function typed({ item, value, texts, choose }, hint, attributes) {
  const input = element("input", { type: "text", class: "input", id: "answer", autocomplete: "off", ...attributes });
  input.value = typeof value === "string" ? value : "";
  input.addEventListener("input", () => choose(input.value.trim() ? input.value : []));
  const label = element("label", { for: "answer", class: "field__label" }, texts.answer);
  return [stem(item), element("div", { class: "field answer-line" }, label, input, element("p", { class: "small muted", id: "answer-hint" }, hint))];
}

const shortText = (given) => typed(given, given.texts.hintText, { maxlength: LONGEST_ANSWER, "aria-describedby": "answer-hint" });
const numeric = (given) => typed(given, given.texts.hintNumber, { maxlength: LONGEST_NUMBER, inputmode: "decimal", "aria-describedby": "answer-hint" });

// A select of choices; the empty one first.
function select(choices, chosen, attributes, change) {
  const made = element("select", { class: "input", ...attributes }, element("option", { value: "" }, "—"));
  choices.forEach((text, index) => made.append(element("option", { value: index, selected: index === chosen }, text)));
  made.addEventListener("change", change);
  return made;
}

const position = (input) => (input.value === "" ? null : Number(input.value));
const orCleared = (values, isEmpty) => (values.every(isEmpty) ? [] : values);

function matching({ item, value, texts, choose }) {
  const set = item.html !== null;
  const names = item.options.map((text, index) => (set ? LETTERS[index] : `${LETTERS[index]}  ${text}`));
  const selects = [];
  const change = () => choose(orCleared(selects.map(position), (at) => at === null));
  const rows = item.prompts.map((_text, row) => {
    const prompt = line(item, "prompts", row, { class: "pair__prompt", id: `prompt-${row}` });
    const made = select(names, value?.[row] ?? null, { "aria-labelledby": `prompt-${row}`, id: `target-${row}` }, change);
    selects.push(made);
    return element("li", { class: "pair" }, prompt, made);
  });
  const targets = item.options.map((_text, index) =>
    element("li", { class: "option option--plain" }, element("span", { class: "option__key" }, LETTERS[index]), line(item, "options", index, { class: "option__text" })));
  const list = set ? [element("ul", { class: "options", "aria-label": texts.targets }, ...targets)] : [];
  return [stem(item), ...list, element("ol", { class: "pairs" }, ...rows)];
}

function ordering({ item, value, texts, choose }) {
  const order = value?.length ? [...value] : item.options.map((_text, index) => index);
  const list = element("ol", { class: "ordering" });
  const state = element("p", { class: "small muted", role: "status" }, value?.length ? "" : texts.notOrdered);
  const move = (from, to, name) => {
    [order[from], order[to]] = [order[to], order[from]];
    state.textContent = "";
    draw();
    const button = list.children[to].querySelector(`[data-move="${name}"]`);
    (button.disabled ? list.children[to].querySelector("button:not(:disabled)") : button).focus();
    choose([...order]);
  };
  const button = (name, index, to, label) => {
    const made = element("button", {
      type: "button", class: "button button--small", "data-move": name, disabled: to < 0 || to >= order.length, "aria-label": `${label}: ${item.options[order[index]]}`,
    }, name === "up" ? "↑" : "↓");
    made.addEventListener("click", () => move(index, to, name));
    return made;
  };
  const draw = () => list.replaceChildren(...order.map((old, index) => {
    const row = element("li", { class: "ordering__part" },
      element("span", { class: "ordering__place num" }, index + 1),
      line(item, "options", old, { class: "option__text" }),
      element("span", { class: "ordering__moves" }, button("up", index, index - 1, texts.up), button("down", index, index + 1, texts.down)));
    row.addEventListener("keydown", (event) => {
      const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const to = index + step;
      if (to >= 0 && to < order.length) move(index, to, step < 0 ? "up" : "down");
    });
    return row;
  }));
  draw();
  return [stem(item), element("p", { class: "small muted" }, texts.hintOrder), list, state];
}

// The stem with a field in the place of each gap.
function gaps({ item, texts }, field) {
  const made = stem(item);
  made.id = "gapped";
  const walker = document.createTreeWalker(made, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) if (/\{\{\d+\}\}/.test(walker.currentNode.data)) found.push(walker.currentNode);
  const fields = [];
  for (const node of found) {
    const parts = node.data.split(/\{\{(\d+)\}\}/).map((text, index) => {
      if (index % 2 === 0) return text;
      const gap = Number(text) - 1;
      fields[gap] = field(gap, `${texts.gap} ${text}`);
      return fields[gap];
    });
    node.replaceWith(...parts);
  }
  return [made, fields];
}

function gapSelect(given) {
  const { item, value, choose } = given;
  const change = () => choose(orCleared(fields.map(position), (at) => at === null));
  const [made, fields] = gaps(given, (gap, label) => select(item.gaps[gap], value?.[gap] ?? null, { "aria-label": label, class: "input gap" }, change));
  return [made];
}

function gapText(given) {
  const { value, choose } = given;
  const [made, fields] = gaps(given, (gap, label) => {
    const input = element("input", { type: "text", class: "input gap", maxlength: LONGEST_ANSWER, autocomplete: "off", "aria-label": label });
    input.value = value?.[gap] ?? "";
    input.addEventListener("input", () => choose(orCleared(fields.map((each) => each.value), (text) => !text.trim())));
    return input;
  });
  return [made];
}

function place({ item, value, texts, choose }) {
  const image = element("img", { src: item.image, alt: texts.picture });
  const across = element("input", { type: "number", class: "input num", id: "across", min: 0, max: 1000 });
  const down = element("input", { type: "number", class: "input num", id: "down", min: 0, max: 1000 });
  if (value?.length) [across.value, down.value] = value;
  const picture = element("div", { class: "hotspot", tabindex: "0", role: "group", "aria-label": texts.hintPlace }, image);
  hotspot(picture, across, down, choose);
  const fields = element("div", { class: "form__row" },
    element("div", { class: "field" }, element("label", { for: "across", class: "field__label" }, texts.across), across),
    element("div", { class: "field" }, element("label", { for: "down", class: "field__label" }, texts.down1000), down));
  return [stem(item), element("p", { class: "small muted" }, texts.hintPlace), picture, fields];
}

export const DRAWN = {
  short_text: shortText,
  numeric,
  matching,
  ordering,
  gap_select: gapSelect,
  gap_text: gapText,
  hotspot: place,
};
