package main

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-903fb8fe/wwwauth"
)

// explain is the command of that name: the report on a response.
func explain(p *printer, b *bytes.Buffer, r reading) {
	e := explainer{b, style(p.colour), r}
	if p.printed > 0 {
		e.line("")
		e.line(strings.Repeat("-", width))
	}
	if where := r.place(p.named); where != "" && (p.named || p.printed > 0) {
		e.WriteString(wrap("", safe(where)))
	}
	e.verdict()
	e.challengeList()
	e.departures()
	e.besides()
	e.next()
	e.canonical()
}

// An explainer writes the report on one response.
type explainer struct {
	*bytes.Buffer
	style
	reading
}

func (e explainer) line(format string, args ...any) {
	fmt.Fprintf(e, format+"\n", args...)
}

// title begins a section.
func (e explainer) title(s string) {
	e.line("")
	e.line("%s", e.bold(s))
}

// verdict prints what the response is, and how it was read.
func (e explainer) verdict() {
	head := e.field
	if e.status != 0 {
		head = fmt.Sprintf("%d %s", e.status, e.field)
	}
	challenges := count(len(e.challenges), "challenge")
	switch e.reading.verdict() {
	case 0:
		head += ": " + challenges + ", conforming to RFC 9110"
	case 1:
		head += ": " + challenges + ", readable after repair of " + count(len(e.problems), "departure")
	case 2:
		head += ": not readable, " + count(len(e.problems), "departure")
	case 3:
		head += ": no challenge"
	}
	e.line("%s", e.bold(head))
	if e.redacted {
		e.WriteString(wrap("", "Secrets are hidden: x stands for their letters and digits."))
	}
	if e.spaced {
		e.WriteString(wrap("", "A blank stands before the colon of the field, where none may (RFC 9112 section 5.1). It is read all the same, but many clients refuse it."))
	}
	if len(e.challenges) > 0 || len(e.problems) > 0 {
		return
	}
	if e.lines != nil {
		e.WriteString(wrap("", "The field is there, but empty."))
	}
	switch e.status {
	case 401:
		e.WriteString(wrap("", "A 401 must have a WWW-Authenticate field with at least one challenge (RFC 9110 section 15.5.2). Without it a client cannot know how to authenticate, and can only guess or ask its user."))
	case 407:
		e.WriteString(wrap("", "A 407 must have a Proxy-Authenticate field with at least one challenge (RFC 9110 section 15.5.8). Without it a client cannot know how to authenticate to the proxy."))
	}
}

func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// maxText is how much of a value is shown, in bytes, and maxName how much of a scheme or a name.
const (
	maxText = 1000
	maxName = 60
)

// challengeList prints what each challenge says.
func (e explainer) challengeList() {
	if len(e.challenges) > 0 {
		e.line("")
	}
	for i, c := range e.challenges {
		e.line("%s", e.bold(e.label(i)))
		switch {
		case c.Token68 != "":
			note := "token68, " + count(len(c.Token68), "byte")
			if name, ok := strings.CutSuffix(c.Token68, "="); ok && !e.redacted && isWord(name) {
				note += ", perhaps meant as a parameter without a value"
			}
			data := cut(c.Token68, 40)
			e.line("   %s  %s", data, e.dim(beside(len("     ")+columns(data), "("+note+")")))
		case len(c.Params) == 0:
			e.line("   %s", e.dim("(no parameters)"))
		}
		names := 0
		for _, p := range c.Params {
			names = max(names, min(len(p.Name), 24))
		}
		for j, p := range c.Params {
			value := quoteIfUnclear(cut(p.Value, maxText))
			line := fmt.Sprintf("   %-*s  %s", names, cut(p.Name, maxName), value)
			used := columns(line)
			if len(p.Value) > maxText {
				line += e.dim(fmt.Sprintf("  (%d bytes)", len(p.Value)))
				used = width
			}
			note := e.meaning(i, j)
			switch indent := strings.Repeat(" ", len("   ")+names+len("  ")); {
			case note == "":
			case used+columns("  ()"+note) <= width:
				line += e.dim("  (" + note + ")")
			default:
				line += "\n" + e.dim(strings.TrimRight(wrap(indent, "("+note+")"), "\n"))
			}
			e.line("%s", line)
		}
	}
}

// isWord tells whether s looks like the name of a parameter, rather than like base64.
func isWord(s string) bool {
	return len(s) <= 24 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz_-") == ""
}

// label names a challenge: by its number too if there are several.
func (r reading) label(i int) string {
	scheme := cut(r.challenges[i].Scheme, maxName)
	if len(r.challenges) == 1 {
		return scheme
	}
	return fmt.Sprintf("%d. %s", i+1, scheme)
}

// maxExcerpts is the number of excerpts that are shown of departures of one kind.
const maxExcerpts = 12

// departures prints where the lines depart from the RFC. Those of which the same is to be said stand
// together.
func (e explainer) departures() {
	var advices []advice
	of := make(map[advice][]*wwwauth.SyntaxError)
	for _, problem := range e.problems {
		a := adviceFor(problem, e.lines[problem.Line])
		if of[a] == nil {
			advices = append(advices, a)
		}
		of[a] = append(of[a], problem)
	}
	if len(advices) > 0 {
		e.title("What departs from the RFC")
	}
	for _, a := range advices {
		e.line("")
		var spots []spot
		for _, problem := range of[a] {
			spots = append(spots, spot{problem.Line, problem.Offset})
		}
		e.excerpts(of[a][0].Code.String(), spots)
		e.WriteString(wrap("  Wrong:    ", a.wrong))
		e.WriteString(wrap("  Read:     ", a.read))
		if a.senders != "" {
			e.WriteString(wrap("  Also by:  ", a.senders))
		}
		e.WriteString(wrap("  Instead:  ", a.instead))
		e.WriteString(wrap("  See:      ", a.section))
	}
}

// A spot is a byte of a field line.
type spot struct{ line, offset int }

// excerpts prints spots of the lines below a name, with carets.
func (e explainer) excerpts(name string, spots []spot) {
	for n := 0; len(spots) > 0; n++ {
		if n == maxExcerpts {
			e.line("  %s", e.dim(fmt.Sprintf("and %d more; -json lists all", len(spots))))
			return
		}
		first := spots[0]
		var offsets []int
		for _, s := range spots {
			if s.line == first.line {
				offsets = append(offsets, s.offset)
			}
		}
		const indent = "     "
		x := newExcerpt(e.lines[first.line], offsets, width-len(indent))
		e.line("  %s  %s", e.bold(name), e.dim(beside(len("    ")+len(name), place(first.line, offsets[:x.used]))))
		e.line("%s%s", indent, x.text)
		e.line("%s%s", indent, e.red(x.carets))
		spots = spots[x.used:]
	}
}

// place says where departures of one line stand.
func place(line int, offsets []int) string {
	const most = 6
	var list []string
	for _, offset := range offsets[:min(len(offsets), most)] {
		list = append(list, strconv.Itoa(offset+1))
	}
	word := "byte"
	if len(offsets) > 1 {
		word = "bytes"
	}
	s := fmt.Sprintf("field line %d, %s %s", line+1, word, strings.Join(list, ", "))
	if n := len(offsets) - most; n > 0 {
		s += fmt.Sprintf(" and %d more", n)
	}
	return s
}

// next prints what a client should do. Challenges that ask for the same are answered once.
func (e explainer) next() {
	if len(e.challenges) == 0 {
		return
	}
	e.title("What a client should do next")
	e.line("")
	if len(e.challenges) > 1 {
		text := "Answer one challenge: the most secure one that it knows (RFC 9110 section 11.4)."
		if best, why := bestChallenge(e.reading); best >= 0 {
			text += " As a rule that is " + e.label(best) + ": " + why + "."
		}
		e.WriteString(wrap("  ", text))
	}
	var said [][]step
	for i := range e.challenges {
		steps := nextSteps(e.reading, i)
		if slices.ContainsFunc(said, func(other []step) bool { return slices.Equal(other, steps) }) {
			continue
		}
		said = append(said, steps)
		e.line("  %s", e.label(i))
		for _, s := range steps {
			e.WriteString(wrap("   - ", s.text))
			if s.url != "" {
				e.line("     %s", s.url)
			}
		}
	}
}

// canonical prints the canonical form, if it differs from what was sent.
func (e explainer) canonical() {
	var lines []string
	var refused []string
	for i, c := range e.challenges {
		line, err := wwwauth.Format(c)
		if err != nil {
			refused = append(refused, e.whyNot(i, err)+".")
			continue
		}
		lines = append(lines, line)
	}
	if len(e.challenges) == 0 || len(e.problems) == 0 && slices.Equal(lines, e.lines) {
		return
	}
	dropped := slices.ContainsFunc(e.problems, func(problem *wwwauth.SyntaxError) bool { return !problem.Kept })
	switch {
	case len(e.problems) == 0:
		e.title("The same in canonical form, a field line for each challenge")
	case dropped:
		e.title("What was read, in canonical form, a field line for each challenge")
	default:
		e.title("What the server should send, a field line for each challenge")
	}
	e.line("")
	for _, line := range lines {
		e.line("  %s", safe(line))
	}
	for _, s := range refused {
		e.WriteString(wrap("  ", s))
	}
	if dropped {
		e.WriteString(wrap("  ", "To this the server should add what was left out."))
	}
}

// whyNot says that the challenge with the index i cannot be sent, and why. Of what Parse returns that
// is only one that has a parameter twice.
func (r reading) whyNot(i int, err error) string {
	why := strings.TrimPrefix(err.Error(), "wwwauth: ")
	var refused *wwwauth.FormatError
	if errors.As(err, &refused) && refused.Code == wwwauth.DuplicateParam {
		why = "it has the parameter " + cut(r.challenges[i].Params[refused.Param].Name, maxName) + " more than once"
	}
	return r.label(i) + " cannot be sent as it was read: " + why
}
