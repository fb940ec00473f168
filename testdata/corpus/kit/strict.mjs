// The grammar of RFC 9110 section 11 as a parser that gives up at the first departure.
import { createInterface } from "node:readline";

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const QUOTED = '"(?:[\\t !#-\\[\\]-~\\x80-\\xff]|\\\\[\\t -~\\x80-\\xff])*"';
const END = "[ \\t]*(?:,|$)";
const GAP = /[ \t,]*/y;
const PARAM = new RegExp(`(${TOKEN})[ \\t]*=[ \\t]*(?:(${TOKEN})|(${QUOTED}))`, "y");
const SCHEME = new RegExp(`(${TOKEN})(?![ \\t]*=)( *)(?:(?<= )([A-Za-z0-9._~+/-]+=*)(?=${END}))?`, "y");
const LAST = new RegExp(END, "y");

function match(pattern, line, at) {
  pattern.lastIndex = at;
  return pattern.exec(line);
}

// parse returns the challenges, or undefined.
function parse(lines) {
  const challenges = [];
  let takes = false; // the last challenge takes a parameter
  for (const field of lines) {
    const line = field.replace(/^[ \t]+|[ \t]+$/g, ""); // are not part of a field value
    let at = match(GAP, line, 0)[0].length;
    let first = false; // after "scheme SP" the first parameter needs no comma
    while (at < line.length) {
      let m;
      if (takes && (m = match(PARAM, line, at))) {
        const { params } = challenges.at(-1);
        const value = m[2] ?? m[3].slice(1, -1).replace(/\\(.)/g, "$1");
        if (params.some(([name]) => name.toLowerCase() === m[1].toLowerCase())) return;
        params.push([m[1], value]);
        first = false;
      } else if (!first && (m = match(SCHEME, line, at))) {
        challenges.push({ scheme: m[1], token68: m[3] ?? "", params: [] });
        takes = m[2] !== "" && !m[3];
        first = takes && match(PARAM, line, at + m[0].length) !== null;
      } else return;
      at += m[0].length;
      if (first) continue;
      if (!match(LAST, line, at)) return;
      at += match(GAP, line, at)[0].length;
    }
  }
  const params = challenges.reduce((n, c) => n + c.params.length, 0);
  if (challenges.length <= 128 && params <= 1024) return challenges;
}

for await (const line of createInterface({ input: process.stdin })) {
  const challenges = parse(JSON.parse(line));
  console.log(JSON.stringify(challenges ? { conforms: true, challenges } : { conforms: false }));
}
