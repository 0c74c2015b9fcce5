// Small parts that drawing items needs: elements, and texts that the server has set as HTML.

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(key, "");
    else if (value !== false && value !== undefined && value !== null) made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

// The server made this HTML from Markdown with raw HTML switched off, and cleaned its formulas.
function filled(made, html, text) {
  if (html === undefined) made.textContent = text;
  else made.innerHTML = html;
  return made;
}

export function stem(item, name = "div") {
  return filled(element(name, { class: "item__stem", id: "stem" }), item.html?.stem, item.stem);
}

// One of the options or prompts of an item.
export function line(item, list, index, attributes) {
  return filled(element("span", attributes), item.html?.[list][index], item[list][index]);
}

let shared = null;

// The passage or picture that an item shares with its neighbours: the same node while it stays the same.
export function stimulus(item) {
  if (!item.stimulus) return [];
  if (shared?.dataset.stimulus !== item.stimulus.id) {
    shared = element("section", { class: "item__stimulus", tabindex: "0", role: "region", "aria-label": item.stimulus.title, "data-stimulus": item.stimulus.id },
      element("h2", { class: "item__title" }, item.stimulus.title));
    const body = element("div");
    body.innerHTML = item.stimulus.html;
    shared.append(body);
  }
  return [shared];
}

// Pictures and sounds are fetched at once: a break of the network later does not take them away.
export function fetchMedia(items) {
  const html = items.flatMap((item) => [item.html?.stem, ...(item.html?.options ?? []), ...(item.html?.prompts ?? []), item.stimulus?.html]);
  const found = html.flatMap((text) => [...(text ?? "").matchAll(/<img [^>]*src="([^"]+)"/g)].map((match) => match[1]));
  for (const address of new Set([...found, ...items.map((item) => item.image).filter(Boolean)])) new Image().src = address;
}
