package main

import (
	"flag"
	"fmt"
	"strconv"

	"github.com/seed-903fb8fe/wwwauth/internal/report"
	"github.com/seed-903fb8fe/wwwauth/lint"
)

// vet is the command of that name: what a server should not send.
func (e env) vet() (*flag.FlagSet, runner) {
	p := printer{env: e}
	var strict, github bool
	flags := p.flags()
	flags.BoolVar(&strict, "strict", false, "exit 1 on warnings too")
	flags.Func("status", "`N` the status of a response that comes without one", p.setStatus)
	flags.Func("credentials", "`SCHEME` the scheme of the credentials in the request, or none", p.setCredentials)
	flags.Func("profile", "`mcp|registry` the kind of server; may be repeated", p.addProfile)
	flags.Func("format", "`github` print annotations for a workflow of GitHub", func(s string) error {
		if s != "github" {
			return fmt.Errorf("the only format is github")
		}
		github = true
		return nil
	})
	return flags, func(operands []string) int {
		if github && p.json {
			return e.wrongUsage("either -json or -format github")
		}
		p.separated = !p.json && !github
		p.render = func(file string, r *report.Report) sheet {
			pg := sheet{place: r.Place(), exit: vetted(r, strict)}
			switch {
			case p.json:
				pg.text = r.AppendJSON(nil)
			case github:
				pg.text = r.AppendGitHub(nil, file)
			default:
				pg.text = r.AppendVet(nil, p.style)
			}
			return pg
		}
		return p.read(operands)
	}
}

// vetted returns the exit code for a report: 0 if no finding counts, 1 if one does, and 3 if there is nothing
// that could be checked.
func vetted(r *report.Report, strict bool) int {
	for _, f := range r.Findings {
		if f.Severity == lint.Error || strict {
			return 1
		}
	}
	if len(r.Lines) == 0 && len(r.Findings) == 0 {
		return 3
	}
	return 0
}

func (p *printer) setStatus(s string) error {
	n, err := strconv.Atoi(s)
	if err != nil || n < 100 || n > 999 {
		return fmt.Errorf("not a status")
	}
	p.options.Status = n
	return nil
}

func (p *printer) setCredentials(s string) error {
	if !isToken(s) {
		return fmt.Errorf("neither a scheme nor none")
	}
	p.options.Credentials = s
	return nil
}

func (p *printer) addProfile(s string) error {
	profile := lint.Profile(s)
	if profile != lint.MCP && profile != lint.Registry {
		return fmt.Errorf("the profiles are mcp and registry")
	}
	p.options.Profiles = append(p.options.Profiles, profile)
	return nil
}
