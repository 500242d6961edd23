// Slips that are dragged go the way of their own menu: its button is pressed, its link is followed. What the menu
// forbids, dragging does not do either: the slip goes back, and the reason stands above the board.

const refusal = document.getElementById("not-moved");

function refuse(words) {
  refusal.hidden = true;
  refusal.querySelector("[data-why]").textContent = words;
  refusal.hidden = false; // shown anew each time, so that it is said each time
  refusal.scrollIntoView({ block: "nearest" });
}

for (const lane of document.querySelectorAll("[data-board] [data-stage]")) {
  window.Sortable.create(lane, {
    group: "board",
    sort: false,
    draggable: "[data-slip]",
    filter: "details, a",
    preventOnFilter: false,
    delay: 120,
    delayOnTouchOnly: true,
    onEnd: ({ item, from, to, oldIndex }) => {
      if (from === to) return;
      const way = item.querySelector(`[data-to="${to.dataset.stage}"]`);
      const isOpen = way && !way.disabled && !way.hasAttribute("aria-disabled");
      if (isOpen && way.matches("button")) return way.click();
      from.insertBefore(item, from.children[oldIndex] ?? null); // a page that asks for more moves it, or nothing does
      if (isOpen) way.click();
      else refuse(way?.querySelector("[data-why]")?.textContent ?? "");
    },
  });
}
