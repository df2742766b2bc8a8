// Long lists: a part at a time, and what is folded is made when it is opened.
const CHUNK = 100;

function chunked(list, make, noun) {
  const holder = h("div", { class: "chunked" });
  let shown = 0;
  const more = h("button", { type: "button", class: "quiet more", onclick: () => add(true) });
  function add(moves) {
    const fresh = list.slice(shown, shown + CHUNK).map(make);
    more.remove();
    holder.append(...fresh);
    shown += fresh.length;
    if (shown < list.length) {
      more.textContent = `Show ${Math.min(CHUNK, list.length - shown)} more of ${plural(list.length, noun)}`;
      holder.append(more);
    }
    if (moves && fresh[0]) (fresh[0].querySelector("summary, button") || fresh[0]).focus();
  }
  add(false);
  return holder;
}

function folded(heading, make, kind, open = false) {
  const element = h("details", { class: kind }, h("summary", {}, heading));
  let made = false;
  const build = () => {
    if (made) return;
    made = true;
    element.append(...[make()].flat().filter(Boolean));
  };
  element.addEventListener("toggle", () => element.open && build());
  // Opened by the program, it is complete at once; the event comes later.
  element.unfold = () => {
    build();
    element.open = true;
  };
  if (open) element.unfold();
  return element;
}
