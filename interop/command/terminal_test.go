//go:build unix

// Package command tests the command wwwauth in real terminals and shells, as its users run it.
package command

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/seed-903fb8fe/wwwauth/interop/programs"
)

// build returns the path of the command.
func build(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "wwwauth")
	if out, err := exec.Command("go", "build", "-o", path, "github.com/seed-903fb8fe/wwwauth/cmd/wwwauth").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return path
}

// A terminal is a tmux terminal, with a shell in it.
type terminal struct {
	t              *testing.T
	tmux, socket   string
	command        string
	columns, lines int
	started        int // lines
}

func newTerminal(t *testing.T, command string, columns int) *terminal {
	t.Helper()
	x := &terminal{t: t, tmux: programs.Find(t, "tmux"), socket: filepath.Join(t.TempDir(), "tmux"), command: command, columns: columns, lines: 1000}
	x.run("-f", "/dev/null", "new-session", "-d", "-s", "s", "-x", strconv.Itoa(columns), "-y", strconv.Itoa(x.lines),
		"env -u COLUMNS -u NO_COLOR LC_ALL=C.UTF-8 TERM=screen-256color PATH="+filepath.Dir(command)+":$PATH PS1= sh")
	t.Cleanup(func() { exec.Command(x.tmux, "-S", x.socket, "kill-server").Run() })
	// Without a trap, Ctrl-C ends the rest of the line if the command died of the signal, and does not if it exited.
	// Programs that the shell starts do not inherit the trap.
	x.screen("trap : INT")
	return x
}

func (x *terminal) run(args ...string) string {
	x.t.Helper()
	cmd := exec.Command(x.tmux, append([]string{"-u", "-S", x.socket}, args...)...)
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8")
	out, err := cmd.CombinedOutput()
	if err != nil {
		x.t.Fatalf("tmux %q: %v\n%s", args, err, out)
	}
	return string(out)
}

// start runs a line in the shell.
func (x *terminal) start(line string) {
	x.t.Helper()
	x.started++
	x.run("send-keys", "-t", "s", "-R") // await must not find what an earlier line has shown
	x.run("send-keys", "-t", "s", "-l", "stty -echo; clear; "+line+"; echo exit $?; "+x.tmux+" -S "+x.socket+" wait-for -S "+x.done())
	x.run("send-keys", "-t", "s", "Enter")
}

// done is the tmux channel that signals the end of the line that was started last.
func (x *terminal) done() string { return "done" + strconv.Itoa(x.started) }

// await waits until the terminal shows the text.
func (x *terminal) await(text string) {
	x.t.Helper()
	for end := time.Now().Add(time.Minute); !strings.Contains(x.run("capture-pane", "-p", "-t", "s"), text); {
		if time.Now().After(end) {
			x.t.Fatalf("the terminal does not show %q:\n%s", text, strings.TrimSpace(x.run("capture-pane", "-p", "-t", "s")))
		}
	}
}

// screen runs a line in the shell, waits until it has ended, and returns what the terminal shows then.
func (x *terminal) screen(line string, flags ...string) string {
	x.t.Helper()
	x.start(line)
	return x.end(flags...)
}

// end waits until the line has ended.
func (x *terminal) end(flags ...string) string {
	x.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if out, err := exec.CommandContext(ctx, x.tmux, "-S", x.socket, "wait-for", x.done()).CombinedOutput(); err != nil {
		x.t.Fatalf("the line has not ended: %v %s\n%s", err, out, strings.TrimSpace(x.run("capture-pane", "-p", "-t", "s")))
	}
	return strings.TrimRight(x.run(append([]string{"capture-pane", "-p", "-t", "s"}, flags...)...), "\n") + "\n"
}

// long is text that stays on one line at any width: a URL, a value, a command, an example.
func isLong(line string) bool {
	return len(strings.Fields(line)) <= 2 || strings.HasPrefix(line, "  Bearer ") || strings.HasPrefix(line, "  Basic ") ||
		strings.Contains(line, "curl ") || strings.HasPrefix(line, "  wwwauth ")
}

// TestWidth checks in a terminal of 40, 80 and 200 columns that text breaks before its edge and not on it, and that
// the width is that of the terminal.
func TestWidth(t *testing.T) {
	command := build(t)
	for _, columns := range []int{40, 80, 200} {
		x := newTerminal(t, command, columns)
		for _, line := range []string{
			`wwwauth 'Basic realm="security" charset="UTF-8"'`,
			`wwwauth 'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/alpine:pull"'`,
			"wwwauth -h", "wwwauth get -h", "wwwauth vet -h",
		} {
			shown := x.screen(line, "-J")
			widest := 0
			for s := range strings.Lines(shown) {
				s = strings.TrimRight(s, " \n")
				if n := len([]rune(s)); !isLong(s) {
					widest = max(widest, n)
				}
			}
			if widest > columns {
				t.Errorf("%d columns, %s: a line has %d\n%s", columns, line, widest, shown)
			}
			if want := min(columns, 80) * 3 / 4; widest < want {
				t.Errorf("%d columns, %s: no line has %d or more", columns, line, want)
			}
		}
	}
}

// TestCaret checks that the terminal shows a caret below the byte that it is about, after characters that are two
// columns wide, that combine, or that are not shown.
func TestCaret(t *testing.T) {
	command := build(t)
	for _, columns := range []int{40, 80, 200} {
		x := newTerminal(t, command, columns)
		for _, realm := range []string{"plain", "日本語", "e\u0301te\u0301", "한국어 ｆｕｌｌ", "a\u200bb", "\U0001f511 key", "שלום", strings.Repeat("漢字", 60)} {
			dir := t.TempDir()
			file := filepath.Join(dir, "in.txt")
			// The tilde is the only one in the line.
			if err := os.WriteFile(file, []byte("HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\""+realm+"\" ~\r\n\r\n"), 0o666); err != nil {
				t.Fatal(err)
			}
			lines := strings.Split(x.screen("wwwauth vet "+file), "\n")
			found := false
			for i, line := range lines[1:] {
				if strings.TrimSpace(line) != "^" {
					continue
				}
				above := lines[i]
				at := strings.Index(line, "^")
				// A finding about the realm points to its quote, the departure to the tilde.
				c := cell(above, at)
				found = found || c == "~"
				if c != "~" && c != `"` {
					t.Errorf("%d columns, %q: the caret is below %q\n%s\n%s", columns, realm, c, above, line)
				}
			}
			if !found {
				t.Errorf("%d columns, %q: no caret below the tilde\n%s", columns, realm, strings.Join(lines, "\n"))
			}
		}
	}
}

// cell returns the character in the column of a line, by the widths that wcwidth has for what this test shows.
func cell(line string, column int) string {
	at := 0
	for _, c := range line {
		if at == column {
			return string(c)
		}
		switch {
		case c >= 0x300 && c <= 0x36f, c == 0x200b: // combining, zero width
		case c >= 0x3040 && c <= 0x9fff, c >= 0xac00 && c <= 0xd7a3, c >= 0xff01 && c <= 0xff60, c >= 0x1f300 && c <= 0x1faff:
			at += 2
		default:
			at++
		}
	}
	return ""
}

// TestColour checks that a terminal gets colour, and what turns it off.
func TestColour(t *testing.T) {
	x := newTerminal(t, build(t), 80)
	for prefix, want := range map[string]bool{"": true, "NO_COLOR=1 ": false, "TERM=dumb ": false, "CLICOLOR=0 ": false} {
		if got := strings.Contains(x.screen(prefix+"wwwauth Basic", "-e"), "\x1b[1m"); got != want {
			t.Errorf("%s: %v", prefix, got)
		}
	}
	if got := strings.Contains(x.screen("wwwauth -color never Basic", "-e"), "\x1b[1m"); got {
		t.Error("-color never")
	}
	if got := strings.Contains(x.screen("wwwauth -color always Basic | cat", "-e"), "\x1b[1m"); !got {
		t.Error("-color always")
	}
}

// TestTyping checks what a user types at a terminal: a paste after the hint, a password that is not shown, and Ctrl-C.
func TestTyping(t *testing.T) {
	command := build(t)
	sent := make(chan string, 10)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/never" {
			sent <- "never"
			<-r.Context().Done()
			return
		}
		if user, password, ok := r.BasicAuth(); ok {
			sent <- user + " " + password
			return
		}
		w.Header().Set("WWW-Authenticate", `Basic realm="x"`)
		w.WriteHeader(401)
	}))
	defer server.Close()
	x := newTerminal(t, command, 80)

	x.start("wwwauth")
	x.await("press Ctrl-D")
	x.run("send-keys", "-t", "s", "-l", "WWW-Authenticate: Negotiate")
	x.run("send-keys", "-t", "s", "Enter", "C-d")
	if shown := x.end(); !strings.Contains(shown, "1 challenge, conforming to RFC 9110") || !strings.Contains(shown, "exit 0") {
		t.Error(shown)
	}
	if shown := x.screen("wwwauth < /dev/null"); strings.Contains(shown, "Ctrl-D") {
		t.Error(shown)
	}

	x.start("stty echo; wwwauth get -u joe " + server.URL + "; stty -a")
	x.await("Password of joe:")
	x.run("send-keys", "-t", "s", "-l", "open sesame")
	x.run("send-keys", "-t", "s", "Enter")
	if shown := x.end(); strings.Contains(shown, "sesame") || !strings.Contains(shown, "200: the server accepts the credentials.") || !strings.Contains(shown, " echo ") {
		t.Error(shown)
	}
	if got := <-sent; got != "joe open sesame" {
		t.Error(got)
	}

	x.start("stty echo; wwwauth get -u joe " + server.URL + "; stty -a")
	x.await("Password of joe:")
	x.run("send-keys", "-t", "s", "C-c")
	if shown := x.end(); !strings.Contains(shown, " echo ") {
		t.Errorf("the terminal no longer shows what is typed:\n%s", shown)
	}

	x.start("wwwauth get " + server.URL + "/never")
	<-sent
	x.await("waiting for 127.0.0.1")
	x.run("send-keys", "-t", "s", "C-c")
	if shown := x.end(); !strings.Contains(shown, "exit 130") {
		t.Error(shown)
	}
}

// TestSurveyProgress checks that a terminal shows how far a survey is, and that Ctrl-C replaces that by the table.
func TestSurveyProgress(t *testing.T) {
	x := newTerminal(t, build(t), 80)
	// The input ends with Ctrl-D, after the survey.
	x.start(`(trap "" INT; printf "HTTP/1.1 401 Unauthorized\r\n\r\n"; cat) | wwwauth survey`)
	x.await("0 of 1 files, ")
	x.run("send-keys", "-t", "s", "C-c")
	x.await("interrupted; the table has what was counted until then")
	x.run("send-keys", "-t", "s", "C-d")
	if shown := x.end(); strings.Contains(shown, "0 of 1 files") || !strings.Contains(shown, "Responses") || !strings.Contains(shown, "exit 130") {
		t.Error(shown)
	}
}

// TestShells checks that each shell accepts its completion script, and that bash completes what the script says.
func TestShells(t *testing.T) {
	command := build(t)
	script := func(shell string) string {
		out, err := exec.Command(command, "completion", shell).Output()
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(t.TempDir(), "completion")
		if err := os.WriteFile(file, out, 0o666); err != nil {
			t.Fatal(err)
		}
		return file
	}
	t.Run("bash", func(t *testing.T) {
		bash, file := programs.Find(t, "bash"), script("bash")
		for words, want := range map[string]string{
			"wwwauth pro":                  "probe",
			"wwwauth probe -mark":          "-markdown",
			"wwwauth vet -profile m":       "mcp",
			"wwwauth -for s":               "server",
			"wwwauth get --cac":            "",
			"wwwauth completion z":         "zsh",
			"wwwauth -color ":              "always auto never",
			"wwwauth help ver":             "version",
			"wwwauth get -L -X POST -reda": "-redact",
		} {
			list := strings.Split(words, " ")
			line := `source ` + file + `; COMP_WORDS=(` + strings.Join(list[:len(list)-1], " ") + ` "` + list[len(list)-1] + `"); COMP_CWORD=` + strconv.Itoa(len(list)-1) + `; _wwwauth; printf '%s\n' "${COMPREPLY[@]}" | sort`
			out, err := exec.Command(bash, "--norc", "-c", line).CombinedOutput()
			if got := strings.Join(strings.Fields(string(out)), " "); err != nil || got != want {
				t.Errorf("%q: %q, %v; want %q", words, got, err, want)
			}
		}
	})
	t.Run("fish", func(t *testing.T) {
		fish, file := programs.Find(t, "fish"), script("fish")
		for words, want := range map[string]string{
			"wwwauth pro":            "probe",
			"wwwauth probe -mark":    "-markdown",
			"wwwauth vet -profile m": "mcp",
			"wwwauth completion z":   "zsh",
		} {
			cmd := exec.Command(fish, "--no-config", "-c", "source "+file+"; complete -C '"+words+"'")
			cmd.Env = append(os.Environ(), "PATH="+filepath.Dir(command)+":"+os.Getenv("PATH"), "HOME="+t.TempDir())
			out, err := cmd.CombinedOutput()
			first, _, _ := strings.Cut(string(out), "\t")
			if got := strings.TrimSpace(first); err != nil || got != want {
				t.Errorf("%q: %q, %v; want %q", words, out, err, want)
			}
		}
	})
	t.Run("zsh", func(t *testing.T) {
		zsh, file := programs.Find(t, "zsh"), script("zsh")
		out, err := exec.Command(zsh, "-f", "-c", "autoload -U compinit; compinit -u -D; source "+file+"; print $_comps[wwwauth]").CombinedOutput()
		if err != nil || strings.TrimSpace(string(out)) != "_wwwauth" {
			t.Errorf("%v: %s", err, out)
		}
	})
}

// TestManPage checks that mandoc finds no fault in the manual page that a reader would see, and that man shows each flag
// of each command.
func TestManPage(t *testing.T) {
	command := build(t)
	page, err := exec.Command(command, "man").Output()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "wwwauth.1")
	if err := os.WriteFile(file, page, 0o666); err != nil {
		t.Fatal(err)
	}
	mandoc := programs.Find(t, "mandoc")
	if out, err := exec.Command(mandoc, "-T", "lint", "-W", "warning", file).CombinedOutput(); err != nil {
		for line := range strings.Lines(string(out)) {
			if !strings.Contains(line, "missing date") { // a page without a date is the same whenever it is made
				t.Error(line)
			}
		}
	}
	out, err := exec.Command(mandoc, "-T", "ascii", file).Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"WWWAUTH(1)", "-cacert FILE", "-for client|server", "-markdown", "curl -si https://registry-1.docker.io/v2/ | wwwauth"} {
		plain := string(out)
		for i := strings.IndexByte(plain, '\b'); i > 0; i = strings.IndexByte(plain, '\b') { // bold: each letter twice
			plain = plain[:i-1] + plain[i+1:]
		}
		if !strings.Contains(plain, want) {
			t.Errorf("no %q", want)
		}
	}
}
