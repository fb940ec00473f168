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
  if (data.share) {
    postMessage({ id: data.id, shared: share(data.text) });
  } else {
    postMessage({ id: data.id, ...explain(data.text, data.view, data.columns) });
  }
};
