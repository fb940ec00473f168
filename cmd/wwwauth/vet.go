package main

import (
	"errors"
	"flag"
	"fmt"
	"strconv"

	"github.com/seed-903fb8fe/wwwauth/internal/report"
	"github.com/seed-903fb8fe/wwwauth/lint"
)

// vet is the command of that name: what a server should not send.
func (e env) vet(args []string) int {
	p := printer{env: e}
	var strict, github bool
	flags := p.flags()
	flags.BoolVar(&strict, "strict", false, "")
	flags.Func("status", "", p.setStatus)
	flags.Func("credentials", "", p.setCredentials)
	flags.Func("profile", "", p.addProfile)
	flags.Func("format", "", func(s string) error {
		if s != "github" {
			return fmt.Errorf("the only format is github")
		}
		github = true
		return nil
	})
	operands, err := parseFlags(flags, args)
	if errors.Is(err, flag.ErrHelp) {
		return e.help()
	}
	if err == nil && github && p.json {
		err = errors.New("either -json or -format github")
	}
	if err != nil {
		return e.wrongUsage(err.Error())
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
