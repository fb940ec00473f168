package lint_test

import (
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/lint"
)

// hostile are shapes of n bytes or so that a quadratic rule would choke on.
var hostile = map[string]func(n int) []string{
	"scopes":            func(n int) []string { return []string{`Bearer scope="` + strings.Repeat("a ", n/2) + `"`} },
	"scopes, different": func(n int) []string { return []string{`Bearer scope="` + numbers(n, " ") + `"`} },
	"scopes, commas":    func(n int) []string { return []string{`Bearer scope="` + strings.Repeat("a,", n/2) + `"`} },
	"resource scopes":   func(n int) []string { return []string{`Bearer scope="` + strings.Repeat("a:b:c,", n/6) + `"`} },
	"commas in a value": func(n int) []string { return []string{`Bearer realm="` + strings.Repeat(", Bas", n/5) + `"`} },
	"escapes":           func(n int) []string { return []string{`Bearer realm="` + strings.Repeat(`\"`, n/2) + `"`} },
	"tokens":            func(n int) []string { return []string{`Bearer error_description="` + strings.Repeat("eyJ", n/3) + `"`} },
	"dotted tokens": func(n int) []string {
		return []string{`Bearer error_description="` + strings.Repeat("eyJ.", n/4) + `"`}
	},
	"file names": func(n int) []string {
		return []string{`Bearer error_description="` + strings.Repeat(".go:", n/4) + `"`}
	},
	"words": func(n int) []string {
		return []string{`Bearer error_description="` + strings.Repeat("a.go ", n/5) + `"`}
	},
	"URL": func(n int) []string {
		return []string{`Bearer resource_metadata="https://h` + strings.Repeat("/a", n/2) + `"`}
	},
	"userinfo": func(n int) []string {
		return []string{`Bearer resource_metadata="https://` + strings.Repeat("a@", n/2) + `"`}
	},
	"well-known": func(n int) []string {
		return []string{`Bearer resource_metadata="https://h` + strings.Repeat("/.well-known", n/12) + `"`}
	},
	"lookalikes":    func(n int) []string { return []string{`Bearer realm="` + strings.Repeat("scope=", n/6) + `"`} },
	"unknown names": func(n int) []string { return []string{"Bearer " + parameters(min(n/20, 1000), "error_descriptiom")} },
	"names":         func(n int) []string { return []string{"Bearer " + parameters(min(n/20, 1000), "x")} },
	"same challenges": func(n int) []string {
		return slices.Repeat([]string{`Basic realm="` + strings.Repeat("a", n/127) + `"`}, 127)
	},
	"alike challenges": func(n int) []string {
		var lines []string
		for i := range 127 {
			lines = append(lines, `Basic realm="`+strings.Repeat("a", n/127)+strconv.Itoa(i)+`"`)
		}
		return lines
	},
	"departures": func(n int) []string {
		return []string{"Bearer " + strings.Repeat("a", n/2) + strings.Repeat(" ", n/2) + "@"}
	},
	"broken names": func(n int) []string { return []string{`Bearer a="b" ` + strings.Repeat("a", n) + `="c"`} },
	"broken and long": func(n int) []string {
		return []string{`Basic realm="x" charset="y", a b="` + strings.Repeat("a ", n/2) + `"`}
	},
	"broken lines":   func(n int) []string { return slices.Repeat([]string{"a" + strings.Repeat(" a", n/600) + "@"}, 100) },
	"algorithms":     func(n int) []string { return []string{`DPoP algs="` + strings.Repeat("ES256 ", n/6) + `"`} },
	"empty elements": func(n int) []string { return []string{strings.Repeat(",", n)} },
}

func numbers(n int, separator string) string {
	var b strings.Builder
	for i := 0; b.Len() < n; i++ {
		b.WriteString(strconv.Itoa(i) + separator)
	}
	return b.String()
}

func parameters(n int, name string) string {
	var params []string
	for i := range n {
		params = append(params, name+strconv.Itoa(i)+`="x"`)
	}
	return strings.Join(params, ", ")
}

// TestHostile checks that memory grows with the length of what was sent, and no faster: 32 times the length may take
// 64 times as much. That time does not grow faster either is what TestHostileLong looks at, with the build tag
// exhaustive.
func TestHostile(t *testing.T) {
	for name, shape := range hostile {
		few, many := allocated(hostileMessage(shape(4<<10))), allocated(hostileMessage(shape(128<<10)))
		if many > 64*few {
			t.Errorf("%s: %d bytes for 32 times the length of what takes %d", name, many, few)
		}
	}
}

// TestHostileNames checks the same of a field that is there under many names, which differ in case.
func TestHostileNames(t *testing.T) {
	names := func(n int) lint.Message {
		m := hostileMessage([]string{`Bearer scope="a"`})
		for i := range n {
			name := []byte("access-control-allow-credentials")
			for bit := range 14 {
				if i>>bit&1 != 0 && name[bit] != '-' {
					name[bit] -= 'a' - 'A'
				}
			}
			m.Header[string(name)] = []string{"true"}
		}
		return m
	}
	if few, many := allocated(names(64)), allocated(names(2048)); many > 64*few {
		t.Errorf("%d bytes for 32 times the names of what takes %d", many, few)
	}
}

// allocated returns how many bytes checking and correcting a message allocates.
func allocated(m lint.Message) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	lint.Check(m, lint.MCP, lint.Registry)
	lint.Fix(m, lint.MCP, lint.Registry)
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

func hostileMessage(lines []string) lint.Message {
	m := lint.Lines(lines...)
	m.Status, m.Complete, m.Request.Anonymous = 401, true, true
	m.Request.URL = "https://example.com/mcp"
	return m
}

// TestLostPlaces checks lines of which the second has more challenges than it would have alone: to place them, the
// third must not be taken for what Parse has read in the second.
func TestLostPlaces(t *testing.T) {
	for _, rest := range [][2]string{
		{"Negotiate AAAAAAAAAAAAAAAAAAAA", "Negotiate B"},
		{"Negotiate A", "Negotiate A=="},
		{"Negotiate A", "Negotiate AB, Negotiate B"},
		{"Negotiate", "Negotiate B"},
		{"Negotiate", "Negotiate B="},
		{"Negotiate", "Negotiate B=="},
		{"Negotiate", "Negotiate /B"},
		{"Negotiate", "Negotiate a=b"},
		{`Negotiate a="b"`, "Negotiate a="},
		{`Negotiate a="b"`, "Negotiate a=="},
		{`Negotiate a="b"`, "Negotiate a=, Negotiate"},
		{`Negotiate a="b"`, "Negotiate, a=b"},
		{"Negotiate AAAA", "Negotiate"},
		{"Negotiate AAAA", "Negotiate,"},
		{"NTLM", "Negotiate"},
		{`Negotiate a="b"`, `Negotiate c="d"`},
		{"Negotiate AAAA", `Negotiate a="b", c="d"`},
	} {
		lines := []string{`Bearer p="q"`, `a="b" c="x" y", ` + rest[0], rest[1]}
		cs, _ := wwwauth.Parse(lines...)
		if len(cs) < 3 {
			t.Errorf("%q: %v", lines, cs)
		}
		for _, f := range lint.Check(lint.Lines(lines...)) {
			if f.Line == 2 && f.Challenge >= 0 && !strings.HasPrefix(lines[2], "Negotiate, ") {
				t.Errorf("%q: %v", lines, f) // whose it is, is not known
			}
		}
		lint.Fix(lint.Lines(lines...))
	}
}
