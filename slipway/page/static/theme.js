// Light or dark as the system has it, until somebody chooses. A page from file:// may have no storage.
const THEMES = ["system", "light", "dark"];

function stored() {
  try {
    return localStorage.getItem("slipway-theme") || "system";
  } catch {
    return "system";
  }
}

function setTheme(theme) {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  $("theme").textContent = `Theme: ${theme}`;
  try {
    localStorage.setItem("slipway-theme", theme);
  } catch {
    // The choice lasts as long as the page.
  }
}

function startTheme() {
  let theme = THEMES.includes(stored()) ? stored() : "system";
  setTheme(theme);
  $("theme").addEventListener("click", () => {
    theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
    setTheme(theme);
    say(`Theme: ${theme}`);
  });
}
