package input

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

var logPrefixExamples = map[string]func(n int) string{
	"docker compose":      func(int) string { return "web-1  | " },
	"kubectl --prefix":    func(int) string { return "[pod/web-7f9c/nginx] " },
	"git":                 func(int) string { return "remote: " },
	"journald":            func(n int) string { return fmt.Sprintf("Nov 21 15:18:%02d host app[123]: ", n%60) },
	"containers":          func(n int) string { return fmt.Sprintf("2026-11-21T15:18:33.%09dZ stderr F ", n) },
	"GitHub Actions":      func(n int) string { return fmt.Sprintf("2026-11-21T15:18:%02d.1234567Z ", n%60) },
	"log4j":               func(n int) string { return fmt.Sprintf("2026-11-21 15:18:33,%03d DEBUG [main] o.a.h.wire - ", n) },
	"Jenkins Timestamper": func(n int) string { return fmt.Sprintf("[2026-11-21T15:18:33.%03dZ] ", n) },
	"klog":                func(n int) string { return fmt.Sprintf("I1121 15:18:33.%06d   12345 client.go:%d] ", n, 100+n) },
	"logcat":              func(n int) string { return fmt.Sprintf("11-21 15:18:33.%03d  1234  5678 D OkHttp  : ", n) },
	"Heroku":              func(n int) string { return fmt.Sprintf("2026-11-21T15:18:33.%06d+00:00 app[web.1]: ", n) },
}

// notBehindPrefix lists the forms that a log does not have, or of which no line by itself shows where the prefix ends:
// those in which the name of the field is in no line as a whole, and source code.
var notBehindPrefix = []string{
	"curl-w", "f-diff", "f-grep-n", "hexdump-c", "hexdump-words", "not-code-changelog", "not-code-vcl",
	"ngrep-q", "ngrep-x", "od-c", "od-tx1", "od-words", "php-curl-var-dump", "socat-x-v", "utf8-bom", "x-nmap", "xxd-p",
}

// TestLogPrefixes reads the forms after the prefixes of logs, in which they must be what they are without.
func TestLogPrefixes(t *testing.T) {
	data, err := os.ReadFile("testdata/forms/expect.json")
	if err != nil {
		t.Fatal(err)
	}
	var expect map[string][]string
	if err := json.Unmarshal(data, &expect); err != nil {
		t.Fatal(err)
	}
	for file, want := range expect {
		text, err := os.ReadFile(filepath.Join("testdata/forms", file))
		if err != nil {
			t.Fatal(err)
		}
		if slices.Contains(notBehindPrefix, file) || !utf8.Valid(text) || strings.IndexByte(string(text), 0) >= 0 || strings.IndexByte(string(text), '\n') < 0 {
			continue // binary, or of one line
		}
		if _, named := findName(string(text), 0); !named && nextStatusLine(string(text), 0) == len(text) {
			continue
		}
		for name, prefix := range logPrefixExamples {
			var b strings.Builder
			n := 0
			for line := range strings.Lines(string(text)) {
				b.WriteString(prefix(n) + line)
				n++
			}
			if got := canonical(Find([]byte(b.String()))); !slices.Equal(got, want) {
				t.Errorf("%s of %s (-want +got):\n%s", file, name, cmp.Diff(want, got))
			}
		}
	}
}

// TestLogPrefixPlaces checks that a response behind a prefix has its request, status and the columns of its fields.
func TestLogPrefixPlaces(t *testing.T) {
	text := "api-1  | > GET /v1 HTTP/1.1\napi-1  | > Host: h\napi-1  | > \n" +
		"api-1  | < HTTP/1.1 401 Unauthorized\napi-1  | < WWW-Authenticate: Basic realm=\"x\"\napi-1  | < \n" +
		"api-1  | WWW-Authenticate: Bearer realm=\"of the body\"\n"
	found := Find([]byte(text))
	if len(found.Responses) != 1 {
		t.Fatalf("%+v", found)
	}
	resp := found.Responses[0]
	if resp.Status != 401 || resp.Line != 4 || resp.Request == nil || resp.Request.Target != "/v1" || len(resp.Fields) != 1 {
		t.Fatalf("%+v", resp)
	}
	line := strings.Split(text, "\n")[resp.Fields[0].Line-1]
	if got := line[resp.Fields[0].Column:]; got != `Basic realm="x"` || resp.Fields[0].Undone != 0 {
		t.Errorf("the field is at %q, %+v", got, resp.Fields[0])
	}
	if got := Find([]byte("401 www-authenticate=Optional[Basic realm=\"x\"]\n")).Responses; len(got) != 1 || got[0].Status != 401 {
		t.Errorf("a status at the start of the line: %+v", got)
	}
}

// TestLogPrefixesRunningText logs running text.
func TestLogPrefixesRunningText(t *testing.T) {
	for name, prefix := range logPrefixExamples {
		for _, text := range append(slices.Clone(runningText), strings.Join(runningText, "\n\n")) {
			var b strings.Builder
			for n, line := range strings.Split(text+"\nand so on", "\n") {
				b.WriteString(prefix(n) + line + "\n")
			}
			if got := canonical(Find([]byte(b.String()))); len(got) > 0 {
				t.Errorf("%s: %q: %q", name, text[:min(len(text), 100)], got)
			}
		}
	}
}

// TestBase64Lines reads messages in base64 on lines of equal length: with padding, and without a line end at their end.
func TestBase64Lines(t *testing.T) {
	for _, end := range []string{"\r\n\r\n", "\r\n\r\nbody", "\r\n\r\n{}", "\r\n\r\nab"} {
		var lines strings.Builder
		for i := range 3 {
			lines.WriteString(base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "HTTP/1.1 401 x\r\nWWW-Authenticate: Basic realm=\"%d\"%s", i, end)) + "\n")
		}
		want := []string{`Basic realm="0"`, `Basic realm="1"`, `Basic realm="2"`}
		if got := canonical(Find([]byte(lines.String()))); !slices.Equal(got, want) {
			t.Errorf("%q: %q", end, got)
		}
	}
}
