package main

import (
	"flag"
	"slices"
	"strings"

	"github.com/seed-903fb8fe/wwwauth/internal/layout"
)

// A command is a word that may come first. The help, the completion scripts and the manual page are
// made from the table of all commands and the flags that each declares.
type command struct {
	name     string
	operands string // as the usage line shows them; those in capitals are placeholders
	summary  string // completes "wwwauth NAME: ..."; one line, or a few
	text     string // paragraphs, separated by empty lines; a line that starts with a space is kept
	status   string // what the exit status means
	examples []string
	start    func(e env) (*flag.FlagSet, runner)
}

// A runner runs a command whose flags have been parsed.
type runner func(operands []string) int

// commands returns all commands. The first is the default.
func commands() []command {
	return []command{
		{
			name: "explain", operands: "[VALUE | FILE ...]", start: env.explain,
			summary:  "explain what each challenge means, where it departs from RFC 9110, what a client should do next, and what the server should send (the default)",
			text:     inputText,
			status:   "0 conforms, 1 readable after repair, 2 nothing readable, 3 no challenge found; of several responses the largest counts.",
			examples: []string{`wwwauth 'Bearer realm="example" error="invalid_token"'`, "curl -si https://registry-1.docker.io/v2/ | wwwauth", "curl -sv https://localhost:9200 2>&1 | wwwauth -redact", "wwwauth -for server response.txt", "wwwauth *.http"},
		},
		{
			name: "fmt", operands: "[VALUE | FILE ...]", start: env.format,
			summary:  "print the challenges in canonical form, one per line",
			text:     "Each challenge is printed as a server should send it. Departures from RFC 9110 are listed on standard error.\n\n" + inputText,
			status:   "as for explain.",
			examples: []string{`wwwauth fmt "Basic realm='My Home', Negotiate"`},
		},
		{
			name: "vet", operands: "[VALUE | FILE ...]", start: env.vet,
			summary:  "find what a server should not send: what breaks a standard (an error), and what known clients do not understand (a warning)",
			text:     "The status, the other fields and the request are checked too, if the input has them. docs/LINT.md has all rules.\n\n" + inputText,
			status:   "0 no error, 1 errors (see -fail-on), 3 nothing to check.",
			examples: []string{"wwwauth vet -strict -credentials none -profile mcp @response.txt", "wwwauth vet -format sarif *.http > wwwauth.sarif", "wwwauth vet -explain bearer-not-first"},
		},
		{
			name: "get", operands: "URL", start: env.get,
			summary:  "make one request, and explain the response",
			text:     "The response is read from the connection itself, so the report is the same as that of curl -si URL | wwwauth. The request has no credentials unless you give some.",
			status:   "as for explain; 69 no response.",
			examples: []string{"wwwauth get https://registry-1.docker.io/v2/", "wwwauth get -kL -u joe https://printer.example/"},
		},
		{
			name: "probe", operands: "URL", start: env.probe,
			summary:  "check whether a client can sign in: make the requests of an OAuth or MCP client, from one without credentials to the metadata of the authorization server",
			text:     "If the server asks for a password or a Kerberos ticket, there is nothing to discover. A container registry is asked for an anonymous token. No client is registered, and no user is logged in.",
			status:   "0 a client can sign in, 1 it cannot, 3 it need not; 69 no response.",
			examples: []string{"wwwauth probe https://mcp.example.com/mcp", "wwwauth probe -markdown https://mcp.example.com/mcp"},
		},
		{
			name: "survey", operands: "[FILE ...]", start: env.survey,
			summary:  "count what servers send, in logs of any size: schemes, parameters, departures, findings and products, with an example of each",
			text:     "Each FILE or @FILE is anything that the other commands read, a WARC file, or the JSON lines of zgrab2, httpx or nuclei, and may be compressed with gzip. Without arguments, or with -, standard input is read. Memory does not grow with the input. If interrupted, survey prints what it has counted.",
			status:   "0 counted, 3 no response found; 130 interrupted.",
			examples: []string{"wwwauth survey crawl-*.warc.gz", "zcat scan.jsonl.gz | wwwauth survey -json"},
		},
		{
			name: "completion", operands: "bash|zsh|fish", start: env.completion,
			summary:  "print a shell script that completes commands, flags and their values",
			examples: []string{"wwwauth completion bash > /etc/bash_completion.d/wwwauth", "wwwauth completion zsh > \"${fpath[1]}/_wwwauth\"", "wwwauth completion fish > ~/.config/fish/completions/wwwauth.fish"},
		},
		{
			name: "man", start: env.man,
			summary:  "print the manual page",
			examples: []string{"wwwauth man | man -l -"},
		},
		{name: "version", start: env.version, summary: "print the version and what it was built from"},
		{name: "help", operands: "[COMMAND]", start: env.help, summary: "print this help, or the help of a command"},
	}
}

// inputText describes the operands of the commands that read texts.
const inputText = `The VALUEs are the field lines of one response, with or without the field name. Each FILE or @FILE holds responses or fields as some program printed them: curl, git, HTTPie, a browser, a log, HAR, JSON, a dump of Python, Node or Go, and many others. Without arguments, or with -, standard input is read. An argument that is a challenge is not a file name; with @ it always is one.`

// find returns the command with the name.
func find(name string) (command, bool) {
	list := commands()
	if i := slices.IndexFunc(list, func(c command) bool { return c.name == name }); i >= 0 {
		return list[i], true
	}
	return command{}, false
}

// An option is a flag with all its names.
type option struct {
	names []string // the shortest first
	value string   // a placeholder, or the values with a | between them; "" if it has none
	help  string
}

// options returns the options of a command, sorted by name. The usage text of a flag starts with its
// placeholder in back quotes, unless it is boolean; flags with the same text are one option with several names.
func (c command) options() []option {
	flags, _ := c.start(env{getenv: func(string) string { return "" }})
	var list []option
	flags.VisitAll(func(f *flag.Flag) {
		value, help := "", f.Usage
		if rest, ok := strings.CutPrefix(help, "`"); ok {
			value, help, _ = strings.Cut(rest, "` ")
		}
		i := slices.IndexFunc(list, func(o option) bool { return o.help == help })
		if i < 0 {
			list = append(list, option{value: value, help: help})
			i = len(list) - 1
		}
		list[i].names = append(list[i].names, f.Name)
	})
	for _, o := range list {
		slices.SortStableFunc(o.names, func(a, b string) int { return min(len(a), 2) - min(len(b), 2) })
	}
	slices.SortStableFunc(list, func(a, b option) int {
		return strings.Compare(strings.ToLower(a.names[0]), strings.ToLower(b.names[0]))
	})
	return list
}

// head returns the names of the option and its placeholder, such as "-X, -request METHOD".
func (o option) head() string {
	s := "-" + strings.Join(o.names, ", -")
	if o.value != "" {
		s += " " + o.value
	}
	return s
}

// usageLine returns how the command is called.
func (c command) usageLine() string {
	s := "wwwauth " + c.name
	if len(c.options()) > 0 {
		s += " [FLAGS]"
	}
	return strings.TrimRight(s+" "+c.operands, " ")
}

// A helpPage appends help to b.
type helpPage struct {
	layout.Page
	b []byte
}

func (h *helpPage) line(s string) { h.b = append(append(h.b, s...), '\n') }

func (h *helpPage) title(s string) {
	h.line("")
	h.b = h.Heading(h.b, s)
}

// paragraphs appends a text.
func (h *helpPage) paragraphs(s string) {
	for i, part := range strings.Split(s, "\n\n") {
		if i > 0 {
			h.line("")
		}
		h.b = h.Wrap(h.b, "", part)
	}
}

// row appends a name with its text beside it.
func (h *helpPage) row(name string, column int, text string) {
	h.b = append(h.b, "  "+name...)
	if n := 2 + len(name); n+2 > column {
		h.b = append(h.b, '\n')
		h.b = append(h.b, strings.Repeat(" ", column)...)
	} else {
		h.b = append(h.b, strings.Repeat(" ", column-n)...)
	}
	h.b = h.Beside(h.b, column, text)
	h.b = append(h.b, '\n')
}

func (h *helpPage) options(list []option) {
	for _, o := range list {
		h.row(o.head(), 14, o.help)
	}
}

// appendHelp appends the help for the command.
func (c command) appendHelp(b []byte, page layout.Page) []byte {
	h := helpPage{page, b}
	h.b = h.Wrap(h.b, "Usage: ", c.usageLine())
	h.line("")
	h.paragraphs(upperFirst(c.summary) + ".")
	if c.text != "" {
		h.line("")
		h.paragraphs(c.text)
	}
	if list := c.options(); len(list) > 0 {
		h.title("Flags")
		h.options(list)
	}
	if c.status != "" {
		h.title("Exit status")
		h.b = h.Wrap(h.b, "  ", c.status)
	}
	if len(c.examples) > 0 {
		h.title("Examples")
		for _, s := range c.examples {
			h.line("  " + s)
		}
	}
	return h.b
}

// appendOverview appends the help that lists all commands.
func appendOverview(b []byte, page layout.Page) []byte {
	h := helpPage{page, b}
	h.b = h.Wrap(h.b, "Usage: ", "wwwauth [COMMAND] [FLAGS] [ARGUMENTS]")
	h.line("")
	h.paragraphs("Explains the authentication challenges of an HTTP response: the contents of its WWW-Authenticate and Proxy-Authenticate fields.")
	h.title("Commands")
	for _, c := range commands() {
		h.row(c.name, 14, c.summary)
	}
	h.line("")
	h.paragraphs(inputText)
	explain := commands()[0]
	h.title("Flags of " + explain.name)
	h.options(explain.options())
	h.line("")
	h.paragraphs("Flags may come before or after the other arguments, with one dash or two. wwwauth COMMAND -h lists the flags of a command, with examples.")
	h.title("Exit status")
	for _, c := range commands() {
		if c.status != "" {
			h.b = h.Wrap(h.b, "  ", c.name+": "+c.status)
		}
	}
	h.b = h.Wrap(h.b, "  ", "All: 64 wrong usage, 66 input that cannot be read, 69 no response from the network, 74 output that cannot be written.")
	h.title("Examples")
	for _, c := range commands()[:5] {
		for _, s := range c.examples {
			h.line("  " + s)
		}
	}
	return h.b
}

func upperFirst(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
