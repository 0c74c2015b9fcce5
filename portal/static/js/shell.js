// Small conveniences of every page. All of them may be missing: the page works before this runs.

const store = {
  get(key) {
    try { return localStorage.getItem(key); } catch { return null; }
  },
  set(key, value) {
    try { localStorage.setItem(key, value); } catch { /* Private windows refuse storage; nothing depends on it. */ }
  },
};

function dismissFlashes() {
  for (const button of document.querySelectorAll("[data-dismiss]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      button.closest(".flash")?.remove();
      document.getElementById("main")?.focus({ preventScroll: true });
    });
  }
}

function rememberDetails() {
  for (const details of document.querySelectorAll("details[data-remember]")) {
    const key = `zhixun.open.${details.dataset.remember}`;
    const before = store.get(key);
    if (before !== null) details.open = before === "1";
    details.addEventListener("toggle", () => store.set(key, details.open ? "1" : "0"));
  }
}

// Menus close on Escape, on a click elsewhere, and when the focus leaves them.
function closeMenus() {
  const menus = [...document.querySelectorAll("details.account, details.menu")];
  document.addEventListener("click", (event) => {
    for (const menu of menus) if (!menu.contains(event.target)) menu.open = false;
  });
  for (const menu of menus) {
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !menu.open) return;
      menu.open = false;
      menu.querySelector("summary").focus();
    });
    menu.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
    });
  }
}

function submitFilters() {
  document.addEventListener("change", (event) => {
    if (event.target.matches("select[data-autosubmit]")) event.target.form?.requestSubmit();
  });
}

function askFirst() {
  document.addEventListener("submit", (event) => {
    const question = event.submitter?.dataset.confirm ?? event.target.dataset.confirm;
    if (question && !window.confirm(question)) event.preventDefault();
  });
}

async function copy(text) {
  if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
  // Plain http in a LAN has no clipboard object.
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "visually-hidden";
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

function copyButtons() {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const wanted = button.dataset.copy;
    const source = wanted.startsWith("#") ? document.querySelector(wanted) : null;
    await copy((source ? source.value ?? source.textContent : wanted).trim());
    if (!button.dataset.copied) return;
    button.setAttribute("aria-live", "polite");
    button.textContent = button.dataset.copied;
  });
}

function printButtons() {
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
  });
}

// Cards on phones are drawn with display: block, which takes a table's meaning away; the roles give it back.
function keepTables() {
  const roles = { THEAD: "rowgroup", TBODY: "rowgroup", TFOOT: "rowgroup", TR: "row", TD: "cell" };
  for (const table of document.querySelectorAll("table.table--cards")) {
    table.setAttribute("role", "table");
    for (const part of table.querySelectorAll("thead, tbody, tfoot, tr, td")) part.setAttribute("role", roles[part.tagName]);
    for (const head of table.querySelectorAll("th")) head.setAttribute("role", head.scope === "row" ? "rowheader" : "columnheader");
  }
}

dismissFlashes();
rememberDetails();
closeMenus();
submitFilters();
askFirst();
copyButtons();
printButtons();
keepTables();
document.querySelector(".error-summary")?.focus();
