// A place on a picture: by pointer, by arrow keys, or by the two fields, which work without this script.

const STEP = 10;
const FAR = 50;

const within = (value) => Math.min(1000, Math.max(0, Math.round(value)));

// picture holds an img; across and down are the fields, in thousandths; changed gets [x, y], or [] without a place.
export function hotspot(picture, across, down, changed) {
  const marker = document.createElement("span");
  marker.className = "hotspot__marker";
  picture.append(marker);
  const place = () => (across.value === "" || down.value === "" ? null : [within(across.value), within(down.value)]);
  const show = () => {
    const at = place();
    marker.hidden = at === null;
    if (at) [marker.style.left, marker.style.top] = [`${at[0] / 10}%`, `${at[1] / 10}%`];
  };
  const put = (x, y) => {
    [across.value, down.value] = [within(x), within(y)];
    show();
    changed(place() ?? []);
  };
  picture.addEventListener("pointerdown", (event) => {
    const box = picture.querySelector("img").getBoundingClientRect();
    put(((event.clientX - box.left) / box.width) * 1000, ((event.clientY - box.top) / box.height) * 1000);
  });
  picture.addEventListener("keydown", (event) => {
    const step = event.shiftKey ? FAR : STEP;
    const way = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[event.key];
    if (way) {
      const [x, y] = place() ?? [500, 500];
      put(x + way[0], y + way[1]);
    } else if (event.key === "Delete" || event.key === "Backspace") {
      [across.value, down.value] = ["", ""];
      show();
      changed([]);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
  for (const field of [across, down]) {
    field.addEventListener("input", () => {
      show();
      changed(place() ?? []);
    });
  }
  show();
}
