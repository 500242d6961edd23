// Slips that are dragged press the button of their own menu: what the menu forbids, dragging does not do either.

for (const lane of document.querySelectorAll("[data-board] [data-stage]")) {
  window.Sortable.create(lane, {
    group: "board",
    sort: false,
    draggable: "[data-ask]",
    filter: "details, a",
    preventOnFilter: false,
    delay: 120,
    delayOnTouchOnly: true,
    onEnd: ({ item, from, to, oldIndex }) => {
      if (from === to) return;
      const button = item.querySelector(`button[name=stage][value="${to.dataset.stage}"]`);
      if (button && !button.disabled) return button.click();
      from.insertBefore(item, from.children[oldIndex] ?? null);
      const menu = item.querySelector("details.menu");
      if (menu) menu.open = true; // the reason stands there
    },
  });
}
