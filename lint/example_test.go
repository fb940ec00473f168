package lint_test

import (
	"fmt"
	"slices"

	"github.com/seed-903fb8fe/wwwauth/lint"
)

// A printer is in place of a *testing.T.
type printer struct{}

func (printer) Error(args ...any) { fmt.Println(args...) }

// The test of a server reports each finding.
func Example() {
	t := printer{} // in a test: t *testing.T
	for _, f := range lint.Check(lint.Lines(`Basic realm=example`)) {
		t.Error(f)
	}
	// Output: WWW-Authenticate line 0, offset 12: error realm-unquoted: The realm is not in quotes. (RFC 9110 section 11.5) Put the realm in double quotes.
}

func ExampleCheck() {
	m := lint.Lines(`Basic realm="example"`, `Digest realm="example", nonce="n"`)
	for _, f := range lint.Check(m) {
		fmt.Println(f)
	}
	// Output:
	// WWW-Authenticate line 0, offset 0: warning basic-before-digest: Basic comes before Digest. Breaks: LWP and urllib take Basic, and show the password. Send Digest first, and Basic last.
	// WWW-Authenticate line 1, offset 0: error digest-params: qop is missing. (RFC 7616 section 3.3) Breaks: wget2 without qop. Send realm="...", nonce="..." and qop="auth".
}

// If the request and the other fields are known too, more rules are checked.
func ExampleMessage() {
	m := lint.Message{
		Status: 401,
		Header: map[string][]string{
			"WWW-Authenticate":            {`Bearer error="invalid_token", resource_metadata="https://localhost/.well-known/oauth-protected-resource"`},
			"Access-Control-Allow-Origin": {"*"},
		},
		Complete: true,
		Request:  lint.Request{Method: "POST", URL: "https://example.com/mcp", Anonymous: true},
	}
	for _, f := range lint.Check(m) {
		fmt.Println(f.Rule.Severity, f.Rule.Name)
	}
	fmt.Println(lint.Evident(m)[0].Reason)
	// Output:
	// warning not-exposed
	// warning error-without-credentials
	// warning localhost
	// the path ends in /mcp
}

// A Linter can leave out rules. Validate finds misspelled names.
func ExampleLinter() {
	linter := lint.Linter{Disable: []string{"not-ascii", "digest-qop"}}
	if err := linter.Validate(); err != nil {
		fmt.Println(err)
	}
	m := lint.Lines(`Digest realm="Grüße", nonce="n", qop="auth,auth-int", algorithm="MD5"`)
	for _, f := range linter.Check(m) {
		fmt.Println(f.Rule.Name)
	}
	fmt.Println(lint.Linter{Only: []string{"not-asci"}}.Validate())
	// Output:
	// digest-quoted
	// lint: unknown rule "not-asci"; did you mean not-ascii?
}

// A Linter can also check a few rules only.
func ExampleLinter_Check() {
	linter := lint.Linter{Only: []string{"basic-no-realm", "realm-unquoted"}}
	for _, f := range linter.Check(lint.Lines(`Basic realm=example`, `Digest realm="example"`)) {
		fmt.Println(f.Rule.Name, f.Line, f.Offset)
	}
	// Output: realm-unquoted 0 12
}

// A report with findings, corrections and profiles reads the message only once.
func ExampleReview() {
	m := lint.Lines(`Basic realm=example`, `Bearer error="invalid_token"`)
	m.Status, m.Request.URL = 401, "https://example.com/mcp"
	review := lint.Linter{}.Review(m)
	for _, e := range review.Evident() {
		fmt.Println(e.Profile, "since", e.Reason)
	}
	for _, f := range review.Findings() {
		fmt.Println(f.Rule.Severity, f.Rule.Name)
	}
	for _, c := range review.Corrections() {
		for _, line := range c.Lines {
			fmt.Println(line)
		}
	}
	// Output:
	// mcp since the path ends in /mcp
	// warning mcp-metadata
	// error realm-unquoted
	// warning bearer-not-first
	// Bearer error="invalid_token"
	// Basic realm="example"
}

// A log has many messages. A Reviewer uses its memory again for each of them.
func ExampleReviewer() {
	reviewer := lint.Reviewer{Linter: lint.Linter{Disable: []string{"bearer-no-params"}}}
	for _, line := range []string{`Basic realm=example`, `Bearer`, `Digest realm="example", nonce="a"`} {
		review := reviewer.Review(lint.Lines(line))
		cs, _ := review.Challenges("WWW-Authenticate")
		for _, f := range review.Findings() {
			fmt.Println(cs[0].Scheme, f.Rule.Name)
		}
	}
	// Output:
	// Basic realm-unquoted
	// Digest digest-params
}

// The rules for MCP servers.
func ExampleRules() {
	for _, r := range lint.Rules() {
		if r.Profile == lint.MCP {
			fmt.Printf("%s %s: %s.\n", r.Severity, r.Name, r.Advice)
		}
	}
	// Output:
	// warning mcp-metadata: Send resource_metadata.
	// warning mcp-step-up: Send error="insufficient_scope", scope and resource_metadata.
	// warning mcp-offline-access: Send the scopes that the request needs.
}

// Fix returns what the server should send, and says what only its author can correct.
func ExampleFix() {
	m := lint.Lines(`Basic realm=example`, `Bearer error="invalid_token", error_description="Use , Basic instead", scope="a"`)
	for _, c := range lint.Fix(m) {
		for _, line := range c.Lines {
			fmt.Println(line)
		}
		for _, left := range c.Left {
			fmt.Printf("left: %s. %s\n", left.Rule.Name, left.Why)
		}
	}
	// Output:
	// Bearer scope="a", error="invalid_token", error_description="Use , Basic instead"
	// Basic realm="example"
	// left: scheme-in-value. Only you can choose another value.
}

func ExampleLookup() {
	r, _ := lint.Lookup("basic-no-realm")
	fmt.Println(r.Severity, r.Summary)
	fmt.Println(r.Section, r.Standard)
	fmt.Println(r.Bad)
	fmt.Println(slices.ContainsFunc(lint.Rules(), func(s lint.Rule) bool { return s == r }))
	// Output:
	// error The Basic challenge has no realm.
	// RFC 7617 section 2 The authentication parameter "realm" is REQUIRED.
	// WWW-Authenticate: Basic
	// true
}
