// The topology: what is shown, folded and chosen, and the lines between what belongs together.
const FOLD_FROM = 60; // apps from which the namespaces are folded at first
const LINES_TO = 30; // apps up to which all lines are drawn; beyond, those of what is chosen
const state = { tokens: [], tier: "", pool: "", namespace: "", changed: false, folded: new Set(), chosen: null, focus: null };
const routesOf = grouped(topology.routes, (route) => route.app);
const routeId = new Map(topology.routes.map((route, index) => [route, `route:${index}`]));
const haystacks = new Map(topology.apps.map((app) => [app.id, haystack(app)]));
const appsById = new Map(topology.apps.map((app) => [app.id, app]));
let drawn = null;
let nodes = new Map();

function haystack(app) {
  const hosts = (routesOf.get(app.id) || []).map((route) => `${route.host} ${route.paths.join(" ")}`);
  return `${app.id} ${app.kind} tier ${app.tier} ${app.meaning} ${app.pools.join(" ")} ${hosts.join(" ")}`.toLowerCase();
}

function visible(app) {
  return (
    (!state.tier || String(app.tier) === state.tier) &&
    (!state.pool || app.pools.includes(state.pool)) &&
    (!state.namespace || app.namespace === state.namespace) &&
    (!state.changed || app.op) &&
    matches(haystacks.get(app.id), state.tokens)
  );
}

function groupsShown() {
  const apps = grouped(topology.apps.filter(visible), (app) => app.namespace);
  const profiles = new Map(topology.namespaces.map((each) => [each.name, each.profile]));
  return [...apps].sort(([one], [other]) => one.localeCompare(other, "en", { numeric: true })).map(([name, own]) => ({
    name,
    profile: profiles.get(name),
    apps: own,
    routes: own.flatMap((app) => routesOf.get(app.id) || []),
    op: ["delete", "replace", "create", "update"].find((op) => own.some((app) => app.op === op)) || null,
  }));
}

function draw() {
  const canvas = $("canvas");
  const groups = groupsShown();
  const found = layout(topology, groups, Math.max(760, canvas.clientWidth - 2), state.folded);
  const shown = groups.reduce((sum, group) => sum + group.apps.length, 0);
  const svg = s("svg", { width: found.width, height: found.height, viewBox: `0 0 ${found.width} ${found.height}`, role: "group", "aria-label": `Topology: ${plural(shown, "app")} in ${plural(groups.length, "namespace")}, ${plural(topology.pools.length, "pool")}, ${plural(topology.zones.length, "zone")}` });
  const lines = s("g", { class: "lines", "aria-hidden": "true" });
  const heads = [["Routes", found.lane.routes], ["Namespaces and apps", found.lane.apps], [topology.vpc ? "Network and nodes" : "Nodes", found.lane.nodes]];
  const places = new Map();
  const content = [];
  for (const band of found.bands) {
    places.set(`namespace:${band.group.name}`, { x: band.x, y: band.y, width: band.width, height: SIZE.head });
    content.push(...drawBand(band));
    for (const place of band.routes) {
      places.set(routeId.get(place.route), place);
      content.push(drawRoute(place, routeId.get(place.route)));
    }
    for (const place of band.apps) {
      places.set(`app:${place.app.id}`, place);
      content.push(drawApp(place));
    }
  }
  for (const place of found.nodes.pools) places.set(`pool:${place.pool.name}`, place);
  const infra = s("g", { class: "infra" }, drawNodes(topology, found.nodes));
  svg.append(...heads.map(([text, lane]) => s("text", { x: lane.x, y: 20, class: "lane" }, text)), ...content.filter((each) => each.classList.contains("band")), lines, ...content.filter((each) => !each.classList.contains("band")), infra);
  if (!shown) svg.append(s("text", { x: found.lane.apps.x, y: 60, class: "minor" }, "No app is like that."));
  drawn = { svg, lines, infra, places, shown, infraHeight: found.nodes.height };
  nodes = new Map([...svg.querySelectorAll(".node")].map((each) => [each.dataset.id, each]));
  canvas.replaceChildren(svg);
  rove(nodes.has(state.focus) ? state.focus : nodes.keys().next().value);
  follow();
  mark();
  return shown;
}

// The nodes stay in sight while a long list of apps is scrolled.
function follow() {
  const canvas = $("canvas");
  const room = Math.max(0, canvas.scrollHeight - drawn.infraHeight - 60);
  drawn.offset = canvas.scrollHeight > canvas.clientHeight + 1 && drawn.infraHeight < canvas.clientHeight ? Math.min(canvas.scrollTop, room) : 0;
  drawn.infra.setAttribute("transform", `translate(0 ${drawn.offset})`);
}

function line(from, to, kind) {
  const [x1, y1, x2, y2] = [from.x + from.width, from.y + from.height / 2, to.x, to.y + to.height / 2 + (to.pool ? drawn.offset : 0)];
  const bend = Math.max(24, (x2 - x1) / 2);
  return s("path", { d: `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`, class: kind });
}

function related(id) {
  const found = new Set([id]);
  const [kind, name] = [id.slice(0, id.indexOf(":")), id.slice(id.indexOf(":") + 1)];
  const add = (app) => {
    found.add(`app:${app.id}`);
    for (const pool of app.pools) found.add(`pool:${pool}`);
    for (const route of routesOf.get(app.id) || []) found.add(routeId.get(route));
  };
  if (kind === "app" && appsById.has(name)) add(appsById.get(name));
  if (kind === "route" && appsById.has(topology.routes[name].app)) add(appsById.get(topology.routes[name].app));
  if (kind === "pool") topology.apps.filter((app) => app.pools.includes(name)).forEach((app) => found.add(`app:${app.id}`));
  return found;
}

// Only classes and lines change when something is chosen; nothing is laid out anew.
function mark() {
  const kin = state.chosen ? related(state.chosen) : null;
  drawn.svg.classList.toggle("choosing", Boolean(kin));
  for (const [id, element] of nodes) {
    element.classList.toggle("kin", Boolean(kin && kin.has(id)));
    if (element.hasAttribute("aria-pressed")) element.setAttribute("aria-pressed", String(id === state.chosen));
  }
  const lines = [];
  for (const [id, place] of drawn.places) {
    if (!place.app) continue;
    const strong = kin && kin.size <= 2 * LINES_TO && kin.has(id);
    if (!strong && (kin || drawn.shown > LINES_TO)) continue;
    for (const route of routesOf.get(place.app.id) || []) {
      const from = drawn.places.get(routeId.get(route));
      if (from && !(kin && state.chosen.startsWith("pool:"))) lines.push(line(from, place, strong ? "strong" : ""));
    }
    for (const pool of place.app.pools) {
      const to = drawn.places.get(`pool:${pool}`);
      if (to && (!kin || kin.has(`pool:${pool}`))) lines.push(line(place, to, strong ? "strong" : ""));
    }
  }
  drawn.lines.replaceChildren(...lines);
}
