// Measures the page in Chromium, for BenchmarkPage, and prints medians in milliseconds as JSON.
//
//	node bench.mjs URL
//
// Standard input has the texts: [{name, base64}].
import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";

const [url] = process.argv.slice(2);
const texts = JSON.parse(readFileSync(0));
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: ["--no-sandbox"] });
const median = (list) => list.sort((a, b) => a - b)[list.length >> 1];
const result = {};

// ready opens the page without a cache, and returns how long that takes.
async function ready() {
  const page = await (await browser.newContext()).newPage();
  await page.goto(url);
  const waited = await page.waitForFunction(() => document.getElementById("status").textContent !== "Loading …" && performance.now(), null, { polling: "raf" });
  return [page, await waited.jsonValue()];
}

const starts = [];
let page;
for (let i = 0; i < 7; i++) {
  await page?.context().close();
  let ms;
  [page, ms] = await ready();
  starts.push(ms);
}
result.ready = median(starts);

for (const { name, base64 } of texts) {
  const runs = await page.evaluate(async (text) => {
    const field = document.getElementById("text"), report = document.getElementById("report");
    const runs = [];
    for (let i = 0; i < 8; i++) {
      field.value = text + " ".repeat(i % 2); // so that it is another one
      const shown = new Promise((done) => report.addEventListener("shown", done, { once: true }));
      const start = performance.now();
      field.dispatchEvent(new Event("input"));
      await shown;
      runs.push([performance.now() - start, Number(report.dataset.ms)]);
    }
    return runs.slice(3); // the first ones compile
  }, Buffer.from(base64, "base64").toString());
  result[`${name}-input-to-report`] = median(runs.map(([all]) => all));
  result[`${name}-parse`] = median(runs.map(([, parse]) => parse));
}
await browser.close();
console.log(JSON.stringify(result));
