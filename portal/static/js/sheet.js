// The scoring sheet: adds up while typing, moves by keys, warns before typed marks are lost. Without it the server does the sums.

const form = document.querySelector("form[data-sheet]");
const inputs = [...form.querySelectorAll("input[data-marks]")];
const total = form.querySelector("[data-sheet-total]");
const open = form.querySelector("[data-sheet-open]");
let changed = false;

// Hundredths, or null where nothing or no number stands: sums of decimals would not be exact.
function hundredths(text) {
  const plain = text.trim().replace(/[，,。．]/g, ".");
  if (!/^\d+(\.\d{1,2})?$/.test(plain)) return null;
  const [whole, part = ""] = plain.split(".");
  return Number(whole) * 100 + Number(part.padEnd(2, "0"));
}

function written(value) {
  return String(value / 100);
}

function fits(input, value) {
  const most = Number(input.dataset.marks);
  return value <= most && (value % 10 === 0 || value === most);
}

function addUp() {
  let sum = 0;
  const missing = [];
  for (const input of inputs) {
    const value = hundredths(input.value);
    const wrong = input.value.trim() !== "" && (value === null || !fits(input, value));
    if (wrong) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
    if (value === null) missing.push(input.closest("tr").querySelector(".sheet__code").textContent.trim());
    else if (!wrong) sum += value;
  }
  total.textContent = written(sum);
  open.textContent = missing.length ? `${open.dataset.sheetOpen} ${missing.join(" ")}` : "";
}

function move(input, step) {
  const next = inputs[inputs.indexOf(input) + step];
  if (next) {
    next.focus();
    next.select();
  }
}

const STEPS = { ArrowDown: 1, ArrowUp: -1, Enter: 1 };

form.addEventListener("keydown", (event) => {
  const input = event.target;
  if (event.isComposing) return;
  if (input.matches("input.sheet__actual") && event.key === "Enter") {
    event.preventDefault();
    input.closest("tr").querySelector("input[data-marks]").focus();
  }
  if (!inputs.includes(input)) return;
  if (event.key === "+") {
    event.preventDefault();
    input.value = written(Number(input.dataset.marks));
    changed = true;
    addUp();
    move(input, 1);
  } else if (event.key in STEPS) {
    event.preventDefault();
    move(input, STEPS[event.key]);
  }
});

form.addEventListener("input", () => {
  changed = true;
  addUp();
});
// On the window, so that a question answered with no has stopped it before.
window.addEventListener("submit", (event) => { if (!event.defaultPrevented) changed = false; });
window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });

addUp();
