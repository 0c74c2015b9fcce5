// The exam page: waits for the start, starts or resumes, moves between items, saves, hands in.

import { Api, Problem, Unreachable } from "./api.js";
import { Clock, inMinutes, urgency, warning } from "./clock.js";
import { Saver } from "./saver.js";
import { Store, notes } from "./store.js";
import { View, announce, comforts, isAnswered, saveState, tell } from "./view.js";

const part = (id) => document.getElementById(id);
const player = part("player");
const texts = { ...part("texts").dataset };
const api = new Api(player.dataset.api, player.dataset.token);
const clock = new Clock();

const STATE_EVERY = 20000;
const RETRY_START = 3000;
const IS_OVER = new Set(["too_late", "already_submitted"]);

const exam = { id: "", deadline: 0, items: [], index: 0, values: new Map(), flags: new Set(), saver: null, view: null };

const later = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const toReceipt = () => location.replace(player.dataset.receipt);

function wait() {
  clock.sync(player.dataset.serverTime);
  const startsAt = Date.parse(player.dataset.startsAt);
  if (clock.now() >= startsAt) return begin();
  part("waiting-text").textContent = texts.waiting;
  part("countdown").hidden = false;
  // Everybody's page opens at the same second; a second or two apart spares the server.
  const opens = startsAt + Math.random() * 1500;
  return clock.run(() => opens, (left) => { part("countdown").textContent = inMinutes(left); }, begin);
}

async function begin() {
  part("countdown").hidden = true;
  part("waiting-text").textContent = texts.opening;
  tell("", false);
  try {
    await open(await api.start());
  } catch (error) {
    if (error instanceof Problem && IS_OVER.has(error.code)) return toReceipt();
    const lost = error instanceof Unreachable;
    if (!lost && !(error instanceof Problem)) throw error;
    tell(lost ? texts.noConnection : error.status === 401 ? texts.signedOut : error.message, true);
    if (lost) {
      await later(RETRY_START);
      return begin();
    }
  }
  return undefined;
}

async function open(body) {
  exam.id = body.attempt_id;
  exam.items = body.paper.sections.flatMap((section) => section.items);
  exam.flags = new Set(notes.get(`flags.${exam.id}`, []));
  const store = await new Store(exam.id).open();
  exam.saver = new Saver(api, exam.id, store, { state: saveState, refused: refused, answered: synced });
  exam.view = new View(exam.items, body.paper.sections, texts, { choose, flag, go });
  synced(body);
  const kept = exam.saver.restore(body.responses, await store.all());
  for (const { position, value } of kept.values()) exam.values.set(position, value);
  for (const item of exam.items) remark(item);
  part("waiting").hidden = true;
  part("hand-in").disabled = false;
  const last = notes.get(`at.${exam.id}`, 0);
  go(last < exam.items.length ? last : 0);
  watch();
}

function synced(body) {
  clock.sync(body.server_time);
  exam.deadline = Date.parse(body.deadline);
}

function watch() {
  let before = Infinity;
  clock.run(() => exam.deadline, (left) => {
    part("timer").dataset.state = urgency(left);
    part("timer-value").textContent = inMinutes(left);
    const minutes = warning(before, left);
    if (minutes && before !== Infinity) announce(`${minutes} ${texts.left}`);
    before = left;
  }, timeIsOver);
}

// Extra time and endings by the invigilator reach the page this way.
async function look() {
  if (!exam.id) return;
  try {
    const body = await api.state(exam.id);
    if (body.submitted_at) return toReceipt();
    const extended = Date.parse(body.deadline) > exam.deadline;
    synced(body);
    if (extended) watch();
  } catch (error) {
    if (!(error instanceof Problem || error instanceof Unreachable)) throw error;
  }
}

function remark(item) {
  exam.view.mark(item, exam.values.get(item.position), exam.flags.has(item.position));
  exam.view.count(exam.items.filter((each) => isAnswered(exam.values.get(each.position))).length);
}

function choose(item, value) {
  exam.values.set(item.position, value);
  remark(item);
  exam.saver.change(item.position, value);
}

function flag(item, on) {
  if (on) exam.flags.add(item.position);
  else exam.flags.delete(item.position);
  notes.set(`flags.${exam.id}`, [...exam.flags]);
  part("item-flag").checked = on;
  remark(item);
}

function go(index) {
  if (index < 0 || index >= exam.items.length) return;
  exam.index = index;
  const item = exam.items[index];
  exam.view.show(item, exam.values.get(item.position), exam.flags.has(item.position));
  notes.set(`at.${exam.id}`, index);
  part("item-number").focus({ preventScroll: true });
  window.scrollTo(0, 0);
}

function refused(problem) {
  if (IS_OVER.has(problem.code)) return look();
  return tell(problem.status === 401 ? texts.signedOut : problem.message, false);
}

function submitKey() {
  const name = `submit.${exam.id}`;
  const earlier = notes.get(name, "");
  if (earlier) return earlier;
  // randomUUID is missing on plain http in a LAN.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const key = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  notes.set(name, key);
  return key;
}

// Hands in; whether the server has answered for good.
async function submit() {
  try {
    await api.submit(exam.id, submitKey());
  } catch (error) {
    if (error instanceof Unreachable) return false;
    if (!(error instanceof Problem)) throw error;
    if (!IS_OVER.has(error.code)) {
      tell(error.message, false);
      return false;
    }
  }
  toReceipt();
  return true;
}

async function handIn() {
  const button = part("confirm-send");
  button.disabled = true;
  const done = (await exam.saver.flush()) && (await submit());
  button.disabled = false;
  part("confirm-unsaved").hidden = done;
}

// The page hands in by itself within the grace; where that fails, the server does so with what it has.
async function timeIsOver() {
  tell(texts.over, false);
  announce(texts.over);
  part("hand-in").disabled = true;
  await exam.saver.flush();
  while (!(await submit())) await later(RETRY_START);
}

function keys(event) {
  const typing = event.target.matches("textarea, select, input:not([type=radio], [type=checkbox])");
  if (!exam.view || typing || event.ctrlKey || event.altKey || event.metaKey || part("confirm").open) return;
  const key = event.key.length === 1 ? event.key.toUpperCase() : event.key;
  const item = exam.items[exam.index];
  const moves = { ArrowRight: 1, N: 1, ArrowLeft: -1, P: -1 };
  if (key in moves) go(exam.index + moves[key]);
  else if (key === "F") flag(item, !exam.flags.has(item.position));
  else if (/^[1-8]$/.test(key)) exam.view.toggle(Number(key) - 1);
  else if (/^[A-EG-H]$/.test(key)) exam.view.toggle(key.charCodeAt(0) - 65);
  else return;
  event.preventDefault();
}

function listen() {
  document.addEventListener("keydown", keys);
  part("previous").addEventListener("click", () => go(exam.index - 1));
  part("next").addEventListener("click", () => go(exam.index + 1));
  part("item-flag").addEventListener("change", (event) => flag(exam.items[exam.index], event.target.checked));
  part("hand-in").addEventListener("click", () => {
    exam.view.confirm(exam.items.filter((item) => !isAnswered(exam.values.get(item.position))));
  });
  part("confirm-back").addEventListener("click", () => part("confirm").close());
  part("confirm-send").addEventListener("click", handIn);
  part("notice-retry").addEventListener("click", begin);
  window.addEventListener("online", () => exam.saver?.flush());
  window.addEventListener("pagehide", () => exam.saver?.leave());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") exam.saver?.leave();
  });
  setInterval(look, STATE_EVERY);
}

comforts(texts);
listen();
wait();
