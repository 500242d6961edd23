// A wave while it is sent: the figures renew themselves. Without script there is the link "Refresh".

const SAY_EVERY = 60_000;
let live = document.getElementById("live");
const said = document.getElementById("live-said");
let lastSaid = Date.now();

function announce() {
  if (Date.now() - lastSaid < SAY_EVERY) return;
  lastSaid = Date.now();
  said.textContent = live.querySelector("[data-said]")?.textContent ?? "";
}

async function renew() {
  if (document.hidden) return;
  const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } });
  if (!answer.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById("live");
  if (!fresh) return;
  if (fresh.dataset.state !== live.dataset.state && !document.getElementById("cancel")) {
    location.reload();
    return;
  }
  live.replaceWith(fresh);
  live = fresh;
  announce();
}

async function keepRenewing() {
  const seconds = Number(live?.dataset.every);
  if (!seconds) return;
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  try {
    await renew();
  } catch {
    // The server is away for a moment: the next look may find it.
  }
  keepRenewing();
}

keepRenewing();
