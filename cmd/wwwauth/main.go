// Wwwauth explains the challenges of an HTTP response: the contents of its WWW-Authenticate and
// Proxy-Authenticate fields, and finds out whether a client can sign in to a server. See
// docs/COMMAND.md, or run it with -h.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/seed-903fb8fe/wwwauth/internal/known"
	"github.com/seed-903fb8fe/wwwauth/internal/layout"
)

func main() {
	ignorePipeSignal()
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Getenv))
}

const usage = `Usage: wwwauth [explain] [-for client|server] [-short] [-json] [-redact]
               [VALUE | @FILE ...]
       wwwauth fmt [-json] [-redact] [VALUE | @FILE ...]
       wwwauth vet [-strict] [-status N] [-credentials none|SCHEME]
               [-profile mcp|registry] [-json | -format github] [-redact]
               [VALUE | @FILE ...]
       wwwauth get [-X METHOD] [-H FIELD] [-d BODY] [flags of explain] URL
       wwwauth probe [-json] [-redact] [-private] URL

Explains the authentication challenges of an HTTP response: the contents of
its WWW-Authenticate and Proxy-Authenticate fields.

  explain   what each challenge means, where it departs from RFC 9110, what a
            client should do next, and what the server should send (the default)
  fmt       the challenges in canonical form, one per line
  vet       what a server should not send: what breaks a standard (an error),
            and what known clients do not understand (a warning)
  get       make one request, and explain the answer
  probe     take the way of an OAuth or MCP client from a request without
            credentials to the authorization server, and say whether it arrives

VALUEs are the field lines of one response, with or without the field name.
@FILE, or standard input if there is no argument or it is -, is a text that
holds responses or fields in any form in which a program prints them: curl, git,
HTTPie, browsers, logs, HAR, JSON, dumps of Python, Node and Go, and others.

  -for      client: what to do next; server: what to change
  -short    a few lines; with -json, only what was read
  -json     print each response as a JSON object on a line of its own
  -redact   hide secrets, to show the output to others
  -strict   of vet: exit 1 on warnings too
  -status, -credentials, -profile
            of vet: the status of a response that comes without one; the scheme
            of the credentials in the request, or none; the kind of server
  -format github
            of vet: print annotations for a GitHub workflow
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
  wwwauth -for server @response.txt
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

// A command is a word that may come first, and what it does.
type command struct {
	name string
	run  func(e env, args []string) int
}

// commands returns all commands. Without one it is the first.
func commands() []command {
	return []command{
		{"explain", env.explain},
		{"fmt", env.format},
		{"vet", env.vet},
		{"get", env.get},
		{"probe", env.probe},
		{"help", func(e env, _ []string) int { return e.help() }},
	}
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
	for _, c := range commands() {
		if first < 0 || args[first] != c.name || slices.Contains(args[:first], "--") {
			continue
		}
		if first > 0 {
			return e.wrongUsage(c.name + " must come first")
		}
		return c.run(e, args[1:])
	}
	return e.explain(args)
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
	fmt.Fprintf(e.stderr, "wwwauth: %s\nRun wwwauth -h for help.\n", layout.Safe(message))
	return exitUsage
}

// parseFlags parses the flags in args, which may stand before, between and after the operands, and
// returns the operands. After "--" there are only operands.
func parseFlags(flags *flag.FlagSet, args []string) (operands []string, err error) {
	for {
		if err := flags.Parse(args); err != nil {
			return nil, meant(flags, err)
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

// meant adds to the error about an unknown flag which one was most likely meant.
func meant(flags *flag.FlagSet, err error) error {
	name, ok := strings.CutPrefix(err.Error(), "flag provided but not defined: -")
	if !ok {
		return err
	}
	var names []string
	flags.VisitAll(func(f *flag.Flag) { names = append(names, f.Name) })
	if near := known.Near(name, names); near != "" {
		return fmt.Errorf("%w; did you mean -%s?", err, near)
	}
	return err
}
