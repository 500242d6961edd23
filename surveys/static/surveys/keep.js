// What is half-written in a form with data-keep stays in this tab until it has arrived: another button of the page, or a
// session that has ended, takes it from nobody. It goes back into its fields as their value, never as HTML.

const PREFIX = "vv-kept:";
const WRITTEN = "textarea, input[type=text]";
const FIELDS = `${WRITTEN}, input[type=date], select`;
const ARRIVED = "vv-arrived-";
let isUnsafe = false; // something is written that could not be stored

const person = document.querySelector("[data-person]")?.dataset.person;
const fieldsOf = (form) => [...form.elements].filter((field) => field.name && field.matches(FIELDS));

// What the server has put into a field.
function given(field) {
  if (!field.matches("select")) return field.defaultValue;
  return ([...field.options].find((option) => option.defaultSelected) ?? field.options[0])?.value ?? "";
}

function read(key) {
  try {
    return JSON.parse(sessionStorage.getItem(PREFIX + key) ?? "null");
  } catch {
    return null;
  }
}

function forget(key) {
  try {
    sessionStorage.removeItem(PREFIX + key);
  } catch {
    // There is no storage, so nothing is in it.
  }
}

function store(key, record) {
  try {
    sessionStorage.setItem(PREFIX + key, JSON.stringify(record));
    return true;
  } catch {
    return false;
  }
}

function keys() {
  try {
    return Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX)).map((key) => key.slice(PREFIX.length));
  } catch {
    return [];
  }
}

// Beside what is written stands what the server had put there, to know it again.
function keep(form) {
  const key = form.dataset.keep;
  const before = read(key)?.fields ?? {};
  const fields = {};
  let isWritten = false;
  for (const field of fieldsOf(form)) {
    const base = before[field.name]?.base ?? given(field);
    if (field.value === base) continue;
    fields[field.name] = { base, value: field.value };
    isWritten ||= field.matches(WRITTEN);
  }
  if (isWritten) isUnsafe = !store(key, { person, fields });
  else {
    forget(key);
    isUnsafe = false;
  }
}

// ---------------------------------------------------------------------------------------------------- what is forgotten

// The server says by a cookie which of the forms that were sent has arrived: a refused or a lost one has not.
function forgetWhatArrived() {
  for (const key of keys()) {
    const { sent, person: owner } = read(key) ?? {};
    const cookie = ARRIVED + sent;
    if (sent && document.cookie.split("; ").includes(`${cookie}=1`)) {
      document.cookie = `${cookie}=; path=/; max-age=0; samesite=lax`;
      forget(key);
    } else if (person && owner !== person) forget(key); // somebody else has signed in
  }
}

function onSubmit(event) {
  const form = event.target;
  if (form.matches("[data-forgets]")) {
    for (const key of keys()) forget(key);
    isUnsafe = false;
  }
  const key = form.dataset.keep;
  if (!key) return;
  keep(form);
  isUnsafe = false;
  const record = read(key);
  if (!record) return;
  const sent = [...crypto.getRandomValues(new Uint8Array(16))].map((each) => each.toString(16).padStart(2, "0")).join("");
  store(key, { ...record, sent });
  const told = form.querySelector("[name=kept]") ?? document.createElement("input");
  Object.assign(told, { type: "hidden", name: "kept", value: sent });
  form.append(told);
}

// ---------------------------------------------------------------------------------------------------- what comes again

function put(field, value) {
  const before = field.value;
  field.value = value;
  if (field.value !== value) field.value = before; // a choice that is not offered any more
}

// A line below the field, with a way to get rid of it all; where the server says something new, first it is asked.
function tell(form, field, kind, fill) {
  const line = document.getElementById("kept").content.querySelector(`[data-kept=${kind}]`).cloneNode(true);
  const key = form.dataset.keep;
  line.addEventListener("click", (event) => {
    if (event.target.matches("[data-fill]")) fill();
    else if (event.target.matches("[data-discard]")) {
      for (const each of fieldsOf(form)) each.value = given(each);
      forget(key);
      isUnsafe = false;
    } else return;
    line.remove();
    field.focus();
  });
  field.after(line);
}

function bringBack(form) {
  const key = form.dataset.keep;
  const record = read(key);
  if (!record) return;
  const wasSent = Boolean(record.sent);
  const [same, other] = [[], []];
  for (const field of fieldsOf(form)) {
    const kept = record.fields[field.name];
    const now = given(field);
    if (!kept || field.value !== now) continue; // the browser itself has put something there
    if (now === kept.base) same.push([field, kept.value]);
    else if (wasSent) kept.value = now; // it came back with the form
    else if (now === kept.value) delete record.fields[field.name]; // it is stored
    else if (field.matches(WRITTEN)) other.push([field, kept.value]);
    else if (!kept.base) same.push([field, kept.value]); // chosen for words that were put back
  }
  if (Object.keys(record.fields).length) store(key, { ...record, sent: undefined });
  else forget(key);
  for (const [field, value] of same) put(field, value);
  const last = (pairs) => pairs.map(([field]) => field).filter((field) => field.matches(WRITTEN)).at(-1);
  if (last(same)) tell(form, last(same), "filled");
  if (last(other)) tell(form, last(other), "waiting", () => other.forEach(([field, value]) => put(field, value)));
}

// Words that the server has put back into the form stand nowhere else: another button would take them too.
function keepUnsent(form) {
  const filled = fieldsOf(form).filter((field) => given(field));
  const fields = Object.fromEntries(filled.map((field) => [field.name, { base: "", value: given(field) }]));
  store(form.dataset.keep, { person, fields });
}

function show() {
  for (const form of document.querySelectorAll("form[data-keep]")) {
    bringBack(form);
    if (form.matches("[data-unsent]") && !read(form.dataset.keep)) keepUnsent(form);
  }
}

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form?.dataset.keep) keep(form);
});
document.addEventListener("submit", onSubmit, { capture: true });
document.addEventListener("vv:swapped", () => {
  forgetWhatArrived();
  show();
});
window.addEventListener("beforeunload", (event) => {
  if (isUnsafe) event.preventDefault();
});
forgetWhatArrived();
show();
