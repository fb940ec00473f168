package lint_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-903fb8fe/wwwauth/lint"
)

var update = flag.Bool("update", false, "rewrite docs/LINT.md, and what docs/SENDING.md has of it")

const docsHead = `# What a server should not send

The rules of package ` + "`lint`" + ` and of ` + "`wwwauth vet`" + `. An **error** breaks a MUST of a standard. A
**warning** breaks a SHOULD, or makes the clients named there fail. Names and severities are stable.

A rule about the status, another field or the request applies only if that is known: always for
` + "`httplint.Response`" + `, and for ` + "`wwwauth vet`" + ` and ` + "`lint.Check`" + ` if the input has it. Examples show a
request after ` + "`>`" + `, as curl does.

The clients were tried in these versions: curl 7.88, git 2.47 (which uses curl), wget 1.21, wget2
1.99, Subversion 1.14, Chromium 156, LWP 6.68, urllib of Python 3.11, requests 2.28, httpx 0.23, lftp
4.9; crane 0.22, oras-go 2.6, regctl 0.11, skopeo 1.9; the MCP SDKs for Go 1.8 and TypeScript 1.32
and 2.4, mcp-go 1.2.

` + "`go test ./lint -run TestDocs -update`" + ` writes this page from the table of rules. Tests check that
each bad example breaks its rule and no other, and that each good one breaks none.

Some things have no rule on purpose:

- A value that is a token and is not quoted (` + "`error=invalid_token`" + `): it is valid, and all clients
  tried can read it.
- A 401 of an MCP server without ` + "`scope`" + `: most servers have only one set of scopes.
- A 403 without a challenge, to a request whose credentials are not known: the reason may be
  something other than credentials.
- A challenge on a 2xx with data of Negotiate, NTLM or SCRAM, or on 400, 402, 403 and 405: standards
  have them there.
- A private scheme or error code, unless it is close to a known one: ` + "`Token`" + `, ` + "`ApiKey`" + `. (Bearer's
  error codes have a rule.)
- Metadata outside ` + "`/.well-known/`" + `: RFC 9728 allows any URL.
- ` + "`opaque=\"\"`" + ` of Digest, and the empty realm that Entra ID demands.

## In CI

` + "`wwwauth vet -format github response.http`" + ` prints findings as annotations, which a GitHub workflow
shows beside the lines of the file. Once published, the repository is also an action, which builds
the command itself. With ` + "`sarif`" + `, findings also appear under code scanning; with ` + "`url`" + `
instead of ` + "`files`" + `, it probes a server. [action.yml](../action.yml) has all inputs.

` + "```" + `yaml
- run: curl -sv http://localhost:8080/mcp >response.http 2>&1
- uses: seed-903fb8fe/wwwauth@main # from the first release on: @v0.1.0
  with:
    files: response.http
    fail-on: warning
    args: -disable cleartext
` + "```" + `

With [pre-commit](https://pre-commit.com), this checks recorded responses before each commit:

` + "```" + `yaml
- repo: https://github.com/seed-903fb8fe/wwwauth
  rev: main # from the first release on: v0.1.0
  hooks:
    - id: wwwauth-vet
      args: [-fail-on, warning]
` + "```" + `

In a server's own tests, use package ` + "`lint/httplint`" + `, which needs no recording.

## Rules
`

// TestDocs checks that docs/LINT.md says what the table says.
func TestDocs(t *testing.T) {
	rules := lint.Rules()
	var b bytes.Buffer
	b.WriteString(docsHead)

	b.WriteString("\n| rule | severity | what is wrong |\n|---|---|---|\n")
	for _, r := range rules {
		fmt.Fprintf(&b, "| [%s](#%s) | %s | %s |\n", r.Name, r.Name, r.Severity, markdown(r.Summary))
	}
	for _, r := range rules {
		fmt.Fprintf(&b, "\n## %s\n\n", r.Name)
		severity := strings.ToUpper(r.Severity.String()[:1]) + r.Severity.String()[1:]
		if r.Profile != "" {
			severity += ", with the profile " + string(r.Profile)
		}
		fmt.Fprintf(&b, "%s: %s\n\n", severity, markdown(r.Summary))
		fmt.Fprintf(&b, "- %s.\n", markdown(r.Advice))
		if r.Breaks != "" {
			fmt.Fprintf(&b, "- Breaks: %s.\n", markdown(r.Breaks))
		}
		if r.Section != "" {
			fmt.Fprintf(&b, "- %s: %s\n", markdown(r.Section), markdown(r.Standard))
		}
		fmt.Fprintf(&b, "\nBad:\n\n```\n%s\n```\n\nGood:\n\n```\n%s\n```\n", visible(r.Bad), visible(r.Good))
	}

	const name = "../docs/LINT.md"
	if *update {
		if err := os.WriteFile(name, b.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	doc, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.ReplaceAll(string(doc), "\r\n", "\n"), b.String()); diff != "" {
		t.Errorf("docs/LINT.md has drifted; -update writes it (-doc +rules):\n%s", diff)
	}
}

// visible returns an example with its control bytes as escapes, except line breaks.
func visible(s string) string {
	s = strings.NewReplacer("\r\n", "\n", "\t", `\t`, "\x01", `\x01`).Replace(s)
	if repeated := strings.Repeat("A, ", 128); strings.Contains(s, repeated) {
		s = strings.Replace(s, repeated, "A, A, A, [128 times] ", 1)
	}
	return s
}

func markdown(s string) string {
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "<", "&lt;", "[", `\[`, "|", `\|`).Replace(s)
}
