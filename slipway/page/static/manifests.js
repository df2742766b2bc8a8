// The manifests: folders and files on one side, the chosen text on the other.
let texts = null;
let folders = [];
let current = null;

const YAML_LINE = /^(\s*(?:- )*)((?:"(?:[^"\\]|\\.)*"|[^\s:#"][^:"]*)(?=:(?:\s|$)))?(:?)(.*)$/;

function yaml(text) {
  return text.split("\n").flatMap((line) => {
    const [, indent, key, colon, rest] = YAML_LINE.exec(line) || [null, "", "", "", line];
    if (!key) return [`${line}\n`];
    const value = rest.trim();
    const kind = value === "[secret]" || value === '"[secret]"' ? "secret" : /^"|^[A-Za-z_/]/.test(value) ? "text" : "number";
    return [indent, h("span", { class: "key" }, key), colon, value ? h("span", { class: kind }, rest) : rest, "\n"];
  });
}

function fileRow(path) {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return h("button", { type: "button", class: "file", "aria-current": path === current ? "true" : false, onclick: (event) => openFile(path, event.currentTarget) }, name);
}

function openFile(path, button) {
  current = path;
  $("file-list").querySelectorAll("[aria-current]").forEach((each) => each.removeAttribute("aria-current"));
  if (button) button.setAttribute("aria-current", "true");
  $("file-name").textContent = path;
  $("file-text").replaceChildren(...yaml(texts[path]));
  $("file-text").scrollTop = 0;
  $("copy").hidden = false;
  say(`Shown: ${path}`);
}

async function showManifest(path) {
  await startManifests();
  openFile(path, null);
  go("manifests");
}

function listFiles(tokens) {
  const found = Object.keys(texts).filter((path) => !tokens.length || matches(path, tokens) || matches(folders.get(path), tokens));
  const groups = [...grouped(found, (path) => path.slice(0, path.lastIndexOf("/")))];
  const open = tokens.length > 0 && found.length <= OPEN_TO;
  $("file-list").replaceChildren(
    found.length
      ? chunked(groups, ([folder, paths]) => folded([h("strong", {}, folder), " ", h("span", { class: "minor" }, String(paths.length))], () => chunked(paths, fileRow, "file"), "group", open), "folder")
      : h("p", { class: "hint" }, "No manifest is like that."),
  );
  return found.length;
}

let starting = null;

function startManifests() {
  if (!$("file-list")) return Promise.resolve();
  starting ||= unpack("texts").then((found) => {
    texts = found;
    folders = new Map(Object.entries(texts).map(([path, text]) => [path, `${path} ${text}`.toLowerCase()]));
    listFiles([]);
    $("file-list").removeAttribute("aria-busy");
    $("copy").addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(texts[current]);
        say("Copied");
      } catch {
        getSelection().selectAllChildren($("file-text"));
        say("Selected: the browser does not let a page copy");
      }
    });
  });
  return starting;
}

async function searchManifests(tokens) {
  if (!$("file-list")) return 0;
  await startManifests();
  return listFiles(tokens);
}
