// What script adds to the page of a case: who else has it open, and Ctrl or Cmd with Enter sends what is written.

const EVERY = 20_000;
const others = document.getElementById("others");
const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";

async function say() {
  if (document.hidden) return;
  const answer = await fetch(others.dataset.ping, { method: "POST", headers: { "X-CSRFToken": token } });
  if (!answer.ok || answer.redirected) return;
  const words = await answer.text();
  if (words.trim() === others.innerHTML.trim()) return;
  const page = new DOMParser().parseFromString(words, "text/html");
  others.replaceChildren(...page.body.childNodes);
}

async function keepSaying() {
  try {
    await say();
  } catch {
    // The server is away for a moment: silence says as much.
  }
  setTimeout(keepSaying, EVERY);
}

if (others && token) keepSaying();

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
  const button = event.target.closest?.("#write form")?.querySelector("[data-send-it]");
  if (!button) return;
  event.preventDefault();
  button.click();
});
