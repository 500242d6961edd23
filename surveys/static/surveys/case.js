// What script adds to the page of a case: who else has it open, the seconds that a letter is held, and Ctrl or Cmd with
// Enter sends what is written. The seconds run on the page of thank-yous too.

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

// The seconds run down in sight only; that they are over is said once. Then the button goes with them.
function runDown(letter) {
  const ends = Date.now() + Number(letter.dataset.held) * 1000;
  const fate = letter.querySelector("[data-fate]");
  const clock = setInterval(() => {
    const left = Math.ceil((ends - Date.now()) / 1000);
    if (left > 0) {
      fate.textContent = fate.textContent.replace(/\d+/, left);
      return;
    }
    clearInterval(clock);
    fate.textContent = letter.dataset.then;
    letter.querySelector("[role=status]").textContent = fate.parentElement.textContent;
    const form = letter.querySelector("form");
    if (form.contains(document.activeElement)) document.getElementById("main").focus();
    form.remove();
  }, 250);
}
for (const letter of document.querySelectorAll("[data-held]")) runDown(letter);

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
  const button = event.target.closest?.("#write form")?.querySelector("[data-send-it]");
  if (!button) return;
  event.preventDefault();
  button.click();
});
