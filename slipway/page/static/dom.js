// Elements are made by hand, never from text: the policy of the page forbids HTML made of strings.
const $ = (id) => document.getElementById(id);
const SVG = "http://www.w3.org/2000/svg";

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== "") element.append(child);
  }
  return element;
}

const h = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);
const s = (tag, attributes, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);

function later(action, wait) {
  let timer = 0;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => action(...values), wait);
  };
}

function grouped(list, key) {
  const found = new Map();
  for (const each of list) {
    const group = found.get(key(each));
    if (group) group.push(each);
    else found.set(key(each), [each]);
  }
  return found;
}

const plural = (number, noun) => `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
const badge = (operation) => h("span", { class: `op ${operation}` }, operation);

// What changed is said to those who do not see it. The same text twice would not be said again.
function say(text) {
  $("said").textContent = text === $("said").textContent ? `${text}\u00a0` : text;
}

// Focus must be seen: a section is scrolled below the header by its scroll-margin.
function go(id) {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  $(id).scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "start" });
  $(id).focus({ preventScroll: true });
}
