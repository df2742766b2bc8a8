// The steps of the plan, or all resources where there is no plan, by the component that they are in.
const OPEN_TO = 40; // steps up to which their groups are open at first
let all = null;
let changeTokens = [];

function valueOf(text, kind) {
  return text === undefined ? h("span", { class: "absent" }, "none") : h("code", { class: kind }, text);
}

function changeRow(change) {
  let value;
  if (change.secret) value = h("span", { class: "absent" }, "a secret, which differs; its value is never shown");
  else if (change.lines) value = h("pre", { class: "lines-of-diff", tabindex: "0", "aria-label": `Difference of ${change.path}` }, change.lines.map(diffLine));
  else value = [valueOf(change.old, "was"), h("span", { class: "to" }, " → "), valueOf(change.new, "is")];
  return h("li", { class: change.forces ? "forcing" : "" },
    h("code", { class: "path" }, change.path), " ", value,
    change.forces ? h("p", { class: "reason" }, h("strong", {}, "Replaces: "), change.forces) : null,
    change.refused ? h("p", { class: "loss" }, h("strong", {}, "The deployment fails: "), change.refused) : null,
    change.after ? h("p", { class: "reason" }, "Follows from the replacement of ", h("code", {}, change.after.split("::").pop())) : null,
  );
}

function diffLine(text) {
  if (text === "@") return h("span", { class: "skip-of-diff" }, "…\n");
  const kind = { "+": "ins", "-": "del" }[text[0]] || "span";
  return h(kind, {}, `${text}\n`);
}

function stepBody(step) {
  return h("div", { class: "body" },
    step.loss ? h("p", { class: "loss" }, h("strong", {}, "Lost: "), step.loss) : null,
    step.destructive ? h("p", {}, step.ack ? "Acknowledged." : ["Not acknowledged. This line allows it: ", h("code", { class: "path" }, `# slipway: allow-replace ${step.urn}`)]) : null,
    step.refused ? h("p", {}, step.expected ? "Expected to be refused." : ["The deployment ends here. This line says that it is expected: ", h("code", { class: "path" }, `# slipway: allow-refused ${step.urn}`)]) : null,
    step.first ? h("p", { class: "reason" }, "The old one goes before the new one is made.") : null,
    (step.reasons || []).map((reason) => h("p", { class: "reason" }, reason)),
    step.changes ? h("ul", { class: "changes" }, step.changes.map(changeRow)) : null,
    (step.options || []).map((option) => h("p", {}, "Option ", h("code", {}, option))),
    step.why ? h("p", { class: "hint" }, `${step.kind}: ${step.why}`) : null,
    step.cost ? h("ul", { class: "plain" }, step.cost.map(([what, quantity, unit, monthly]) => h("li", {}, `${what}: ${quantity} × ${unit} = ${monthly} a month`))) : null,
    h("p", { class: "urn" }, h("code", {}, step.urn)),
    step.manifest ? h("p", {}, h("button", { type: "button", class: "quiet", onclick: () => showManifest(step.manifest) }, `Manifest ${step.manifest}`)) : null,
    step.inputs ? folded("All inputs", () => h("pre", { class: "yaml", tabindex: "0", "aria-label": `Inputs of ${step.name}` }, yaml(step.inputs)), "fold") : null,
  );
}

function stepRow(step) {
  const heading = [
    step.op ? badge(step.op) : null, " ",
    h("span", { class: "kind" }, step.kind), " ", h("strong", {}, step.name), " ",
    step.loss ? h("span", { class: "tag danger" }, "state is lost") : null,
    step.refused ? h("span", { class: "tag danger" }, "refused") : null,
    step.protected ? h("span", { class: "tag danger" }, "protected") : null,
    step.ack ? h("span", { class: "tag" }, "acknowledged") : null,
    h("span", { class: "minor" }, ` ${(step.facts || []).join(", ")}`),
  ];
  return folded(heading, () => stepBody(step), `step ${step.op || ""}`);
}

const GRAVITY = { delete: 0, replace: 1, create: 2, update: 3, unchanged: 4 };

function groupRow({ name, steps }, open) {
  const tally = Object.keys(GRAVITY).map((op) => [op, steps.filter((step) => step.op === op).length]).filter(([, number]) => number);
  const heading = [h("strong", {}, name), " ", tally.length ? tally.map(([op, number]) => h("span", { class: "pair" }, badge(op), ` ${number} `)) : h("span", { class: "minor" }, plural(steps.length, "resource"))];
  return folded(heading, () => chunked(steps, stepRow, "resource"), "group", open);
}

function stepsShown() {
  const wanted = new Set([...document.querySelectorAll("input[name=op]:checked")].map((each) => each.value));
  return all.steps.filter((step) => (!all.compared || wanted.has(step.op)) && matches(step.haystack, changeTokens));
}

function listChanges() {
  const shown = stepsShown();
  const order = (one, other) => Boolean(other.destructive) - Boolean(one.destructive) || (GRAVITY[one.op] || 0) - (GRAVITY[other.op] || 0);
  const found = [...grouped(shown, (step) => step.g)].map(([g, steps]) => ({ name: all.groups[g], steps: [...steps].sort(order) }));
  found.sort((one, other) => order(one.steps[0], other.steps[0]) || one.name.localeCompare(other.name, "en", { numeric: true }));
  const list = shown.length ? chunked(found, (group) => groupRow(group, shown.length <= OPEN_TO), "component") : h("p", { class: "hint" }, all.compared && !changeTokens.length ? "Nothing changes." : "No resource is like that.");
  $("change-list").replaceChildren(list);
  return shown.length;
}

async function startChanges() {
  all = await unpack("resources");
  for (const step of all.steps) {
    step.haystack = `${step.op || ""} ${step.kind} ${step.name} ${(step.facts || []).join(" ")} ${all.groups[step.g]} ${step.urn} ${(step.changes || []).map((each) => each.path).join(" ")}`.toLowerCase();
  }
  listChanges();
  $("change-list").removeAttribute("aria-busy");
  for (const box of document.querySelectorAll("input[name=op]")) box.addEventListener("change", () => say(plural(listChanges(), "resource")));
  $("open-changes").addEventListener("click", () => $("change-list").querySelectorAll(".group").forEach((each) => each.unfold()));
  $("close-changes").addEventListener("click", () => $("change-list").querySelectorAll("details[open]").forEach((each) => (each.open = false)));
}

function searchChanges(tokens) {
  changeTokens = tokens;
  return all ? listChanges() : 0;
}
