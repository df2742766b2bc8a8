// Long tables of costs show their most expensive rows until asked for all, or searched.
function startCost() {
  for (const button of document.querySelectorAll("[data-more]")) {
    const table = button.parentElement.querySelector("table");
    const rows = table.tBodies[0].rows.length;
    button.addEventListener("click", () => {
      const open = table.classList.toggle("all");
      button.setAttribute("aria-expanded", String(open));
      button.textContent = open ? "Show the first 12" : `Show all ${rows}`;
    });
  }
}

function searchCost(tokens) {
  for (const table of document.querySelectorAll("table.costs")) {
    table.classList.toggle("searched", tokens.length > 0);
    for (const row of table.tBodies[0].rows) row.classList.toggle("found", tokens.length > 0 && matches(row.cells[0].textContent.toLowerCase(), tokens));
  }
}
