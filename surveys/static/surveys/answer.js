// The first gesture of a person on the page notes the number that is shown; so does another number that is chosen.
// The page works without this. A script that moves the page is no gesture: its events are not trusted.
(() => {
  "use strict";
  const form = document.getElementById("answer");
  const status = document.getElementById("noted");
  const SOONEST = 1000; // milliseconds after the page began
  const JUST_NOW = 1000;
  let isNoted = false;
  let touchedAt = -Infinity; // a script that clicks makes a change that is trusted, but no touch before it

  const shown = () => form.querySelector("input[name=score]:checked");
  const isPerson = (event) =>
    event.isTrusted && document.visibilityState === "visible" && !document.prerendering && performance.now() >= SOONEST;

  async function tell() {
    const score = shown();
    if (!score) return;
    isNoted = true;
    const body = new URLSearchParams({ gesture: "1", score: score.value, nonce: form.elements.nonce.value });
    try {
      const answer = await fetch(location.href, { method: "POST", body, credentials: "omit", keepalive: true });
      if (answer.ok) status.textContent = form.dataset.noted.replace("#", score.value);
    } catch {
      isNoted = false; // the next gesture tries again
    }
  }

  for (const name of ["pointerdown", "touchstart", "keydown"]) {
    document.addEventListener(
      name,
      (event) => {
        if (!isPerson(event)) return;
        touchedAt = performance.now();
        const isOnScale = event.target.closest?.(".scale, .btn"); // a number tells by its change, the button sends all
        if (!isNoted && !isOnScale) tell();
      },
      { passive: true, capture: true },
    );
  }
  form.addEventListener("change", (event) => {
    if (event.target.name === "score" && isPerson(event) && performance.now() - touchedAt < JUST_NOW) tell();
  });
})();
