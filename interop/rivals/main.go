// Rivals writes docs/RIVALS.md: how other parsers read the conforming vectors of the corpus, where they
// differ from ours, and which section of RFC 9110 decides. Run it in interop:
//
//	go run ./rivals
package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/seed-903fb8fe/wwwauth/interop/parsers"
)

func main() {
	log.SetFlags(0)
	text, err := page("..")
	if err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile("../docs/RIVALS.md", text, 0o666); err != nil {
		log.Fatal(err)
	}
}

// A vector is a conforming entry of testdata/corpus; its README describes the format.
type vector struct {
	ID         string
	Lines      []latin1
	Conforms   bool
	Challenges []struct {
		Scheme, Token68 latin1
		Params          [][2]latin1
	}
}

// latin1 is text of a vector, in which every character stands for one byte.
type latin1 string

func (s *latin1) UnmarshalJSON(b []byte) error {
	var text string
	if err := json.Unmarshal(b, &text); err != nil {
		return err
	}
	var raw []byte
	for _, c := range text {
		if c > 0xff {
			return errors.New("a vector holds a character above U+00FF")
		}
		raw = append(raw, byte(c))
	}
	*s = latin1(raw)
	return nil
}

func (v vector) lines() []string {
	var lines []string
	for _, line := range v.Lines {
		lines = append(lines, string(line))
	}
	return lines
}

// size is the length of all lines.
func (v vector) size() int { return len(strings.Join(v.lines(), "")) }

// vectors returns the conforming vectors.
func vectors(root string) ([]vector, error) {
	files, err := filepath.Glob(root + "/testdata/corpus/*.json")
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("no vectors: %v", err)
	}
	var vs []vector
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		var some []vector
		if err := json.Unmarshal(b, &some); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		vs = append(vs, slices.DeleteFunc(some, func(v vector) bool { return !v.Conforms })...)
	}
	return vs, nil
}

// version returns the version of a module that interop/go.mod requires.
func version(root, module string) (string, error) {
	b, err := os.ReadFile(root + "/interop/go.mod")
	if err != nil {
		return "", err
	}
	for line := range strings.Lines(string(b)) {
		words := strings.Fields(strings.TrimPrefix(line, "require "))
		if len(words) >= 2 && words[0] == module {
			return words[1], nil
		}
	}
	return "", fmt.Errorf("go.mod does not require %s", module)
}

// A result is that of one rival.
type result struct {
	total  int
	counts [parsers.Equal + 1]int
	knows  []string // "yes", "no" or "-" for each rule
	groups []group
}

// A group is the vectors that a rival misreads in one way and for one reason.
type group struct {
	class  parsers.Class
	reason int // index in rules; len(rules) if none explains it
	count  int

	example    vector // the simplest: fewest reasons, and then the shortest
	reasons    int    // of the example
	their, our string
}

// run lets r read all vectors.
func run(r parsers.Parser, vs []vector) result {
	var res result
	for _, u := range rules {
		res.knows = append(res.knows, knows(r, u))
	}
	for _, v := range vs {
		seen, ok := r.InScope(parsers.Ours(v.lines()))
		if !ok {
			continue
		}
		res.total++
		theirs, err := r.Ask(v.lines())
		c, their, our := parsers.Classify(theirs, err, seen)
		res.counts[c]++
		if c == parsers.Equal {
			continue
		}

		in := newInput(v.lines(), seen)
		var reasons []int
		for i, u := range rules {
			if res.knows[i] == "no" && u.has(in) && !(u.whole && c > parsers.ChallengeInvented) {
				reasons = append(reasons, i)
			}
		}
		first := len(rules)
		if len(reasons) > 0 {
			first = reasons[0]
		}
		i := slices.IndexFunc(res.groups, func(g group) bool { return g.class == c && g.reason == first })
		if i < 0 {
			i = len(res.groups)
			res.groups = append(res.groups, group{class: c, reason: first, reasons: len(rules) + 1})
		}
		g := &res.groups[i]
		g.count++
		if cmp.Or(cmp.Compare(len(reasons), g.reasons), cmp.Compare(v.size(), g.example.size())) < 0 {
			g.example, g.reasons, g.their, g.our = v, len(reasons), their, our
		}
	}
	slices.SortFunc(res.groups, func(a, b group) int {
		return cmp.Or(cmp.Compare(a.class, b.class), cmp.Compare(b.count, a.count), cmp.Compare(a.reason, b.reason))
	})
	return res
}

// page returns docs/RIVALS.md.
func page(root string) ([]byte, error) {
	vs, err := vectors(root)
	if err != nil {
		return nil, err
	}
	// Longer ones reach our limits, and say nothing about a rival.
	short := slices.DeleteFunc(slices.Clone(vs), func(v vector) bool { return v.size() > 4096 })
	var b bytes.Buffer
	p := func(format string, args ...any) { fmt.Fprintf(&b, format, args...) }

	p(`# Other parsers on the same input

This page is generated. Do not edit it; in `+"`interop/`"+`, run

    go run ./rivals

`+"`go test -count=1 ./...`"+` there fails if that would change it. Versions are those of
`+"`interop/go.mod`"+`.

Each parser reads the %d vectors of `+"`testdata/corpus`"+` that conform to RFC 9110, except those
longer than 4 KiB, which test limits (%d). Vectors of Proxy-Authenticate are passed as values of
WWW-Authenticate. The whitespace around values is left out. wwwauth reads all of them as the corpus
says. The comparison ignores the case of schemes and names, the order of parameters, which most
parsers do not keep, and whatever a parser is not meant to read (the last column).

`, len(short), len(vs)-len(short))

	p("| parser | module | what is called | compared |\n|---|---|---|---|\n")
	for _, r := range parsers.All {
		v, err := version(root, r.Module)
		if err != nil {
			return nil, err
		}
		p("| %s | %s %s | %s | %s |\n", r.Name, r.Module, v, r.Call, r.Scope)
	}

	var results []result
	p("\n## Summary\n\nA vector counts once, in the first class from the left that fits.\n\n| parser | equal |")
	for c := range parsers.Equal {
		p(" %s |", c)
	}
	p("\n|---|---:|%s\n", strings.Repeat("---:|", int(parsers.Equal)))
	for _, r := range parsers.All {
		res := run(r, short)
		results = append(results, res)
		p("| %s | %d of %d |", r.Name, res.counts[parsers.Equal], res.total)
		for c := range parsers.Equal {
			p(" %d |", res.counts[c])
		}
		p("\n")
	}

	p(`
## What each can read

Each rule was tried by itself, on one or more lines that need nothing else. "-" means that the
parser is not meant to read such lines.

| rule | RFC 9110 |`)
	for _, r := range parsers.All {
		p(" %s |", r.Name)
	}
	p("\n|---|---|%s\n", strings.Repeat("---|", len(parsers.All)))
	for i, u := range rules {
		p("| %s | %s |", u.name, u.section)
		for _, res := range results {
			p(" %s |", strings.Replace(res.knows[i], "no", "**no**", 1))
		}
		p("\n")
	}

	p(`
## Differences

Vectors that are misread in the same way, for the same reason, share a row, which shows the simplest
of them. The reason is the first rule in the table above that the vector uses and the parser does
not know; there may be more. Readings are written scheme(token68) or scheme(name="value"), and have
only what is compared; if a challenge lost parameters, "ours" has only those. Bytes that are not
printable ASCII are written ‹09›, ⏎ ends a field line, and … stands for the rest of a long one.
`)
	for i, r := range parsers.All {
		p("\n### %s\n\n", r.Name)
		if len(results[i].groups) == 0 {
			p("None.\n")
			continue
		}
		p("| class | vectors | rule | input | theirs | ours |\n|---|---:|---|---|---|---|\n")
		for _, g := range results[i].groups {
			why := "not explained"
			if g.reason < len(rules) {
				why = rules[g.reason].section + " " + rules[g.reason].name
			}
			p("| %s | %d | %s | %s | %s | %s |\n", g.class, g.count, why, code(g.example.lines()...), code(g.their), code(g.our))
		}
	}
	return b.Bytes(), nil
}

// code returns a code span for a cell of a table, with all bytes visible and harmless.
func code(lines ...string) string {
	var spans []string
	for _, line := range lines {
		const longest = 120
		rest := ""
		if n := len(line); n > longest {
			line, rest = line[:longest], fmt.Sprintf("… (%d bytes)", n)
		}
		var s strings.Builder
		for _, c := range []byte(line) {
			if c < ' ' || c > '~' {
				fmt.Fprintf(&s, "‹%02X›", c)
			} else {
				s.WriteByte(c)
			}
		}
		text := strings.ReplaceAll(strings.ReplaceAll(s.String(), "›‹", " "), "|", `\|`)
		fence := "`"
		for strings.Contains(text, fence) {
			fence += "`"
		}
		if len(fence) > 1 {
			text = " " + text + " "
		}
		if text == "" {
			spans = append(spans, "nothing")
		} else {
			spans = append(spans, fence+text+fence+rest)
		}
	}
	return strings.Join(spans, " ⏎ ")
}
