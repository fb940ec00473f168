// Tests a parser with the vectors: node run.mjs COMMAND [ARGUMENT...]; ../README.md has the protocol.
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";

const folder = new URL("..", import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith(".json")).sort();
const vectors = files.flatMap((name) => JSON.parse(readFileSync(new URL(name, folder), "utf8")));
const input = vectors.map((v) => JSON.stringify(v.lines) + "\n").join("");
const [command, ...args] = process.argv.slice(2);
const done = spawnSync(command, args, { input, encoding: "utf8", maxBuffer: 1 << 28, stdio: ["pipe", "pipe", "inherit"] });
const answers = (done.stdout ?? "").split("\n").filter(Boolean).map((line) => JSON.parse(line));
if (done.status !== 0 || answers.length !== vectors.length) {
  throw done.error ?? new Error(`exit status ${done.status}, ${answers.length} answers to ${vectors.length} questions`);
}

// Two problems at the same place may come in either order.
const order = (p, q) => p.line - q.line || p.offset - q.offset || (p.code < q.code ? -1 : 1);
const plain = (member, value) => (member === "problems" ? value.toSorted(order) : value);

for (const member of ["conforms", "challenges", "problems"]) {
  const asked = vectors.map((v, i) => [v, answers[i]]).filter(([, answer]) => member in answer);
  const wrong = asked.filter(([v, answer]) => !isDeepStrictEqual(plain(member, answer[member]), plain(member, v[member])));
  for (const [v, answer] of wrong) {
    console.log([v.id, ...[v.lines, "want", v[member], "got", answer[member]].map((x) => JSON.stringify(x))].join("\n  "));
    process.exitCode = 1;
  }
  console.log(`${member}: ${asked.length - wrong.length} right, ${wrong.length} wrong, ${vectors.length - asked.length} not answered`);
}
