// What is chosen in the topology, in words; and choosing, by pointer and by keyboard.
const facts = (...pairs) => h("dl", { class: "facts" }, pairs.filter(([, value]) => value && (!Array.isArray(value) || value.length)).map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]));
const lookFor = (text, section, label) => h("button", { type: "button", class: "quiet", onclick: () => searchFor(text, section) }, label);
const listed = (list) => h("ul", { class: "plain" }, list.map((each) => h("li", {}, each)));

function ofApp(app) {
  const hosts = (routesOf.get(app.id) || []).map((route) => `${route.host}${route.paths.join(" ")} (${route.tls ? "TLS" : "without TLS"})`);
  return [
    h("h3", {}, app.name, app.op ? [" ", badge(app.op)] : null),
    facts(
      ["Namespace", app.namespace],
      ["Tier", app.tier ? `${app.tier}, ${app.meaning}` : null],
      ["Pods", app.workloads.length ? listed(app.workloads.map((each) => `${each.kind} ${each.name}: ${each.pods}`)) : null],
      ["Quality", app.qos],
      ["Routes", hosts.length ? listed(hosts) : null],
      ["Cost", app.cost ? `${app.cost} a month` : null],
      ["Deviates", app.deviations.length ? listed(app.deviations) : null],
      ["Changes", Object.entries(app.counts).map(([op, number]) => [badge(op), ` ${number} `]).flat()],
    ),
    h("p", { class: "links" }, lookFor(app.name, "changes", "Its resources"), lookFor(`${app.namespace}/ ${app.name}`, "manifests", "Its manifests")),
  ];
}

function ofPool(pool) {
  const share = (value) => `${Math.round(value * 100)} %`;
  return [
    h("h3", {}, `Pool ${pool.name}`, pool.op ? [" ", badge(pool.op)] : null),
    facts(
      ["Nodes", pool.nodes ? `${pool.nodes}, from ${pool.least} to ${pool.most}` : null],
      ["Types", pool.types.length ? listed(pool.types) : null],
      ["Capacity", pool.nodes ? (pool.spot ? "spot" : "on demand") : null],
      ["Taints", pool.taints.join(", ")],
      ["Asked for", pool.use ? `CPU ${share(pool.use.cpu)}, memory ${share(pool.use.memory)}, ${plural(pool.use.pods, "pod")}` : null],
      ["Apps", plural(topology.apps.filter((app) => app.pools.includes(pool.name)).length, "app")],
    ),
    h("p", { class: "links" }, lookFor(`NodeGroup ${pool.name}`, "changes", "Its node groups")),
  ];
}

function ofRoute(route) {
  return [
    h("h3", {}, route.host, route.op ? [" ", badge(route.op)] : null),
    facts(["Paths", route.paths.join(", ")], ["TLS", route.tls ? "yes" : "NO: requests come in unencrypted"], ["To", route.app || "no app"], ["By", `${route.kind} ${route.name}`]),
    h("p", { class: "links" }, lookFor(route.name.split("/")[1], "manifests", "Its manifest")),
  ];
}

const hint = $("details").firstElementChild;

function choose(id) {
  state.chosen = id === state.chosen ? null : id;
  mark();
  if (!state.chosen) {
    $("details").replaceChildren(hint);
    say("Nothing is chosen");
    return;
  }
  const [kind, name] = [id.slice(0, id.indexOf(":")), id.slice(id.indexOf(":") + 1)];
  const told = { app: () => ofApp(appsById.get(name)), pool: () => ofPool(topology.pools.find((each) => each.name === name)), route: () => ofRoute(topology.routes[name]) }[kind]();
  $("details").replaceChildren(...told.filter(Boolean));
  say(`Chosen: ${nodes.has(id) ? nodes.get(id).getAttribute("aria-label") : name}`);
}

function press(element) {
  const id = element.dataset.id;
  state.focus = id;
  if (!id.startsWith("namespace:")) return choose(id);
  const name = id.slice("namespace:".length);
  if (!state.folded.delete(name)) state.folded.add(name);
  draw();
  nodes.get(id).focus();
}

// One stop for Tab, arrows from there: a thousand stops would be a trap.
function rove(id) {
  const before = nodes.get(state.focus);
  if (before) before.setAttribute("tabindex", "-1");
  const now = nodes.get(id);
  if (now) now.setAttribute("tabindex", "0");
  state.focus = id;
}

const AHEAD = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
const middle = (id) => {
  const place = drawn.places.get(id);
  return [place.x + Math.min(place.width / 2, 80), place.y + Math.min(place.height / 2, 20) + (place.pool ? drawn.offset : 0)];
};

function nearest(from, [dx, dy]) {
  const [x, y] = middle(from.dataset.id);
  let best = null;
  let least = Infinity;
  for (const [id, element] of nodes) {
    const [ox, oy] = middle(id);
    const ahead = (ox - x) * dx + (oy - y) * dy;
    const aside = Math.abs((ox - x) * dy) + Math.abs((oy - y) * dx);
    if (element !== from && ahead > 4 && ahead + aside * 3 < least) [best, least] = [element, ahead + aside * 3];
  }
  return best;
}

function onKey(event) {
  const element = event.target.closest(".node");
  if (!element) return;
  if (event.key === "Escape" && state.chosen) choose(state.chosen);
  else if (event.key === "Enter" || event.key === " ") press(element);
  else if (AHEAD[event.key]) {
    const next = nearest(element, AHEAD[event.key]);
    if (next) {
      rove(next.dataset.id);
      next.focus();
    }
  } else return;
  event.preventDefault();
}
