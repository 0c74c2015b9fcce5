// Draws the shapes of a hotspot's key over its picture; what is drawn goes into the fields, which can be typed as well.

const SVG = "http://www.w3.org/2000/svg";
const picture = document.querySelector("[data-draw]");
const thousandths = (value) => Math.min(1000, Math.max(0, Math.round(value * 1000)));

function rows() {
  return [...document.querySelectorAll("[data-coords]")].map((coords) => ({
    coords,
    shape: coords.closest("fieldset").querySelector("select"),
  }));
}

function numbers(text) {
  return text.split(/[\s,，]+/).filter(Boolean).map(Number);
}

function element(shape, at) {
  const make = (name, attributes) => {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };
  if (shape === "rect" && at.length === 4) return make("rect", { x: at[0], y: at[1], width: Math.max(0, at[2] - at[0]), height: Math.max(0, at[3] - at[1]) });
  if (shape === "circle" && at.length > 2) return make("ellipse", { cx: at[0], cy: at[1], rx: at[2], ry: at[3] ?? at[2] });
  if (shape === "poly" && at.length > 3) return make("polygon", { points: at.join(" ") });
  return null;
}

function draw(svg) {
  svg.replaceChildren(...rows().map(({ coords, shape }) => element(shape.value, numbers(coords.value))).filter(Boolean));
}

// The row that is drawn into: the first empty one, else the last.
function current() {
  const all = rows();
  return all.find(({ coords }) => !coords.value.trim() || coords.dataset.open) ?? all.at(-1);
}

function start() {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 1000 1000");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("class", "hotspot__shapes");
  svg.setAttribute("aria-hidden", "true");
  picture.append(svg);
  document.querySelector("[data-draw-help]").hidden = false;
  const image = picture.querySelector("img");
  image.draggable = false;
  const at = (event) => {
    const box = image.getBoundingClientRect();
    return [thousandths((event.clientX - box.left) / box.width), thousandths((event.clientY - box.top) / box.height)];
  };
  let from = null;
  picture.addEventListener("pointerdown", (event) => {
    from = at(event);
    picture.setPointerCapture(event.pointerId);
  });
  picture.addEventListener("pointermove", (event) => {
    const row = current();
    if (!from || !row || row.shape.value === "poly") return;
    const to = at(event);
    const box = image.getBoundingClientRect();
    row.coords.dataset.open = "1";
    if (row.shape.value === "rect") {
      row.coords.value = [Math.min(from[0], to[0]), Math.min(from[1], to[1]), Math.max(from[0], to[0]), Math.max(from[1], to[1])].join(" ");
    } else {
      const pixels = Math.hypot(((to[0] - from[0]) * box.width) / 1000, ((to[1] - from[1]) * box.height) / 1000);
      row.coords.value = [...from, Math.max(1, thousandths(pixels / box.width)), Math.max(1, thousandths(pixels / box.height))].join(" ");
    }
    draw(svg);
  });
  picture.addEventListener("pointerup", (event) => {
    const row = current();
    if (from && row?.shape.value === "poly") {
      row.coords.dataset.open = "1";
      row.coords.value = [...numbers(row.coords.value), ...at(event)].join(" ");
      draw(svg);
    } else if (row) delete row.coords.dataset.open;
    from = null;
  });
  document.querySelector("[data-editor]").addEventListener("input", () => draw(svg));
  draw(svg);
}

if (picture) start();
// Another picture is shown at once: the page is asked for anew, with all that was typed.
document.getElementById("image")?.addEventListener("change", (event) => {
  const form = event.target.form;
  const keep = document.createElement("input");
  Object.assign(keep, { type: "hidden", name: "change", value: "keep" });
  form.append(keep);
  form.submit();
});
