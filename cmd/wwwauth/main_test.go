package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-903fb8fe/wwwauth/internal/input"
	"github.com/seed-903fb8fe/wwwauth/internal/layout"
	"github.com/seed-903fb8fe/wwwauth/internal/report"
	"github.com/seed-903fb8fe/wwwauth/internal/terminal"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// inputs is the folder of the inputs and golden files, and captures that of the raw responses.
const (
	inputs   = "testdata/cmd"
	captures = "../../testdata/captures"
)

// What a test prints is in the file with its name and the suffix .golden.
var goldenTests = []struct {
	name  string
	args  []string
	stdin string // a file
	exit  int
}{
	// What the parameters mean and what to do, scheme by scheme.
	{name: "docker", args: []string{`Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/alpine:pull"`}},
	{name: "step-up", args: []string{`DPoP error="insufficient_user_authentication", acr_values="phr phrh", max_age=300, algs="ES256"`, `Bearer resource_metadata="https://h/m", error="insufficient_scope", scope="a b"`}},
	{name: "claims", args: []string{`Bearer realm="", authorization_uri="https://login.example/authorize", error="insufficient_claims", claims="eyJhY2Nlc3NfdG9rZW4iOnsibmJmIjp7ImVzc2VudGlhbCI6dHJ1ZX19fQ=="`}},
	{name: "digest", args: []string{`Digest realm="r", qop="auth", nonce="n", stale=true`, `Digest realm="r", qop="auth", nonce="n", algorithm=SHA-256`, `Basic realm="r"`}},

	// The forms of input.
	{name: "curl-i", args: []string{"@curl-i.txt"}},
	{name: "curl-v", stdin: "curl-v.txt", exit: 1},
	{name: "curl-v-proxy", args: []string{"-"}, stdin: "curl-v-proxy.txt"},
	{name: "curl-v-progress", args: []string{"fmt"}, stdin: "curl-v-progress.txt"},
	{name: "curl-vi", args: []string{"-json"}, stdin: "curl-vi.txt"},
	{name: "httpie", args: []string{"@httpie.txt"}, exit: 1},
	{name: "git-trace", args: []string{"@git-trace.txt"}, exit: 1},
	{name: "postman", args: []string{"@postman.txt"}},
	{name: "postman-headers", args: []string{"-json", "@postman-headers.txt"}},
	{name: "wget", args: []string{"-json", "@wget.txt"}},
	{name: "prompt", args: []string{"@prompt.txt"}},
	{name: "fields", args: []string{"-json", "@fields.txt"}},
	{name: "values", args: []string{"-json", "@values.txt"}},
	{name: "values-odd-first", args: []string{"@values-odd-first.txt"}, exit: 3},
	{name: "fold", args: []string{"@fold.txt"}, exit: 1},
	{name: "bom", args: []string{"-json", "@bom.txt"}},
	{name: "utf16", args: []string{"@utf16.txt"}, exit: 3},
	{name: "empty", stdin: "empty.txt", exit: 3},
	{name: "no-field", args: []string{"@no-field.txt"}, exit: 3},
	{name: "no-field-json", args: []string{"-json", "@no-field.txt"}, exit: 3},
	{name: "no-field-fmt", args: []string{"fmt", "@no-field.txt"}, exit: 3},
	{name: "no-field-407", args: []string{"@no-field-407.txt"}, exit: 3},
	{name: "no-field-200", args: []string{"@no-field-200.txt"}, exit: 3},
	{name: "no-field-many", args: []string{"@no-field-many.txt"}, exit: 3},
	{name: "several", args: []string{"@several.txt"}, exit: 2},
	{name: "several-json", args: []string{"-json", "@several.txt"}, exit: 2},
	{name: "several-fmt", args: []string{"fmt", "@several.txt"}, exit: 2},
	{name: "files", args: []string{"@bom.txt", "@missing.txt", "@no-field-many.txt", "@postman.txt"}, exit: 66},
	{name: "wrong-field", args: []string{"@wrong-field.txt"}, exit: 3},
	{name: "wrong-field-json", args: []string{"-json", "-"}, stdin: "wrong-field.txt", exit: 3},
	{name: "arguments", args: []string{`Basic realm="x"`, "Proxy-Authenticate: Negotiate", "www-authenticate: NTLM"}},
	{name: "arguments-and-file", args: []string{"Basic", "@bom.txt"}},
	{name: "argument-empty", args: []string{"fmt", ""}, exit: 3},

	// What is shown.
	{name: "hostile", args: []string{"@hostile.txt"}, exit: 1},
	{name: "hostile-json", args: []string{"-json", "@hostile.txt"}, exit: 1},
	{name: "latin1", args: []string{"@latin1.txt"}},
	{name: "latin1-json", args: []string{"-json", "@latin1.txt"}},
	{name: "wide", args: []string{"@wide.txt"}, exit: 1},
	{name: "secrets", args: []string{"-redact", "@secrets.txt"}, exit: 1},
	{name: "secrets-json", args: []string{"explain", "@secrets.txt", "-json", "-redact"}, exit: 1},
	{name: "secrets-fmt", args: []string{"fmt", "-redact", "@secrets.txt"}, exit: 1},
	{name: "long", args: []string{"@long.txt"}, exit: 1},
	{name: "duplicate", args: []string{"@duplicate.txt"}, exit: 1},
	{name: "duplicate-fmt", args: []string{"fmt", "@duplicate.txt"}, exit: 1},
	{name: "duplicate-fmt-json", args: []string{"fmt", "-json", "@duplicate.txt"}, exit: 1},
	{name: "mcp-ts1-low", args: []string{"@../../../../testdata/captures/mcp-ts1-low.http"}},
	{name: "registry-token-odd-repo", args: []string{"@../../../../testdata/captures/registry-token-odd-repo.http"}},
	{name: "squid-multi", args: []string{"-redact", "@../../../../testdata/captures/squid-multi.http"}},
	{name: "squid-basic", args: []string{"@../../../../testdata/captures/squid-basic.http"}, exit: 1},

	// The reader, and how much to show.
	{name: "for-client", args: []string{"-for", "client", "@../../../../testdata/captures/nginx-up401.http"}, exit: 0},
	{name: "for-server", args: []string{"-for=server", "@../../../../testdata/captures/nginx-up401.http"}, exit: 0},
	{name: "for-nobody", args: []string{"-for", "everybody", "Basic"}, exit: 64},
	{name: "short", args: []string{"-short", "@../../../../testdata/captures/squid-multi.http"}},
	{name: "short-json", args: []string{"-short", "-json", "@../../../../testdata/captures/squid-multi.http"}},
	{name: "backslash-end", args: []string{"@../../../../testdata/captures/nginx-trailbs.http"}, exit: 1},

	// The request, and what a client should do after it.
	{name: "request-basic", stdin: "request-basic.txt"},
	{name: "request-basic-redact", args: []string{"-redact"}, stdin: "request-basic.txt"},
	{name: "requests", args: []string{"-for", "client"}, stdin: "requests.txt"},
	{name: "requests-short", args: []string{"-short"}, stdin: "requests.txt"},
	{name: "requests-json", args: []string{"-json", "-redact"}, stdin: "requests.txt"},
	{name: "colour", args: []string{"-color", "always", `Basic realm="a" charset="UTF-8"`, "Foo {bar}"}, exit: 1},
	{name: "request-jwt-json", args: []string{"-json"}, stdin: "request-jwt.txt"},
	{name: "facebook", args: []string{`OAuth "Facebook Platform" "invalid_token" "The token has expired"`}, exit: 1},
	{name: "azure", args: []string{`Bearer authorization="https://login.windows.net/tenant", error="invalid_token"`}},
	{name: "service-without-url", args: []string{`Bearer realm="registry", service="x"`}},
	{name: "realm-spaces", args: []string{`Basic realm="a   b"`}},
	{name: "dpop-nonce", stdin: "dpop-nonce.txt"},
	{name: "status-403", stdin: "status-403.txt", exit: 3},
	{name: "status-429", stdin: "status-429.txt", exit: 3},
	{name: "status-511", stdin: "status-511.txt", exit: 3},

	// No challenge is made up.
	{name: "word", stdin: "word.txt", exit: 3},
	{name: "sentence", args: []string{"The server needs a login"}, exit: 3},
	{name: "host", args: []string{"example.com"}, exit: 3},
	{name: "near-command", args: []string{"exlain", "Basic realm=x"}, exit: 64},
	{name: "near-command-alone", args: []string{"exlain"}, exit: 3},
	{name: "near-flag", args: []string{"-jsno", "Basic"}, exit: 64},
	{name: "near-scheme", args: []string{`Beaer relm="x"`}},
	{name: "near-field", stdin: "near-field.txt", exit: 3},

	// What should not be sent.
	{name: "vet", args: []string{"vet", "Basic charset=\"UTF-8\", realm=x", "Bearer scope=\"\", Basic realm=y", "Digest realm='a b'"}, exit: 1},
	{name: "vet-clean", args: []string{"vet", "-strict", `Basic realm="x"`}},
	{name: "vet-warnings", args: []string{"vet", `DPoP realm="x"`}},
	{name: "vet-strict", args: []string{"vet", "-strict", `DPoP realm="x"`}, exit: 1},
	{name: "vet-several", args: []string{"vet", "@several.txt"}, exit: 1},
	{name: "vet-context", args: []string{"vet", "-status", "401", "-credentials", "none", "-profile", "mcp", `Bearer error="insufficient_scope"`}},
	{name: "vet-profiles", args: []string{"vet", "-strict", "-profile=mcp", "-profile=registry", "-status=401", `Bearer realm="x"`}, exit: 1},
	{name: "vet-status-of-response", args: []string{"vet", "-status", "403", "@no-field.txt"}, exit: 1},
	{name: "vet-nothing", args: []string{"vet", "@no-field-200.txt"}, exit: 3},
	{name: "vet-nothing-many", args: []string{"vet", "@no-field-many.txt"}, exit: 3},
	{name: "vet-empty", args: []string{"vet", ""}, exit: 3},
	{name: "vet-empty-line", args: []string{"vet", "WWW-Authenticate:"}},
	{name: "vet-empty-401", args: []string{"vet", "-status", "401", " "}, exit: 1},
	{name: "vet-empty-403", args: []string{"vet", "-status", "403"}, stdin: "empty.txt", exit: 3},
	{name: "vet-empty-stdin-407", args: []string{"vet", "-status", "407"}, stdin: "empty.txt", exit: 1},
	{name: "vet-other-field-401", args: []string{"vet", "-status", "401", `Proxy-Authenticate: Basic realm="x"`}, exit: 1},
	{name: "vet-other-field-407", args: []string{"vet", "-status", "407", `WWW-Authenticate: Basic realm="x"`}, exit: 1},
	{name: "vet-empty-second", args: []string{"vet", `Basic realm="x"`, ""}},
	{name: "vet-fields-401", args: []string{"vet", "-status", "401", "@duplicate.txt"}, exit: 1},
	{name: "vet-fields-407", args: []string{"vet", "-status", "407", "@duplicate.txt"}, exit: 1},
	{name: "vet-value-407", args: []string{"vet", "-status", "407", `Basic realm="x"`}},
	{name: "vet-json", args: []string{"vet", "-json", "-status", "407", "Proxy-Authenticate: DPoP algs=\"ES256\", Basic realm=\"\xfc\""}, exit: 1},
	{name: "vet-json-clean", args: []string{"vet", "-json", `Basic realm="x"`}},
	{name: "vet-redact", args: []string{"vet", "-redact", `PrivateToken challenge="s3cr3t/t0ken+", Negotiate YII`}, exit: 1},
	{name: "vet-github", args: []string{"vet", "-format", "github", "@several.txt", "@fold.txt", "@values.txt", "@no-field.txt"}, exit: 1},
	{name: "vet-github-values", args: []string{"vet", "-format=github", "-strict", "Basic realm=x, Bearer scope=\"a, b\""}, exit: 1},
	{name: "vet-github-stdin", args: []string{"vet", "-format=github"}, stdin: "git-trace.txt", exit: 1},
	{name: "vet-evident", args: []string{"vet"}, stdin: "vet-evident.txt"},
	{name: "vet-only", args: []string{"vet", "-only", "several-on-one-line,bearer-not-first", "Basic realm=x, Bearer scope=\"a\""}},
	{name: "vet-disable", args: []string{"vet", "-disable=realm-unquoted", "-disable=bearer-not-first", "Basic realm=x, Bearer scope=\"a\""}},
	{name: "vet-unknown-rule", args: []string{"vet", "-disable", "realm-unqouted", "Basic"}, exit: 64},
	{name: "vet-fail-on-warning", args: []string{"vet", "-fail-on", "warning", "-format", "github", "DPoP realm=\"x\""}, exit: 1},
	{name: "vet-fail-on-never", args: []string{"vet", "-fail-on", "never", "-format", "github", "Basic realm=x"}},
	{name: "vet-bad-fail-on", args: []string{"vet", "-fail-on", "info", "Basic"}, exit: 64},
	{name: "vet-list", args: []string{"vet", "-list", "-only", "mcp-metadata,no-challenge"}},
	{name: "vet-list-json", args: []string{"vet", "-list", "-json", "-only", "mcp-metadata"}},
	{name: "vet-explain", args: []string{"vet", "-explain", "mcp-step-up"}},
	{name: "vet-explain-unknown", args: []string{"vet", "-explain", "mcp-stepup"}, exit: 64},
	{name: "vet-explain-response", args: []string{"vet", "-explain", "mcp-step-up", "Basic"}, exit: 64},
	{name: "vet-fix", args: []string{"vet", "-fix", "Basic charset=\"UTF-8\", realm=x, Bearer resource='https://h/m'", "Proxy-Authenticate: Basic realm=\"x\""}},
	{name: "vet-fix-left", args: []string{"vet", "-fix", "-strict", "Basic realm=x, Bearer scope=\"a,b\""}, exit: 1},
	{name: "vet-fix-not", args: []string{"vet", "-fix", "Basic realm=x, Digest realm=\"x\"", "Negotiate"}, exit: 1},
	{name: "vet-fix-missing", args: []string{"vet", "-fix"}, stdin: "no-field.txt", exit: 1},
	{name: "vet-fix-several", args: []string{"vet", "-fix", "several.txt"}, exit: 1},
	{name: "vet-fix-github", args: []string{"vet", "-fix", "-format", "github", "Basic"}, exit: 64},
	{name: "vet-bad-status", args: []string{"vet", "-status", "1000", "Basic"}, exit: 64},
	{name: "vet-bad-credentials", args: []string{"vet", "-credentials", "a b", "Basic"}, exit: 64},
	{name: "vet-bad-profile", args: []string{"vet", "-profile", "MCP", "Basic"}, exit: 64},
	{name: "vet-bad-format", args: []string{"vet", "-format", "xml", "Basic"}, exit: 64},
	{name: "vet-two-formats", args: []string{"vet", "-format", "github", "-json", "Basic"}, exit: 64},
	{name: "vet-flag-of-others", args: []string{"-strict", "Basic"}, exit: 64},

	// Usage.
	{name: "help", args: []string{"-h"}},
	{name: "help-word", args: []string{"help"}},
	{name: "help-of-fmt", args: []string{"fmt", "-json", "--help"}},
	{name: "unknown-flag", args: []string{"-x"}, exit: 64},
	{name: "flag-value", args: []string{"-json=\x1b[31m"}, exit: 64},
	{name: "command-after-flag", args: []string{"-json", "fmt", "Basic"}, exit: 64},
	{name: "escape-in-flag", args: []string{"-\x1b[31m"}, exit: 64},
	{name: "escape-in-name", args: []string{"@no\x1b[31m.txt", "@bom.txt"}, exit: 66},
	{name: "url", args: []string{"fmt", "https://example.com/"}, exit: 3},
	{name: "file-without-at", args: []string{"fmt", "bom.txt"}},
	{name: "no-file-name", args: []string{"@"}, exit: 64},
	{name: "dashes", args: []string{"fmt", "--", "-json", "Basic"}},
}

func TestGolden(t *testing.T) {
	t.Chdir(inputs)
	for _, tt := range goldenTests {
		t.Run(tt.name, func(t *testing.T) {
			var stdin io.Reader = strings.NewReader("")
			if tt.stdin != "" {
				stdin = bytes.NewReader(readFile(t, tt.stdin))
			}
			var stdout, stderr bytes.Buffer
			exit := run(tt.args, stdin, &stdout, &stderr, noEnv)
			if exit != tt.exit {
				t.Errorf("exit code %d, want %d", exit, tt.exit)
			}
			got := stdout.String()
			if stderr.Len() > 0 {
				got += "--- standard error\n" + stderr.String()
			}
			golden := tt.name + ".golden"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(string(readFile(t, golden)), got); diff != "" {
				t.Errorf("output (-want +got):\n%s", diff)
			}
			if tt.name != "colour" {
				checkSafe(t, stdout.String())
			}
			checkSafe(t, stderr.String())
			if strings.HasPrefix(got, "{") {
				checkJSON(t, stdout.Bytes())
			}
		})
	}
	// A golden file that no row names would prove nothing.
	files, err := filepath.Glob("*.golden")
	if err != nil || len(files) != len(goldenTests) {
		t.Errorf("%d golden files for %d tests, %v", len(files), len(goldenTests), err)
	}
}

func noEnv(string) string { return "" }

func readFile(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// checkSafe checks that a terminal shows the output as it is.
func checkSafe(t *testing.T, output string) {
	t.Helper()
	for i, line := range strings.Split(output, "\n") {
		if !layout.IsPlain(line) {
			t.Errorf("line %d may control a terminal: %q", i+1, line)
		}
	}
}

// checkJSON checks that each line is a JSON object of its own.
func checkJSON(t *testing.T, output []byte) {
	t.Helper()
	for line := range bytes.Lines(output) {
		var v map[string]any
		if err := json.Unmarshal(line, &v); err != nil {
			t.Errorf("%v: %s", err, line)
		}
	}
}

// runText runs the command with a text as its standard input. Where users wait ten seconds for a response, it
// waits as long as a busy machine may take, unless args say otherwise.
func runText(text string, args ...string) (exit int, stdout, stderr string) {
	var out, errs bytes.Buffer
	if len(args) > 0 && (args[0] == "get" || args[0] == "probe") {
		args = append([]string{args[0], "-timeout", "10m"}, args[1:]...)
	}
	exit = run(args, strings.NewReader(text), &out, &errs, noEnv)
	return exit, out.String(), errs.String()
}

// A vector is what the tests of the command need of one in testdata/corpus.
type vector struct {
	ID     string
	Source string
	Field  string
	Lines  []string
}

func readVectors(t testing.TB, name string) []vector {
	t.Helper()
	var vectors []vector
	if err := json.Unmarshal(readFile(t, filepath.Join("../../testdata/corpus", name)), &vectors); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	for _, v := range vectors {
		for i, line := range v.Lines {
			v.Lines[i] = latin1(t, line)
		}
	}
	return vectors
}

// latin1 returns the bytes that the characters of s stand for.
func latin1(t testing.TB, s string) string {
	t.Helper()
	var b []byte
	for _, r := range s {
		if r > 0xff {
			t.Fatalf("%q is not a byte", r)
		}
		b = append(b, byte(r))
	}
	return string(b)
}

// allVectors returns the vectors of the whole corpus.
func allVectors(t testing.TB) []vector {
	t.Helper()
	files, err := filepath.Glob("../../testdata/corpus/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no corpus: %v", err)
	}
	var vectors []vector
	for _, file := range files {
		vectors = append(vectors, readVectors(t, filepath.Base(file))...)
	}
	return vectors
}

// TestCaptures checks that in each raw response the field lines are found that the corpus has.
func TestCaptures(t *testing.T) {
	want := make(map[string][]vector)
	for _, v := range readVectors(t, "captures.json") {
		name := strings.TrimPrefix(v.ID, "capture-")
		if v.Field == fieldNames[1] {
			name = strings.TrimSuffix(name, "-proxy")
		}
		want[name] = append(want[name], v)
	}
	files, err := filepath.Glob(captures + "/*.http")
	if err != nil || len(files) == 0 {
		t.Fatalf("no captures: %v", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".http")
		var got []*report.Report
		for _, response := range input.Find(readFile(t, file)).Responses {
			for _, r := range report.New(response, report.Options{}) {
				if len(r.Lines) > 0 {
					got = append(got, r)
				}
			}
		}
		if len(want[name]) == 0 {
			t.Errorf("%s: not in the corpus", name)
		}
		for _, v := range want[name] {
			if !slices.ContainsFunc(got, func(r *report.Report) bool { return r.Field == v.Field && slices.Equal(r.Lines, v.Lines) }) {
				t.Errorf("%s: found %+v, want %s %q", name, got, v.Field, v.Lines)
			}
		}
		if len(got) < len(want[name]) {
			t.Errorf("%s: %d responses, want %d", name, len(got), len(want[name]))
		}
		for _, r := range got {
			if r.Status == 0 {
				t.Errorf("%s: no status", name)
			}
		}
	}
}

// TestCorpus runs the command on each vector: nothing in it may reach the terminal, and redacting
// must change neither the verdict nor the shape.
func TestCorpus(t *testing.T) {
	for _, v := range allVectors(t) {
		if len(v.Lines) == 0 {
			continue
		}
		var args []string
		for _, line := range v.Lines {
			args = append(args, v.Field+": "+line)
		}
		var exits []int
		for _, flags := range [][]string{{}, {"-json"}, {"-redact"}, {"-json", "-redact"}} {
			exit, stdout, stderr := runText("", slices.Concat(flags, args)...)
			if stderr != "" {
				t.Errorf("%s: standard error: %s", v.ID, stderr)
			}
			checkSafe(t, stdout)
			exits = append(exits, exit)
		}
		if slices.Min(exits) != slices.Max(exits) || exits[0] > 3 {
			t.Errorf("%s: exit codes %v", v.ID, exits)
		}
	}
}

type failingWriter struct{ err error }

func (w failingWriter) Write([]byte) (int, error) { return 0, w.err }

func TestOutputErrors(t *testing.T) {
	var stderr bytes.Buffer
	if exit := run([]string{"-h"}, strings.NewReader(""), failingWriter{errors.New("full")}, &stderr, noEnv); exit != 74 || stderr.String() != "wwwauth: full\n" {
		t.Errorf("-h: exit %d, %q", exit, stderr.String())
	}
	for _, args := range [][]string{{"Basic realm='a b'"}, {}} {
		checkOutputError(t, args, errors.New("no space left on device"), 74, "wwwauth: no space left on device\n")
	}
}

// checkOutputError checks what the command does if standard output fails with an error.
func checkOutputError(t *testing.T, args []string, failure error, exit int, message string) {
	t.Helper()
	var stderr bytes.Buffer
	stdin := strings.NewReader("HTTP/1.1 401 x\nWWW-Authenticate: Basic realm='a b'\n\nHTTP/1.1 401 x\nWWW-Authenticate: Basic\n")
	if got := run(args, stdin, failingWriter{failure}, &stderr, noEnv); got != exit || stderr.String() != message {
		t.Errorf("%q, %v: exit %d, %q; want %d, %q", args, failure, got, stderr.String(), exit, message)
	}
}

func TestInputError(t *testing.T) {
	in := io.MultiReader(strings.NewReader("Basic realm=\"x\"\n"), iotestErrReader{})
	var stdout, stderr bytes.Buffer
	exit := run([]string{"fmt"}, in, &stdout, &stderr, noEnv)
	if exit != 66 || stdout.String() != "Basic realm=\"x\"\n" || stderr.String() != "wwwauth: device lost\n" {
		t.Errorf("exit %d, %q, %q", exit, stdout.String(), stderr.String())
	}
}

type iotestErrReader struct{}

func (iotestErrReader) Read([]byte) (int, error) { return 0, errors.New("device lost") }

func TestTooLarge(t *testing.T) {
	line := strings.Repeat("Basic, ", 200)
	exit, stdout, _ := runText("", line)
	if exit != 1 || !strings.Contains(stdout, "too-large") || !strings.Contains(stdout, "128 challenges") {
		t.Errorf("exit %d\n%s", exit, stdout)
	}
	// What is said of many departures stays readable.
	exit, stdout, _ = runText("", "Basic "+strings.Repeat(`name="a long value without a comma behind it" `, 200))
	if n := strings.Count(stdout, "\n"); exit != 1 || n > 400 || !strings.Contains(stdout, "-json lists all") {
		t.Errorf("exit %d, %d lines\n%s", exit, n, stdout)
	}
}

func TestColour(t *testing.T) {
	// With and without colour, the report reads the same.
	r := report.New(input.Response{Fields: []input.Field{{Name: fieldNames[0], Value: `Basic realm="a" charset="UTF-8"`}, {Name: fieldNames[0], Value: `Foo {bar}`}}}, report.Options{})[0]
	colour := r.AppendText(nil, report.Style{Page: layout.Page{Colour: true}})
	plain := r.AppendText(nil, report.Style{})
	stripped := string(colour)
	for _, escape := range []string{"\x1b[0m", "\x1b[1m", "\x1b[2m", "\x1b[1;31m"} {
		if !strings.Contains(stripped, escape) {
			t.Errorf("no %q", escape)
		}
		stripped = strings.ReplaceAll(stripped, escape, "")
	}
	if diff := cmp.Diff(string(plain), stripped); diff != "" {
		t.Errorf("(-plain +colour):\n%s", diff)
	}
	// A file is not a terminal.
	f, err := os.Open("main_test.go")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r2, w2, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r2.Close()
	defer w2.Close()
	if terminal.Is(f) || terminal.Is(r2) || terminal.Is(w2) || terminal.Is(&plain) {
		t.Error("a file or a pipe is taken for a terminal")
	}
}

// TestLost checks that a field that is too long is named, and keeps no other from being printed.
func TestLost(t *testing.T) {
	const head = "HTTP/1.1 401 x\nWWW-Authenticate: "
	for _, size := range []int{1<<20 + 1, 2 << 20, 10 << 20} {
		long := strings.Repeat("b", size)
		for _, tt := range []struct {
			name, text, want string
			line             int
		}{
			{"heads", head + "A\n\n" + head + long + "\n\n" + head + "C\n\n", "A\nC\n", 5},
			{"curl -v", "< HTTP/2 401\n< www-authenticate: " + long + "\n< \n< HTTP/2 401\n< www-authenticate: C\n< \n", "C\n", 2},
			{"one field of two", head + "A\nWWW-Authenticate: " + long + "\n\n", "A\n", 3},
			{"no head", "WWW-Authenticate: Basic realm=\"" + long + "\"\n", "", 1},
			{"no name", "Basic realm=\"" + long + "\"\n", "", 1},
			{"JSON", `{"www-authenticate": "Basic realm=\"` + long + `\""}` + "\n", "", 1},
			{"Python", `{'www-authenticate': 'Basic realm="` + long + `"'}` + "\n", "", 1},
		} {
			exit, stdout, stderr := runText(tt.text, "fmt")
			want := fmt.Sprintf("wwwauth: line %d: a field is longer than 1 MiB, and was left out\n", tt.line)
			if exit != 66 || stdout != tt.want || stderr != want {
				t.Errorf("%s, %d bytes: exit %d, %.60q, %q; want 66, %q, %q", tt.name, size, exit, stdout, stderr, tt.want, want)
			}
		}
	}
}

// TestDamaged checks that of a damaged gzip file what can be read is printed, with a message.
func TestDamaged(t *testing.T) {
	const one = "HTTP/1.1 401 x\nWWW-Authenticate: A\n\n"
	z := gzipped(one)
	const damaged = "wwwauth: the gzip data is damaged or incomplete; everything else was read\n"
	const question = "wwwauth: no challenge found; the whole response is needed, as curl -si URL prints it, or curl -v URL 2>&1\n"
	for _, tt := range []struct{ name, text, stdout, stderr string }{
		{"no trailer", z[:len(z)-8], "A\n", damaged},
		{"junk after", z + "junk", "A\n", damaged},
		{"a header and nothing", z[:10], "", damaged + question},
		{"three bytes", z[:3], "", damaged + question},
		{"a header and junk", z[:10] + strings.Repeat("junk", 100), "", damaged + question},
		{"flags that do not exist", z[:3] + "\xff" + z[4:], "", damaged + question},
		{"not gzip after all", "\x1f\x8b\x08" + one, "", damaged + question},
	} {
		exit, stdout, stderr := runText(tt.text, "fmt")
		if exit != 66 || stdout != tt.stdout || stderr != tt.stderr {
			t.Errorf("%s: exit %d, %q, %q; want 66, %q, %q", tt.name, exit, stdout, stderr, tt.stdout, tt.stderr)
		}
	}
}

// TestSource checks that the name of a file cannot control the terminal.
func TestSource(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("a\x1b[31m", []byte("WWW-Authenticate: Basic\n"), 0o666); err != nil {
		t.Skip(err) // not a name on this system
	}
	_, stdout, _ := runText("", "@a\x1b[31m", "@a\x1b[31m")
	if first, _, _ := strings.Cut(stdout, "\n"); first != `a\x1b[31m, line 1` {
		t.Errorf("%q", first)
	}
}

// TestFormatOnTerminal checks that bytes are escaped there, and only there.
func TestFormatOnTerminal(t *testing.T) {
	r := report.New(input.Response{Fields: []input.Field{{Name: fieldNames[0], Value: "Basic realm=\"\u202e\""}}}, report.Options{})[0]
	for terminal, want := range map[bool]string{true: "Basic realm=\"\\u202e\"\n", false: "Basic realm=\"\u202e\"\n"} {
		if got := string((&printer{terminal: terminal}).formatted(nil, "", r).text); got != want {
			t.Errorf("%v: %q, want %q", terminal, got, want)
		}
	}
}

// TestLimits checks how much is shown of what is long.
func TestLimits(t *testing.T) {
	long := strings.Repeat("a", 2000)
	for _, tt := range []struct{ value, want string }{
		{`Foo a="` + long + `"`, "   a  " + long[:1000] + "…  (2000 bytes)\n"},
		{`Negotiate ` + long, "   " + long[:40] + "…  (token68, 2000 bytes)\n"},
		{`Foo ` + long + `="b"`, "   " + long[:60] + "…  b\n"},
		{long + ` a="b"`, "\n" + long[:60] + "…\n"},
	} {
		if _, stdout, _ := runText("", tt.value); !strings.Contains(stdout, tt.want) {
			t.Errorf("%.20s: no %q in\n%s", tt.value, tt.want, stdout)
		}
	}
	// The places of many departures are printed on lines that are not too wide.
	_, stdout, _ := runText("", "Foo "+strings.Repeat(" ", 1000000)+strings.Repeat(`a=1 `, 30))
	if !strings.Contains(stdout, " and 7 more") {
		t.Errorf("no number of those left out:\n%s", stdout)
	}
	for line := range strings.Lines(stdout) {
		if strings.Contains(line, "byte") && layout.Columns(line) > 81 {
			t.Errorf("too wide: %s", line)
		}
	}
	if _, stdout, _ := runText("", "-redact", "Negotiate name="); strings.Contains(stdout, "perhaps") {
		t.Errorf("what is said of x is of no use:\n%s", stdout)
	}
}

// TestAnnotations checks that neither the name of a file nor text can end an annotation early, or begin another.
func TestAnnotations(t *testing.T) {
	r := report.New(input.Response{Line: 7, Fields: []input.Field{{Name: fieldNames[0], Value: "Basic", Line: 8, Column: 18}}}, report.Options{})[0]
	got := string(r.AppendGitHub(nil, "a,b:c%d\n::error::.txt"))
	const want = `::error file=a%2Cb%3Ac%25d\n%3A%3Aerror%3A%3A.txt,line=8,col=19,title=basic-no-realm::`
	if !strings.HasPrefix(got, want) || strings.Count(got, "\n") != 1 {
		t.Errorf("%s, want %s", got, want)
	}
}

var fieldNames = [...]string{"WWW-Authenticate", "Proxy-Authenticate"}

// TestStatus checks that -status says of an empty input what a response with that status says.
func TestStatus(t *testing.T) {
	for _, status := range []string{"200", "302", "401", "403", "407", "511"} {
		for _, flags := range [][]string{{}, {"-profile", "mcp"}, {"-credentials", "Bearer", "-profile", "mcp"}, {"-credentials", "none", "-strict"}, {"-fix"}, {"-format", "github"}} {
			args := append([]string{"vet"}, flags...)
			wantExit, want, wantErrors := runText("HTTP/1.1 "+status+"\r\n\r\n", args...)
			exit, got, errors := runText("", append(args, "-status", status)...)
			if exit != wantExit || got != want || errors != wantErrors {
				t.Errorf("%s %q: exit %d, %q, %q; want %d, %q, %q", status, flags, exit, got, errors, wantExit, want, wantErrors)
			}
		}
	}
}

// TestQuestion checks the messages about arguments that are not a challenge.
func TestQuestion(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, tt := range []struct{ args, want string }{
		{"missing.http", "there is no file missing.http"},
		{"./missing", "there is no file ./missing"},
		{"missing.http other.http", "there is no file missing.http"},
		{"*.http", "there is no file *.http"},
		{"responses/missing.warc.gz", "there is no file responses/missing.warc.gz"},
		{`responses\missing`, `there is no file responses\missing`},
		{".", ". is a folder"},
		{"mcp.example.com/mcp", "did you mean wwwauth probe https://mcp.example.com/mcp,"},
		{"localhost:8080/mcp", "did you mean wwwauth probe https://localhost:8080/mcp,"},
		{"https://h/?token=hush", "did you mean wwwauth get https://h/?token=hush,"},
		{"-redact https://u:hush@h/?token=hush", "did you mean wwwauth get https://x:xxxx@h/?"},
		{"Beaer realm=x", "did you mean the scheme Bearer?"},
		{"hello", "a challenge is a scheme with parameters"},
	} {
		exit, stdout, stderr := runText("", strings.Fields(tt.args)...)
		if exit != 3 || stdout != "" || !strings.HasPrefix(stderr, "wwwauth: no challenge found; "+tt.want) {
			t.Errorf("%s: exit %d, %s%s", tt.args, exit, stdout, stderr)
		}
	}
}
