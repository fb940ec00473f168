package report

import (
	"hash/fnv"
	"path"
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/seed-903fb8fe/wwwauth/internal/weburl"
	"github.com/seed-903fb8fe/wwwauth/lint"
)

// SARIF returns the text before and after the results in a SARIF 2.1.0 log with one run. The results are those of
// AppendSARIF, without the first comma.
func SARIF() (before, after []byte) {
	var w JSON
	w.Open('{')
	w.Name("$schema").String("https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json")
	w.Name("version").String("2.1.0")
	w.Name("runs").Open('[')
	w.Open('{')
	w.Name("tool").Open('{')
	w.Name("driver").Open('{')
	w.Name("name").String("wwwauth")
	w.Name("informationUri").String("https://github.com/seed-903fb8fe/wwwauth")
	w.Name("rules").Open('[')
	for _, r := range lint.Rules() {
		w.rule(r)
	}
	w.Close(']')
	w.Close('}')
	w.Close('}')
	w.Name("columnKind").String("utf16CodeUnits")
	w.Name("results").Open('[')
	return w.B, []byte("]}]}\n")
}

// rule appends a rule as a reportingDescriptor.
func (w *JSON) rule(r lint.Rule) {
	w.Open('{')
	w.Name("id").String(r.Name)
	w.text("shortDescription", r.Summary)
	full := r.Summary
	if r.Standard != "" {
		full += " " + r.Section + ": " + r.Standard
	}
	if r.Breaks != "" {
		full += " Breaks: " + r.Breaks + "."
	}
	w.text("fullDescription", full)
	w.text("help", r.Advice+".\n\nBad:\n\n"+r.Bad+"\n\nGood:\n\n"+r.Good)
	w.Name("helpUri").String(r.URL())
	w.Name("defaultConfiguration").Open('{')
	w.Name("level").String(r.Severity.String())
	w.Close('}')
	if r.Profile != "" {
		w.Name("properties").Open('{')
		w.Name("tags").Strings([]string{string(r.Profile)})
		w.Close('}')
	}
	w.Close('}')
}

// text appends a member that is a message.
func (w *JSON) text(name, text string) {
	w.Name(name).Open('{')
	w.Name("text").String(text)
	w.Close('}')
}

// ruleIndex has the index of each rule in lint.Rules.
var ruleIndex = func() map[string]int {
	index := make(map[string]int)
	for i, r := range lint.Rules() {
		index[r.Name] = i
	}
	return index
}()

// AppendSARIF appends the findings as SARIF results, each after a comma. The file is "" if there is none.
func (r *Report) AppendSARIF(b []byte, file string) []byte {
	seen := make(map[string]int)
	for _, f := range r.byPlace() {
		w := JSON{append(b, ",\n"...)}
		w.Open('{')
		w.Name("ruleId").String(f.Rule)
		w.Name("ruleIndex").Number(ruleIndex[f.Rule])
		w.Name("level").String(f.Severity.String())
		w.text("message", f.Wrong+" "+f.Instead+".")
		w.Name("locations").Open('[')
		w.Open('{')
		if file != "" {
			w.Name("physicalLocation").Open('{')
			w.Name("artifactLocation").Open('{')
			w.Name("uri").String(fileURI(file))
			w.Close('}')
			line, column := r.position16(f.at)
			if line == 0 {
				line = max(r.Line, 1)
			}
			w.Name("region").Open('{')
			w.Name("startLine").Number(line)
			if column > 0 {
				w.Name("startColumn").Number(column)
			}
			w.Close('}')
			w.Close('}')
		}
		w.Name("logicalLocations").Open('[')
		w.Open('{')
		w.Name("name").String(r.Field)
		w.Name("kind").String("member")
		w.Close('}')
		w.Close(']')
		if f.at.Line >= 0 {
			w.text("message", r.heading()+", "+Place(f.at.Line, []int{f.at.Offset}))
		}
		w.Close('}')
		w.Close(']')
		identity := r.identity(f)
		seen[identity]++
		w.Name("partialFingerprints").Open('{')
		w.Name("wwwauth/v1").String(fingerprint(identity, seen[identity]))
		w.Close('}')
		w.Close('}')
		b = w.B
	}
	return b
}

// identity is what two runs have in common of a finding: it has neither line numbers nor values that change with
// each response, such as nonces.
func (r *Report) identity(f placed) string {
	parts := []string{f.Rule, r.Field, strconv.Itoa(r.Status)}
	if q := r.Request; q != nil {
		target, _, _ := strings.Cut(q.Target, "?")
		parts = append(parts, q.Method, target)
	}
	if i := f.at.Challenge; i >= 0 && i < len(r.Challenges) {
		c := &r.Challenges[i]
		parts = append(parts, strings.ToLower(c.Scheme))
		if j := f.at.Param; j >= 0 && j < len(c.Params) {
			parts = append(parts, strings.ToLower(c.Params[j].Name))
		}
	}
	return strings.Join(parts, "\x00")
}

func fingerprint(identity string, n int) string {
	h := fnv.New128a() // SHA-256 would make every program that prints reports larger
	h.Write([]byte(identity + "\x00" + strconv.Itoa(n)))
	var b []byte
	for _, c := range h.Sum(nil) {
		b = append(b, "0123456789abcdef"[c>>4], "0123456789abcdef"[c&15]) // encoding/hex brings in fmt and os
	}
	return string(b)
}

// fileURI returns the name of a file as a reference of RFC 3986.
func fileURI(name string) string {
	name = strings.ReplaceAll(name, `\`, "/")
	first, _, _ := strings.Cut(name, "/")
	switch {
	case len(name) > 1 && name[1] == ':': // a Windows drive
		name = "file:///" + name
	case path.IsAbs(name):
		name = "file://" + name
	case strings.Contains(first, ":"): // which is not a scheme
		name = "./" + name
	}
	return weburl.Encode(name, "%?#[]")
}

// position16 returns what Position does, with the column in UTF-16 units, as SARIF counts.
func (r *Report) position16(at lint.Place) (line, column int) {
	line, column = r.Position(at)
	if column == 0 {
		return line, 0
	}
	before := r.Lines[at.Line][:at.Offset]
	before = before[strings.LastIndexByte(before, '\n')+1:]
	return line, column - len(before) + len(utf16.Encode([]rune(before)))
}
