// A kiosk that somebody left begins anew, so that the next person sees nothing of the last one.

const IDLE = 60_000;
const { start } = document.currentScript.dataset;
let timer;

function wait() {
  clearTimeout(timer);
  timer = setTimeout(() => location.replace(start), IDLE);
}

for (const sign of ["input", "keydown", "pointerdown", "scroll"]) addEventListener(sign, wait, { passive: true });
// What a browser kept of a page when somebody went back is not for the next one either.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.replace(start);
});
wait();
