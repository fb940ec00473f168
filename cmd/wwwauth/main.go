// Wwwauth explains the challenges of an HTTP response: the contents of its WWW-Authenticate and
// Proxy-Authenticate fields, and finds out whether a client can sign in to a server. See
// docs/COMMAND.md, or run it with -h.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime"
	"slices"
	"strings"

	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/internal/secret"
	"github.com/seed-903fb8fe/wwwauth/lint"
)

func main() {
	ignorePipeSignal()
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Getenv))
}

const usage = `Usage: wwwauth [explain | fmt] [-json] [-redact] [VALUE | @FILE ...]
       wwwauth vet [-strict] [-status N] [-credentials none|SCHEME]
               [-profile mcp|registry] [-json | -format github] [-redact]
               [VALUE | @FILE ...]
       wwwauth get [-json] [-redact] [-X METHOD] [-H FIELD] [-d BODY] URL
       wwwauth probe [-json] [-redact] [-private] URL

Explains the challenges of an HTTP response, which its WWW-Authenticate and
Proxy-Authenticate fields hold.

  explain   what each challenge says, where it departs from RFC 9110, what a
            client should do next, and what the server should send (the default)
  fmt       the challenges in canonical form, one a line
  vet       what a server should not send: what breaks a standard (an error),
            and what clients are known not to understand (a warning)
  get       make one request without credentials, and explain the answer
  probe     go the way of an OAuth or MCP client from a request without
            credentials to the authorization server, and tell if it gets there

VALUEs are the field lines of one response, with or without the field name.
@FILE, or standard input if there is no argument or it is -, holds whole
responses as curl -i, curl -v, HTTPie, Postman or a trace of git show them,
or field lines, or values, one a line.

  -json     print each response as a JSON object on a line of its own
  -redact   hide token68 data, nonces, tickets and tokens, to show the output
            to others
  -strict   of vet: exit 1 on warnings too
  -status, -credentials, -profile
            of vet: the status of a response that comes without one; the scheme
            of the credentials in the request, or none; the kind of server
  -format github
            of vet: print annotations for a workflow of GitHub
  -X, -H, -d
            of get: the method, a header field (may be repeated), and a body, or
            @FILE that holds it, or @- for standard input
  -private  of probe: fetch metadata from private addresses too, and through
            the proxy of the environment
  -timeout  of get and probe: how long to wait for an answer, such as 3s (10s);
            probe as a whole takes at most five times as long
  -h        print this help

Exit status: 0 conforms, 1 readable after repair, 2 nothing readable, 3 no
challenge found; of several responses the largest counts. Of vet: 0 no error,
1 errors, 3 nothing to check. Of probe: 0 a client can sign in, 1 it cannot, 3
it need not. 64 wrong usage, 66 input that cannot be read, 69 no answer from
the network, 74 output that cannot be written.

Examples:
  wwwauth 'Bearer realm="example" error="invalid_token"'
  curl -si https://registry-1.docker.io/v2/ | wwwauth
  curl -sv https://localhost:9200 2>&1 | wwwauth -redact
  wwwauth -json @response.txt
  wwwauth fmt "Basic realm='My Home', Negotiate"
  wwwauth vet -strict -credentials none -profile mcp @response.txt
  wwwauth probe https://mcp.example.com/mcp
`

// The exit codes beyond those of a reading, as sysexits.h has them.
const (
	exitUsage   = 64
	exitInput   = 66
	exitNetwork = 69
	exitOutput  = 74
)

// commands holds the words that may come first. Without one it is explain.
var commands = []struct {
	name string
	run  func(e env, args []string) int
}{
	{"explain", func(e env, args []string) int { return e.read(args, explain) }},
	{"fmt", func(e env, args []string) int { return e.read(args, format) }},
	{"vet", env.vet},
	{"get", env.get},
	{"probe", env.probe},
	{"help", func(e env, args []string) int { return e.help() }},
}

// env is what the command has of the world around it.
type env struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	getenv         func(string) string
}

func run(args []string, stdin io.Reader, stdout, stderr io.Writer, getenv func(string) string) int {
	e := env{stdin, stdout, stderr, getenv}
	// The first word that is no flag; "-" is a file.
	first := slices.IndexFunc(args, func(s string) bool { return !strings.HasPrefix(s, "-") })
	for _, c := range commands {
		if first < 0 || args[first] != c.name || slices.Contains(args[:first], "--") {
			continue
		}
		if first > 0 {
			return e.wrongUsage(c.name + " must come first")
		}
		return c.run(e, args[1:])
	}
	return e.read(args, explain)
}

func (e env) help() int {
	if _, err := io.WriteString(e.stdout, usage); err != nil {
		fmt.Fprintf(e.stderr, "wwwauth: %v\n", err)
		return exitOutput
	}
	return 0
}

// wrongUsage says what is wrong with the arguments.
func (e env) wrongUsage(message string) int {
	fmt.Fprintf(e.stderr, "wwwauth: %s\nRun wwwauth -h for help.\n", safe(message))
	return exitUsage
}

// read finds the responses in the arguments, or in standard input, and has each of them printed.
func (e env) read(args []string, print printFunc) int {
	p := printer{env: e, print: print, worst: -1}
	return p.read(args, p.flags())
}

// read does so, after it has parsed the flags in the arguments.
func (p *printer) read(args []string, flags *flag.FlagSet) int {
	operands, err := parseFlags(flags, args)
	if errors.Is(err, flag.ErrHelp) {
		return p.help()
	}
	if err != nil {
		return p.wrongUsage(err.Error())
	}
	if p.vetting != nil && p.vetting.github && p.json {
		return p.wrongUsage("either -json or -format github")
	}
	p.setOutput()

	var values, files []string
	for _, s := range operands {
		switch {
		case s == "-":
			files = append(files, s)
		case s == "@":
			return p.wrongUsage("@ without a file name")
		case strings.HasPrefix(s, "@"):
			files = append(files, s[1:])
		default:
			values = append(values, s)
		}
	}
	if len(operands) == 0 {
		files = []string{"-"}
	}
	p.named = len(files) > 1 || len(files) > 0 && len(values) > 0

	if len(values) > 0 {
		p.hint(values)
		for _, r := range valuesResponses(values, p.vetting.assumed()) {
			if err := p.report("", r); err != nil {
				return p.failed("", err)
			}
		}
	}
	for _, name := range files {
		if err := p.readFile(name); err != nil {
			code := p.failed(name, err)
			if code != exitInput {
				return code
			}
			p.unreadable = true
		}
	}
	if p.unreadable {
		return exitInput
	}
	return p.worst
}

// flags returns the flags that all commands have.
func (p *printer) flags() *flag.FlagSet {
	flags := flag.NewFlagSet("wwwauth", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.BoolVar(&p.json, "json", false, "")
	flags.BoolVar(&p.redact, "redact", false, "")
	return flags
}

// setOutput looks how standard output is to be written.
func (p *printer) setOutput() {
	p.terminal = isTerminal(p.stdout)
	p.colour = p.terminal && wantsColour(p.getenv)
}

// parseFlags parses the flags in args, which may stand before, between and after the operands, and
// returns the operands. After "--" there are only operands.
func parseFlags(flags *flag.FlagSet, args []string) (operands []string, err error) {
	for {
		if err := flags.Parse(args); err != nil {
			return nil, err
		}
		rest := flags.Args()
		if n := len(args) - len(rest); n > 0 && args[n-1] == "--" {
			return append(operands, rest...), nil
		}
		if len(rest) == 0 {
			return operands, nil
		}
		operands, args = append(operands, rest[0]), rest[1:]
	}
}

// A reading is a response with what Parse makes of its lines.
type reading struct {
	response
	challenges []wwwauth.Challenge
	problems   wwwauth.ErrorList
	views      []view         // of the challenges
	findings   []lint.Finding // of the lines as they were sent, before anything was hidden
}

func newReading(r response) reading {
	cs, err := wwwauth.Parse(r.lines...)
	problems, _ := err.(wwwauth.ErrorList)
	views := make([]view, len(cs))
	for i, c := range cs {
		views[i] = newView(c)
	}
	return reading{r, cs, problems, views, nil}
}

// redact returns the reading with what may be a secret hidden in it. Two secrets that differ may be the same
// then, so it still knows which did.
func (r reading) redact(given *secret.Given) reading {
	hidden := r.response
	hidden.lines = nil
	for _, line := range r.lines {
		hidden.lines = append(hidden.lines, given.Hide(line))
	}
	hidden.lines = secret.Lines(hidden.lines)
	hidden.redacted = !slices.Equal(hidden.lines, r.lines)
	redacted := newReading(hidden)
	redacted.findings = r.findings
	for i := range redacted.views[:min(len(redacted.views), len(r.views))] {
		if len(r.views[i].differs) == len(redacted.views[i].differs) {
			redacted.views[i].differs = r.views[i].differs
		}
	}
	return redacted
}

// verdict returns the exit code for the response.
func (r reading) verdict() int {
	switch {
	case len(r.challenges) == 0 && len(r.problems) == 0:
		return 3
	case len(r.challenges) == 0:
		return 2
	case len(r.problems) > 0:
		return 1
	}
	return 0
}

// A printFunc writes what a command has to say of a response to b.
type printFunc func(p *printer, b *bytes.Buffer, r reading)

// A printer prints responses, one after the other.
type printer struct {
	env
	print        printFunc
	json, redact bool
	given        secret.Given // what get was given to send
	vetting      *vetting     // of the command vet; nil for the others
	terminal     bool         // standard output is one
	colour       bool
	named        bool // there are several inputs, so each response is printed with the name of its own

	printed    int  // responses
	worst      int  // verdict of those, -1 before the first
	unreadable bool // an input could not be read, or a response in it
}

// hint says what values most likely should have been, if they can hardly be challenges.
func (p *printer) hint(values []string) {
	for _, s := range values {
		if strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://") {
			p.warn("", "a URL is read as a value, and not fetched; wwwauth get URL explains the answer")
		} else if info, err := os.Stat(s); err == nil && info.Mode().IsRegular() {
			p.warn(s, "read as a value, not as the file of this name; that is @"+safe(s))
		}
	}
}

// readFile prints the responses of a file, or of standard input, whose name is "-".
//
// A response without a challenge field is left out unless it is a 401 or 407, or the only one: what
// comes before the refusal, a redirect or the answer of a proxy, is of no interest.
func (p *printer) readFile(name string) error {
	in := p.stdin
	if name == "-" {
		if isTerminal(p.stdin) && isTerminal(p.stderr) {
			fmt.Fprintln(p.stderr, "wwwauth: reading standard input: paste a response, then end the input")
		}
	} else {
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		in = f
	}
	printed, unreadable := p.printed, false
	var only *response // without a challenge field
	seen := 0
	err := readResponses(in, p.vetting.assumed(), func(r response) error {
		seen++
		if len(r.lines) > 0 || r.status == 401 || r.status == 407 {
			return p.report(name, r)
		}
		only = &r
		return nil
	}, func(lost error) {
		unreadable, p.unreadable = true, true
		p.warn(name, lost.Error())
	})
	switch {
	case err != nil || p.printed > printed || unreadable:
		return err
	case seen == 1:
		return p.report(name, *only)
	case seen == 0 && demanded(p.vetting.assumed()) != "":
		status := p.vetting.assumed()
		return p.report(name, response{at: 1, status: status, field: demanded(status)})
	}
	p.worst = max(p.worst, 3)
	p.warn(name, "no challenge found")
	return nil
}

// report prints one response of the input with the name, in one write: so that it is seen while the
// input goes on.
func (p *printer) report(name string, r response) error {
	r.source = name
	read := newReading(r)
	read.findings = p.vetting.check(r)
	if p.redact {
		read = read.redact(&p.given)
	}
	verdict := read.verdict()
	if p.vetting != nil {
		verdict = p.vetting.verdict(read)
	}
	p.worst = max(p.worst, verdict)
	var b bytes.Buffer
	switch {
	case p.json && p.vetting != nil:
		p.vetting.printJSON(&b, read)
	case p.json:
		printJSON(&b, read)
	default:
		p.print(p, &b, read)
	}
	p.printed++
	if _, err := p.stdout.Write(b.Bytes()); err != nil {
		return outputError{err}
	}
	return nil
}

// warn prints a message about the input with the name.
func (p *printer) warn(name, message string) {
	if name != "" && (p.named || name != "-") {
		message = safe(name) + ": " + message
	}
	fmt.Fprintf(p.stderr, "wwwauth: %s\n", message)
}

// An outputError wraps an error of standard output, to tell it from one of the input.
type outputError struct{ error }

// failed says why reading or printing has ended early, and returns the exit code. If the reader of a
// pipe has gone, as head does, nobody misses the rest.
func (p *printer) failed(name string, err error) int {
	var output outputError
	if errors.As(err, &output) {
		if isClosedPipe(output.error) {
			return max(p.worst, 0)
		}
		fmt.Fprintf(p.stderr, "wwwauth: %v\n", output.error)
		return exitOutput
	}
	var path *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		err = fs.ErrNotExist // each system has words of its own for it
	case errors.As(err, &path):
		err = path.Err
	}
	p.warn(name, err.Error())
	return exitInput
}

// isTerminal tells whether the file is a terminal, or another character device.
func isTerminal(file any) bool {
	f, ok := file.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// wantsColour tells whether a terminal shows colour and its user likes it (no-color.org). Older
// consoles of Windows show the escapes as text; the newer ones set WT_SESSION.
func wantsColour(getenv func(string) string) bool {
	if getenv("NO_COLOR") != "" || getenv("TERM") == "dumb" {
		return false
	}
	return runtime.GOOS != "windows" || slices.ContainsFunc([]string{"WT_SESSION", "TERM"}, func(name string) bool {
		return getenv(name) != ""
	})
}
