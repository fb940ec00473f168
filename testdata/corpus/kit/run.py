#!/usr/bin/env python3
"""Tests a parser with the vectors: python3 run.py COMMAND [ARGUMENT...]; ../README.md has the protocol."""
import json, pathlib, subprocess, sys

vectors = []
for file in sorted(pathlib.Path(__file__).parent.parent.glob("*.json")):
    vectors += json.loads(file.read_text(encoding="utf-8"))
questions = "".join(json.dumps(v["lines"]) + "\n" for v in vectors)
done = subprocess.run(sys.argv[1:], input=questions.encode("ascii"), stdout=subprocess.PIPE)
answers = done.stdout.splitlines()
if done.returncode or len(answers) != len(vectors):
    sys.exit(f"exit status {done.returncode}, {len(answers)} answers to {len(vectors)} questions")


def plain(member, value):
    """Two problems at the same place may come in either order."""
    return sorted(value, key=lambda p: (p["line"], p["offset"], p["code"])) if member == "problems" else value


wrong = 0
for member in "conforms", "challenges", "problems":
    right = unanswered = 0
    for v, answer in zip(vectors, map(json.loads, answers)):
        if member not in answer:
            unanswered += 1
        elif plain(member, answer[member]) == plain(member, v[member]):
            right += 1
        else:
            wrong += 1
            print(v["id"], json.dumps(v["lines"]), "want", v[member], "got", answer[member], sep="\n  ")
    print(f"{member}: {right} right, {len(vectors) - right - unanswered} wrong, {unanswered} not answered")
sys.exit(wrong > 0)
