package lint_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/lint"
)

// benchLines break no rule. Allocations are those that Check makes beside Parse, and Fix beside Check.
var benchLines = []struct {
	name, line string
	check, fix float64
}{
	{"docker", `Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/alpine:pull"`, 4, 10},
	{"mcp", `Bearer resource_metadata="https://example.com/.well-known/oauth-protected-resource/mcp", scope="files:read", error="invalid_token", realm="example", error_description="The access token expired"`, 5, 6},
	{"digest", `Digest realm="http-auth@example.org", qop="auth", algorithm=MD5, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`, 4, 6},
	{"basic", `Basic realm="example"`, 4, 5},
	{"negotiate", `Negotiate`, 3, 4},
}

func BenchmarkCheck(b *testing.B) {
	for _, bb := range benchLines {
		b.Run("parse/"+bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				wwwauth.Parse(bb.line)
			}
		})
		b.Run("check/"+bb.name, func(b *testing.B) {
			b.ReportAllocs()
			m := lint.Lines(bb.line)
			for b.Loop() {
				lint.Check(m)
			}
		})
		b.Run("fix/"+bb.name, func(b *testing.B) {
			b.ReportAllocs()
			m := lint.Lines(bb.line)
			for b.Loop() {
				lint.Fix(m)
			}
		})
	}
}

// BenchmarkWild reads all lines that real servers have sent, those of one response at a time.
func BenchmarkWild(b *testing.B) {
	lines := map[bool][][]string{}
	for name, v := range vectors(b) {
		if strings.HasPrefix(name, "wild-") || strings.HasPrefix(name, "capture-") {
			_, err := wwwauth.Parse(v.Lines...)
			lines[err == nil] = append(lines[err == nil], v.Lines)
		}
	}
	for _, bb := range []struct {
		name string
		run  func(lines []string)
	}{
		{"parse", func(lines []string) { wwwauth.Parse(lines...) }},
		{"check", func(lines []string) { lint.Check(lint.Lines(lines...)) }},
		{"fix", func(lines []string) { lint.Fix(lint.Lines(lines...)) }},
	} {
		for _, conforms := range []bool{true, false} {
			b.Run(fmt.Sprintf("%s/conforms=%t", bb.name, conforms), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					for _, l := range lines[conforms] {
						bb.run(l)
					}
				}
			})
		}
	}
}

// TestAllocs checks how often Check and Fix allocate if they find nothing.
func TestAllocs(t *testing.T) {
	for _, bb := range benchLines {
		m := lint.Lines(bb.line)
		if fs := lint.Check(m); len(fs) > 0 {
			t.Fatalf("%s: %v", bb.name, fs)
		}
		parse := testing.AllocsPerRun(100, func() { wwwauth.Parse(bb.line) })
		check := testing.AllocsPerRun(100, func() { lint.Check(m) })
		fix := testing.AllocsPerRun(100, func() { lint.Fix(m) })
		if check > parse+bb.check || fix > check+bb.fix {
			t.Errorf("%s: Parse allocates %v times, Check %v, Fix %v", bb.name, parse, check, fix)
		}
	}
}
