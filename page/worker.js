// Reads texts in a separate thread, so that the page stays usable however long it takes.
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
  const once = await gunzip(data.text);
  const twice = await gunzip(once.text); // some files are compressed twice
  if (data.share) {
    postMessage({ id: data.id, shared: share(twice.text) });
  } else {
    const start = performance.now();
    const answer = explain(twice.text, once.damaged || twice.damaged, data.view, data.columns);
    postMessage({ id: data.id, ms: performance.now() - start, ...answer });
  }
};

const limit = 64 << 20; // bytes of a text that was compressed

const isGzip = (b) => b[0] === 0x1f && b[1] === 0x8b && b[2] === 8;

// headerAt reports whether a member of gzip data may begin at b[i] (RFC 1952 section 2.3).
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

// ends yields where the member that begins at b[start] may end: at a header, unless that is one within its data,
// or before the zeros that fill a block. The browser reads one member, and does not say where it ends.
function* ends(b, start) {
  let end = start;
  for (let tries = 0; tries < 4 && end < b.length; tries++) {
    end = nextHeader(b, end + 1);
    yield end;
    let zeros = end;
    while (b[zeros - 1] === 0) zeros--;
    for (let own = 0; own < 10 && zeros + own < end; own++) yield zeros + own; // those of the member itself
  }
}

// gunzip decompresses gzip data of any number of members, and returns whether parts of it cannot be read. It returns
// other bytes unchanged. As in the command, a line ends where something is missing.
async function gunzip(b) {
  if (!isGzip(b)) return { text: b, damaged: false };
  const parts = [];
  let size = 0, damaged = false, gap = false;
  for (let start = 0; size < limit;) {
    const header = nextHeader(b, start);
    gap ||= b.subarray(start, header).some((c) => c !== 0);
    damaged ||= gap;
    if (header === b.length) break;
    if (gap) parts.push(new Uint8Array([0x0a]));
    let longest = { parts: [], size: -1 };
    for (const end of ends(b, header)) {
      const read = await inflate(b.subarray(header, end), limit - size);
      if (read.whole || read.size > longest.size) longest = { ...read, end };
      if (read.whole) break;
    }
    parts.push(...longest.parts);
    size += longest.size;
    gap = !longest.whole;
    start = gap ? header + 1 : longest.end;
  }
  return { text: new Uint8Array(await new Blob(parts).arrayBuffer()), damaged: damaged || gap };
}

// inflate decompresses a member, as far as it can be read.
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

// feed writes small pieces, and the checksum by itself: if a piece is broken, everything in it is lost.
async function feed(writer, b) {
  const sum = Math.max(0, b.length - 8);
  for (let i = 0; i < sum; i += 1024) await writer.write(b.subarray(i, Math.min(i + 1024, sum)));
  await writer.write(b.subarray(sum));
  await writer.close();
}
