// SPDX-License-Identifier: Apache-2.0
"use strict";

/* Small things */

const $ = (id) => document.getElementById(id);

/** Builds an element; text becomes text nodes, so nothing that stands in a webhook is ever read as HTML. */
function h(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

function counted(count, word) { return count === 1 ? `1 ${word}` : `${count} ${word}s`; }

/* The server */

const token = (() => {
  // Behind the # it is neither sent nor passed on; out of the address bar it is not shown to who looks over a shoulder.
  const given = location.hash.slice(1);
  if (/^[\w-]{20,}$/.test(given)) {
    sessionStorage.setItem("token", given);
    history.replaceState(null, "", "/");
  }
  return sessionStorage.getItem("token") ?? "";
})();

/** Asks the server; gives `{ok, status, body}`, or throws where it cannot be reached. */
async function ask(operation, request) {
  const answer = await fetch(`/api/${operation}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${token}` },
    body: JSON.stringify(request),
    signal: AbortSignal.timeout(30000),
  });
  return { ok: answer.ok, status: answer.status, body: await answer.json() };
}

/* Notices */

let noticeKind = null;

function notify(kind, text, label, action) {
  noticeKind = kind;
  $("notice-text").textContent = text;
  $("notice-action").hidden = !label;
  $("notice-action").textContent = label ?? "";
  $("notice-action").onclick = action ?? null;
  $("notice").hidden = false;
}

function dismiss(kind) {
  if (noticeKind !== kind) return;
  noticeKind = null;
  $("notice").hidden = true;
}

function say(text) {
  if ($("status").textContent !== text) $("status").textContent = text;
}

/* Editors */

/** A text area with line numbers, colours and marks; only the lines in sight are drawn. */
class Editor {
  static #tokens = /"(?:[^"\\]|\\.)*"?|-?\d[\w.+-]*|true|false|null|[{}[\],:]/g;
  static #longest = 20000;

  constructor(id, changed) {
    this.box = $(id);
    this.area = this.box.querySelector("textarea");
    this.gutter = this.box.querySelector(".gutter").appendChild(h("div"));
    this.layer = this.box.querySelector(".layer").appendChild(h("div"));
    this.marks = [];
    this.found = [];
    this.severities = new Map();
    this.#index();
    this.area.addEventListener("input", () => { this.#follow(); this.draw(); changed?.(); });
    this.area.addEventListener("scroll", () => this.draw(), { passive: true });
    new ResizeObserver(() => this.draw()).observe(this.box);
  }

  get text() { return this.area.value; }

  /** Puts another text there; `keepsPlace` where it is the same file, changed elsewhere. */
  set(text, keepsPlace = false) {
    const { scrollTop, scrollLeft, selectionStart } = this.area;
    this.area.value = text;
    this.area.setSelectionRange(keepsPlace ? selectionStart : 0, keepsPlace ? selectionStart : 0);
    this.area.scrollTop = keepsPlace ? scrollTop : 0;
    this.area.scrollLeft = keepsPlace ? scrollLeft : 0;
    this.marks = [];
    this.found = [];
    this.severities.clear();
    this.#index();
    this.draw();
  }

  /** Lets diagnostics move with what was typed before them, until the next ones come. */
  #follow() {
    const grown = this.area.value.length - this.length;
    const at = this.area.selectionEnd - Math.max(0, grown);
    this.#index();
    this.marks = [];
    this.showFound(this.found.map(({ start, end, kind }) => {
      const moved = start >= at ? grown : 0;
      const place = { start: Math.max(0, start + moved), end: Math.max(0, end + (end > at ? grown : 0)) };
      return { place: { ...place, line: this.#lineOf(place.start) }, severity: kind };
    }));
  }

  #lineOf(offset) {
    let [low, high] = [0, this.starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.starts[middle] <= offset) low = middle; else high = middle;
    }
    return low + 1;
  }

  #index() {
    const text = this.area.value;
    this.length = text.length;
    this.starts = [0];
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) this.starts.push(at + 1);
    this.box.style.setProperty("--digits", Math.max(2, String(this.starts.length).length));
  }

  /** Diagnostics: `{place, severity}`. */
  showFound(found) {
    this.found = found.map(({ place, severity }) => ({ ...place, kind: severity }));
    this.severities.clear();
    for (const { line, kind } of this.found) if (this.severities.get(line) !== "error") this.severities.set(line, kind);
    this.draw();
  }

  /** Marks places and brings the first one into sight. */
  mark(places, scrolls = true) {
    this.marks = places.map((place) => ({ ...place, kind: "mark" }));
    if (scrolls && places.length) this.reveal(places[0]);
    this.draw();
  }

  reveal(place) {
    const row = this.#row();
    const top = (place.line - 1) * row;
    const { scrollTop, clientHeight, clientWidth, scrollLeft } = this.area;
    if (top < scrollTop + row || top > scrollTop + clientHeight - 3 * row) this.area.scrollTop = Math.max(0, top - clientHeight / 3);
    const left = (place.start - this.starts[place.line - 1]) * this.#column();
    if (left < scrollLeft || left > scrollLeft + clientWidth * 0.8) this.area.scrollLeft = Math.max(0, left - clientWidth / 3);
  }

  /** Takes the keyboard to a place. */
  go(place) {
    this.area.focus();
    this.area.setSelectionRange(place.start, place.start);
    this.reveal(place);
    this.mark([place], false);
  }

  #row() { return parseFloat(getComputedStyle(this.area).lineHeight) || 20; }
  #column() { return (parseFloat(getComputedStyle(this.area).fontSize) || 13) * 0.6; }

  draw() {
    const row = this.#row();
    const { scrollTop, scrollLeft, clientHeight, value } = this.area;
    const first = Math.max(0, Math.floor(scrollTop / row) - 4);
    const last = Math.min(this.starts.length, Math.ceil((scrollTop + clientHeight) / row) + 4);
    const padding = parseFloat(getComputedStyle(this.area).paddingTop) || 0;
    const lines = [];
    const numbers = [];
    for (let index = first; index < last; index++) {
      const start = this.starts[index];
      const end = index + 1 < this.starts.length ? this.starts[index + 1] - 1 : value.length;
      lines.push(h("p", null, this.#line(value.slice(start, end), start)));
      numbers.push(h("p", { class: this.severities.get(index + 1) }, String(index + 1)));
    }
    this.layer.replaceChildren(...lines);
    this.gutter.replaceChildren(...numbers);
    const top = first * row - scrollTop + padding;
    this.layer.style.transform = `translate(${-scrollLeft}px, ${top}px)`;
    this.gutter.style.transform = `translate(0, ${top}px)`;
  }

  /** The pieces of one line: JSON has no token that runs over a line's end. */
  #line(text, base) {
    if (!text) return "\u200b";
    const end = base + text.length;
    const spans = text.length > Editor.#longest ? [] : Editor.#tokenized(text, base);
    const over = [...this.found, ...this.marks].filter((mark) => mark.start < end && mark.end > base);
    if (!spans.length && !over.length) return text;
    const cuts = new Set([base, end]);
    for (const { start, end: stop } of [...spans, ...over]) {
      if (start > base && start < end) cuts.add(start);
      if (stop > base && stop < end) cuts.add(stop);
    }
    const sorted = [...cuts].sort((a, b) => a - b);
    const pieces = [];
    let at = 0;
    for (let index = 0; index + 1 < sorted.length; index++) {
      const [from, to] = [sorted[index], sorted[index + 1]];
      while (at < spans.length && spans[at].end <= from) at++;
      const kinds = at < spans.length && spans[at].start <= from ? [spans[at].kind] : [];
      for (const mark of over) if (mark.start <= from && mark.end >= to) kinds.push(mark.kind);
      const piece = text.slice(from - base, to - base);
      pieces.push(kinds.length ? h("span", { class: kinds.join(" ") }, piece) : piece);
    }
    return pieces;
  }

  static #tokenized(text, base) {
    const spans = [];
    for (const match of text.matchAll(Editor.#tokens)) {
      const [token] = match;
      const stop = match.index + token.length;
      let kind = "v";
      if (token[0] === '"') {
        if (/^\s*:/.test(text.slice(stop, stop + 20))) kind = "n";
        else kind = /^"[$@][.[]|^"[$@]"/.test(token) ? "q" : "s";
      } else if (/[{}[\],:]/.test(token)) kind = "p";
      spans.push({ start: base + match.index, end: base + stop, kind });
    }
    return spans;
  }
}

/* What the page knows */

const state = {
  file: "", writes: false, hash: "", saved: "", fixtures: [],
  isDocument: false, received: null, picked: "", loaded: "", result: null, disk: null,
};

const sample = new Editor("sample-editor", () => { schedule(); });
const reading = new Editor("reading-editor");
const mapping = new Editor("mapping-editor", () => { showState(); schedule(); });

/* Asking for previews: one at a time, the newest next, so that no answer is older than the one before */

let timer = 0;
let isAsking = false;
let isWanted = false;

function schedule(wait = 160) {
  clearTimeout(timer);
  timer = setTimeout(refresh, wait);
}

function headers() {
  const result = {};
  for (const line of $("headers").value.split("\n")) {
    const colon = line.indexOf(":");
    if (colon > 0) result[line.slice(0, colon).trim()] = line.slice(colon + 1).trim();
  }
  return result;
}

async function refresh() {
  if (isAsking) { isWanted = true; return; }
  isAsking = true;
  const request = {
    mapping: mapping.text, sample: sample.text === "" ? null : sample.text, document: state.isDocument,
    headers: headers(), profile: $("profile").value || null, received: state.received,
  };
  try {
    const { ok, body } = await ask("preview", request);
    if (request.mapping !== mapping.text) isWanted = true;
    else if (ok) show(body, request.sample === sample.text);
    else notify("server", body.detail ?? "The workshop refused the request.");
    if (ok) dismiss("server");
  } catch {
    notify("server", "The workshop does not answer. Is `tributary workshop` still running?", "Try again", () => refresh());
  }
  isAsking = false;
  if (isWanted) { isWanted = false; schedule(0); }
}

/* Showing a result */

function show(result, isSampleCurrent) {
  const last = state.result;
  state.result = result;
  mapping.showFound(result.diagnostics);
  showProblems(result.diagnostics);
  showChoices(result.tests);
  showTests(result);
  document.querySelector(".results").toggleAttribute("data-stale", !result.sound);
  $("stale").hidden = result.sound || !last;
  if (result.sound) {
    showProfiles(result.profiles, result.profile);
    if (isSampleCurrent || sample.text === "") showWebhooks(result);
  }
  summarize(result);
  follow();
}

/** Where the event stands in the test itself, the sample follows what is typed there. */
async function follow() {
  const picked = state.picked;
  if (!state.isDocument || !picked.startsWith("test:") || sample.text !== state.loaded) return;
  // Nothing is lost where this fails: the next preview says that the server is gone.
  const answer = await ask("sample", { mapping: mapping.text, test: Number(picked.slice(5)) }).catch(() => null);
  if (!answer?.ok || state.picked !== picked || sample.text !== state.loaded || answer.body.text === state.loaded) return;
  state.isDocument = answer.body.document;
  state.loaded = answer.body.text;
  sample.set(answer.body.text, true);
  schedule(0);
}

function summarize(result) {
  const errors = result.diagnostics.filter(({ severity }) => severity === "error").length;
  const warnings = result.diagnostics.length - errors;
  const parts = [];
  if (result.sound) {
    const events = result.webhooks.reduce((sum, { events }) => sum + events.length, 0);
    const outcomes = [...new Set(result.webhooks.map(({ outcome }) => outcome.replace("_", " ")))];
    if (result.fault) parts.push("The sample cannot be read");
    else if (result.webhooks.length) parts.push(events ? counted(events, "event") : outcomes.join(", "));
    const passed = result.tests.filter(({ passed }) => passed).length;
    if (result.tests.length) parts.push(`${passed} of ${result.tests.length} tests pass`);
  }
  if (errors) parts.push(counted(errors, "error"));
  if (warnings) parts.push(counted(warnings, "warning"));
  say(parts.join(" · "));
}

function showState() {
  const isDirty = mapping.text !== state.saved;
  $("state").textContent = !state.writes ? "nothing is written" : isDirty ? "not saved" : state.hash ? "saved" : "new";
  $("save").disabled = !state.writes || (!isDirty && state.hash !== "");
  document.title = `${isDirty && state.writes ? "● " : ""}${state.file} · Tributary workshop`;
}

/** A list in which the arrow keys move and Tab passes by. */
function rove(list) {
  const buttons = () => [...list.querySelectorAll(":scope button")];
  const all = buttons();
  all.forEach((button, index) => { button.tabIndex = index ? -1 : 0; });
  if (list.dataset.roves) return;
  list.dataset.roves = "true";
  list.addEventListener("focusin", ({ target }) => {
    for (const button of buttons()) button.tabIndex = button === target ? 0 : -1;
  });
  list.addEventListener("keydown", (event) => {
    const all = buttons();
    const at = all.indexOf(document.activeElement);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (next === undefined || at < 0) return;
    event.preventDefault();
    all[Math.min(Math.max(next, 0), all.length - 1)].focus();
  });
}

/** Replaces a list's content and keeps the keyboard where it was, if there is still such a row. */
function refill(list, rows) {
  const at = [...list.querySelectorAll("button")].indexOf(document.activeElement);
  list.replaceChildren(...rows);
  rove(list);
  if (at >= 0) {
    const buttons = list.querySelectorAll("button");
    buttons[Math.min(at, buttons.length - 1)]?.focus({ preventScroll: true });
  }
}

function showProblems(found) {
  $("problems-count").textContent = found.length || "";
  refill($("problems"), found.length ? found.map((item) =>
    h("li", { class: item.severity },
      h("button", { type: "button", onclick: () => mapping.go(item.place) },
        h("span", { class: "where" }, `${item.line}:${item.column}`),
        h("span", null, item.message),
        item.hint ? h("span", { class: "hint quiet" }, item.hint) : null,
        h("span", { class: "code" }, `${item.severity} ${item.code} ${item.name}`))))
    : [h("li", { class: "none" }, "None.")]);
}

/* Highlighting what belongs together */

let current = null;

function highlight(button, place, sources) {
  current?.removeAttribute("aria-current");
  current = button;
  button.setAttribute("aria-current", "true");
  const there = sources.filter(Boolean);
  (state.result?.reading ? reading : sample).mark(there);
  mapping.mark(place ? [place] : []);
}

/** A value as people read it; the text is JSON and stays as exact as it came. */
function readable(text) {
  if (text === null) return "(not set)";
  if (text.startsWith('"')) return JSON.parse(text);
  const money = /^\{"amount":"([^"]+)","currency":"([^"]+)"\}$/.exec(text);
  return money ? `${money[1]} ${money[2]}` : text;
}

function showWebhooks(result) {
  $("sample-fault").hidden = !result.fault;
  $("sample-fault").textContent = result.fault ?? "";
  $("reading-field").hidden = !result.reading;
  if (result.reading && reading.text !== result.reading) reading.set(result.reading);
  const focus = focusedPath($("webhooks"));
  const open = new Set([...$("webhooks").querySelectorAll("details[open]")].map(({ dataset }) => dataset.key));
  sample.mark([], false);
  mapping.mark([], false);
  let children = result.webhooks.map((webhook, index) => webhookView(webhook, index, result.webhooks.length));
  if (result.fault) {
    children = [h("div", { class: "outcome" }, h("span", { class: "badge unread" }, "not readable"), h("p", { class: "words" }, result.fault))];
  } else if (!children.length) {
    children = [h("p", { class: "none" }, sample.text === "" ? "Choose a test or paste the body of a webhook." : "The batch is empty.")];
  }
  $("webhooks").replaceChildren(...children);
  for (const list of $("webhooks").querySelectorAll("[data-rove]")) rove(list);
  for (const details of $("webhooks").querySelectorAll("details")) details.open = open.has(details.dataset.key);
  if (focus) $("webhooks").querySelector(`[data-focus="${CSS.escape(focus)}"]`)?.focus({ preventScroll: true });
}

function focusedPath(container) {
  return container.contains(document.activeElement) ? document.activeElement.dataset.focus : null;
}

function webhookView(webhook, index, count) {
  const name = webhook.outcome.replace("_", " ");
  return h("article", { class: "webhook", "aria-label": count > 1 ? `Entry ${index + 1}: ${name}` : name },
    h("div", { class: "outcome" },
      h("span", { class: `badge ${webhook.outcome}` }, name),
      h("span", { class: "code" }, webhook.type ?? ""),
      h("span", { class: "quiet code" }, webhook.rule ? `rule ${webhook.rule}` : ""),
      h("p", { class: "words" }, webhook.words)),
    webhook.events.map((event, at) => eventView(event, `${index}.${at}`)),
    webhook.trials.length ? [
      h("h3", { id: `tried-${index}` }, "Tried, in order"),
      h("ul", { class: "rows trials", "data-rove": true, "aria-labelledby": `tried-${index}` },
        webhook.trials.map((trial, at) => trialView(trial, `${index}.trial.${at}`)))] : null);
}

function eventView(event, key) {
  // What the event says comes before what every webhook says of itself.
  const isEnvelope = ({ target }) => target.startsWith("event.");
  const fields = [...event.fields.filter((field) => !isEnvelope(field)), ...event.fields.filter(isEnvelope)];
  return h("section", { class: "event", "aria-label": event.kind },
    h("header", null, h("h4", null, event.kind), h("span", { class: "key" }, event.key),
      event.amount ? h("span", { class: "amount" }, event.amount) : null),
    h("ul", { class: "rows fields", "data-rove": true, "aria-label": "Fields" }, fields.map((field) => fieldView(field, key))),
    h("details", { "data-key": key }, h("summary", null, "As it goes out"), h("pre", { tabindex: "0" }, event.text)));
}

function fieldView(field, key) {
  const button = h("button", { type: "button", "data-focus": `${key}.${field.target}` },
    h("span", { class: "target" }, field.target),
    h("span", { class: field.value === null ? "value quiet" : "value" }, readable(field.value)),
    field.paths.map(({ path }) => h("span", { class: "path" }, path)));
  const mark = () => highlight(button, field.place, field.paths.map(({ place }) => place));
  button.addEventListener("focus", mark);
  button.addEventListener("click", mark);
  return h("li", null, button);
}

function trialView(trial, key) {
  const isTaken = trial.verdict === "taken";
  const verdict = isTaken ? "took it" : trial.verdict === "nothing_at" ? "its at chose nothing" : "its where was false";
  const button = h("button", { type: "button", "data-focus": key },
    h("span", { class: "sign", "aria-hidden": "true" }, isTaken ? "✓" : "–"),
    h("span", null, h("span", { class: "quiet" }, trial.ignore ? "ignore " : "rule "), trial.name, h("span", { class: "quiet" }, ` ${verdict}`)),
    trial.clause ? h("span", { class: "clause" }, trial.clause) : null,
    trial.found.map(({ text, path, value }) =>
      h("span", { class: "found" }, `${path ?? text} = `, h("b", null, value ?? "nothing"))));
  button.addEventListener("focus", () => highlight(button, trial.place, trial.found.map(({ place }) => place)));
  button.addEventListener("click", () => { if (trial.place) mapping.go(trial.place); });
  return h("li", { class: isTaken ? "taken" : "false" }, button);
}

function showTests({ tests, sound }) {
  const failing = tests.map((test, index) => ({ ...test, index })).filter(({ passed }) => passed !== true);
  const passing = tests.map((test, index) => ({ ...test, index })).filter(({ passed }) => passed === true);
  $("tests-count").textContent = !tests.length ? "" : sound ? `${passing.length} of ${tests.length} pass` : "wait for a sound mapping";
  if (!sound && $("tests").childElementCount) return;
  const wasOpen = $("tests").querySelector(".passed")?.open ?? tests.length <= 12;
  const focus = focusedPath($("tests"));
  const list = (all) => h("ul", { class: "rows tests", "data-rove": true, "aria-labelledby": "tests-title" }, all.map(testView));
  $("tests").replaceChildren(...[
    !tests.length ? h("p", { class: "none" }, "The mapping has none yet.") : null,
    failing.length ? list(failing) : null,
    passing.length ? h("details", { class: "passed", open: wasOpen }, h("summary", null, `${passing.length} passing`), list(passing)) : null,
  ].filter(Boolean));
  for (const list of $("tests").querySelectorAll("[data-rove]")) rove(list);
  if (focus) $("tests").querySelector(`[data-focus="${CSS.escape(focus)}"]`)?.focus({ preventScroll: true });
}

function testView(test) {
  const sign = test.passed === null ? "·" : test.passed ? "✓" : "✗";
  const button = h("button", { type: "button", "data-focus": `test.${test.index}`, onclick: () => { choose(`test:${test.index}`); mapping.mark([test.place]); } },
    h("span", { class: "sign", "aria-hidden": "true" }, sign),
    h("span", null, h("span", { class: "unseen" }, test.passed === null ? "not run: " : test.passed ? "passes: " : "fails: "), test.name),
    h("span", { class: "quiet code" }, test.profile ?? ""));
  const lines = (test.failure ?? "").split("\n").map((line) =>
    h("span", { class: /^\s*\+ /.test(line) ? "plus" : /^\s*- /.test(line) ? "minus" : null }, line || " "));
  return h("li", { class: test.passed ? "pass" : test.passed === false ? "fail" : null }, button,
    test.failure ? h("pre", { tabindex: "0", "aria-label": `How ${test.name} fails` }, lines) : null);
}

/* Choosing a sample */

function showChoices(tests) {
  const pick = $("sample-pick");
  const names = JSON.stringify([tests.map(({ name }) => name), state.fixtures]);
  if (pick.dataset.names === names) return;
  pick.dataset.names = names;
  const used = new Set(tests.map(({ path }) => path));
  const rest = state.fixtures.filter((path) => !used.has(path));
  pick.replaceChildren(...[
    h("option", { value: "" }, "Pasted"),
    tests.length ? h("optgroup", { label: "Tests" }, tests.map(({ name }, index) => h("option", { value: `test:${index}` }, name))) : null,
    rest.length ? h("optgroup", { label: "Files without a test" }, rest.map((path) => h("option", { value: `path:${path}` }, path))) : null,
  ].filter(Boolean));
  pick.value = state.picked;
  if (pick.selectedIndex < 0) pick.value = "";
}

async function choose(value) {
  state.picked = value;
  $("sample-pick").value = value;
  if (value === "") { Object.assign(state, { isDocument: false, received: null }); return; }
  const request = value.startsWith("path:") ? { path: value.slice(5) } : { mapping: mapping.text, test: Number(value.slice(5)) };
  try {
    const { ok, body } = await ask("sample", request);
    if (state.picked !== value) return;
    if (!ok) { notify("sample", body.detail); return; }
    dismiss("sample");
    state.isDocument = body.document;
    state.received = body.received;
    state.loaded = body.text;
    sample.set(body.text);
    $("headers").value = body.headers.map(([name, value]) => `${name}: ${value}`).join("\n");
    showHeaders();
    if (state.result?.profiles.length) $("profile").value = body.profile ?? state.result.profiles[0];
    schedule(0);
  } catch {
    notify("server", "The workshop does not answer. Is `tributary workshop` still running?");
  }
}

function showProfiles(profiles, profile) {
  $("profile-field").hidden = profiles.length < 2;
  if ($("profile").dataset.names === profiles.join("\n")) return;
  $("profile").dataset.names = profiles.join("\n");
  $("profile").replaceChildren(...profiles.map((name) => h("option", { value: name }, name)));
  $("profile").value = profile ?? "";
}

function showHeaders() {
  const count = Object.keys(headers()).length;
  $("headers-count").textContent = count ? String(count) : "none";
}

/* The file */

async function save() {
  if (!state.writes) {
    notify("file", "No file was named, so nothing is written. Start it with: tributary workshop FILE");
    return;
  }
  const text = mapping.text;
  try {
    const { ok, status, body } = await ask("save", { text, base: state.hash });
    if (ok) {
      Object.assign(state, { hash: body.hash, saved: text, disk: null });
      dismiss("disk");
      dismiss("file");
      showState();
      say(`${state.file} saved`);
    } else if (status === 409 && "hash" in body) {
      state.disk = body;
      decide();
    } else notify("file", body.detail);
  } catch {
    notify("server", "The workshop does not answer; nothing was saved.", "Try again", save);
  }
}

/** Looks whether another editor wrote the file. */
async function look() {
  if (!state.writes || document.hidden || $("conflict-dialog").open) return;
  const known = state.disk?.hash ?? state.hash;
  try {
    const { ok, body } = await ask("file", { known });
    if (!ok) { notify("file", body.detail); return; }
    dismiss("server");
    dismiss("file");
    if (body.text === null || body.hash === state.hash) return;
    if (mapping.text === state.saved && body.hash !== "") takeDisk(body);
    else {
      state.disk = body;
      const what = body.hash === "" ? "removed from disk" : "changed on disk";
      notify("disk", `${state.file} was ${what}, and what stands here is not saved.`, "Decide", decide);
    }
  } catch {
    notify("server", "The workshop does not answer. Is `tributary workshop` still running?", "Try again", look);
  }
}

function takeDisk(disk) {
  Object.assign(state, { hash: disk.hash, saved: disk.text, disk: null });
  mapping.set(disk.text, true);
  dismiss("disk");
  showState();
  say(`${state.file} was changed on disk and read again`);
  schedule(0);
}

function decide() {
  const [mine, theirs] = [mapping.text.split("\n"), state.disk.text.split("\n")];
  const line = mine.findIndex((text, index) => text !== theirs[index]);
  const first = line < 0 ? mine.length : line;
  $("conflict-text").textContent = state.disk.hash === ""
    ? `${state.file} is no longer there.`
    : `${state.file} was written by something else since it was read here. The two differ from line ${first + 1} on: `
      + `here “${(mine[first] ?? "").trim().slice(0, 60)}”, on disk “${(theirs[first] ?? "").trim().slice(0, 60)}”.`;
  $("conflict-dialog").querySelector('[value="disk"]').hidden = state.disk.hash === "";
  $("conflict-dialog").returnValue = "later";
  $("conflict-dialog").showModal();
}

$("conflict-dialog").addEventListener("close", () => {
  const disk = state.disk;
  if (!disk) return;
  switch ($("conflict-dialog").returnValue) {
    case "disk": takeDisk(disk); break;
    case "mine":
      // Over what was just shown, and nothing newer.
      state.hash = disk.hash;
      save();
      break;
    default: notify("disk", `${state.file} on disk is not what stands here.`, "Decide", decide);
  }
  mapping.area.focus();
});

/* Keys */

let tabIndents = false;

function setTab(indents) {
  tabIndents = indents;
  $("tab-hint").textContent = indents ? "Tab indents, Esc then Tab leaves" : "Tab leaves the editor";
}

mapping.area.addEventListener("focus", () => setTab(false));
mapping.area.addEventListener("pointerdown", () => setTimeout(() => setTab(true)));
mapping.area.addEventListener("input", () => setTab(true));
mapping.area.addEventListener("keydown", (event) => {
  if (event.key === "Escape") setTab(false);
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Tab" && tabIndents) {
    event.preventDefault();
    indent(event.shiftKey);
  } else if (event.key === "Enter") {
    const { selectionStart, value } = mapping.area;
    const line = value.slice(value.lastIndexOf("\n", selectionStart - 1) + 1, selectionStart);
    const deeper = /[{[]\s*$/.test(line) ? "  " : "";
    event.preventDefault();
    insert("\n" + /^[ \t]*/.exec(line)[0] + deeper);
  }
});

/** Types a text for the user, so that it can be undone like one. */
function insert(text) {
  if (!document.execCommand("insertText", false, text)) {
    mapping.area.setRangeText(text, mapping.area.selectionStart, mapping.area.selectionEnd, "end");
    mapping.area.dispatchEvent(new Event("input"));
  }
}

function indent(isBack) {
  const area = mapping.area;
  const { selectionStart, selectionEnd, value } = area;
  if (selectionStart === selectionEnd && !isBack) { insert("  "); return; }
  const start = value.lastIndexOf("\n", selectionStart - 1) + 1;
  const lines = value.slice(start, selectionEnd).split("\n");
  const moved = lines.map((line) => (isBack ? line.replace(/^ {1,2}/, "") : "  " + line)).join("\n");
  area.setSelectionRange(start, selectionEnd);
  insert(moved);
  area.setSelectionRange(start, start + moved.length);
}

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "s") {
    event.preventDefault();
    save();
  } else if (event.key === "F8") {
    event.preventDefault();
    const places = (state.result?.diagnostics ?? []).map(({ place }) => place);
    const at = mapping.area.selectionStart;
    const next = event.shiftKey ? places.findLast(({ start }) => start < at) ?? places.at(-1) : places.find(({ start }) => start > at) ?? places[0];
    if (next) mapping.go(next);
  }
});

/* Wiring */

$("save").addEventListener("click", save);
$("keys").addEventListener("click", () => $("keys-dialog").showModal());
$("sample-pick").addEventListener("change", ({ target }) => choose(target.value));
$("profile").addEventListener("change", () => schedule(0));
$("headers").addEventListener("input", () => { showHeaders(); schedule(); });
window.addEventListener("beforeunload", (event) => {
  if (state.writes && mapping.text !== state.saved && state.saved !== "") event.preventDefault();
});

async function begin() {
  try {
    const { ok, body } = await ask("start", {});
    if (!ok) { notify("server", body.detail); return; }
    Object.assign(state, {
      file: body.file, writes: body.writes, hash: body.hash, saved: body.text, fixtures: body.fixtures,
    });
    $("file").textContent = body.file;
    mapping.set(body.text);
    showState();
    showHeaders();
    await refresh();
    await choose(state.result?.tests.length ? "test:0" : state.fixtures.length ? `path:${state.fixtures[0]}` : "");
    setInterval(look, 2000);
  } catch {
    notify("server", "The workshop does not answer. Is `tributary workshop` still running?", "Try again", begin);
  }
}

begin();
