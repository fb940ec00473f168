package main

import (
	"flag"

	"github.com/seed-903fb8fe/wwwauth/internal/layout"
	"github.com/seed-903fb8fe/wwwauth/internal/report"
)

// format is the command fmt: it prints each challenge in canonical form on a line of its own, and
// departures on standard error.
func (e env) format() (*flag.FlagSet, runner) {
	p := printer{env: e}
	return p.flags(), func(operands []string) int {
		if p.setExplain(); !p.json {
			p.separated = false
			p.options.Brief, p.options.Canonical = true, true
			p.render = p.formatted
		}
		return p.read(operands)
	}
}

func (p *printer) formatted(b []byte, _ string, r *report.Report) sheet {
	pg := sheet{text: b, exit: int(r.Verdict)}
	for _, line := range r.Canonical() {
		if p.terminal {
			line = layout.Safe(line)
		}
		pg.text = append(append(pg.text, line...), '\n')
	}
	pg.warnings = r.NotCanonical()
	return pg
}
