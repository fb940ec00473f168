package wwwauth_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/seed-903fb8fe/wwwauth"
)

// workloads are what servers send, and the long values that they could send.
var workloads = []struct {
	name  string
	lines []string
}{
	{"bare", []string{`Bearer`}},
	{"docker", []string{`Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/alpine:pull"`}},
	{"mcp", []string{`Bearer realm="example", error="invalid_token", error_description="The access token expired", resource_metadata="https://example.com/.well-known/oauth-protected-resource/mcp"`}},
	{"digest", []string{ // RFC 7616 section 3.9.1 with all parameters, and Basic; Negotiate with 2 KiB
		`Digest realm="http-auth@example.org", domain="/", qop="auth, auth-int", algorithm=SHA-256, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS", stale=false, charset=UTF-8, userhash=true, ` +
			`Digest realm="http-auth@example.org", domain="/", qop="auth, auth-int", algorithm=MD5, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS", stale=false, charset=UTF-8, userhash=true, ` +
			`Basic realm="http-auth@example.org"`,
		`Negotiate ` + strings.Repeat("YII/x+9z", 256)}},
	{"commas", []string{strings.Repeat(",", 64<<10)}},
	{"escapes", []string{`A b="` + strings.Repeat(`\"`, 32<<10) + `"`}},
	{"quoted", []string{`A b="` + strings.Repeat("x", 64<<10) + `"`}},
}

func BenchmarkParse(b *testing.B) {
	for _, w := range workloads {
		b.Run(w.name, func(b *testing.B) { benchParse(b, wwwauth.Parse, w.lines...) })
	}
}

func BenchmarkParser(b *testing.B) {
	for _, w := range workloads {
		b.Run(w.name, func(b *testing.B) {
			var p wwwauth.Parser
			benchParse(b, p.Parse, w.lines...)
		})
	}
}

// BenchmarkWild reads all that real servers have sent, in turn; what it counts is that of all together.
func BenchmarkWild(b *testing.B) {
	for _, conforms := range []bool{true, false} {
		var responses [][]string
		for _, v := range vectors(b) {
			if v.Conforms == conforms && (strings.HasPrefix(v.ID, "wild-") || strings.HasPrefix(v.ID, "capture-")) {
				responses = append(responses, v.lines())
			}
		}
		var p wwwauth.Parser
		for name, parse := range map[string]func(...string) ([]wwwauth.Challenge, error){"Parse": wwwauth.Parse, "Parser": p.Parse} {
			b.Run(fmt.Sprintf("%s/conforms=%t", name, conforms), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					for _, lines := range responses {
						parse(lines...)
					}
				}
			})
		}
	}
}

// BenchmarkView reads and makes the typed view of a challenge, and its Map.
func BenchmarkView(b *testing.B) {
	cs, _ := wwwauth.Parse(workloads[2].lines...)
	view, _ := cs[0].Bearer()
	for name, do := range map[string]func(){"read": func() { cs[0].Bearer() }, "make": func() { view.Challenge() }, "Map": func() { cs[0].Map() }} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				do()
			}
		})
	}
}

// BenchmarkHostile: the figures for 64 KiB and 1 MiB differ by sixteen, if time is linear.
func BenchmarkHostile(b *testing.B) {
	for _, shape := range hostileShapes {
		for _, size := range []struct {
			name string
			n    int
		}{{"64K", 64 << 10}, {"1M", 1 << 20}} {
			b.Run(shape.name+"/"+size.name, func(b *testing.B) {
				p := wwwauth.Parser{MaxChallenges: -1, MaxParams: -1, MaxProblems: -1}
				benchParse(b, p.Parse, shape.build(size.n))
			})
		}
	}
}

// BenchmarkRepair reads a line for each repair.
func BenchmarkRepair(b *testing.B) {
	for _, line := range []string{
		`Basic realm="x" charset="UTF-8"`, `Basic realm="x"; charset="UTF-8"`, `Bearer resource_metadata=https://h/x`,
		`Bearer realm='my realm'`, "Bearer realm=\u201cmy realm\u201d", `Basic realm="say "hi""`, `Basic realm="x`,
		`Bearer, error="x"`, `Bearer error="x", scope=`, "Basic\trealm=\"x\"", "Bearer error=\"x\",\r\n scope=\"y\"",
		"Basic realm=\"x\n\"", `Digest nonce=1, nonce=2`, `realm="x"`, `Negotiate abc, realm="x"`, `Bearer {token}`,
	} {
		_, err := wwwauth.Parse(line)
		b.Run(err.(wwwauth.ErrorList)[0].Code.String(), func(b *testing.B) { benchParse(b, wwwauth.Parse, line) })
	}
}

func benchParse(b *testing.B, parse func(...string) ([]wwwauth.Challenge, error), lines ...string) {
	size := 0
	for _, line := range lines {
		size += len(line)
	}
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		parse(lines...)
	}
}

func BenchmarkFormat(b *testing.B) {
	for _, w := range workloads[:4] {
		cs, _ := wwwauth.Parse(w.lines...)
		b.Run(w.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				wwwauth.Format(cs...)
			}
		})
	}
}

func BenchmarkAppend(b *testing.B) {
	for _, w := range workloads[:4] {
		cs, _ := wwwauth.Parse(w.lines...)
		buffer := make([]byte, 0, 4<<10)
		b.Run(w.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				wwwauth.Append(buffer, cs...)
			}
		})
	}
}

func BenchmarkAccess(b *testing.B) {
	cs, _ := wwwauth.Parse(workloads[3].lines...)
	b.Run("Select", func(b *testing.B) {
		for b.Loop() {
			wwwauth.Select(cs, "Bearer", "Basic")
		}
	})
	b.Run("Get", func(b *testing.B) {
		for b.Loop() {
			cs[0].Get("userhash")
		}
	})
	b.Run("UnmarshalText", func(b *testing.B) {
		text := []byte(workloads[2].lines[0])
		b.ReportAllocs()
		for b.Loop() {
			var c wwwauth.Challenge
			c.UnmarshalText(text)
		}
	})
}
