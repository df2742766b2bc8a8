// Where things stand, as plain numbers: no element is asked for its size, so nothing is laid out twice.
const SIZE = { gap: 8, tile: 46, tileWidth: 158, head: 32, route: 40, pad: 12, poolRow: 74, zoneHead: 26, subnet: 30 };

function lanes(width) {
  const routes = Math.max(150, Math.min(250, width * 0.2));
  const nodes = Math.max(310, Math.min(480, width * 0.36));
  const apps = Math.max(SIZE.tileWidth + 24, width - routes - nodes - 4 * SIZE.pad - 48);
  const start = routes + SIZE.pad + 24;
  return {
    routes: { x: SIZE.pad, width: routes },
    apps: { x: start, width: apps },
    nodes: { x: start + apps + SIZE.pad + 24, width: nodes },
    width: start + apps + SIZE.pad + 24 + nodes + SIZE.pad,
  };
}

// One band for each namespace: its routes on the left, its apps in a grid.
function bands(groups, lane, folded) {
  const columns = Math.max(1, Math.floor((lane.apps.width - SIZE.gap) / (SIZE.tileWidth + SIZE.gap)));
  const tileWidth = (lane.apps.width - SIZE.gap * (columns + 1)) / columns;
  let y = 34;
  return groups.map((group) => {
    const open = !folded.has(group.name);
    const rows = Math.ceil(group.apps.length / columns);
    const inner = open ? Math.max(rows * (SIZE.tile + SIZE.gap), group.routes.length * SIZE.route) : 0;
    const band = { group, open, x: lane.apps.x, y, width: lane.apps.width, height: SIZE.head + inner };
    band.apps = open
      ? group.apps.map((app, index) => ({
          app,
          x: lane.apps.x + SIZE.gap + (index % columns) * (tileWidth + SIZE.gap),
          y: y + SIZE.head + Math.floor(index / columns) * (SIZE.tile + SIZE.gap),
          width: tileWidth,
          height: SIZE.tile,
        }))
      : [];
    band.routes = open
      ? group.routes.map((route, index) => ({
          route,
          x: lane.routes.x,
          y: y + SIZE.head + index * SIZE.route,
          width: lane.routes.width,
          height: SIZE.route - SIZE.gap,
        }))
      : [];
    y += band.height + SIZE.gap;
    return band;
  });
}

function infrastructure(model, lane) {
  const subnets = Math.max(0, ...model.zones.map((zone) => zone.subnets.length));
  const zoneTop = 34 + 46 + (model.cluster ? 50 : 0);
  const poolTop = zoneTop + (model.zones.length ? SIZE.zoneHead + subnets * SIZE.subnet + 12 : 0);
  const inside = { x: lane.nodes.x + SIZE.pad, width: lane.nodes.width - 2 * SIZE.pad };
  const zoneWidth = model.zones.length ? (inside.width - SIZE.gap * (model.zones.length - 1)) / model.zones.length : 0;
  const zones = model.zones.map((zone, index) => ({
    zone,
    x: inside.x + index * (zoneWidth + SIZE.gap),
    y: zoneTop,
    width: zoneWidth,
  }));
  const pools = model.pools.map((pool, index) => ({
    pool,
    x: inside.x,
    y: poolTop + index * SIZE.poolRow,
    width: inside.width,
    height: SIZE.poolRow - SIZE.gap,
  }));
  const height = poolTop - 34 + pools.length * SIZE.poolRow + (pools.length ? 4 : 30);
  for (const place of zones) place.height = height - (zoneTop - 34) - 8;
  return { x: lane.nodes.x, y: 34, width: lane.nodes.width, height, zones, pools, clusterTop: 34 + 46 };
}

function layout(model, groups, width, folded) {
  const lane = lanes(width);
  const found = bands(groups, lane, folded);
  const nodes = infrastructure(model, lane);
  const last = found.at(-1);
  return {
    lane,
    bands: found,
    nodes,
    width: lane.width,
    height: Math.max(last ? last.y + last.height : 0, nodes.y + nodes.height) + SIZE.pad,
  };
}
