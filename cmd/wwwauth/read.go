package main

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/seed-903fb8fe/wwwauth/internal/input"
	"github.com/seed-903fb8fe/wwwauth/internal/known"
	"github.com/seed-903fb8fe/wwwauth/internal/layout"
	"github.com/seed-903fb8fe/wwwauth/internal/report"
	"github.com/seed-903fb8fe/wwwauth/internal/secret"
	"github.com/seed-903fb8fe/wwwauth/internal/terminal"
)

// A sheet is what a command prints for one report.
type sheet struct {
	place    string // of the response in its input, for a message; "" if it comes from the arguments
	text     []byte
	warnings []string // for standard error
	exit     int
}

// A renderer makes the sheet for a report, and appends its text to b. Several goroutines call it at once. The
// name is that of the file; "" for arguments and standard input.
type renderer func(b []byte, name string, r *report.Report) sheet

// A printer prints the reports on the responses of its inputs, one after the other.
type printer struct {
	env
	options   report.Options
	style     report.Style
	render    renderer
	json      bool
	colour    terminal.Mode
	separated bool // print a line between two sheets, and where the second begins
	terminal  bool // standard output is a terminal
	named     bool // there are several inputs, so print each response with the name of its input

	printed    int  // sheets
	worst      int  // highest exit code of those; -1 before the first
	unreadable bool // an input could not be read, or a response in it
}

// flags returns the flags that all commands have.
func (p *printer) flags() *flag.FlagSet {
	flags := newFlags()
	flags.BoolVar(&p.json, "json", false, "print each response as a JSON object on a line of its own")
	flags.BoolVar(&p.options.Redact, "redact", false, "hide secrets, so that the output can be shown to others")
	flags.Func("color", "`auto|always|never` use colour if the output is a terminal (auto), always, or never", func(s string) (err error) {
		p.colour, err = terminal.ParseMode(s)
		return err
	})
	return flags
}

// setOutput sets how standard output is written.
func (p *printer) setOutput() {
	p.worst = -1
	p.options.Now = time.Now()
	p.terminal = terminal.Is(p.stdout)
	p.style.Width = terminal.Width(p.stdout, p.getenv)
	p.style.Colour = terminal.Colour(p.colour, p.stdout, p.getenv)
}

// read prints what is found in the operands, or in standard input if there are none, and returns the
// exit code.
func (p *printer) read(operands []string) int {
	p.setOutput()
	var values, files []string
	for _, s := range operands {
		switch {
		case s == "-":
			files = append(files, s)
		case s == "@":
			return p.wrongUsage("@ needs a file name")
		case strings.HasPrefix(s, "@"):
			files = append(files, s[1:])
		case isFile(s):
			files = append(files, s)
		default:
			values = append(values, s)
		}
	}
	if len(operands) == 0 {
		files = []string{"-"}
	}
	p.named = len(files) > 1 || len(files) > 0 && len(values) > 0

	if len(values) > 0 {
		if err := p.readValues(values); err != nil {
			return p.failed("", err)
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

// isFile reports whether an operand is a file rather than a challenge. A pipe that the shell makes for <(...) is
// a file too.
func isFile(s string) bool {
	info, err := os.Stat(s)
	if err != nil || info.IsDir() {
		return false
	}
	return len(input.Arguments([]string{s}).Responses) == 0
}

// readValues prints what the arguments hold.
func (p *printer) readValues(values []string) error {
	if len(values) > 1 && !known.Scheme(values[0]) {
		if near := known.Near(values[0], names()); near != "" {
			return usageError("unknown command " + values[0] + "; did you mean " + near + "?")
		}
	}
	found := input.Arguments(values)
	fields := slices.DeleteFunc(slices.Clone(values), func(s string) bool { return strings.TrimSpace(s) != "" })
	if len(found.Responses) == 0 && len(values) == len(fields) {
		// Empty, as a shell variable may be.
		found.Responses = append(found.Responses, input.Response{})
	}
	for i := range found.Responses {
		for _, r := range report.New(found.Responses[i], p.options) {
			r.Line = 0
			pg := p.render(nil, "", r)
			if err := p.print("", pg); err != nil {
				return err
			}
		}
	}
	for _, m := range found.Misses {
		if text := report.MissText(m, len(found.Responses) > 0); text != "" {
			p.warn("", text)
		}
	}
	if len(found.Responses) == 0 {
		p.worst = max(p.worst, 3)
		p.warn("", p.question(values))
	}
	return nil
}

// question asks what arguments without a challenge were meant to be.
func (p *printer) question(values []string) string {
	first := strings.TrimSpace(values[0])
	text := "no challenge found"
	word, rest, _ := strings.Cut(first, " ")
	if len(values) > 1 && rest == "" {
		rest = values[1]
	}
	switch info, err := os.Stat(first); {
	case strings.HasPrefix(first, "http://") || strings.HasPrefix(first, "https://"):
		if p.options.Redact {
			first = secret.URL(first)
		}
		return text + "; did you mean wwwauth get " + first + ", which asks the server, or wwwauth probe " + first + "?"
	case err == nil && info.IsDir():
		return text + "; " + first + " is a folder"
	case err != nil && isPath(first):
		return text + "; there is no file " + first
	case known.Near(word, names()) != "":
		return text + "; did you mean the command " + known.Near(word, names()) + "?"
	case known.NearScheme(word) != "" && rest != "":
		return text + "; did you mean the scheme " + known.NearScheme(word) + "?"
	case isHost(first):
		return text + "; did you mean wwwauth probe https://" + first + ", which asks the server?"
	}
	return text + "; a challenge is a scheme with parameters, such as 'Basic realm=\"x\"'. For a file it is @FILE, for a server wwwauth get URL, and for the output of another program: curl -si URL | wwwauth"
}

// names returns the names of the commands.
func names() (list []string) {
	for _, c := range commands() {
		list = append(list, c.name)
	}
	return list
}

// A usageError says what is wrong with the arguments.
type usageError string

func (e usageError) Error() string { return string(e) }

// isPath reports whether s looks like the name of a file: with a directory that cannot be a host, or with an
// extension that hosts do not have.
func isPath(s string) bool {
	if strings.ContainsAny(s, " \t\n\"=?") {
		return false
	}
	extensions := []string{".http", ".txt", ".log", ".json", ".jsonl", ".har", ".yaml", ".yml", ".csv", ".warc", ".gz"}
	return slices.Contains(extensions, strings.ToLower(filepath.Ext(s))) || strings.Contains(s, "*") || strings.ContainsAny(s, `/\`) && !isHost(s)
}

// isHost reports whether s looks like a host name, with or without a path.
func isHost(s string) bool {
	host, _, _ := strings.Cut(s, "/")
	host, _, _ = strings.Cut(host, ":")
	return strings.Trim(strings.ToLower(host), "abcdefghijklmnopqrstuvwxyz0123456789-.") == "" &&
		(strings.Contains(strings.Trim(host, "."), ".") || host == "localhost")
}

// readFile prints the responses of a file, or of standard input, whose name is "-".
func (p *printer) readFile(name string) error {
	in := p.stdin
	if name == "-" {
		if terminal.Is(p.stdin) && terminal.Is(p.stderr) {
			fmt.Fprintln(p.stderr, "wwwauth: reading standard input: paste a response, then press "+endKey())
		}
	} else {
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		in = f
	}
	log := logReader{printer: p, name: name}
	err := log.read(in)
	if errors.As(err, new(*input.LostError)) { // all that could be read was
		p.unreadable = true
		p.warn(name, err.Error())
	} else if err != nil {
		return err
	}
	list, messages, found := log.parts.End(p.options)
	for _, m := range messages {
		p.warn(name, m.String())
	}
	if !found {
		p.worst = max(p.worst, 3)
	}
	for _, r := range list {
		pg := p.render(nil, fileName(name), r)
		pg.place = r.Place()
		if err := p.print(name, pg); err != nil {
			return err
		}
	}
	return nil
}

// endKey names the key that ends the input of a terminal.
func endKey() string {
	if runtime.GOOS == "windows" {
		return "Ctrl-Z and Enter"
	}
	return "Ctrl-D"
}

// fileName returns the name of an input that is a file, and "" otherwise.
func fileName(name string) string {
	if name == "-" {
		return ""
	}
	return name
}

// print prints a sheet in one write, so that it is visible while the input continues.
func (p *printer) print(name string, pg sheet) error {
	p.worst = max(p.worst, pg.exit)
	where := p.where(name, pg.place)
	for _, message := range pg.warnings {
		p.warn(where, message)
	}
	text := pg.text
	if p.separated {
		var head []byte
		if p.printed > 0 {
			head = p.style.AppendRule(head)
		}
		if where != "" && (p.named || p.printed > 0) {
			head = p.style.Wrap(head, "", layout.Safe(where))
		}
		text = append(head, text...)
	}
	p.printed++
	if _, err := p.stdout.Write(text); err != nil {
		return outputError{err}
	}
	return nil
}

// where says where a response is, with the name of the input if there are several.
func (p *printer) where(name, place string) string {
	if p.named && name != "" && name != "-" && place != "" {
		return name + ", " + place
	}
	return place
}

// warn prints a message about the input with the name.
func (p *printer) warn(name, message string) {
	if name != "" && (p.named || name != "-") {
		message = name + ": " + message
	}
	fmt.Fprintf(p.stderr, "wwwauth: %s\n", layout.Safe(message))
}

// An outputError wraps an error of standard output, to tell it from one of the input.
type outputError struct{ error }

// failed says why reading or printing ended early, and returns the exit code. It says nothing if the reader of a
// pipe has gone, as head does.
func (p *printer) failed(name string, err error) int {
	var usage usageError
	if errors.As(err, &usage) {
		return p.wrongUsage(string(usage))
	}
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
		err = fs.ErrNotExist // whose text is the same on all systems
	case errors.As(err, &path):
		err = path.Err
	}
	p.warn(name, err.Error())
	return exitInput
}
