// Reads texts in a thread of its own, so that the page stays usable however long it takes.
importScripts("wasm_exec.js");

const go = new Go();
const ready = (async () => {
  const response = await fetch("page.wasm");
  const { instance } = response.headers.get("Content-Type") === "application/wasm"
    ? await WebAssembly.instantiateStreaming(response, go.importObject)
    : await WebAssembly.instantiate(await response.arrayBuffer(), go.importObject);
  go.run(instance); // it ends with the worker
})();

ready.then(() => postMessage({ ready: true }), (error) => postMessage({ failed: String(error) }));

onmessage = async ({ data }) => {
  await ready;
  const text = await gunzip(await gunzip(data.text)); // some files are compressed twice
  if (data.share) {
    postMessage({ id: data.id, shared: share(text) });
  } else {
    postMessage({ id: data.id, ...explain(text, data.view, data.columns) });
  }
};

const limit = 64 << 20; // bytes of a text that was compressed

// headerAt reports whether a member of a gzip file may begin at b[i] (RFC 1952 section 2.3).
const headerAt = (b, i) => b[i] === 0x1f && b[i + 1] === 0x8b && b[i + 2] === 8 && b[i + 3] < 0x20 &&
  [0, 2, 4].includes(b[i + 8]) && (b[i + 9] <= 13 || b[i + 9] === 255);

// nextHeader returns the index of the first header from i on, or the length of b.
function nextHeader(b, i) {
  while (i < b.length && !headerAt(b, i)) {
    i = b.indexOf(0x1f, i + 1);
    if (i < 0) return b.length;
  }
  return Math.min(i, b.length);
}

// gunzip returns what is in a gzip file of any number of members, and other bytes as they are. After a member
// that is broken, a line ends, as in the command.
async function gunzip(b) {
  if (!headerAt(b, 0)) return b;
  const parts = [];
  let size = 0;
  for (let start = 0; start < b.length && size < limit;) {
    // The browser reads one member, and does not say where it ends: at a header, but not at one within its data.
    let longest = { parts: [], size: -1 };
    let end = start;
    for (let tries = 0; end < b.length && !longest.whole && tries < 4; tries++) {
      end = nextHeader(b, end + 1);
      const read = await inflate(b.subarray(start, end), limit - size);
      if (read.whole || read.size > longest.size) longest = read;
    }
    parts.push(...longest.parts);
    size += longest.size;
    start = longest.whole ? end : nextHeader(b, start + 1);
    if (!longest.whole && start < b.length) parts.push(new Uint8Array([0x0a]));
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

// inflate returns what is in a member, as far as it can be read.
async function inflate(member, limit) {
  const parts = [];
  let size = 0;
  try {
    const { readable, writable } = new DecompressionStream("gzip");
    feed(writable.getWriter(), member).catch(() => {}); // reading fails too
    const reader = readable.getReader();
    while (size < limit) {
      const { done, value } = await reader.read();
      if (done) return { parts, size, whole: true };
      parts.push(value);
      size += value.length;
    }
    await reader.cancel();
  } catch { /* it is broken */ }
  return { parts, size, whole: false };
}

// feed writes small pieces, and the sum at the end alone: what is read of a piece is lost if the piece is broken.
async function feed(writer, b) {
  const sum = Math.max(0, b.length - 8);
  for (let i = 0; i < sum; i += 1024) await writer.write(b.subarray(i, Math.min(i + 1024, sum)));
  await writer.write(b.subarray(sum));
  await writer.close();
}
