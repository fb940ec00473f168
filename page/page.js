import { examples } from "./examples.js";

const $ = (id) => document.getElementById(id);
const text = $("text"), report = $("report"), status = $("status");
const limit = 8 << 20; // bytes of a text

let file = null; // the bytes of a file, until something is typed
let worker, started, asked = 0, answered = 0, waiting = null;

// The worker reads one text at a time. Of the texts that come meanwhile, only the last is read.
function start() {
  worker = new Worker("worker.js");
  worker.onmessage = ({ data }) => {
    if (data.failed) return failed(data.failed);
    if (data.ready) return bytes().length ? explain() : empty();
    answered = data.id;
    if (data.shared !== undefined) link(data.shared); else if (!waiting) show(data);
    if (waiting) { const next = waiting; waiting = null; send(next); }
  };
  worker.onerror = (event) => failed(event.message || "the worker does not start");
}

function send(request) {
  if (asked > answered) {
    waiting = request;
    if (performance.now() - started < 3000) return;
    worker.terminate(); // nobody waits for its result
    start();
    waiting = null;
  }
  started = performance.now();
  worker.postMessage({ id: ++asked, ...request });
}

function failed(why) {
  empty("The report cannot be made here.");
  message(`WebAssembly does not run in this browser, which this page needs (${why}). The command does the same: curl -si URL | wwwauth`);
}

const say = (s) => { if (status.textContent !== s) status.textContent = s; };

function message(...list) {
  $("messages").replaceChildren(...list.map((s) => Object.assign(document.createElement("p"), { className: "message", textContent: s })));
}

const bytes = () => file ?? new TextEncoder().encode(text.value);
const view = () => document.querySelector("input[name=view]:checked").value;

// columns returns how many characters fit into a line of an excerpt.
function columns() {
  const ruler = Object.assign(document.createElement("span"), { className: "ruler", textContent: "0".repeat(50) });
  report.append(ruler);
  const width = ruler.getBoundingClientRect().width / 50;
  ruler.remove();
  return Math.max(24, Math.min(100, Math.floor((report.clientWidth - 66) / width)));
}

function explain() {
  const b = bytes();
  if (b.length === 0) return empty();
  if (b.length > limit) { empty(); return message(`That is more than ${limit >> 20} MB: paste the part with the response.`); }
  send({ text: b, view: view(), columns: columns() });
}

function empty(why = "Nothing to read yet.") {
  waiting = null;
  report.replaceChildren(Object.assign(document.createElement("p"), { className: "empty", textContent: why }));
  message();
  $("as-text").hidden = $("link").hidden = true;
  say(why);
}

function show(answer) {
  if (bytes().length === 0) return;
  const found = answer.headlines.length > 0;
  if (!found) empty("No challenge found.");
  else {
    report.innerHTML = answer.html; // made by html.go, which escapes what it quotes
    say(answer.headlines.join(" — "));
  }
  message(...answer.messages);
  $("plain").textContent = answer.text;
  $("as-text").hidden = $("link").hidden = !found;
  $("link-url").textContent = "";
  if ($("link").open) makeLink();
  report.dataset.ms = answer.ms; // how long the WebAssembly took
  report.dispatchEvent(new CustomEvent("shown"));
}

// A link carries an example's name, or, only if it is asked for, what was pasted, in the fragment, which no
// browser sends to a server.
function makeLink() {
  const example = chosen();
  $("whole").parentElement.hidden = Boolean(example) || !text.value;
  if (example) {
    $("link-about").textContent = "The link names the example.";
    setLink({ example: example.name });
  } else if ($("whole").checked && text.value) {
    $("link-about").textContent = "Whoever has the link can read everything that you pasted, secrets included.";
    setLink({ text: text.value });
  } else {
    $("link-about").textContent = "The link has the challenge fields alone, with their secrets hidden.";
    send({ share: true, text: bytes() });
  }
}

const link = (shared) => setLink({ text: shared });
const chosen = () => examples.find((e) => !file && e.text === text.value);

function setLink(values) {
  if (view()) values.view = view();
  const url = new URL(location.pathname, location.origin);
  url.hash = Object.entries(values).map(([k, v]) => `${k}=${encodeURIComponent(v)}`).join("&");
  $("link-url").textContent = url.href.length > 16000 ? "This is too long for a link." : url.href;
}

// open shows the report that the fragment of the address names.
function openFragment() {
  const values = new URLSearchParams(location.hash.slice(1).replaceAll("+", "%2B"));
  const wanted = document.querySelector(`input[name=view][value="${values.get("view") === "client" ? "client" : values.get("view") === "server" ? "server" : ""}"]`);
  const example = examples.find((e) => e.name === values.get("example"));
  const shared = example?.text ?? values.get("text");
  if (shared === null || shared === undefined) return false;
  wanted.checked = true;
  setText(shared);
  return true;
}

function setText(s) {
  file = null;
  $("file-note").textContent = "";
  text.value = s;
  $("example").value = chosen()?.name ?? "";
}

async function openFile(f) {
  if (f.size > limit) return message(`${f.name} has more than ${limit >> 20} MB: take the part with the response.`);
  const b = new Uint8Array(await f.arrayBuffer());
  try {
    setText(new TextDecoder("utf-8", { fatal: true }).decode(b));
  } catch {
    setText(""); // it is gzip, UTF-16, a packet capture
  }
  file = b; // the text area changes line ends
  $("file-note").textContent = `The report is on the file ${f.name}, ${b.length} bytes. Typing replaces it.`;
  explain();
}

async function copy(button) {
  const source = button.previousElementSibling;
  try {
    await navigator.clipboard.writeText(source.textContent);
    button.textContent = "Copied";
  } catch {
    getSelection().selectAllChildren(source);
    button.textContent = "Selected";
  }
  say(`${button.textContent}.`);
  setTimeout(() => { button.textContent = "Copy"; }, 2000);
}

let timer;
const soon = (f) => { clearTimeout(timer); timer = setTimeout(f, 120); };

for (const e of examples) $("example").append(new Option(e.title, e.name));
text.addEventListener("input", () => { file = null; $("file-note").textContent = $("example").value = ""; soon(explain); });
$("example").addEventListener("change", () => { const e = examples.find((e) => e.name === $("example").value); if (e) { setText(e.text); explain(); } });
$("clear").addEventListener("click", () => { setText(""); explain(); text.focus(); });
$("open").addEventListener("click", () => $("file").click());
$("file").addEventListener("change", () => { if ($("file").files[0]) openFile($("file").files[0]); $("file").value = ""; });
$("whole").addEventListener("change", makeLink);
$("link").addEventListener("toggle", () => { if ($("link").open) makeLink(); });
for (const radio of document.querySelectorAll("input[name=view]")) radio.addEventListener("change", explain);
document.addEventListener("click", ({ target }) => { if (target.matches("button[data-copy]")) copy(target); });
document.addEventListener("dragover", (event) => { if (event.dataTransfer.types.includes("Files")) event.preventDefault(); });
document.addEventListener("drop", (event) => { const [f] = event.dataTransfer.files; if (f) { event.preventDefault(); openFile(f); } });
addEventListener("hashchange", () => { if (openFragment()) explain(); });
let width = innerWidth;
addEventListener("resize", () => { if (innerWidth !== width) { width = innerWidth; soon(() => { if (bytes().length) explain(); }); } });

openFragment();
if (typeof WebAssembly === "object" && typeof Worker === "function") start(); else failed("it has none");
