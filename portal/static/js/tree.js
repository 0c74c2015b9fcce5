// A tree that is read part by part: opens what stands under a part, remembers what was open, walks by arrow keys.
// Without it every part is a link to its own page.

const KEPT = "open-parts";

function remembered() {
  try { return new Set(JSON.parse(sessionStorage.getItem(KEPT) ?? "[]")); } catch { return new Set(); }
}

function remember(key, isOpen) {
  const open = remembered();
  if (isOpen) open.add(key); else open.delete(key);
  try { sessionStorage.setItem(KEPT, JSON.stringify([...open].slice(-200))); } catch { /* private windows keep nothing */ }
}

async function fetched(address) {
  const answer = await fetch(address, { headers: { "X-Requested-With": "fetch" } });
  if (!answer.ok) throw new Error(String(answer.status));
  const holder = document.createElement("template");
  holder.innerHTML = await answer.text();
  return holder.content;
}

async function open(toggle) {
  const item = toggle.closest(".tree__item");
  let list = item.querySelector(":scope > .tree__children");
  if (!list) {
    toggle.setAttribute("aria-busy", "true");
    try {
      const rows = await fetched(toggle.dataset.children);
      list = document.createElement("ul");
      list.className = "tree__children";
      list.append(rows);
      item.append(list);
      prepare(list);
    } catch {
      location.assign(item.querySelector(".tree__link").href);
      return;
    } finally {
      toggle.removeAttribute("aria-busy");
    }
  }
  list.hidden = false;
  toggle.setAttribute("aria-expanded", "true");
  remember(item.dataset.node, true);
}

function close(toggle) {
  const item = toggle.closest(".tree__item");
  const list = item.querySelector(":scope > .tree__children");
  if (list) list.hidden = true;
  toggle.setAttribute("aria-expanded", "false");
  remember(item.dataset.node, false);
}

const isOpen = (toggle) => toggle.getAttribute("aria-expanded") === "true";
const toggleOf = (item) => item.querySelector(":scope > .tree__row > .tree__toggle");

function prepare(root) {
  const kept = remembered();
  for (const toggle of root.querySelectorAll(".tree__toggle")) {
    toggle.hidden = false;
    if (!isOpen(toggle) && kept.has(toggle.closest(".tree__item").dataset.node)) open(toggle);
  }
}

async function more(link) {
  const place = link.closest(".tree__more");
  link.setAttribute("aria-busy", "true");
  const rows = await fetched(link.href);
  const first = rows.querySelector(".tree__link");
  const list = place.parentElement;
  place.replaceWith(rows);
  prepare(list);
  first?.focus();
}

function walk(tree, link, step) {
  const links = [...tree.querySelectorAll(".tree__link")].filter((one) => !one.closest("[hidden]"));
  links[links.indexOf(link) + step]?.focus();
}

for (const tree of document.querySelectorAll("[data-tree]")) {
  prepare(tree);
  tree.addEventListener("click", (event) => {
    const toggle = event.target.closest(".tree__toggle");
    if (toggle) (isOpen(toggle) ? close : open)(toggle);
    const link = event.target.closest("[data-more]");
    if (link) {
      event.preventDefault();
      more(link).catch(() => location.reload());
    }
  });
  tree.addEventListener("keydown", (event) => {
    const link = event.target.closest(".tree__link");
    if (!link || event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
    const toggle = toggleOf(link.closest(".tree__item"));
    if (event.key === "ArrowDown") walk(tree, link, 1);
    else if (event.key === "ArrowUp") walk(tree, link, -1);
    else if (event.key === "ArrowRight" && toggle && !isOpen(toggle)) open(toggle);
    else if (event.key === "ArrowLeft" && toggle && isOpen(toggle)) close(toggle);
    else if (event.key === "ArrowLeft") link.closest(".tree__children")?.closest(".tree__item").querySelector(".tree__link").focus();
    else return;
    event.preventDefault();
  });
}
