// What needs scripts is shown now that they run; what is out of sight waits until it is near.
function startTopology() {
  const canvas = $("canvas");
  const options = (id, values) => $(id).append(...values.map((value) => h("option", { value }, value)));
  options("by-tier", [...new Set(topology.apps.map((app) => String(app.tier)))].filter((tier) => tier !== "0").sort());
  options("by-pool", topology.pools.map((pool) => pool.name));
  options("by-namespace", [...new Set(topology.apps.map((app) => app.namespace))].sort());
  for (const [id, key] of [["by-tier", "tier"], ["by-pool", "pool"], ["by-namespace", "namespace"]]) {
    $(id).addEventListener("change", () => {
      state[key] = $(id).value;
      say(plural(draw(), "app"));
    });
  }
  if ($("by-change")) $("by-change").addEventListener("change", () => ((state.changed = $("by-change").checked), say(plural(draw(), "app"))));
  const spaces = () => topology.apps.map((app) => app.namespace);
  if (topology.apps.length >= FOLD_FROM) state.folded = new Set(spaces());
  $("fold").addEventListener("click", () => ((state.folded = new Set(spaces())), draw()));
  $("unfold").addEventListener("click", () => ((state.folded = new Set()), draw()));
  canvas.addEventListener("click", (event) => event.target.closest(".node") && (rove(event.target.closest(".node").dataset.id), press(event.target.closest(".node"))));
  canvas.addEventListener("keydown", onKey);
  let waiting = false;
  canvas.addEventListener("scroll", () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      const before = drawn.offset;
      follow();
      if (drawn.offset !== before && drawn.lines.childElementCount) mark();
    });
  }, { passive: true });
  let width = canvas.clientWidth;
  new ResizeObserver(later(() => {
    if (canvas.clientWidth !== width) {
      width = canvas.clientWidth;
      draw();
    }
  }, 100)).observe(canvas);
  draw();
}

function startMenu() {
  const links = new Map([...document.querySelectorAll("nav a")].map((link) => [link.hash.slice(1), link]));
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      links.forEach((link) => link.removeAttribute("aria-current"));
      links.get(entry.target.id).setAttribute("aria-current", "true");
    }
  }, { rootMargin: "-120px 0px -70% 0px" });
  links.forEach((_, id) => seen.observe($(id)));
  const near = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && (near.disconnect(), startManifests()), { rootMargin: "600px" });
  near.observe($("manifests"));
}

async function start() {
  document.querySelectorAll("[data-scripted]").forEach((each) => (each.hidden = false));
  document.querySelectorAll("[data-unscripted]").forEach((each) => (each.hidden = true));
  startTheme();
  startTopology();
  startCost();
  startSearch();
  startPrint();
  await new Promise((ready) => setTimeout(ready));
  await Promise.all([startChanges(), startPolicy()]);
  startMenu();
  document.documentElement.dataset.ready = "true";
}

start();
