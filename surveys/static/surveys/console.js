// What script adds to the console: keys, and menus that close. Every page works without it.

const ROWS = ".queue tbody tr:not(.grp), [data-row]";
const GO_WAITS = 1500;
let goSince = 0;

const rows = () => [...document.querySelectorAll(ROWS)].filter((row) => row.checkVisibility());
const linkOf = (row) => row.querySelector("a.q") || row.querySelector("a[href]");
const rowInHand = () =>
  rows().find((row) => row.contains(document.activeElement) || row.classList.contains("on")) ||
  rows().find((row) => row.hasAttribute("aria-current"));

function take(row) {
  for (const other of rows()) {
    other.classList.toggle("on", other === row);
    if (other === row) other.setAttribute("aria-current", "true");
    else other.removeAttribute("aria-current");
  }
  linkOf(row)?.focus();
  row.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const all = rows();
  if (!all.length) return;
  const index = all.indexOf(rowInHand());
  take(all[index < 0 ? 0 : Math.min(Math.max(index + by, 0), all.length - 1)]);
}

function open() {
  const link = rowInHand() ? linkOf(rowInHand()) : document.querySelector("[data-first]");
  link?.click();
}

// On a narrow page the field lies in the closed menu: there the search has a page of its own.
function search() {
  const field = [...document.querySelectorAll("[type=search]")].find((input) => input.checkVisibility());
  if (field) field.select();
  else document.querySelector("[data-search]")?.click();
}

// ------------------------------------------------------------------------------------------------- what is ticked

const bulk = document.getElementById("bulk");
const boxes = () => [...document.querySelectorAll('.queue [name="case"]')];
const ticked = () => boxes().filter((box) => box.checked);

function countTicked() {
  for (const box of boxes()) box.closest("tr").classList.toggle("picked", box.checked);
  const place = bulk?.querySelector("[data-ticked]");
  if (place) place.textContent = ticked().length;
  const all = document.querySelector("[data-all]");
  if (all) all.checked = ticked().length > 0 && ticked().length === boxes().length;
}

function tick() {
  const box = rowInHand()?.querySelector('[name="case"]');
  if (!box) return;
  box.checked = !box.checked;
  countTicked();
}

// What is done to rows is done to the ticked ones, or to the one in hand.
function ofRows(key) {
  const button = bulk?.querySelector(`[data-row-key="${CSS.escape(key)}"]`);
  if (!button || !(ticked().length || rowInHand())) return undefined;
  return () => {
    if (!ticked().length) tick();
    button.click();
  };
}

const WRITES = { r: "reply", c: "call", n: "note", p: "promise", m: "macro", e: "close" };

// On the page of a case its own link, or the form itself where that is chosen; in a list the same of the row in hand.
function write(key) {
  const what = WRITES[key];
  if (!what) return undefined;
  if (key === "e" && ticked().length) return () => bulk.querySelector('[data-ticked-key="e"]').click();
  const own = [...document.querySelectorAll(`a[href*="write=${what}"]`)].find((link) => link.checkVisibility());
  if (own) return () => (own.hasAttribute("aria-current") ? beginToWrite() : own.click());
  const row = rowInHand();
  if (!row?.dataset.case) return undefined;
  return () => {
    const address = new URL(linkOf(row).href);
    address.searchParams.set("write", what);
    address.hash = "write";
    location.assign(address);
  };
}

// Whoever chose what to write goes on in its first field; below the preview of a letter in its text, of a macro with it.
function beginToWrite() {
  const form = document.querySelector("#write form");
  const shown = document.querySelector("#write [data-goes-on]");
  const next = shown?.matches("button") ? shown : shown && form?.querySelector("textarea");
  (next || form?.querySelector("select, textarea, input:not([type=hidden])"))?.focus();
}

const KEYS = {
  x: tick,
  j: () => step(1),
  k: () => step(-1),
  o: open,
  "/": search,
  "?": () => document.getElementById("keys")?.showModal(),
  g: () => { goSince = Date.now(); },
};

// A control that names its key: a button is pressed, a field is gone to. Of several the one for what was done last.
function pressed(key) {
  const named = [...document.querySelectorAll("[data-key]")].filter((each) => each.dataset.key === key && each.checkVisibility());
  const control = named.sort((one, other) => (other.dataset.at ?? 0) - (one.dataset.at ?? 0))[0];
  if (!control) return undefined;
  return () => {
    if (control.matches("input")) return control.select();
    control.click();
    if (control.matches("summary")) control.parentElement.querySelector(".pop :is(select, button, input:not([type=hidden]))")?.focus();
  };
}

function isTyping(target) {
  return target.isContentEditable || target.closest("select, textarea, input:not([type=checkbox], [type=radio])");
}

function isOperated(target) {
  return target.closest("a[href], button, summary, input");
}

function onKey(event) {
  if (event.key === "Escape") return closeWhatIsOpen(event);
  if (document.body.hasAttribute("data-keys-off") || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.isComposing || event.defaultPrevented || isTyping(event.target) || event.target.closest("dialog")) return;
  let act = KEYS[event.key];
  if (goSince && Date.now() - goSince < GO_WAITS) {
    const room = [...document.querySelectorAll("[data-go]")].find((link) => link.dataset.go === event.key);
    if (room) act = () => room.click();
  }
  goSince = 0;
  if (event.key === "x" && !bulk) act = pressed("x");
  act ??= pressed(event.key) ?? ofRows(event.key) ?? write(event.key);
  if (event.key === "Enter" && !isOperated(event.target)) act = open;
  if (!act) return;
  event.preventDefault();
  act();
}

function closeWhatIsOpen(event) {
  const menu = document.querySelector("details.menu[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  } else if (location.hash === "#nav") {
    location.hash = "#main";
    document.getElementById("menu")?.focus();
  } else if (isTyping(event.target)) {
    if (!event.isComposing && event.target.closest("#write")) event.target.blur(); // the keys are at hand again
  } else if (ticked().length) {
    bulk.reset();
  } else {
    for (const row of document.querySelectorAll(ROWS)) {
      row.classList.remove("on");
      row.removeAttribute("aria-current");
    }
  }
}

function moveInMenu(event) {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const menu = event.target.closest("details.menu[open]");
  if (!by || !menu || isTyping(event.target)) return;
  const items = [...menu.querySelectorAll(".pop a, .pop button")].filter((item) => item.checkVisibility());
  const index = items.indexOf(document.activeElement);
  const next = index < 0 ? (by > 0 ? 0 : items.length - 1) : (index + by + items.length) % items.length;
  items[next]?.focus();
  event.preventDefault();
}

// Which sections of the navigation are open is kept, and the server shows them so.
function keepFolds(event) {
  if (!event.target.closest?.("[data-fold] > summary")) return;
  setTimeout(() => {
    const open = [...document.querySelectorAll("[data-fold][open]")].map((fold) => fold.dataset.fold);
    document.cookie = `vv-rooms=${open.join(".") || "none"}; path=/; max-age=31536000; samesite=lax`;
  });
}

document.addEventListener("click", keepFolds);
document.addEventListener("keydown", onKey);
document.addEventListener("keydown", moveInMenu);
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
  const opener = event.target.closest("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens)?.showModal();
});
for (const control of document.querySelectorAll("[data-opens][hidden]")) control.hidden = false;
const inHand = document.querySelector(".split.list [data-row][aria-current]");
if (inHand) {
  const list = inHand.closest(".split.list > *"); // it alone moves: the page stays at its top
  list.scrollTop = inHand.offsetTop - list.clientHeight / 3;
}

// What is chosen of many is in sight, where they are more than fit.
for (const chosen of document.querySelectorAll(".views [aria-current]")) {
  const all = chosen.closest(".views");
  const [at, frame] = [chosen.getBoundingClientRect(), all.getBoundingClientRect()];
  all.scrollLeft += Math.max(at.right - frame.right, 0) || Math.min(at.left - frame.left, 0);
}

// After the browser has gone to the #part, which takes the focus away; it heeds no autofocus then.
if (location.hash === "#write") {
  window.addEventListener("load", () => {
    if (document.activeElement !== document.body) return;
    const first = document.querySelector("[autofocus]");
    if (first) first.focus();
    else beginToWrite();
  });
}

if (bulk) {
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-all]")) for (const box of boxes()) box.checked = event.target.checked;
    countTicked();
  });
  bulk.addEventListener("reset", () => setTimeout(countTicked));
  const all = document.querySelector("[data-all]");
  if (all) all.hidden = false;
  countTicked();
}

// The row in hand is in hand again after an action, and on the way back; if it is gone, the one that took its place.
const ROW_KEPT = "vv-row";
if (document.querySelector(".queue [data-case]")) {
  const place = location.pathname + location.search.replace(/[?&]after=[^&]*/, "");
  const kept = JSON.parse(sessionStorage.getItem(ROW_KEPT) ?? "null");
  const cameFromCases = document.referrer && new URL(document.referrer).pathname.startsWith(location.pathname);
  if (kept?.place === place && cameFromCases && rows().length) {
    const again = rows().find((row) => row.dataset.case === kept.number);
    take(again ?? rows()[Math.min(kept.index, rows().length - 1)]);
  }
  window.addEventListener("pagehide", () => {
    const row = rowInHand();
    if (row) sessionStorage.setItem(ROW_KEPT, JSON.stringify({ place, number: row.dataset.case, index: rows().indexOf(row) }));
    else sessionStorage.removeItem(ROW_KEPT);
  });
}

// The seconds to undo run down; then the button goes, since the server would refuse.
const undo = document.querySelector("[data-undo]");
if (undo) {
  let left = Number(undo.dataset.undo);
  const clock = setInterval(() => {
    left -= 1;
    if (left > 0) undo.querySelector("[data-seconds]").textContent = left;
    else {
      clearInterval(clock);
      undo.remove();
    }
  }, 1000);
}

// A decision about one thing of a list: the page that answers it comes into this one, without a load.
let isDeciding = false;
const here = () => location.pathname + location.search;
let shown = here();
async function decide(event) {
  const form = event.target;
  if (!form.matches("form[data-swap]") || event.defaultPrevented) return;
  event.preventDefault();
  if (isDeciding) return;
  isDeciding = true;
  const said = new FormData(form);
  const button = event.submitter;
  if (button?.name) said.append(button.name, button.value);
  try {
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(said) });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const main = page.getElementById("main");
    if (!main) return location.reload();
    document.getElementById("main").replaceWith(main);
    const side = page.getElementById("nav");
    if (side) document.getElementById("nav")?.replaceWith(side);
    document.dispatchEvent(new Event("vv:swapped"));
    document.title = page.title;
    if (answer.redirected) history.pushState(null, "", answer.url);
    shown = here();
    (main.querySelector("[autofocus]") ?? main).focus({ preventScroll: true });
  } catch {
    location.reload(); // the network is away: look at what is stored
  } finally {
    isDeciding = false;
  }
}
document.addEventListener("submit", decide);
window.addEventListener("popstate", () => {
  if (here() !== shown) location.reload(); // back to a page that is here no more; a mere #part of it is
});
