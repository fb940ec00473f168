package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-903fb8fe/wwwauth/internal/layout"
	"github.com/seed-903fb8fe/wwwauth/internal/report"
	"github.com/seed-903fb8fe/wwwauth/lint"
)

// A vetter is the command vet with its flags.
type vetter struct {
	printer
	failOn  lint.Severity // the lowest severity that counts; 0 if none does
	format  string        // text, json, github or sarif
	fix     bool
	list    bool
	explain string // a rule
}

// vet is the command of that name: it finds what a server should not send.
func (e env) vet() (*flag.FlagSet, runner) {
	v := vetter{printer: printer{env: e}, failOn: lint.Error, format: "text"}
	return v.flags(), func(operands []string) int {
		if err := v.check(operands); err != nil {
			return e.wrongUsage(err.Error())
		}
		switch {
		case v.list:
			return v.listRules()
		case v.explain != "":
			return v.explainRule()
		case v.format == "sarif":
			return v.readSARIF(operands)
		}
		return v.read(operands)
	}
}

func (v *vetter) flags() *flag.FlagSet {
	flags := v.printer.flags()
	flags.Func("status", "`N` the status code of a response whose input has none", v.setStatus)
	flags.Func("credentials", "`SCHEME` the scheme of the credentials in the request, or none", v.setCredentials)
	flags.Func("profile", "`mcp|registry` apply the rules for this kind of server, even if it is not evident; may be repeated", v.addProfile)
	flags.Func("only", "`RULE,...` check only these rules; may be repeated", addNames(&v.options.Lint.Only))
	flags.Func("disable", "`RULE,...` do not check these rules; may be repeated", addNames(&v.options.Lint.Disable))
	flags.Func("fail-on", "`error|warning|never` set the least severe finding that makes the exit status 1 (error)", v.setFailOn)
	flags.BoolFunc("strict", "the same as -fail-on warning", func(string) error { return v.setFailOn("warning") })
	flags.Func("format", "`text|json|github|sarif` print text, JSON, GitHub workflow annotations, or SARIF 2.1.0", v.setFormat)
	flags.BoolVar(&v.fix, "fix", false, "print the field lines that the server should send; what that does not fix is listed on standard error")
	flags.BoolVar(&v.list, "list", false, "print all rules")
	flags.StringVar(&v.explain, "explain", "", "`RULE` print the documentation of a rule")
	return flags
}

// check checks the combination of flags.
func (v *vetter) check(operands []string) error {
	if v.json {
		if v.format != "text" && v.format != "json" {
			return errors.New("-json excludes -format " + v.format)
		}
		v.format = "json"
	}
	v.json = v.format == "json"
	names := v.options.Lint
	if v.explain != "" {
		names.Only = append(slices.Clip(names.Only), v.explain)
	}
	if err := names.Validate(); err != nil {
		return errors.New(strings.TrimPrefix(err.Error(), "lint: "))
	}
	isText := v.format == "text" || v.json
	switch {
	case (v.list || v.explain != "") && len(operands) > 0:
		return errors.New("-list and -explain take no arguments")
	case (v.list || v.explain != "") && !isText:
		return errors.New("-list and -explain print text or JSON")
	case v.fix && !isText:
		return errors.New("-fix prints text or JSON")
	}
	v.separated = v.format == "text"
	v.options.Uncorrected = !v.fix && !v.json
	v.render = v.sheet
	return nil
}

// sheet prints one report.
func (v *vetter) sheet(b []byte, file string, r *report.Report) sheet {
	pg := sheet{text: b, exit: v.exit(r)}
	switch {
	case v.json:
		pg.text = r.AppendJSON(b)
	case v.format == "github":
		pg.text = r.AppendGitHub(b, file)
	case v.format == "sarif":
		pg.text = r.AppendSARIF(b, file)
	case v.fix:
		v.fixed(&pg, r)
	default:
		pg.text = r.AppendVet(b, v.style)
	}
	return pg
}

// exit returns the exit code for a report: 0 if no finding counts, 1 if one does, and 3 if there is nothing
// to check. With -fix only the findings that remain count.
func (v *vetter) exit(r *report.Report) int {
	worst := lint.Severity(0)
	if c := r.Correction; v.fix && c != nil {
		for _, left := range c.Left {
			worst = max(worst, left.Severity)
		}
	} else {
		for _, f := range r.Findings {
			worst = max(worst, f.Severity)
		}
	}
	switch {
	case v.failOn != 0 && worst >= v.failOn:
		return 1
	case len(r.Lines) == 0 && len(r.Findings) == 0:
		return 3
	}
	return 0
}

// fixed prints the field lines that the server should send, and says what remains.
func (v *vetter) fixed(pg *sheet, r *report.Report) {
	lines := r.Lines
	c := r.Correction
	if c != nil {
		lines = c.Lines
	}
	for _, line := range lines {
		line = strings.ReplaceAll(line, "\n", "\n ")
		if v.terminal {
			line = layout.Safe(line)
		}
		pg.text = append(pg.text, r.Field+": "+line+"\n"...)
	}
	switch {
	case c != nil:
		for _, left := range c.Left {
			pg.warnings = append(pg.warnings, left.Severity.String()+" "+left.Rule+" is left: "+left.Wrong+" "+left.Why)
		}
	case len(lines) == 0:
		for _, f := range r.Findings {
			pg.warnings = append(pg.warnings, f.Severity.String()+" "+f.Rule+" is left: "+f.Wrong+" "+f.Instead+".")
		}
	}
}

// readSARIF prints the results of all inputs as one log.
func (v *vetter) readSARIF(operands []string) int {
	before, after := report.SARIF()
	out := &listWriter{w: v.stdout}
	if _, err := v.stdout.Write(before); err != nil {
		return v.failed("", outputError{err})
	}
	v.stdout = out
	exit := v.read(operands)
	if exit == exitOutput {
		return exit
	}
	if _, err := out.w.Write(after); err != nil {
		return v.failed("", outputError{err})
	}
	return exit
}

// A listWriter writes a list whose items each begin with a comma, without the first comma.
type listWriter struct {
	w     io.Writer
	begun bool
}

func (l *listWriter) Write(p []byte) (int, error) {
	if l.begun || len(p) == 0 {
		return l.w.Write(p)
	}
	l.begun = true
	n, err := l.w.Write(p[1:])
	return n + 1, err
}

// listRules prints the rules, one on a line.
func (v *vetter) listRules() int {
	var b []byte
	width := 0
	for _, r := range lint.Rules() {
		width = max(width, len(r.Name))
	}
	for _, r := range v.chosen() {
		if v.json {
			b = appendRule(b, r)
			continue
		}
		summary := r.Summary
		if r.Profile != "" {
			summary = "(" + string(r.Profile) + ") " + summary
		}
		b = fmt.Appendf(b, "%-*s  %-7s  %s\n", width, r.Name, r.Severity, summary)
	}
	return v.env.print(b)
}

// chosen returns the rules that -only and -disable choose.
func (v *vetter) chosen() []lint.Rule {
	l := v.options.Lint
	return slices.DeleteFunc(lint.Rules(), func(r lint.Rule) bool {
		return l.Only != nil && !slices.Contains(l.Only, r.Name) || slices.Contains(l.Disable, r.Name)
	})
}

// explainRule prints what docs/LINT.md says about a rule.
func (v *vetter) explainRule() int {
	rule, _ := lint.Lookup(v.explain)
	if v.json {
		return v.env.print(appendRule(nil, rule))
	}
	v.setOutput()
	return v.env.print(report.AppendRule(nil, rule, v.style))
}

// appendRule appends a rule as a line of JSON.
func appendRule(b []byte, r lint.Rule) []byte {
	text, _ := json.Marshal(struct {
		Rule     string        `json:"rule"`
		Severity lint.Severity `json:"severity"`
		Profile  lint.Profile  `json:"profile,omitempty"`
		Summary  string        `json:"summary"`
		Advice   string        `json:"instead"`
		Section  string        `json:"section,omitempty"`
		Standard string        `json:"standard,omitempty"`
		Breaks   string        `json:"clients,omitempty"`
		Bad      string        `json:"bad"`
		Good     string        `json:"good"`
		URL      string        `json:"url"`
	}{r.Name, r.Severity, r.Profile, r.Summary, r.Advice, r.Section, r.Standard, r.Breaks, r.Bad, r.Good, r.URL()})
	return append(append(b, text...), '\n')
}

// addNames returns the function of a flag that takes names separated by commas.
func addNames(list *[]string) func(string) error {
	return func(s string) error {
		for name := range strings.SplitSeq(s, ",") {
			name = strings.TrimSpace(name)
			if name == "" {
				return errors.New("a name is empty")
			}
			*list = append(*list, name)
		}
		return nil
	}
}

func (v *vetter) setFormat(s string) error {
	if !slices.Contains([]string{"text", "json", "github", "sarif"}, s) {
		return errors.New("the formats are text, json, github and sarif")
	}
	v.format = s
	return nil
}

func (v *vetter) setFailOn(s string) error {
	switch s {
	case "error":
		v.failOn = lint.Error
	case "warning":
		v.failOn = lint.Warning
	case "never":
		v.failOn = 0
	default:
		return errors.New("it must be error, warning or never")
	}
	return nil
}

func (v *vetter) setStatus(s string) error {
	n, err := strconv.Atoi(s)
	if err != nil || n < 100 || n > 999 {
		return errors.New("not a status")
	}
	v.options.Status = n
	return nil
}

func (v *vetter) setCredentials(s string) error {
	if !isToken(s) {
		return errors.New("neither a scheme nor none")
	}
	v.options.Credentials = s
	return nil
}

func (v *vetter) addProfile(s string) error {
	for name := range strings.SplitSeq(s, ",") {
		profile := lint.Profile(name)
		if profile != lint.MCP && profile != lint.Registry {
			return errors.New("the profiles are mcp and registry")
		}
		v.options.Lint.Profiles = append(v.options.Lint.Profiles, profile)
	}
	return nil
}
