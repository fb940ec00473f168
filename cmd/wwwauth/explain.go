package main

import (
	"flag"
	"fmt"

	"github.com/seed-903fb8fe/wwwauth/internal/report"
)

// explain is the command of that name: the report on a response.
func (e env) explain() (*flag.FlagSet, runner) {
	p := printer{env: e}
	flags := p.flags()
	p.explainFlags(flags)
	return flags, func(operands []string) int {
		p.setExplain()
		return p.read(operands)
	}
}

// explainFlags adds the flags that choose what a report shows.
func (p *printer) explainFlags(flags *flag.FlagSet) {
	flags.BoolVar(&p.style.Short, "short", false, "print a few lines; with -json, only what was read")
	flags.Func("for", "`client|server` show what a client should do next, or what the server should change", func(s string) error {
		switch s {
		case "client":
			p.style.Audience = report.ForClient
		case "server":
			p.style.Audience = report.ForServer
		default:
			return fmt.Errorf("it must be client or server")
		}
		return nil
	})
}

// setExplain makes p print the whole report, as text or as JSON.
func (p *printer) setExplain() {
	p.options.Brief = p.json && p.style.Short
	p.options.Uncorrected = !p.json && (p.style.Short || p.style.Audience == report.ForClient)
	p.separated = !p.json
	p.render = func(b []byte, _ string, r *report.Report) sheet {
		pg := sheet{exit: int(r.Verdict)}
		if p.json {
			pg.text = r.AppendJSON(b)
		} else {
			pg.text = r.AppendText(b, p.style)
		}
		return pg
	}
}
