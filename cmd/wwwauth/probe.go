package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"

	"github.com/seed-903fb8fe/wwwauth/internal/layout"
	"github.com/seed-903fb8fe/wwwauth/internal/probe"
	"github.com/seed-903fb8fe/wwwauth/internal/terminal"
)

// probe is the command of that name: it makes the requests of a client, from one without credentials to
// the authorization server, and reports how far it got.
func (e env) probe() (*flag.FlagSet, runner) {
	p := printer{env: e}
	var pr probe.Probe
	flags := p.flags()
	flags.BoolVar(&pr.Private, "private", false, "fetch metadata from private addresses too, and use the proxy of the environment")
	markdown := false
	flags.BoolVar(&markdown, "markdown", false, "print a report to paste into an issue, with secrets hidden")
	r := requester{printer: &p, Request: probe.Request{Header: http.Header{}}}
	p.options.Given = &r.given
	r.networkFlags(flags)
	return flags, func(operands []string) int {
		if markdown && p.json {
			return e.wrongUsage("-json and -markdown exclude each other")
		}
		p.options.Redact = p.options.Redact || markdown
		if code, ok := r.complete("probe", operands); !ok {
			return code
		}
		if err := probe.CheckResource(r.URL); err != nil {
			return e.wrongUsage(err.Error())
		}
		pr.Request, pr.Redact, pr.Given = r.Request, p.options.Redact, &r.given
		ctx, done := e.progress(context.Background())
		err := pr.Run(ctx)
		done()
		if err != nil {
			return e.unreachable(err, p.options.Redact)
		}
		if pr.IsPrivate() {
			p.warn("", "the server is at a private address; if it is yours, use -private to fetch its metadata")
		}
		var text []byte
		switch {
		case p.json:
			text = pr.AppendJSON(nil)
		case markdown:
			text = pr.AppendMarkdown(nil, buildVersion())
		default:
			text = pr.AppendText(nil, p.style)
		}
		if _, err := p.stdout.Write(text); err != nil {
			p.worst = pr.Verdict.Exit
			return p.failed("", outputError{err})
		}
		return pr.Verdict.Exit
	}
}

// unreachable says that there was no response.
func (e env) unreachable(err error, redact bool) int {
	fmt.Fprintf(e.stderr, "wwwauth: %s\n", layout.Safe(probe.Explain(err, redact)))
	return exitNetwork
}

// progress shows on a terminal which host the command is waiting for, until done is called.
func (e env) progress(ctx context.Context) (_ context.Context, done func()) {
	if !terminal.Is(e.stderr) || e.getenv("TERM") == "dumb" {
		return ctx, func() {}
	}
	return progress(ctx, e.stderr)
}

func progress(ctx context.Context, w io.Writer) (_ context.Context, done func()) {
	const clear, room = "\r\x1b[K", 60
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(host string) { fmt.Fprint(w, clear+"waiting for "+layout.Cut(layout.Safe(host), room)+" ...") },
	})
	return ctx, func() { fmt.Fprint(w, clear) }
}
