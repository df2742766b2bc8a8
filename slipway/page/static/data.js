// The topology is small and is there at once. What is long is packed, and unpacked when it is first asked for.
const topology = JSON.parse($("topology-data").textContent);
const unpacking = new Map();

async function inflate(id) {
  const bytes = Uint8Array.from(atob($(id).textContent), (char) => char.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}

function unpack(id) {
  if (!unpacking.has(id)) unpacking.set(id, inflate(id));
  return unpacking.get(id);
}

// The words of a search: each must be found, in any order.
const words = (query) => query.toLowerCase().split(/\s+/).filter(Boolean);
const matches = (haystack, tokens) => tokens.every((token) => haystack.includes(token));
