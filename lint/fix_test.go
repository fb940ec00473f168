package lint_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-903fb8fe/wwwauth/lint"
)

// TestFix lists what is corrected, and what is left.
func TestFix(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		want       []string
		left       []string
	}{
		{"order", "WWW-Authenticate: Basic charset=\"UTF-8\", realm=x\nWWW-Authenticate: Digest realm=\"x\", nonce=\"n\", qop=\"auth,auth-int\", algorithm=\"MD5\", Bearer realm=\"x\", scope=\"a  b\"",
			[]string{`Bearer scope="a b", realm="x"`, `Digest realm="x", nonce="n", qop="auth", algorithm=MD5`, `Basic realm="x", charset="UTF-8"`}, nil},
		{"algorithms", "WWW-Authenticate: Digest realm=\"x\", nonce=\"n\", qop=\"auth\"\nWWW-Authenticate: Digest realm=\"x\", nonce=\"o\", qop=\"auth\", algorithm=SHA-512-256\nWWW-Authenticate: Digest realm=\"x\", nonce=\"p\", qop=\"auth\", algorithm=SHA-256",
			[]string{`Digest realm="x", nonce="p", qop="auth", algorithm=SHA-256`, `Digest realm="x", nonce="n", qop="auth"`}, nil},
		{"no error to a guest", "> GET / HTTP/1.1\nHTTP/1.1 401 Unauthorized\nWWW-Authenticate: Bearer error=\"invalid_token\", realm=\"x\"", []string{`Bearer realm="x"`}, nil},
		{"nothing but the error", "> GET / HTTP/1.1\nHTTP/1.1 401 Unauthorized\nWWW-Authenticate: Bearer error=\"invalid_token\"", nil, []string{"bearer-no-params"}},
		{"the error to a token", "> GET / HTTP/1.1\n> Authorization: Bearer x\nHTTP/1.1 401 Unauthorized\nWWW-Authenticate: Bearer scope=\"a\"", []string{`Bearer scope="a", error="invalid_token"`}, nil},
		{"realm of Basic", "WWW-Authenticate: Basic", nil, []string{"basic-no-realm"}},
		{"realm of Basic from the host", "> GET https://example.com:8443/ HTTP/1.1\nHTTP/1.1 401 Unauthorized\nWWW-Authenticate: Basic", []string{`Basic realm="example.com"`}, nil},
		{"a warning is left", "WWW-Authenticate: Basic realm=Gr\xfc\xdfe", []string{"Basic realm=\"Gr\xfc\xdfe\""}, []string{"not-ascii"}},
		{"names", `WWW-Authenticate: Beaerer Scopes="a", resource-metadata="https://h/.well-known/oauth-protected-resource"`,
			[]string{`Bearer resource_metadata="https://h/.well-known/oauth-protected-resource", scope="a"`}, nil},
		{"description", `WWW-Authenticate: Bearer error="invalid_token", error_description="say \"hi\""`, []string{`Bearer error="invalid_token", error_description="say 'hi'"`}, nil},
		{"no-break space", "WWW-Authenticate: Bearer scope=\"a\u00a0b  c\"", nil, []string{"bearer-character"}},
		{"tab", "WWW-Authenticate: Bearer scope=\"a\tb\"", []string{`Bearer scope="a b"`}, nil},
		{"conflict", `WWW-Authenticate: Bearer realm="x", realm="y"`, nil, []string{"duplicate-param"}},
		{"no conflict", `WWW-Authenticate: Bearer realm="x", realm="x", scope="a", scope="b"`, []string{`Bearer scope="a b", realm="x"`}, nil},
		{"unread", `WWW-Authenticate: Digest @, Basic realm="x"`, nil, []string{"unexpected-byte"}},
		{"status", "HTTP/1.1 401 Unauthorized\nWWW-Authenticate: Bearer error=\"insufficient_scope\", scope=\"a\"", []string{`Bearer scope="a", error="insufficient_scope"`}, []string{"error-status"}},
		{"userinfo", `WWW-Authenticate: Bearer resource_metadata="https://u:p@h/.well-known/oauth-protected-resource?a=b@c"`, []string{`Bearer resource_metadata="https://h/.well-known/oauth-protected-resource?a=b@c"`}, nil},
		{"repeated", "WWW-Authenticate: Basic realm=\"x\"\nWWW-Authenticate: basic realm=x", []string{`Basic realm="x"`, `basic realm="x"`}, []string{"challenge-repeated"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := parseMessage(t, tt.text)
			corrections := lint.Fix(m.Message)
			if len(corrections) != 1 {
				t.Fatalf("%v", corrections)
			}
			c := corrections[0]
			if diff := cmp.Diff(tt.want, c.Lines); diff != "" {
				t.Errorf("(-want +got):\n%s%v", diff, c.Left)
			}
			var left []string
			for _, u := range c.Left {
				left = append(left, u.Rule.Name)
			}
			if diff := cmp.Diff(tt.left, left); diff != "" {
				t.Errorf("left (-want +got):\n%s", diff)
			}
		})
	}
}

// TestFixVectors checks what Fix promises, for all examples, vectors and captures: its lines break no rule but
// those it names, and none that is an error; without lines, an error is left.
func TestFixVectors(t *testing.T) {
	n, fixed := 0, 0
	for name, m := range allMessages(t) {
		for _, c := range lint.Fix(m.Message, m.profiles...) {
			n++
			checkCorrection(t, name, m, c)
			if c.Lines != nil {
				fixed++
			}
		}
	}
	if n < 800 || fixed < n/2 {
		t.Errorf("%d of %d corrected", fixed, n)
	}
}

func checkCorrection(t *testing.T, name string, m message, c lint.Correction) {
	t.Helper()
	if c.Lines == nil {
		empty := !slices.ContainsFunc(m.lines(c.Field), func(s string) bool { return strings.Trim(s, ", \t") != "" })
		if !empty && !slices.ContainsFunc(c.Left, func(u lint.Unmended) bool { return u.Rule.Severity == lint.Error || u.Rule.Name == "too-large" }) {
			t.Errorf("%s: nothing to send, and no error is left: %v", name, c.Left)
		}
		return
	}
	header := map[string][]string{}
	for field, lines := range m.Header {
		header[field] = lines
		if strings.EqualFold(field, c.Field) {
			header[field] = c.Lines
		}
	}
	m.Header = header
	for _, f := range m.check() {
		if f.Field != c.Field {
			continue
		}
		i := slices.IndexFunc(c.Left, func(u lint.Unmended) bool { return u.Rule.Name == f.Rule.Name })
		if i < 0 || f.Rule.Severity == lint.Error || !strings.HasSuffix(c.Left[i].Why, ".") {
			t.Errorf("%s: %q breaks %v", name, c.Lines, f)
		}
	}
	for _, again := range lint.Fix(m.Message, m.profiles...) {
		if again.Field == c.Field {
			if diff := cmp.Diff(c.Lines, again.Lines); diff != "" {
				t.Errorf("%s: once more is another:\n%s", name, diff)
			}
		}
	}
}
