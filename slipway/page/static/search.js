// One search for the whole page: every section shows what has all of its words, and the menu says how many.
const tally = (section, text) => (document.querySelector(`[data-tally=${section}]`).textContent = text);
let latest = 0;

async function search(query) {
  const tokens = words(query);
  const mine = ++latest;
  state.tokens = tokens;
  const found = { topology: draw(), changes: searchChanges(tokens), policy: searchPolicy(tokens) };
  searchCost(tokens);
  found.manifests = texts || tokens.length ? await searchManifests(tokens) : 0;
  if (mine !== latest) return;
  for (const [section, number] of Object.entries(found)) tally(section, tokens.length ? number.toLocaleString("en") : "");
  if (tokens.length) say(`${plural(found.topology, "app")}, ${plural(found.changes, "resource")}, ${plural(found.policy, "finding")}, ${plural(found.manifests, "manifest")}`);
}

async function searchFor(text, section) {
  $("search").value = text;
  await search(text);
  go(section);
}

function startSearch() {
  $("search").addEventListener("input", later(() => search($("search").value), 120));
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      $("search").focus();
      $("search").select();
    }
  });
  $("search").addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    $("search").value = "";
    search("");
  });
}
