package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-903fb8fe/wwwauth/internal/rawhttp/rawtest"
)

// brokenServers are responses that most clients correct, refuse, or read in part.
var brokenServers = []struct{ name, answer string }{
	{"a space before the colon", "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate : Basic realm=\"x\"\r\n\r\n"},
	{"a folded line", "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest realm=\"x\",\r\n\tnonce=\"n\",\r\n  qop=\"auth\"\r\n\r\n"},
	{"a folded line inside a quoted string", "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"a\r\n b\"\r\n\r\n"},
	{"a control byte in a realm", "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"a\x01b\"\r\n\r\n"},
	{"an escape sequence in a realm", "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"\x1b[31mred\"\r\n\r\n"},
	{"DEL outside of quotes", "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic\x7f realm=\"x\"\r\n\r\n"},
	{"bytes that are not UTF-8", "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"caf\xe9\"\r\n\r\n"},
	{"line feeds without carriage returns", "HTTP/1.1 401 Unauthorized\nWWW-Authenticate: Basic realm=\"x\"\n\n"},
	{"no reason phrase, nor the space before it", "HTTP/1.1 401\r\nWWW-Authenticate: Negotiate\r\n\r\n"},
	{"HTTP/1.0 and no length", "HTTP/1.0 401 Unauthorized\r\nWWW-Authenticate: Basic realm=x\r\n\r\nbody"},
	{"a carriage return inside a line", "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"a\rb\"\r\n\r\n"},
	{"a header section without an end", "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"x\"\r\n"},
	{"the same field in three spellings", "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Negotiate\r\nwww-authenticate: NTLM\r\nWWW-AUTHENTICATE: Basic realm=\"x\"\r\n\r\n"},
	{"a misspelt field name", "HTTP/1.1 401 Unauthorized\r\nWWW-Authentication: Basic realm=\"x\"\r\n\r\n"},
	{"two lengths that differ", "HTTP/1.1 401 Unauthorized\r\nContent-Length: 3\r\nContent-Length: 5\r\nWWW-Authenticate: Basic realm=\"x\"\r\n\r\nabc"},
	{"a coding that the body does not have", "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"x\"\r\nContent-Encoding: gzip\r\n\r\n"},
	{"interim responses first", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Bearer\r\n\r\n"},
	{"an empty field, and one with only commas", "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate:\r\nWWW-Authenticate: , ,\r\n\r\n"},
	{"a 401 without a challenge", "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n"},
	{"a field of 60 KiB", "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"" + strings.Repeat("x", 60<<10) + "\"\r\n\r\n"},
	{"a tab after the scheme, and whitespace around the value", "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: \t Basic\trealm=\"x\" \t\r\n\r\n"},
	{"a body that looks like a response", "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"x\"\r\nContent-Length: 20\r\n\r\nWWW-Authenticate: A\n"},
	{"two spaces in the status line", "HTTP/1.1  401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"x\"\r\n\r\n"},
	{"an unknown status", "HTTP/1.1 999 No\r\nWWW-Authenticate: Basic realm=\"x\"\r\n\r\n"},
	{"bytes before the response", "\r\nHTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"x\"\r\n\r\n"},
	{"SSH", "SSH-2.0-OpenSSH_9.6\r\n"},
	{"nothing", ""},
}

// TestWire compares what "curl -si URL | wwwauth" and "wwwauth get URL" say about the same server, for the broken
// servers, which docs/WIRE.md has a row for, and for all captures.
func TestWire(t *testing.T) {
	curl, err := exec.LookPath("curl")
	if err != nil {
		t.Skip("no curl")
	}
	type server struct {
		name   string
		answer []byte
	}
	var list []server
	for _, b := range brokenServers {
		list = append(list, server{b.name, []byte(b.answer)})
	}
	files, err := filepath.Glob(captures + "/*.http")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d captures, %v", len(files), err)
	}
	for _, file := range files {
		list = append(list, server{"testdata/captures/" + filepath.Base(file), readFile(t, file)})
	}
	var table strings.Builder
	for i, s := range list {
		url := rawtest.Serve(t, string(s.answer), false)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		piped, err := exec.CommandContext(ctx, curl, "-q", "-si", "--noproxy", "*", url).Output()
		cancel()
		got := saidOf(t, url, "", "get", url)
		var failed *exec.ExitError
		if len(piped) == 0 && errors.As(err, &failed) {
			// There is no response, which both curl and get say with an exit status.
			if got.exit != exitNetwork || len(got.objects) > 0 {
				t.Errorf("%s: curl has no response, get has %v", s.name, got)
			}
			fmt.Fprintf(&table, "| %s | no response; exit status %d of curl | %s |\n", s.name, failed.ExitCode(), got.cell())
			continue
		}
		want := saidOf(t, url, string(piped))
		// What curl does not report.
		got.stderr = strings.ReplaceAll(got.stderr, "wwwauth: the head of the response is incomplete\n", "")
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(said{})); diff != "" {
			t.Errorf("%s (-curl +get):\n%s", s.name, diff)
		}
		if i < len(brokenServers) {
			fmt.Fprintf(&table, "| %s | %s | %s |\n", s.name, want.cell(), got.cell())
		}
	}
	const page = "../../docs/WIRE.md"
	const head = "| the server sends | `curl -si URL \\| wwwauth` | `wwwauth get URL` |\n|---|---|---|\n"
	before, _, ok := strings.Cut(string(readFile(t, page)), head)
	if !ok {
		t.Fatal("the page has no table")
	}
	if text := before + head + table.String(); *update {
		if err := os.WriteFile(page, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	} else if diff := cmp.Diff(string(readFile(t, page)), text); diff != "" {
		t.Errorf("run with -update (-page +got):\n%s", diff)
	}
}

// said is what the command says about a server.
type said struct {
	exit    int
	objects []any // those of -json
	stderr  string
}

// saidOf runs the command with -json. It leaves out the request, which the output of curl -i does not show, and
// replaces the URL in commands by URL.
func saidOf(t *testing.T, url, stdin string, args ...string) (s said) {
	t.Helper()
	exit, stdout, stderr := runText(stdin, append(args, "-json")...)
	s.exit = exit
	for _, place := range []string{"line 1: ", "line 2: ", "line 3: "} {
		stderr = strings.ReplaceAll(stderr, place, "")
	}
	s.stderr = stderr
	for line := range strings.Lines(strings.ReplaceAll(stdout, url, "URL")) {
		var object map[string]any
		if err := json.Unmarshal([]byte(line), &object); err != nil {
			t.Fatal(err)
		}
		delete(object, "request")
		delete(object, "inputLine")
		s.objects = append(s.objects, object)
	}
	return s
}

// cell returns the text for the table.
func (s said) cell() string {
	var parts []string
	for _, o := range s.objects {
		o := o.(map[string]any)
		part := fmt.Sprint(o["status"], " ", o["field"], ", ", o["verdict"])
		for i, p := range o["problems"].([]any) {
			part += []string{": ", ", "}[min(i, 1)] + fmt.Sprint(p.(map[string]any)["code"])
		}
		parts = append(parts, part)
	}
	if len(parts) == 0 {
		parts = append(parts, strings.TrimSpace(strings.TrimPrefix(s.stderr, "wwwauth: ")))
	}
	return strings.ReplaceAll(strings.Join(parts, "; "), "|", `\|`) + "; exit status " + strconv.Itoa(s.exit)
}

// TestWireBeyondCurl checks that get reads responses that curl gives up on after printing what came before.
func TestWireBeyondCurl(t *testing.T) {
	for _, tt := range []struct {
		answer string
		exit   int
		stdout string // what it contains
	}{
		{"HTTP/1.1 401 Unauthorized\r\nX: a\x00b\r\nWWW-Authenticate: Basic realm=\"x\"\r\n\r\n", 0, "Basic"},
		{"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"a\x00b\"\r\n\r\n", 1, "control-byte"},
		{"HTTP/1.1 401 Unauthorized\r\nno colon\r\nWWW-Authenticate: Basic realm=\"x\"\r\n\r\n", 0, "Basic"},
		{"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"" + strings.Repeat("x", 900<<10) + "\"\r\n\r\n", 0, "Basic"},
	} {
		exit, stdout, stderr := runText("", "get", rawtest.Serve(t, tt.answer, false))
		if exit != tt.exit || !strings.Contains(stdout, tt.stdout) || stderr != "" {
			t.Errorf("%.100q: exit %d, %s%.1000s", tt.answer, exit, stderr, stdout)
		}
	}
	exit, stdout, stderr := runText("", "get", rawtest.Serve(t, "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\""+strings.Repeat("x", 1<<20)+"\"\r\n\r\n", false))
	if exit != 69 || stdout != "" || stderr != "wwwauth: no response: the head of the response is longer than 1 MiB\n" {
		t.Errorf("exit %d, %s%s", exit, stdout, stderr)
	}
}
