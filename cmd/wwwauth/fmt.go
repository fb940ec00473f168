package main

import (
	"errors"
	"flag"
	"fmt"

	"github.com/seed-903fb8fe/wwwauth/internal/layout"
	"github.com/seed-903fb8fe/wwwauth/internal/report"
)

// format is the command fmt: the challenges in canonical form, on lines of their own. What is wrong
// goes to standard error.
func (e env) format(args []string) int {
	p := printer{env: e}
	flags := p.flags()
	operands, err := parseFlags(flags, args)
	if errors.Is(err, flag.ErrHelp) {
		return e.help()
	}
	if err != nil {
		return e.wrongUsage(err.Error())
	}
	if p.setExplain(); !p.json {
		p.separated = false
		p.options.Brief, p.options.Canonical = true, true
		p.render = p.formatted
	}
	return p.read(operands)
}

func (p *printer) formatted(_ string, r *report.Report) sheet {
	pg := sheet{place: place(r), exit: int(r.Verdict)}
	for _, c := range r.Challenges {
		line := c.Canonical
		if line == "" {
			pg.warnings = append(pg.warnings, c.Refused)
			continue
		}
		if p.terminal {
			line = layout.Safe(line)
		}
		pg.text = append(append(pg.text, line...), '\n')
	}
	if r.Verdict == report.NoChallenge {
		pg.warnings = append(pg.warnings, "no challenge found")
	}
	if len(r.Problems) > 0 {
		first := r.Problems[0]
		message := fmt.Sprintf("not conforming to RFC 9110: %s in %s", first.Code, report.Place(first.Line, []int{first.Offset}))
		if n := len(r.Problems) - 1; n > 0 {
			message += fmt.Sprintf(" (and %d more)", n)
		}
		pg.warnings = append(pg.warnings, message)
	}
	return pg
}
