package lint_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-903fb8fe/wwwauth/lint"
)

var update = flag.Bool("update", false, "rewrite docs/LINT.md")

const docsHead = `# What a server should not send

The rules of the package ` + "`lint`" + ` and of ` + "`wwwauth vet`" + `. An **error** breaks a MUST of a standard. A **warning** breaks
a SHOULD, or something that clients are known not to understand. The names are stable.

` + "`wwwauth vet`" + ` reads no field of a response but its challenge fields. A few rules need others too, and say so:
only ` + "`lint.Response`" + `, and ` + "`lint.Check`" + ` with a ` + "`Header`" + `, find what breaks them.

The clients were tried in these versions: curl 7.88, git 2.47 (which uses curl), wget 1.21, wget2 1.99,
Subversion 1.14, Chromium 156, LWP 6.68, urllib of Python 3.11, requests 2.28, httpx 0.23, lftp 4.9; crane 0.22,
oras-go 2.6, regctl 0.11, skopeo 1.9; the MCP SDKs for Go 1.8 and TypeScript 1.32 and 2.4, mcp-go 1.2.

This page is written by ` + "`go test ./lint -run TestDocs -update`" + ` from the table of rules and from
` + "`lint/testdata/examples.txt`" + `, which has more examples, and whose tests check that each bad one gives exactly
its rule and each good one none.
`

// TestDocs checks that docs/LINT.md says what the table and the examples say.
func TestDocs(t *testing.T) {
	examples := readExamples(t)
	rules := lint.Rules()
	var b bytes.Buffer
	b.WriteString(docsHead)

	b.WriteString("\n| rule | severity | what is wrong |\n|---|---|---|\n")
	for _, r := range rules {
		fmt.Fprintf(&b, "| [%s](#%s) | %s | %s |\n", r.Name, r.Name, r.Severity, markdown(r.Message))
	}
	for _, r := range rules {
		fmt.Fprintf(&b, "\n## %s\n\n", r.Name)
		severity := strings.ToUpper(r.Severity.String()[:1]) + r.Severity.String()[1:]
		if r.Profile != "" {
			severity += ", only with the profile " + string(r.Profile)
		}
		fmt.Fprintf(&b, "%s: %s\n\n", severity, markdown(r.Message))
		fmt.Fprintf(&b, "- Instead: %s.\n", markdown(r.Instead))
		if r.Section != "" {
			fmt.Fprintf(&b, "- See: %s.\n", markdown(r.Section))
		}
		if r.Clients != "" {
			fmt.Fprintf(&b, "- Clients: %s.\n", markdown(r.Clients))
		}
		if needsHeader(examples, r.Name) {
			b.WriteString("- Needs the other fields of the response: `lint.Response` finds it, `wwwauth vet` does not.\n")
		}
		for _, bad := range []bool{true, false} {
			for _, e := range examples {
				if e.rule == r.Name && e.bad == bad {
					writeExample(&b, e)
					break
				}
			}
		}
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

// needsHeader tells whether a rule finds something only if the fields beside the challenge field are known.
func needsHeader(examples []example, rule string) bool {
	for _, e := range examples {
		if e.Header = nil; e.rule == rule && e.bad && slices.Contains(ruleNames(lint.Check(e.Message)), rule) {
			return false
		}
	}
	return true
}

// writeExample writes an example, with what is known of the request and the server as prose before it.
func writeExample(b *bytes.Buffer, e example) {
	head := "Good"
	if e.bad {
		head = "Bad"
	}
	var lines []string
	for _, line := range e.text {
		word, rest, _ := strings.Cut(line, " ")
		switch word {
		case "credentials":
			if rest == lint.NoCredentials {
				head += ", to a request without credentials"
			} else {
				head += ", to a request with credentials of the scheme " + rest
			}
		case "many":
			head += ", " + rest + " times"
		case "profile":
		default:
			lines = append(lines, line)
		}
	}
	fmt.Fprintf(b, "\n%s:\n\n```\n%s\n```\n", head, strings.Join(lines, "\n"))
}

func markdown(s string) string {
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "<", "&lt;", "[", `\[`, "|", `\|`).Replace(s)
}
