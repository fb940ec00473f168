package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/modelcontextprotocol/go-sdk/oauthex"
	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/interop/parsers"
	"github.com/seed-903fb8fe/wwwauth/lint"
)

// This file measures what users do besides parsing a few lines: reading the lines of real servers, making and reading
// views, linting, and running the command.

// mcpScope is mcp with the scope that most such challenges have.
const mcpScope = `Bearer realm="example", scope="files:read files:write", error="invalid_token", error_description="The access token expired", resource_metadata="https://example.com/.well-known/oauth-protected-resource/mcp"`

// A call is what a program does with field lines.
type call struct {
	name string
	loop func(n int)
}

// over returns a call that does something with the lines of each response in turn, so that the branch
// predictor cannot learn them.
func over(name string, responses [][]string, do func(lines []string)) call {
	return call{name, func(n int) {
		for range n {
			for _, lines := range responses {
				do(lines)
			}
		}
	}}
}

// userRows returns the rows besides the workloads, and a function that removes their files.
func userRows(only string) (rows []*row, clean func(), err error) {
	clean = func() {}
	good, broken, err := wild()
	if err != nil {
		return nil, clean, err
	}
	add := func(input string, lines, calls int, subject, unit call) {
		if strings.Contains(input, only) || strings.Contains(subject.name, only) {
			rows = append(rows, &row{Table: usersTable, Input: input, Subject: subject.name, Unit: unit.name,
				meter: &meter{loop: subject.loop, yardstick: unit.loop, lines: lines, most: calls}})
		}
	}
	var parser wwwauth.Parser
	parse := func(lines []string) { wwwauth.Parse(lines...) }
	reparse := func(lines []string) { parser.Parse(lines...) }
	table := func(lines []string) {
		for _, line := range lines {
			classTable(line)
		}
	}

	// Real lines.
	for _, real := range []struct {
		name      string
		responses [][]string
	}{{"conforming lines", good}, {"broken lines", broken}} {
		n := len(real.responses)
		unit := over("class table", real.responses, table)
		parse := over("Parse", real.responses, parse)
		add(real.name, n, 0, parse, unit)
		add(real.name, n, 0, over("Parser.Parse", real.responses, reparse), unit)
		i := slices.IndexFunc(parsers.All, func(p parsers.Parser) bool { return p.Name == "httpheader" })
		var loops []func(n int)
		for _, lines := range real.responses {
			loops = append(loops, parsers.All[i].Loop(lines))
		}
		add(real.name, n, 0, parse, call{"httpheader", func(n int) {
			for range n {
				for _, loop := range loops {
					loop(1)
				}
			}
		}})
		var messages []lint.Message
		for _, lines := range real.responses {
			messages = append(messages, lint.Lines(lines...))
		}
		add(real.name, n, 0, call{"lint.Check", func(n int) {
			for range n {
				for _, m := range messages {
					lint.Check(m)
				}
			}
		}}, parse)
	}

	// One line, with something long in different places.
	for _, line := range longLines() {
		responses := [][]string{{line.text}}
		add(line.name, 1, 0, over("Parse", responses, parse), over("class table", responses, table))
	}

	// Views.
	for _, line := range []struct{ name, text string }{{"mcp", mcp}, {"mcp with a scope", mcpScope}} {
		responses := [][]string{{line.text}}
		unit := over("Parse", responses, parse)
		cs, err := wwwauth.Parse(line.text)
		if err != nil {
			return nil, clean, err
		}
		view, _ := cs[0].Bearer()
		add(line.name, 1, 0, over("Challenge.Bearer", responses, func([]string) { cs[0].Bearer() }), unit)
		add(line.name, 1, 0, over("Bearer.Challenge", responses, func([]string) { view.Challenge() }), unit)
		add(line.name, 1, 0, over("Challenge.Map", responses, func([]string) { cs[0].Map() }), unit)
		add(line.name, 1, 0, over("Parse, Challenge.Bearer", responses, func(lines []string) {
			cs, _ := wwwauth.Parse(lines...)
			cs[0].Bearer()
		}), over("go-sdk, with look-ups", responses, sdkClient))
	}

	// The command, which is not run for other rows.
	if !strings.Contains("a log", only) && !strings.Contains("wwwauth -json", only) {
		return rows, clean, nil
	}
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return nil, clean, err
	}
	clean = func() { os.RemoveAll(dir) }
	command := filepath.Join(dir, "wwwauth")
	if out, err := exec.Command("go", "build", "-o", command, "github.com/seed-903fb8fe/wwwauth/cmd/wwwauth").CombinedOutput(); err != nil {
		return nil, clean, fmt.Errorf("go build: %w: %s", err, out)
	}
	for _, twin := range []bool{false, true} {
		input := fmt.Sprintf("a log of %d responses", logSize)
		if twin {
			input += ", no two equal"
		}
		log, parsed, err := writeLog(dir, slices.Concat(good, broken), twin)
		if err != nil {
			return nil, clean, err
		}
		for _, args := range [][]string{{"-json", "-short"}, {"-json"}} {
			spent := new(time.Duration)
			before := len(rows)
			add(input, logSize, 1, call{"wwwauth " + strings.Join(args, " "), func(n int) {
				for range n {
					cmd := exec.Command(command, append(args, log)...)
					err := cmd.Run()                                                // its output goes nowhere
					if cmd.ProcessState == nil || cmd.ProcessState.ExitCode() > 3 { // up to there it says what was found
						panic(err)
					}
					*spent = (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()) / time.Duration(runtime.GOMAXPROCS(0))
				}
			}}, over("Parse", parsed, parse))
			for _, r := range rows[before:] {
				r.meter.spent = spent
			}
		}
	}
	return rows, clean, nil
}

// sdkClient does what a client of the MCP Go SDK does with a challenge: it takes the scope and the URL of the
// metadata from it. The SDK's own helpers for that are not exported.
func sdkClient(lines []string) {
	cs, _ := oauthex.ParseWWWAuthenticate(lines)
	for _, c := range cs {
		if c.Scheme == "bearer" && c.Params["resource_metadata"] != "" {
			break
		}
	}
	for _, c := range cs {
		if c.Scheme == "bearer" && len(strings.Fields(c.Params["scope"])) > 0 {
			break
		}
	}
}

// wild returns the lines of real servers, those of each response together.
func wild() (good, broken [][]string, err error) {
	for _, name := range []string{"wild.json", "captures.json"} {
		data, err := os.ReadFile(filepath.Join(root(), "testdata", "corpus", name))
		if err != nil {
			return nil, nil, err
		}
		var vectors []struct {
			Lines    []string
			Conforms bool
		}
		if err := json.Unmarshal(data, &vectors); err != nil {
			return nil, nil, err
		}
		for _, v := range vectors {
			for i, line := range v.Lines {
				var b []byte
				for _, r := range line { // every character is one byte
					b = append(b, byte(r))
				}
				v.Lines[i] = string(b)
			}
			if v.Conforms {
				good = append(good, v.Lines)
			} else {
				broken = append(broken, v.Lines)
			}
		}
	}
	return good, broken, nil
}

// root returns the directory of the root module, seen from interop or from here.
func root() string {
	if _, err := os.Stat("../testdata/corpus"); err == nil {
		return ".."
	}
	return "../.."
}

type named struct{ name, text string }

// longLines returns a token68 of 2 KiB in each alphabet and with each padding, and 64 KiB of commas in each
// place where they may be.
func longLines() (lines []named) {
	for _, alphabet := range []named{
		{"base64", "YII/x+9z"}, {"base64 without /", "YIIx+9zA"}, {"base64url", "YII-x_9z"}, {"hexadecimal", "0123abcd"},
	} {
		for padding := range 3 {
			token := strings.Repeat(alphabet.text, 256)[padding:] + strings.Repeat("=", padding)
			lines = append(lines, named{fmt.Sprintf("Negotiate, 2 KiB of %s, padding of %d", alphabet.name, padding), "Negotiate " + token})
		}
	}
	for _, separator := range []string{",", ", ", " ,\t"} {
		long := strings.Repeat(separator, size/len(separator))
		for _, place := range []named{
			{"before a challenge", long + "Bearer a=b"}, {"between two parameters", "Bearer a=b" + long + "c=d"},
			{"between two challenges", "Bearer a=b" + long + "Basic c=d"}, {"at the end", "Bearer a=b" + long},
		} {
			lines = append(lines, named{fmt.Sprintf("64 KiB of %q %s", separator, place.name), place.text})
		}
	}
	return lines
}

const logSize = 50_000

// writeLog writes a log with the lines of the responses in turn, without those with a line break, and returns its name
// and the lines in it. If no two responses should be equal, the lines are varied.
func writeLog(dir string, responses [][]string, unequal bool) (name string, parsed [][]string, err error) {
	responses = slices.DeleteFunc(slices.Clone(responses), func(lines []string) bool {
		return strings.ContainsAny(strings.Join(lines, ""), "\r\n\x00")
	})
	var b strings.Builder
	for i := range logSize {
		lines := responses[i%len(responses)]
		b.WriteString("HTTP/1.1 401 Unauthorized\r\nServer: example\r\n")
		if unequal {
			fmt.Fprintf(&b, "X-Request-Id: %d\r\n", i)
			lines = slices.Clone(lines)
			for k, line := range lines {
				lines[k] = varied(line, i)
			}
		}
		for _, line := range lines {
			fmt.Fprintf(&b, "WWW-Authenticate: %s\r\n", line)
		}
		b.WriteString("Content-Length: 0\r\n\r\n")
		parsed = append(parsed, lines)
	}
	name = filepath.Join(dir, fmt.Sprintf("log-%t", unequal))
	return name, parsed, os.WriteFile(name, []byte(b.String()), 0o600)
}

// varied returns the line with other digits in its quoted strings, as in nonces and times, and with a number in its
// realm, and in its URLs as the port.
func varied(line string, n int) string {
	var b strings.Builder
	quoted := false
	for i := range len(line) {
		c := line[i]
		switch {
		case c == '"':
			quoted = !quoted
		case quoted && c >= '0' && c <= '9':
			c = '0' + byte((int(c-'0')+n+i*(n>>3))%10)
		}
		b.WriteByte(c)
	}
	line = b.String()
	if host := strings.Index(line, "://") + 3; host > 2 {
		if end := strings.IndexAny(line[host:], `:/"?`); end > 0 && line[host+end] != ':' {
			return fmt.Sprintf("%s:%d%s", line[:host+end], 1024+n, line[host+end:])
		}
	} else if i := strings.Index(line, `realm="`) + 7; i > 6 {
		return fmt.Sprintf("%s%d %s", line[:i], n, line[i:])
	}
	return line
}
