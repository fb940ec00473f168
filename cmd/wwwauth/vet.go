package main

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/lint"
)

// vet is the command of that name: what a server should not send.
func (e env) vet(args []string) int {
	v := &vetting{}
	p := printer{env: e, print: v.text, vetting: v, worst: -1}
	flags := p.flags()
	flags.BoolVar(&v.strict, "strict", false, "")
	flags.Func("status", "", v.setStatus)
	flags.Func("credentials", "", v.setCredentials)
	flags.Func("profile", "", v.addProfile)
	flags.Func("format", "", func(s string) error {
		if s != "github" {
			return fmt.Errorf("the only format is github")
		}
		v.github, p.print = true, annotations
		return nil
	})
	return p.read(args, flags)
}

// A vetting is what vet is told of the responses, and which findings count. The nil vetting knows nothing.
type vetting struct {
	status      int // of those that come without one
	credentials string
	profiles    []lint.Profile
	strict      bool
	github      bool // annotations are printed
}

// noCredentials is the value of -credentials for a request without any.
const noCredentials = "none"

func (v *vetting) setStatus(s string) error {
	n, err := strconv.Atoi(s)
	if err != nil || n < 100 || n > 999 {
		return fmt.Errorf("no status")
	}
	v.status = n
	return nil
}

func (v *vetting) setCredentials(s string) error {
	for i := range len(s) {
		if !isTchar(s[i]) {
			return fmt.Errorf("neither a scheme nor none")
		}
	}
	v.credentials = s
	return nil
}

func (v *vetting) addProfile(s string) error {
	profile := lint.Profile(s)
	if profile != lint.MCP && profile != lint.Registry {
		return fmt.Errorf("the profiles are mcp and registry")
	}
	v.profiles = append(v.profiles, profile)
	return nil
}

// assumed returns the status of a response that comes without one; 0 if it is not known.
func (v *vetting) assumed() int {
	if v == nil {
		return 0
	}
	return v.status
}

// check returns the findings in a response.
func (v *vetting) check(r response) []lint.Finding {
	m := lint.Message{Status: r.status, Header: map[string][]string{r.field: r.lines}}
	if v == nil {
		return lint.Check(m)
	}
	if v.credentials == noCredentials {
		m.Request.Anonymous = true
	} else {
		m.Request.Scheme = v.credentials
	}
	var findings []lint.Finding
	for _, f := range lint.Check(m, v.profiles...) {
		if strings.EqualFold(f.Field, r.field) {
			findings = append(findings, f)
		}
	}
	return findings
}

// verdict returns the exit code for a response: 0 if no finding counts, 1 if one does, and 3 if there is nothing
// that could be checked.
func (v *vetting) verdict(r reading) int {
	for _, f := range r.findings {
		if f.Rule.Severity == lint.Error || v.strict {
			return 1
		}
	}
	if len(r.lines) == 0 && len(r.findings) == 0 {
		return 3
	}
	return 0
}

// text prints the findings in a response with their places, those of one rule together.
func (v *vetting) text(p *printer, b *bytes.Buffer, r reading) {
	e := explainer{b, style(p.colour), r}
	if p.printed > 0 {
		e.line("")
	}
	head := e.field
	if e.status != 0 {
		head = fmt.Sprintf("%d %s", e.status, e.field)
	}
	if where := r.place(p.named); where != "" && (p.named || p.printed > 0) {
		head = safe(where) + ": " + head
	}
	var errors, warnings int
	for _, f := range r.findings {
		if f.Rule.Severity == lint.Error {
			errors++
		} else {
			warnings++
		}
	}
	switch {
	case errors+warnings > 0:
		head += ": " + count(errors, "error") + ", " + count(warnings, "warning")
	case len(r.lines) == 0:
		head += ": nothing to check"
	default:
		head += ": no finding"
	}
	e.line("%s", e.bold(head))
	for _, same := range byRule(r.findings) {
		rule := same[0].Rule
		e.line("")
		name := rule.Severity.String() + " " + rule.Name
		if same[0].Line < 0 {
			e.line("  %s", e.bold(name))
		} else {
			var spots []spot
			for _, f := range same {
				spots = append(spots, spot{f.Line, f.Offset})
			}
			e.excerpts(name, spots)
		}
		e.WriteString(wrap("  Wrong:    ", same[0].Message))
		e.WriteString(wrap("  Instead:  ", rule.Advice))
		if rule.Breaks != "" {
			e.WriteString(wrap("  Breaks:   ", rule.Breaks))
		}
		if rule.Section != "" {
			e.WriteString(wrap("  See:      ", rule.Section))
		}
	}
}

// byRule returns the findings with those of one rule together, in the order of the first of each.
func byRule(findings []lint.Finding) [][]lint.Finding {
	var groups [][]lint.Finding
	for _, f := range findings {
		i := slices.IndexFunc(groups, func(g []lint.Finding) bool { return g[0].Rule == f.Rule })
		if i < 0 {
			groups = append(groups, []lint.Finding{f})
		} else {
			groups[i] = append(groups[i], f)
		}
	}
	return groups
}

// besides prints, shortly, what lint finds beyond the departures.
func (e explainer) besides() {
	first := true
	for _, same := range byRule(e.findings) {
		rule := same[0].Rule
		isDeparture := slices.ContainsFunc(e.problems, func(p *wwwauth.SyntaxError) bool { return p.Code.String() == rule.Name })
		if isDeparture || same[0].Line < 0 {
			continue // it stands above, also that there is no challenge at all
		}
		if first {
			title := "What the server should change"
			if len(e.problems) > 0 {
				title = "What else the server should change"
			}
			e.title(title)
			e.line("")
			first = false
		}
		var offsets []int
		for _, f := range same {
			if f.Line == same[0].Line {
				offsets = append(offsets, f.Offset)
			}
		}
		where := place(same[0].Line, offsets)
		if n := len(same) - len(offsets); n > 0 {
			where += fmt.Sprintf(", and %d more", n)
		}
		e.WriteString(wrap("   - ", fmt.Sprintf("%s %s, %s: %s %s.", rule.Severity, rule.Name, where, same[0].Message, rule.Advice)))
	}
}

// annotations prints the findings as commands of a workflow of GitHub, which shows them beside the lines of
// the file.
//
//	::error file=response.txt,line=2,col=19,title=realm-unquoted::The realm is not in quotes.
func annotations(p *printer, b *bytes.Buffer, r reading) {
	for _, f := range r.findings {
		fmt.Fprintf(b, "::%s ", f.Rule.Severity)
		if r.source != "" && r.source != "-" {
			line, column := r.at, 0
			if f.Line >= 0 {
				line, column = r.position(f.Line, f.Offset)
			}
			fmt.Fprintf(b, "file=%s,line=%d,", property(r.source), max(line, 1))
			if column > 0 {
				fmt.Fprintf(b, "col=%d,", column)
			}
		}
		text := f.Message + " " + f.Rule.Advice + "."
		for _, more := range []string{f.Rule.Section, f.Rule.Breaks} {
			if more != "" {
				text += " (" + more + ")"
			}
		}
		fmt.Fprintf(b, "title=%s::%s\n", property(f.Rule.Name), annotationData.Replace(text))
	}
}

// annotationData escapes the text of an annotation, and property a value before it.
var annotationData = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")

func property(s string) string {
	return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(annotationData.Replace(safe(s)))
}

// position returns where a byte of a field line stands in the input, both counted from 1 on. A folded line
// takes several there.
func (r response) position(line, offset int) (number, column int) {
	before := r.lines[line][:offset]
	number, column = r.begins[line].line, r.begins[line].column+offset
	if i := strings.LastIndexByte(before, '\n'); i >= 0 {
		number += strings.Count(before, "\n")
		column = offset - i - 1
	}
	return number, column + 1
}

// These types are what the JSON of vet has beyond that of explain.
type (
	jsonVet struct {
		jsonResponse
		Findings []jsonPlacedFinding `json:"findings"`
	}
	jsonPlacedFinding struct {
		Rule      string `json:"rule"`
		Severity  string `json:"severity"`
		Line      int    `json:"line"`
		Offset    int    `json:"offset"`
		Challenge int    `json:"challenge"`
		Param     int    `json:"param"`
		Message   string `json:"message"`
		Instead   string `json:"instead"`
		Section   string `json:"section,omitempty"`
		Clients   string `json:"clients,omitempty"`
	}
)

// printJSON prints a response and the findings in it as one line of JSON.
func (v *vetting) printJSON(b *bytes.Buffer, r reading) {
	findings := []jsonPlacedFinding{}
	for _, f := range r.findings {
		findings = append(findings, jsonPlacedFinding{
			f.Rule.Name, f.Rule.Severity.String(), f.Line, f.Offset, f.Challenge, f.Param,
			f.Message, f.Rule.Advice, f.Rule.Section, f.Rule.Breaks,
		})
	}
	encodeJSON(b, jsonVet{newJSON(r), findings})
}
