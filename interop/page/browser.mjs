// Opens the page in Chromium and reports what happens as JSON, to page_test.go, which judges it.
//
//	node browser.mjs URL [FOLDER]
//
// Standard input has the cases: [{name, base64}]. Screenshots are put into the folder, if there is one.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { gzipSync } from "node:zlib";
import { chromium } from "playwright-core";

const [url, folder] = process.argv.slice(2);
const cases = JSON.parse(readFileSync(0));
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: ["--no-sandbox"] });
const result = { requests: [], violations: [], errors: [], axe: [], answers: [], shift: 0, ready: 0, checks: {} };

async function open(options, fragment = "") {
  const context = await browser.newContext(options);
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: new URL(url).origin });
  await context.addInitScript(() => {
    globalThis.violations = [];
    globalThis.shift = 0;
    addEventListener("securitypolicyviolation", (e) => violations.push(`${e.violatedDirective} ${e.blockedURI}`));
    new PerformanceObserver((list) => { for (const e of list.getEntries()) if (!e.hadRecentInput) shift += e.value; }).observe({ type: "layout-shift", buffered: true });
  });
  const page = await context.newPage();
  context.on("request", (r) => result.requests.push(r.url()));
  page.on("pageerror", (e) => result.errors.push(String(e)));
  page.on("console", (m) => { if (m.type() === "error") result.errors.push(m.text()); });
  await page.goto(url + fragment);
  await page.waitForFunction(() => document.getElementById("status").textContent !== "Loading …");
  await page.waitForTimeout(0);
  result.shift = Math.max(result.shift, await page.evaluate(() => shift));
  return page;
}

async function close(page) {
  result.violations.push(...await page.evaluate(() => violations));
  await page.context().close();
}

// after returns when a report is shown that the act has brought about.
async function after(page, act) {
  await page.evaluate(() => { globalThis.shown = new Promise((done) => document.getElementById("report").addEventListener("shown", done, { once: true })); });
  await act();
  await page.evaluate(() => globalThis.shown);
}

async function look(page, name) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run({ resultTypes: ["violations"] }));
  for (const v of violations) result.axe.push(`${name}: ${v.id}: ${v.help}: ${v.nodes.map((n) => n.html).join(" ")}`);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (wide > 0) result.errors.push(`${name}: the page is ${wide} pixels too wide`);
  if (folder) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
}

// Every capture and form, as a file.
let page = await open({ viewport: { width: 1280, height: 800 } });
result.ready = await page.evaluate(() => performance.now());
for (const c of cases) {
  await after(page, () => page.locator("#file").setInputFiles({ name: c.name, mimeType: "application/octet-stream", buffer: Buffer.from(c.base64, "base64") }));
  result.answers.push(await page.evaluate(() => ({
    text: document.getElementById("plain").textContent,
    messages: [...document.querySelectorAll("#messages .message")].map((e) => e.textContent),
  })));
}

// drop drops bytes on the page as a file, and returns what the page then says.
async function drop(name, bytes) {
  await after(page, () => page.evaluate(([name, base64]) => {
    const data = new DataTransfer();
    data.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name));
    for (const type of ["dragover", "drop"]) {
      const event = new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true });
      document.body.dispatchEvent(event);
      if (!event.defaultPrevented) throw new Error(`the browser opens what is dropped: ${type}`);
    }
  }, [name, bytes.toString("base64")]));
  return said();
}

const said = () => page.evaluate(() => document.getElementById("plain").textContent + [...document.querySelectorAll("#messages .message")].map((e) => e.textContent));

// link returns the fragment of the link that the page offers, which must have a text.
async function link(text) {
  const found = await page.waitForFunction((text) => { const s = document.getElementById("link-url").textContent; return s.includes(text) && s; }, text);
  return new URL(await found.jsonValue()).hash;
}

// Typing, the two views, copying and links.
const { checks } = result;
const is = (name, got, want) => { checks[name] = got === want ? "" : `${JSON.stringify(got)}, want ${JSON.stringify(want)}`; };
const has = async (name, selector, n) => is(name, await page.locator(selector).count(), n);
await page.locator("#clear").click();
is("clear", await page.locator(".report").count(), 0);
await after(page, () => page.locator("#text").pressSequentially("Basic realm='My Home'"));
is("typing", await page.locator("dl.params code").textContent(), "My Home");
is("status", (await page.locator("#status").textContent()).startsWith("WWW-Authenticate: 1 challenge"), true);
await page.locator(".canonical button[data-copy]").click();
is("copy", await page.evaluate(() => navigator.clipboard.readText()), 'Basic realm="My Home"');
is("mark", await page.locator("mark").textContent(), "'");
// Dropped, pasted or compressed, the same text has the same report, which the test compares with the command's.
const plain = cases.find((c) => c.name === "squid-basic.http"), warc = cases.find((c) => c.name === "WARC, gzip");
const pasted = Buffer.from(plain.base64, "base64");
await page.evaluate((text) => navigator.clipboard.writeText(text), pasted.toString());
await page.locator("#text").focus();
await page.keyboard.press("Control+A");
await after(page, () => page.keyboard.press("Control+V"));
const answer = await said();
is("paste", answer, result.answers[cases.indexOf(plain)].text);
is("drop", await drop("response.txt", pasted), answer);
is("drop of gzip", await drop("response.gz", gzipSync(pasted)), answer);
is("drop of WARC", await drop("crawl.warc.gz", Buffer.from(warc.base64, "base64")), result.answers[cases.indexOf(warc)].text);
is("name of a file", (await page.locator("#file-note").textContent()).includes("crawl.warc.gz"), true);
await after(page, () => page.locator("#text").fill("Basic realm='My Home'"));
is("typing replaces a file", await page.locator("#file-note").textContent(), "");
await after(page, () => page.locator("input[value=client]").check());
await has("client", ".departures, .canonical", 0);
await after(page, () => page.locator("input[value=server]").check());
await has("server", ".next", 0);
await after(page, () => page.getByLabel("Everything").check());
is("options", await page.locator("#example option").count(), 13);
for (const name of await page.locator("#example option").evaluateAll((list) => list.map((o) => o.value).filter(Boolean))) {
  await after(page, () => page.locator("#example").selectOption(name));
  await has(`example ${name}`, ".report", 1);
  await look(page, `example-${name}`);
}
await page.locator("#link summary").click();
is("link of an example", await link("#"), "#example=none");
await after(page, () => page.locator("#text").fill("HTTP/1.1 401 No\nSet-Cookie: id=4711\nWWW-Authenticate: Digest realm=\"x\", nonce=\"c2VjcmV0\"\n"));
const shared = await link("#text=");
is("link without secrets", /4711|c2VjcmV0/.test(decodeURIComponent(shared)), false);
is("address", page.url(), url);
await page.locator("#whole").check();
const whole = await link("4711");
is("link with secrets", /4711[^]*c2VjcmV0/.test(decodeURIComponent(whole)), true);
is("no storage", await page.evaluate(() => document.cookie + localStorage.length + sessionStorage.length), "00");
await close(page);
page = await open({ viewport: { width: 1280, height: 800 } }, shared);
await page.locator(".report").waitFor();
is("from a link", await page.locator(".report h2").textContent().then((s) => s.startsWith("401 WWW-Authenticate")), true);
await close(page);

// By keyboard alone: a text, the view, and each control.
page = await open({ viewport: { width: 1280, height: 800 } });
while (await page.evaluate(() => document.activeElement.id) !== "text") await page.keyboard.press("Tab");
await after(page, () => page.keyboard.type("Basic realm='My Home'"));
is("typed by keyboard", (await said()).includes('Basic realm="My Home"'), true);
while (await page.evaluate(() => document.activeElement.name) !== "view") await page.keyboard.press("Tab");
await after(page, () => page.keyboard.press("ArrowRight"));
await has("client view by keyboard", ".departures, .canonical", 0);
await close(page);
page = await open({ viewport: { width: 1280, height: 800 } }, "#example=quotes");
await page.locator(".report").waitFor();
const reached = new Set();
for (let i = 0; i < 40; i++) {
  await page.keyboard.press("Tab");
  reached.add(await page.evaluate(() => document.activeElement.id || document.activeElement.name || document.activeElement.tagName));
}
for (const id of ["text", "example", "open", "clear", "view", "PRE", "BUTTON", "SUMMARY"]) is(`Tab reaches ${id}`, reached.has(id), true);
await close(page);

// What people see.
for (const colorScheme of ["light", "dark"]) {
  for (const [width, height] of [[360, 740], [800, 1000], [1280, 860], [1920, 1080]]) {
    page = await open({ viewport: { width, height }, colorScheme }, "#example=quotes");
    await page.locator(".report").waitFor();
    await look(page, `${colorScheme}-${width}`);
    await close(page);
  }
}

// Without WebAssembly, and without scripts.
const bare = await browser.newContext();
await bare.addInitScript(() => { delete globalThis.WebAssembly; });
page = await bare.newPage();
await page.goto(url);
is("without WebAssembly", await page.locator(".message").first().textContent().then((s) => s.includes("WebAssembly")), true);
const still = await browser.newContext({ javaScriptEnabled: false });
page = await still.newPage();
await page.goto(url);
is("without scripts", await page.locator("noscript").textContent().then((s) => s.includes("JavaScript")), true);

await browser.close();
console.log(JSON.stringify(result));
