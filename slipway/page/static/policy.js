// The findings by rule. What is mandatory and not exempted comes first and is open.
let report = null;

function finding(each) {
  return h("div", { class: `finding${each.exemption ? " exempted" : ""}` },
    h("p", {}, each.urn ? h("button", { type: "button", class: "link", onclick: () => searchFor(each.name, "changes") }, each.name) : h("strong", {}, each.name),
      each.exemption ? h("span", { class: "tag" }, "exempted") : null),
    h("p", {}, each.text),
    each.exemption ? h("p", { class: "reason" }, "Exempted: ", each.exemption) : null,
  );
}

function ruleRow(rule, open) {
  const heading = [h("span", { class: `severity ${rule.severity}` }, rule.severity), " ", h("code", {}, rule.id), " ", rule.title ? `${rule.title} ` : null, h("span", { class: "minor" }, plural(rule.findings.length, "finding"))];
  return folded(heading, () => chunked(rule.findings, finding, "finding"), "group", open);
}

function searchPolicy(tokens) {
  if (!report) return 0;
  const shown = report.rules
    .map((rule) => ({ ...rule, findings: rule.findings.filter((each) => matches(`${rule.id} ${rule.title} ${rule.severity} ${each.name} ${each.text} ${each.urn || ""}`.toLowerCase(), tokens)) }))
    .filter((rule) => rule.findings.length);
  const number = shown.reduce((sum, rule) => sum + rule.findings.length, 0);
  const rows = shown.map((rule) => ruleRow(rule, number <= OPEN_TO && (tokens.length > 0 || rule.severity === "mandatory")));
  const passed = folded([h("span", { class: "severity passed" }, "passed"), " ", plural(report.passed.length, "rule")], () => h("ul", { class: "plain" }, report.passed.map((rule) => h("li", {}, h("code", {}, rule.id), " ", rule.title))), "group");
  $("policy-list").replaceChildren(...(rows.length ? rows : [h("p", { class: "hint" }, tokens.length ? "No finding is like that." : "Nothing breaks a rule.")]), ...(report.passed.length ? [passed] : []));
  return number;
}

async function startPolicy() {
  if (!$("policy-list")) return;
  report = await unpack("findings");
  searchPolicy([]);
  $("policy-list").removeAttribute("aria-busy");
}
