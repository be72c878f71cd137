// Comfort only: every page works without this file.
"use strict";

// "/" moves to the search field, as on many sites, unless one is writing.
document.addEventListener("keydown", (event) => {
  const writing = event.target.closest?.("input, textarea, select, [contenteditable]") || event.target.shadowRoot;
  if (event.key === "/" && !writing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    const field = document.getElementById("q");
    if (field) {
      event.preventDefault();
      field.focus();
    }
  }
});

// In a drawing, what is pointed at or focused is lit together with everything above and below it.
for (const drawing of document.querySelectorAll("svg.trace")) {
  const up = new Map();
  const down = new Map();
  const add = (map, key, value) => map.set(key, [...(map.get(key) ?? []), value]);
  for (const edge of drawing.querySelectorAll("path.e")) {
    add(down, edge.dataset.from, edge);
    add(up, edge.dataset.to, edge);
  }
  const follow = (map, end, start) => {
    const seen = new Set([start]);
    const ahead = [start];
    while (ahead.length) {
      for (const edge of map.get(ahead.pop()) ?? []) {
        edge.classList.add("on");
        const other = edge.dataset[end];
        if (!seen.has(other)) {
          seen.add(other);
          ahead.push(other);
        }
      }
    }
    return seen;
  };
  const light = (node) => {
    dim();
    drawing.classList.add("lit");
    const lit = new Set([...follow(up, "from", node), ...follow(down, "to", node)]);
    for (const link of drawing.querySelectorAll("a[data-node]")) link.classList.toggle("on", lit.has(link.dataset.node));
  };
  const dim = () => {
    drawing.classList.remove("lit");
    for (const part of drawing.querySelectorAll(".on")) part.classList.remove("on");
  };
  for (const link of drawing.querySelectorAll("a[data-node]")) {
    link.addEventListener("pointerenter", () => light(link.dataset.node));
    link.addEventListener("focus", () => light(link.dataset.node));
    link.addEventListener("pointerleave", dim);
    link.addEventListener("blur", dim);
  }
  // Ctrl and the wheel make the drawing larger or smaller; dragging moves it in its frame.
  const frame = drawing.closest(".scroll");
  let size = 1;
  frame.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    size = Math.min(4, Math.max(0.4, size * (event.deltaY < 0 ? 1.15 : 0.87)));
    const width = drawing.viewBox.baseVal.width;
    drawing.style.minWidth = drawing.style.maxWidth = `${Math.round(width * size)}px`;
  }, { passive: false });
  let grip = null;
  frame.addEventListener("pointerdown", (event) => {
    if (event.button === 0 && event.pointerType === "mouse" && !event.target.closest("a")) grip = { x: event.clientX + frame.scrollLeft };
  });
  frame.addEventListener("pointermove", (event) => {
    if (grip) frame.scrollLeft = grip.x - event.clientX;
  });
  for (const end of ["pointerup", "pointerleave"]) frame.addEventListener(end, () => { grip = null; });
}
