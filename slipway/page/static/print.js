// On paper nothing can be opened: what changes is opened before, and closed again after.
const PRINTED = 500; // steps at most; more is no reading for paper
let opened = [];

function startPrint() {
  $("print").addEventListener("click", () => window.print());
  addEventListener("beforeprint", () => {
    const unfold = (each) => {
      if (each.open || opened.length > PRINTED) return;
      opened.push(each);
      if (each.unfold) each.unfold();
      else each.open = true;
    };
    if (all && all.compared) {
      $("change-list").querySelectorAll(".group").forEach(unfold);
      $("change-list").querySelectorAll(".step").forEach(unfold);
    }
    document.querySelectorAll("#policy .group, #cost > .fold, #overview .fold").forEach(unfold);
  });
  addEventListener("afterprint", () => {
    opened.forEach((each) => (each.open = false));
    opened = [];
  });
}
