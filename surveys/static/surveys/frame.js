// Tells the page around the frame how high the question is. It tells nothing else, so anybody may hear it.

const tell = () => parent.postMessage({ vivaVoce: document.documentElement.offsetHeight }, "*");

if (parent !== window) new ResizeObserver(tell).observe(document.documentElement);
