package lint_test

import (
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/lint"
)

var fieldNames = []string{"WWW-Authenticate", "Proxy-Authenticate", "Optional-WWW-Authenticate"}

// A case is a message, and the profiles beside those that are evident from it.
type message struct {
	lint.Message
	profiles []lint.Profile
}

// parseMessage reads a message as the rules print their examples: the request, each line after "> ", the
// status line, and fields. Without a status line, nothing is known but those fields. Four words are for tests:
//
//	credentials none|SCHEME    that of the request, of which nothing else is known
//	profile NAME
//	many N                     each field line N times
//	Name= "text"               a field line as a Go string
func parseMessage(t *testing.T, text string) message {
	t.Helper()
	var m message
	m.Header = map[string][]string{}
	many := 1
	name := ""
	for line := range strings.SplitSeq(text, "\n") {
		word, rest, _ := strings.Cut(line, " ")
		before, quoted, isQuoted := strings.Cut(line, "= ")
		var value string
		var err error
		switch {
		case word == ">":
			parseRequestLine(t, &m.Request, rest)
			continue
		case word == "credentials" && rest == "none":
			m.Request.Anonymous = true
			continue
		case word == "credentials":
			m.Request.Scheme = rest
			continue
		case word == "profile":
			m.profiles = append(m.profiles, lint.Profile(rest))
			continue
		case word == "many":
			many, err = strconv.Atoi(rest)
			if err != nil {
				t.Fatal(err)
			}
			continue
		case strings.HasPrefix(word, "HTTP/"):
			status, _, _ := strings.Cut(rest, " ")
			m.Status, err = strconv.Atoi(status)
			if err != nil {
				t.Fatal(err)
			}
			m.Proto, m.Complete = word, true
			continue
		case word == "" && name != "": // a folded line
			lines := m.Header[name]
			lines[len(lines)-1] += "\n" + line
			continue
		case isQuoted && !strings.Contains(before, ":"):
			name = before
			value, err = strconv.Unquote(quoted)
			if err != nil {
				t.Fatalf("%q: %v", line, err)
			}
		default:
			var ok bool
			name, value, ok = strings.Cut(line, ":")
			if !ok {
				t.Fatalf("not understood: %q", line)
			}
			value = strings.TrimPrefix(value, " ")
		}
		for _, field := range fieldNames {
			if strings.EqualFold(name, field) { // a response may spell it in several ways
				name = field
			}
		}
		for range many {
			m.Header[name] = append(m.Header[name], value)
		}
	}
	return m
}

func parseRequestLine(t *testing.T, r *lint.Request, line string) {
	if r.Header == nil {
		parts := strings.Fields(line)
		if len(parts) != 3 {
			t.Fatalf("not understood: %q", line)
		}
		r.Method, r.URL, r.Header = parts[0], parts[1], map[string][]string{}
		return
	}
	name, value, ok := strings.Cut(line, ": ")
	if !ok {
		t.Fatalf("not understood: %q", line)
	}
	r.Header[name] = append(r.Header[name], value)
}

func (m message) check() []lint.Finding { return lint.Check(m.Message, m.profiles...) }

// lines returns the lines of the field of a finding.
func (m message) lines(field string) []string {
	for name, lines := range m.Header {
		if strings.EqualFold(name, field) {
			return lines
		}
	}
	return nil
}

func ruleNames(findings []lint.Finding) []string {
	var names []string
	for _, f := range findings {
		names = append(names, f.Rule.Name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// TestRules checks that the bad example of each rule gives exactly that rule, and the good one nothing: not with
// the profiles that are not evident from it either.
func TestRules(t *testing.T) {
	for _, r := range lint.Rules() {
		bad := parseMessage(t, strings.ReplaceAll(r.Bad, "\r\n", "\n"))
		findings := bad.check()
		if got := ruleNames(findings); !slices.Equal(got, []string{r.Name}) {
			t.Errorf("%s: bad:\n%s\n%v", r.Name, r.Bad, findings)
		}
		checkPlaces(t, bad, findings)
		if findings := parseMessage(t, r.Good).check(); len(findings) > 0 {
			t.Errorf("%s: good:\n%s\n%v", r.Name, r.Good, findings)
		}
	}
}

// TestExamples checks that what is bad in testdata/examples.txt gives exactly its rule, and what is good
// nothing.
func TestExamples(t *testing.T) {
	b, err := os.ReadFile("testdata/examples.txt")
	if err != nil {
		t.Fatal(err)
	}
	rule, n := "", 0
	for block := range strings.SplitSeq(strings.ReplaceAll(string(b), "\r\n", "\n"), "\n\n") {
		head, text, _ := strings.Cut(strings.TrimRight(block, "\n"), "\n")
		if strings.HasPrefix(head, "#") {
			continue
		}
		if name, ok := strings.CutPrefix(head, "rule "); ok {
			if _, ok := lint.Lookup(name); !ok {
				t.Errorf("%s is not a rule", name)
			}
			rule = name
			continue
		}
		var want []string
		switch head {
		case "bad":
			want = []string{rule}
		case "good":
		default:
			t.Fatalf("not understood: %q", head)
		}
		n++
		m := parseMessage(t, text)
		findings := m.check()
		if got := ruleNames(findings); !slices.Equal(got, want) {
			t.Errorf("%s: %s:\n%v\nwant %v", rule, text, findings, want)
		}
		checkPlaces(t, m, findings)
	}
	if n < 200 {
		t.Errorf("%d examples", n)
	}
}

// checkPlaces checks that the places lead somewhere, in order.
func checkPlaces(t *testing.T, m message, findings []lint.Finding) {
	t.Helper()
	for i, f := range findings {
		lines := m.lines(f.Field)
		cs, _ := wwwauth.Parse(lines...)
		ok := f.Line == -1 && f.Offset == -1 || f.Line >= 0 && f.Line < len(lines) && f.Offset >= 0 && f.Offset <= len(lines[f.Line])
		ok = ok && f.Challenge >= -1 && f.Challenge < len(cs) && (f.Param == -1 || f.Challenge >= 0 && f.Param < len(cs[f.Challenge].Params))
		if ok && f.Offset >= 0 && f.Challenge >= 0 && !isDeparture(f.Rule.Name) {
			rest := lines[f.Line][f.Offset:]
			if f.Param < 0 {
				ok = strings.HasPrefix(rest, cs[f.Challenge].Scheme)
			} else {
				p := cs[f.Challenge].Params[f.Param]
				ok = strings.HasPrefix(rest, p.Name) || strings.HasPrefix(rest, `"`) || strings.HasPrefix(rest, p.Value) || rest == ""
			}
		}
		if !ok {
			t.Errorf("%q: %+v leads nowhere", lines, f)
		}
		if i > 0 && f.Field == findings[i-1].Field && (f.Line < findings[i-1].Line || f.Line == findings[i-1].Line && f.Offset < findings[i-1].Offset) {
			t.Errorf("%q: not in order: %v", lines, findings)
		}
	}
}

// codes returns the names of all codes of the library.
func codes() []string {
	var names []string
	for code := wwwauth.MissingComma; !strings.HasPrefix(code.String(), "Code("); code++ {
		names = append(names, code.String())
	}
	return names
}

func isDeparture(rule string) bool { return slices.Contains(codes(), rule) }
