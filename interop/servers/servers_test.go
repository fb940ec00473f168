//go:build unix

// Package servers reads what real servers send: Parse must read what they mean, and the command must
// say in words where they depart from the RFC. docs/SERVERS.md has what they send; to write it,
//
//	NIGHTLY=1 go test ./servers -update
package servers

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/interop/tables"
)

const page = "../../docs/SERVERS.md"

// command is the program wwwauth, built for the tests.
var command string

func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "wwwauth")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	command = filepath.Join(dir, "wwwauth")
	build := exec.Command("go", "build", "-o", command, "./cmd/wwwauth")
	build.Dir = "../.."
	if out, err := build.CombinedOutput(); err != nil {
		log.Printf("go build: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

// The realms that each server is configured with.
const (
	plain     = "Private Area"
	quotes    = `say "hi"`
	backslash = `DOM\user`
	comma     = "a, Basic realm=b"
	utf8      = "Grüße ☃"
	latin1    = "Gr\xfc\xdfe"
	injection = `a", charset="UTF-8`
)

// Why a server's line is not what it should be.
const (
	rawQuotes    = "The server sends the quotes of the realm without a backslash. Parse reads them as part of the value, and reports them."
	rawBackslash = "The server does not double the backslash of the realm. By RFC 9110, which Parse follows, it stands for the character after it."
	rawInjection = "The server sends the quotes of the realm without backslashes. The result is a valid line with another meaning, so no parser can notice."
)

// why explains the most common faults: those of servers that send the realm as it is.
func why(realm string) string {
	switch realm {
	case quotes:
		return rawQuotes
	case backslash:
		return rawBackslash
	case injection:
		return rawInjection
	}
	return ""
}

// A server is one that runs.
type server struct {
	program, version string
	table            string
}

// A request is what a case asks a server, and what the server was configured to answer.
type request struct {
	name   string // how the server is configured
	port   int
	target string // of the request line
	header string // more lines of the head of the request
	want   []wwwauth.Challenge
	note   string // why it sends something else
}

// basic returns the challenge that a server means which is configured with a realm.
func basic(realm string) []wwwauth.Challenge {
	return []wwwauth.Challenge{wwwauth.NewChallenge("Basic", "realm", realm)}
}

// check makes all requests, and holds what comes back against the table.
func (s server) check(t *testing.T, requests ...request) {
	t.Helper()
	var rows []tables.Row
	for _, r := range requests {
		raw := ask(t, r)
		if r.header == "" && strings.HasPrefix(r.target, "/") {
			s.checkGet(t, r, raw)
		}
		row := tables.Row{Program: s.program, Version: s.version, Case: r.name, Cells: cells(t, r, raw)}
		rows = append(rows, row)
	}
	tables.Check(t, page, s.table, rows...)
}

// checkGet checks that wwwauth get reads from the server what it reads from the raw response, and that wwwauth probe
// knows that with Basic and Digest there is nothing to discover.
func (s server) checkGet(t *testing.T, r request, raw []byte) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "response")
	if err := os.WriteFile(path, raw, 0o666); err != nil {
		t.Fatal(err)
	}
	type reading struct {
		Status   int
		Field    string
		Verdict  string
		Lines    []string
		Problems []any
	}
	read := func(args ...string) (v reading) {
		out, _ := exec.Command(command, args...).Output() // the exit status says what was read
		if err := json.Unmarshal(out, &v); err != nil {
			t.Fatalf("wwwauth %q: %v\n%s", args, err, out)
		}
		for i, line := range v.Lines { // a nonce is another each time
			if j := strings.Index(line, `nonce="`); j >= 0 {
				v.Lines[i] = line[:j]
			}
		}
		for _, p := range v.Problems {
			delete(p.(map[string]any), "offset")
		}
		return v
	}
	url := fmt.Sprintf("http://127.0.0.1:%d%s", r.port, r.target)
	if got, want := read("get", "-json", url), read("-json", "@"+path); !reflect.DeepEqual(got, want) {
		t.Errorf("%s: get reads %v, want %v", r.name, got, want)
	}
	for _, c := range r.want {
		if !c.Is("Basic") && !c.Is("Digest") {
			return
		}
	}
	var probe struct{ World, Verdict string }
	out, err := exec.Command(command, "probe", "-json", url).Output()
	if err != nil || json.Unmarshal(out, &probe) != nil || probe.World != "password" || probe.Verdict != "can" {
		t.Errorf("%s: probe: %v, %s", r.name, err, out)
	}
}

// ask returns the raw response.
func ask(t *testing.T, r request) []byte {
	t.Helper()
	connection, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", r.port))
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	connection.SetDeadline(time.Now().Add(2 * time.Minute))
	fmt.Fprintf(connection, "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\n%s\r\n", r.target, r.port, r.header)
	raw, err := io.ReadAll(connection)
	if err != nil {
		t.Fatalf("%s: %v", r.name, err)
	}
	return raw
}

// cells checks a response, and returns what the table says of it: the lines, what is read, and the
// problems.
func cells(t *testing.T, r request, raw []byte) []tables.Cell {
	t.Helper()
	response, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(raw)), nil)
	if err != nil {
		t.Fatalf("%s: %v\n%q", r.name, err, raw)
	}
	field := "WWW-Authenticate"
	if response.StatusCode == http.StatusProxyAuthRequired {
		field = "Proxy-Authenticate"
	}
	lines := response.Header.Values(field)
	challenges, err := wwwauth.Parse(lines...)
	if len(challenges) == 0 {
		t.Fatalf("%s: no challenge in %q: %v", r.name, raw, err)
	}
	var problems wwwauth.ErrorList
	if err != nil && !errors.As(err, &problems) {
		t.Fatalf("%s: the error is no ErrorList: %v", r.name, err)
	}
	checkCommand(t, raw, lines, challenges, problems)

	var sent, read, departs []string
	for _, line := range lines {
		sent = append(sent, tables.Code(normal(line, challenges, r.port)))
	}
	for _, p := range problems {
		departs = append(departs, fmt.Sprintf("%v at %d", p.Code, p.Offset))
	}
	for i, c := range challenges {
		challenges[i] = normalChallenge(c, r.port)
		read = append(read, values(challenges[i]))
	}
	wrong := !reflect.DeepEqual(challenges, r.want)
	if !wrong {
		read = []string{"as configured"}
	}
	return []tables.Cell{
		{Text: strings.Join(sent, "<br>")},
		explained(strings.Join(read, "<br>"), wrong, r.note),
		explained(cmp.Or(strings.Join(departs, "<br>"), "–"), len(departs) > 0, r.note),
	}
}

// values shows what a challenge says, without quotes and backslashes that do not belong to it.
func values(c wwwauth.Challenge) string {
	words := []string{c.Scheme}
	for _, p := range c.Params {
		words = append(words, p.Name+" "+tables.Code(p.Value))
	}
	return strings.Join(words, " ")
}

func explained(text string, red bool, note string) tables.Cell {
	if !red {
		note = ""
	}
	return tables.Cell{Text: text, Red: red, Note: note}
}

// normal returns a line without what is new on each run.
func normal(line string, challenges []wwwauth.Challenge, port int) string {
	for _, c := range challenges {
		for _, secret := range []string{c.Get("nonce"), c.Token68} {
			if secret != "" {
				line = strings.ReplaceAll(line, secret, placeholder)
			}
		}
	}
	return strings.ReplaceAll(line, fmt.Sprintf(":%d", port), ":80")
}

const placeholder = "xxxx"

func normalChallenge(c wwwauth.Challenge, port int) wwwauth.Challenge {
	c.Params = slices.Clone(c.Params)
	for i := range c.Params {
		c.Params[i].Value = normal(c.Params[i].Value, []wwwauth.Challenge{c}, port)
	}
	c.Token68 = normal(c.Token68, []wwwauth.Challenge{c}, port)
	return c
}

// checkCommand checks that the command finds the same in the response, and says it in words.
func checkCommand(t *testing.T, raw []byte, lines []string, challenges []wwwauth.Challenge, problems wwwauth.ErrorList) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "response")
	if err := os.WriteFile(file, raw, 0o666); err != nil {
		t.Fatal(err)
	}
	want := 0
	if len(problems) > 0 {
		want = 1
	}

	stdout := output(t, want, "-json", "@"+file)
	var report struct {
		Lines       []string
		LinesBase64 [][]byte
		Challenges  []struct{ Scheme, Token68 string }
		Problems    []struct {
			Line, Offset, Challenge, Param int
			Code                           string
			Kept                           bool
		}
	}
	if err := json.Unmarshal([]byte(stdout), &report); err != nil {
		t.Fatalf("%v\n%s", err, stdout)
	}
	for i, b := range report.LinesBase64 {
		report.Lines[i] = string(b)
	}
	if !slices.Equal(report.Lines, lines) || len(report.Challenges) != len(challenges) || len(report.Problems) != len(problems) {
		t.Errorf("%q: the command finds %s", lines, stdout)
		return
	}
	for i, c := range report.Challenges {
		if c.Scheme != challenges[i].Scheme || c.Token68 != challenges[i].Token68 {
			t.Errorf("%q: the command has challenge %d as %+v", lines, i, c)
		}
	}
	for i, p := range report.Problems {
		if got := (wwwauth.SyntaxError{Line: p.Line, Offset: p.Offset, Code: problems[i].Code, Kept: p.Kept, Challenge: p.Challenge, Param: p.Param}); got != *problems[i] || p.Code != got.Code.String() {
			t.Errorf("%q: the command has problem %d as %+v, want %+v", lines, i, p, *problems[i])
		}
	}

	stdout = output(t, want, "@"+file)
	say := func(part string) {
		t.Helper()
		if !strings.Contains(stdout, part) {
			t.Errorf("%q: the command does not say %q:\n%s", lines, part, stdout)
		}
	}
	for _, c := range challenges {
		say(c.Scheme + "\n")
		for _, p := range c.Params {
			// What is not printable ASCII is shown in another way.
			if !strings.ContainsFunc(p.Value, func(c rune) bool { return c < ' ' || c > '~' }) && p.Value != "" {
				say("  " + p.Value)
			}
		}
	}
	if len(problems) == 0 {
		say("conforming to RFC 9110\n")
		return
	}
	say("readable after repair of ")
	for _, p := range problems {
		say("  " + p.Code.String() + "  field line ")
		say(fmt.Sprint(p.Offset + 1))
	}
	for _, part := range []string{"Wrong:", "Read:", "Instead:", "See:", "^"} {
		say(part)
	}
}

// output runs the command, which must exit with the code.
func output(t *testing.T, code int, args ...string) string {
	t.Helper()
	cmd := exec.Command(command, args...)
	stdout, err := cmd.Output()
	if cmd.ProcessState == nil || cmd.ProcessState.ExitCode() != code {
		t.Errorf("wwwauth %q: %v, want exit code %d", args, err, code)
	}
	return string(stdout)
}

// file writes a file for a server, into a folder that every user can read, and returns its path.
func file(t *testing.T, dir, name, format string, args ...any) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, fmt.Appendf(nil, format, args...), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}
