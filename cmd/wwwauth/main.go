package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/seed-903fb8fe/wwwauth/internal/known"
	"github.com/seed-903fb8fe/wwwauth/internal/layout"
	"github.com/seed-903fb8fe/wwwauth/internal/terminal"
)

func main() {
	ignorePipeSignal()
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Getenv))
}

// gcPercent is what GOGC is if the environment has none. So little is in use that the collector would hardly pause: a log
// took a tenth longer.
const gcPercent = 400

// The exit codes beyond those of a report.Verdict, as in sysexits.h.
const (
	exitUsage   = 64
	exitInput   = 66
	exitNetwork = 69
	exitOutput  = 74
)

// env is the environment of the command.
type env struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	getenv         func(string) string
}

func run(args []string, stdin io.Reader, stdout, stderr io.Writer, getenv func(string) string) int {
	e := env{stdin, stdout, stderr, getenv}
	// The first word that is not a flag; "-" is a file.
	first := slices.IndexFunc(args, func(s string) bool { return !strings.HasPrefix(s, "-") })
	c := commands()[0]
	if first >= 0 && !slices.Contains(args[:first], "--") {
		if named, ok := find(args[first]); ok {
			if first > 0 {
				return e.wrongUsage(named.name + " must come first")
			}
			c, args = named, args[1:]
		}
	}
	if len(args) == 1 && strings.TrimLeft(args[0], "-") == "version" && args[0] != "version" {
		c, args = must(find("version")), nil
	}
	flags, run := c.start(e)
	operands, err := parseFlags(flags, args)
	switch {
	case errors.Is(err, flag.ErrHelp) && first < 0:
		return e.print(appendOverview(nil, e.page()))
	case errors.Is(err, flag.ErrHelp):
		return e.print(c.appendHelp(nil, e.page()))
	case err != nil:
		return e.wrongUsage(err.Error())
	}
	return run(operands)
}

// must returns a command that exists.
func must(c command, _ bool) command { return c }

// newFlags returns an empty set of flags.
func newFlags() *flag.FlagSet {
	flags := flag.NewFlagSet("wwwauth", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.Usage = func() {}
	return flags
}

// page returns the page that help is laid out for.
func (e env) page() layout.Page {
	return layout.Page{Width: min(terminal.Width(e.stdout, e.getenv), 80), Colour: terminal.Colour(terminal.Auto, e.stdout, e.getenv)}
}

// print prints text that is neither a report nor a message.
func (e env) print(b []byte) int {
	if _, err := e.stdout.Write(b); err != nil && !isClosedPipe(err) {
		fmt.Fprintf(e.stderr, "wwwauth: %v\n", err)
		return exitOutput
	}
	return 0
}

// help is the command of that name.
func (e env) help() (*flag.FlagSet, runner) {
	return newFlags(), func(operands []string) int {
		if len(operands) == 0 {
			return e.print(appendOverview(nil, e.page()))
		}
		c, ok := find(operands[0])
		if !ok {
			message := "there is no command " + operands[0]
			if near := known.Near(operands[0], names()); near != "" {
				message += "; did you mean " + near + "?"
			}
			return e.wrongUsage(message)
		}
		return e.print(c.appendHelp(nil, e.page()))
	}
}

// wrongUsage says what is wrong with the arguments.
func (e env) wrongUsage(message string) int {
	fmt.Fprintf(e.stderr, "wwwauth: %s\nRun wwwauth -h for help.\n", layout.Safe(message))
	return exitUsage
}

// parseFlags parses the flags in args, which may come before, between and after the operands, and
// returns the operands. After "--" there are only operands.
func parseFlags(flags *flag.FlagSet, args []string) (operands []string, err error) {
	args = splitFlags(flags, args)
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

// splitFlags separates flags of one letter that are written as one, such as -kL, -XPUT and -ujoe.
func splitFlags(flags *flag.FlagSet, args []string) (list []string) {
	for i, arg := range args {
		if arg == "--" {
			return append(list, args[i:]...)
		}
		name, _, _ := strings.Cut(strings.TrimPrefix(arg, "-"), "=")
		if len(arg) < 3 || arg[0] != '-' || arg[1] == '-' || flags.Lookup(name) != nil || i > 0 && takesValue(flags, args[i-1]) {
			list = append(list, arg)
			continue
		}
		var parts []string
		rest := arg[1:]
		for rest != "" {
			f := flags.Lookup(rest[:1])
			if f == nil {
				parts = []string{arg}
				break
			}
			parts = append(parts, "-"+rest[:1])
			rest = rest[1:]
			if !isBool(f) && rest != "" {
				parts, rest = append(parts, rest), ""
			}
		}
		list = append(list, parts...)
	}
	return list
}

// takesValue reports whether the argument is a flag whose value is the next argument.
func takesValue(flags *flag.FlagSet, arg string) bool {
	f := flags.Lookup(strings.TrimPrefix(strings.TrimPrefix(arg, "-"), "-"))
	return strings.HasPrefix(arg, "-") && f != nil && !isBool(f)
}

func isBool(f *flag.Flag) bool {
	b, ok := f.Value.(interface{ IsBoolFlag() bool })
	return ok && b.IsBoolFlag()
}

// meant adds the most likely flag to the error about an unknown one.
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
