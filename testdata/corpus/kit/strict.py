#!/usr/bin/env python3
"""The grammar of RFC 9110 section 11 as a parser that gives up at the first departure."""
import json, re, sys

TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
QUOTED = r'"(?:[\t !#-\[\]-~\x80-\xff]|\\[\t -~\x80-\xff])*"'
END = r"[ \t]*(?:,|\Z)"
GAP = re.compile(r"[ \t,]*")
PARAM = re.compile(rf"({TOKEN})[ \t]*=[ \t]*(?:({TOKEN})|({QUOTED}))")
SCHEME = re.compile(rf"({TOKEN})(?![ \t]*=)( *)(?:(?<= )([A-Za-z0-9._~+/-]+=*)(?={END}))?")
LAST = re.compile(END)


def parse(lines):
    """Returns the challenges, or None."""
    challenges = []
    takes = False  # the last challenge takes a parameter
    for line in lines:
        line = line.strip(" \t")  # is no part of a field value
        at = GAP.match(line).end()
        first = False  # behind "scheme SP" the first parameter needs no comma
        while at < len(line):
            if takes and (m := PARAM.match(line, at)):
                params = challenges[-1]["params"]
                value = re.sub(r"\\(.)", r"\1", m[3][1:-1]) if m[2] is None else m[2]
                if any(name.lower() == m[1].lower() for name, _ in params):
                    return None
                params.append([m[1], value])
                first = False
            elif not first and (m := SCHEME.match(line, at)):
                challenges.append({"scheme": m[1], "token68": m[3] or "", "params": []})
                takes = m[2] != "" and not m[3]
                first = takes and PARAM.match(line, m.end()) is not None
            else:
                return None
            at = m.end()
            if not first:
                if not LAST.match(line, at):
                    return None
                at = GAP.match(line, at).end()
    params = sum(len(c["params"]) for c in challenges)
    return challenges if len(challenges) <= 128 and params <= 1024 else None


for line in sys.stdin:
    challenges = parse(json.loads(line))
    print(json.dumps({"conforms": False} if challenges is None else {"conforms": True, "challenges": challenges}))
