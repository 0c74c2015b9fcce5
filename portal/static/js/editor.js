// The editor of a draft: moves parts by keys and by dragging, adds weights up. Without it buttons and forms do the same.

const editor = document.querySelector("[data-editor]");
const tree = editor.querySelector("[data-tree]");
const form = editor.querySelector("[data-move-form]");
const WAYS = { ArrowUp: "up", ArrowDown: "down", ArrowRight: "indent", ArrowLeft: "outdent" };

function send(address, item, place = {}) {
  form.action = address;
  form.elements.revision.value = item.dataset.revision;
  for (const name of ["tier_id", "parent_id", "after"]) form.elements[name].value = place[name] ?? "";
  form.submit();
}

const address = (item, deed) => `/standards/drafts/nodes/${item.dataset.node}/${deed}`;

tree?.addEventListener("keydown", (event) => {
  const item = event.target.closest(".tree__link")?.closest(".tree__item");
  if (!item || event.isComposing) return;
  if (event.altKey && event.key in WAYS) {
    event.preventDefault();
    send(address(item, `step/${WAYS[event.key]}`), item);
  } else if (event.key === "Delete" && confirm(editor.dataset.confirmRemove)) {
    event.preventDefault();
    send(address(item, "remove"), item);
  }
});

// Dragging: the upper and lower quarter of a row are before and after it, the middle is beneath it.
let dragged = null;

function zone(row, y) {
  const box = row.getBoundingClientRect();
  const part = (y - box.top) / box.height;
  if (part < 0.25) return "before";
  return part > 0.75 ? "after" : "beneath";
}

function unmark() {
  for (const row of tree.querySelectorAll("[data-drop]")) delete row.dataset.drop;
}

function target(event) {
  const row = event.target.closest(".tree__row");
  const item = row?.closest(".tree__item");
  return dragged && item && !dragged.contains(item) ? { row, item } : null;
}

function last(item) {
  return item.querySelector(":scope > .tree__children")?.querySelector(":scope > .tree__item:last-of-type")?.dataset.node ?? "";
}

function placeOf(item) {
  const parent = item.parentElement.closest(".tree__item");
  return { parent_id: parent?.dataset.node ?? "", tier_id: tree.dataset.tier ?? "" };
}

function previous(item) {
  let one = item.previousElementSibling;
  while (one && (one === dragged || !one.dataset.node)) one = one.previousElementSibling;
  return one?.dataset.node ?? "";
}

if (tree) {
  tree.addEventListener("dragstart", (event) => {
    dragged = event.target.closest(".tree__item");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.dataset.node);
  });
  tree.addEventListener("dragover", (event) => {
    const found = target(event);
    unmark();
    if (!found) return;
    event.preventDefault();
    found.row.dataset.drop = zone(found.row, event.clientY);
  });
  tree.addEventListener("dragleave", unmark);
  tree.addEventListener("dragend", () => { dragged = null; unmark(); });
  tree.addEventListener("drop", (event) => {
    const found = target(event);
    if (!found) return;
    event.preventDefault();
    const where = zone(found.row, event.clientY);
    const place = where === "beneath"
      ? { parent_id: found.item.dataset.node, after: last(found.item) }
      : { ...placeOf(found.item), after: where === "after" ? found.item.dataset.node : previous(found.item) };
    send(address(dragged, "move"), dragged, place);
  });
}

for (const weights of editor.querySelectorAll("[data-weights]")) {
  const sum = weights.querySelector("[data-weights-sum]");
  weights.addEventListener("input", () => {
    const figures = [...weights.querySelectorAll("input[type=number]")].map((one) => Number(one.value) || 0);
    sum.textContent = String(figures.reduce((total, one) => total + one, 0));
  });
}

// The keyboard goes on where it was: at the part that was moved.
if (location.search.includes("node=")) tree?.querySelector("[aria-current]")?.focus({ preventScroll: false });
