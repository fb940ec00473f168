package lint_test

import (
	"testing"

	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/lint"
)

var benchLines = []struct{ name, line string }{
	{"docker", `Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/alpine:pull"`},
	{"mcp", `Bearer resource_metadata="https://example.com/.well-known/oauth-protected-resource/mcp", scope="files:read", error="invalid_token", realm="example", error_description="The access token expired"`},
	{"digest", `Digest realm="http-auth@example.org", qop="auth", algorithm=MD5, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`},
	{"basic", `Basic realm="example"`},
	{"negotiate", `Negotiate`},
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
	}
}

// TestAllocs: what has nothing to be said of it costs a fixed number of allocations beside those of Parse.
func TestAllocs(t *testing.T) {
	for _, bb := range benchLines {
		m := lint.Lines(bb.line)
		if fs := lint.Check(m); len(fs) > 0 {
			t.Fatalf("%s: %v", bb.name, fs)
		}
		if n := testing.AllocsPerRun(100, func() { lint.Check(m) }); n > 10 {
			t.Errorf("%s: %v allocations", bb.name, n)
		}
	}
}
