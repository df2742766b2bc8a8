// The drawing of a layout. Text is cut by a guess of its width, for measuring it would lay the page out again.
const cut = (text, width, size) => {
  const room = Math.max(3, Math.floor(width / (size * 0.6)));
  return text.length > room ? `${text.slice(0, room - 1)}…` : text;
};
const write = (text, x, y, width, size, kind) => s("text", { x, y, class: kind }, cut(text, width, size));
const box = (place, kind, radius = 6) =>
  s("rect", { x: place.x, y: place.y, width: place.width, height: place.height, rx: radius, class: kind });

function node(kind, id, label, place, state, ...children) {
  return s(
    "g",
    { class: `node ${kind}${state.op ? ` is-${state.op}` : ""}`, role: "button", tabindex: "-1", "data-id": id, "aria-label": label, ...state.aria },
    s("title", {}, label),
    children,
  );
}

const opText = (op) => (op ? `, ${{ create: "is created", update: "is updated", replace: "is replaced", delete: "is deleted" }[op]}` : "");
const SIGNS = { create: "+", update: "~", replace: "±", delete: "−" };
const opSign = (op, x, y) =>
  op ? [s("circle", { cx: x, cy: y, r: 8, class: `op-sign ${op}` }), s("text", { x, y: y + 4, class: "op-text", "text-anchor": "middle" }, SIGNS[op])] : [];

function drawApp({ app, ...place }) {
  const where = app.pools.length ? app.pools.join(", ") : "any pool";
  const pods = app.workloads.length ? app.workloads[0].pods.replace(/ in .*/, "") : "";
  const label = `App ${app.id}${app.tier ? `, tier ${app.tier} ${app.meaning}` : ""}${pods ? `, ${pods} in ${where}` : ""}${opText(app.op)}`;
  return node(`app tier${app.tier}`, `app:${app.id}`, label, place, { op: app.op, aria: { "aria-pressed": "false" } },
    box(place, "face"),
    s("rect", { x: place.x, y: place.y + 6, width: 4, height: place.height - 12, rx: 2, class: "tier-mark" }),
    write(app.name, place.x + 14, place.y + 20, place.width - 42, 13, "name"),
    write(pods ? `${pods} · ${where}` : app.op === "delete" ? "deleted" : "no pods", place.x + 14, place.y + 36, place.width - 20, 11, "minor"),
    opSign(app.op, place.x + place.width - 14, place.y + 15),
  );
}

function drawRoute({ route, ...place }, id) {
  const label = `${route.tls ? "Host with TLS" : "Host without TLS"} ${route.host}, ${route.paths.join(", ")}, ${route.app ? `to ${route.app}` : "to no app"}${opText(route.op)}`;
  return node(`route${route.tls ? "" : " open"}`, id, label, place, { op: route.op, aria: { "aria-pressed": "false" } },
    box(place, "face", 16),
    write(route.host, place.x + 14, place.y + 14, place.width - 40, 12, "name"),
    write(`${route.tls ? "TLS" : "no TLS"} · ${route.paths.join(" ")}`, place.x + 14, place.y + 27, place.width - 26, 10.5, "minor"),
    opSign(route.op, place.x + place.width - 16, place.y + 16),
  );
}

function drawBand(band) {
  const { group } = band;
  const head = { x: band.x, y: band.y, width: band.width, height: SIZE.head - 4 };
  const facts = `${plural(group.apps.length, "app")}${group.routes.length ? `, ${plural(group.routes.length, "route")}` : ""}${group.profile ? ` · ${group.profile}` : ""}`;
  return [
    box(band, "band"),
    node("namespace", `namespace:${group.name}`, `Namespace ${group.name}, ${facts}${opText(group.op)}`, head, { op: group.op, aria: { "aria-expanded": String(band.open) } },
      box(head, "face"),
      s("path", { d: band.open ? `M${band.x + 11} ${band.y + 12}h10l-5 6z` : `M${band.x + 13} ${band.y + 9}v10l6-5z`, class: "arrow" }),
      write(group.name, band.x + 28, band.y + 19, band.width * 0.45, 13, "name"),
      s("text", { x: band.x + band.width - (group.op ? 32 : 12), y: band.y + 19, class: "minor", "text-anchor": "end" }, cut(facts, band.width * 0.5, 11)),
      opSign(group.op, band.x + band.width - 16, band.y + 14),
    ),
  ];
}

function drawPool({ pool, ...place }, zones) {
  const size = pool.op === "delete" ? "deleted" : `${plural(pool.nodes, "node")}, ${pool.least} to ${pool.most}`;
  const types = pool.types.length > 1 ? `${pool.types[0]} and ${pool.types.length - 1} more` : pool.types.join("");
  const use = pool.use ? `, requests ${Math.round(pool.use.cpu * 100)} % of CPU and ${Math.round(pool.use.memory * 100)} % of memory` : "";
  const label = `Pool ${pool.name}, ${size}, ${types}${pool.spot ? ", spot" : ""}${use}${opText(pool.op)}`;
  const cells = zones.filter((each) => pool.zones[each.zone.name]).map((each) => {
    const there = pool.zones[each.zone.name];
    return [
      box({ x: each.x + 5, y: place.y + 38, width: each.width - 10, height: 22 }, "cell", 4),
      s("text", { x: each.x + each.width / 2, y: place.y + 53, class: "minor", "text-anchor": "middle" }, cut(`${there.desired} (${there.min}–${there.max})`, each.width - 8, 10.5)),
    ];
  });
  return node(`pool${pool.spot ? " spot" : ""}`, `pool:${pool.name}`, label, place, { op: pool.op, aria: { "aria-pressed": "false" } },
    box(place, "face"),
    write(pool.name, place.x + 12, place.y + 17, place.width * 0.5, 13, "name"),
    s("text", { x: place.x + place.width - (pool.op ? 30 : 12), y: place.y + 17, class: "minor", "text-anchor": "end" }, size),
    write(`${types}${pool.spot ? " · spot" : ""}${pool.taints.length ? " · tainted" : ""}${pool.use && pool.use.pods ? ` · ${Math.round(Math.max(pool.use.cpu, pool.use.memory) * 100)} % asked for` : ""}`, place.x + 12, place.y + 32, place.width - 24, 10.5, "minor"),
    cells.flat(),
    opSign(pool.op, place.x + place.width - 15, place.y + 13),
  );
}

function drawNodes(model, nodes) {
  const title = model.vpc ? `VPC ${model.vpc.name}` : model.pools.length ? "Nodes" : "An existing cluster";
  const facts = model.vpc ? model.vpc.facts.join(", ") : model.pools.length ? "" : "its nodes are not Slipway's";
  return [
    box(nodes, "vpc", 10),
    write(title, nodes.x + 14, nodes.y + 21, nodes.width - 60, 13, "name"),
    write(facts, nodes.x + 14, nodes.y + 37, nodes.width - 28, 11, "minor"),
    opSign(model.vpc && model.vpc.op, nodes.x + nodes.width - 20, nodes.y + 18),
    model.cluster
      ? [
          box({ x: nodes.x + 12, y: nodes.clusterTop, width: nodes.width - 24, height: 42 }, "cluster"),
          write(`EKS ${model.cluster.name}`, nodes.x + 24, nodes.clusterTop + 18, nodes.width - 80, 12.5, "name"),
          write(model.cluster.facts.join(", "), nodes.x + 24, nodes.clusterTop + 33, nodes.width - 48, 10.5, "minor"),
          opSign(model.cluster.op, nodes.x + nodes.width - 30, nodes.clusterTop + 16),
        ]
      : [],
    nodes.zones.flatMap(({ zone, ...place }) => [
      box(place, "zone"),
      write(zone.name, place.x + 8, place.y + 17, place.width - 12, 11, "name zone-name"),
      zone.nat ? s("text", { x: place.x + place.width - 8, y: place.y + 17, class: "minor", "text-anchor": "end" }, "NAT") : [],
      zone.subnets.map((each, index) => {
        const y = place.y + SIZE.zoneHead + 10 + index * SIZE.subnet;
        const mark = each.op ? ` text-${each.op}` : "";
        return [
          write(each.name.replace(/^.*?-/, ""), place.x + 8, y, place.width - 10, 10.5, `minor${mark}`),
          write(each.cidr, place.x + 8, y + 13, place.width - 10, 11, `cidr${mark}`),
        ];
      }),
    ]),
    nodes.pools.map((place) => drawPool(place, nodes.zones)),
  ].flat(Infinity);
}
