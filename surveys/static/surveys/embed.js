// Puts our question in the place of <div data-viva-voce="…">, in a frame that can reach nothing of the page around it.

(() => {
  const home = new URL("../../embed/", document.currentScript.src);
  const frames = new Map();

  function fill() {
    for (const place of document.querySelectorAll("div[data-viva-voce]")) {
      const frame = document.createElement("iframe");
      frame.src = new URL(encodeURIComponent(place.dataset.vivaVoce), home);
      frame.title = place.dataset.title || "One question";
      frame.sandbox = "allow-forms allow-scripts allow-popups allow-popups-to-escape-sandbox";
      frame.referrerPolicy = "no-referrer";
      frame.loading = "lazy";
      frame.style.cssText = "display:block;inline-size:100%;block-size:48rem;border:0";
      place.replaceWith(frame);
      frames.set(frame.contentWindow, frame);
    }
  }

  addEventListener("message", ({ source, data }) => {
    const height = Number(data && data.vivaVoce);
    if (frames.has(source) && height > 0) frames.get(source).style.blockSize = `${Math.min(height, 4000)}px`;
  });
  fill();
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", fill);
})();
