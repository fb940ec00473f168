package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/seed-903fb8fe/wwwauth/internal/probe"
	"github.com/seed-903fb8fe/wwwauth/internal/secret"
)

// get is the command of that name: one request, and what explain has to say of the answer.
func (e env) get() (*flag.FlagSet, runner) {
	p := printer{env: e}
	var given secret.Given
	p.options.Given = &given
	r := probe.Request{Header: http.Header{}}
	flags := p.flags()
	p.explainFlags(flags)
	flags.StringVar(&r.Method, "X", "", "`METHOD` the method (GET, or POST with a body)")
	hasBody := false
	flags.Func("d", "`BODY` the body of the request, or @FILE that holds it, or @- for standard input", func(body string) error {
		r.Body, hasBody = body, true
		given.Add(body)
		return nil
	})
	flags.DurationVar(&r.Timeout, "timeout", 10*time.Second, "`TIME` how long to wait for an answer, such as 3s (10s)")
	var badField error // not returned from there, since the package flag would quote the value
	flags.Func("H", "`FIELD` a header field, such as 'Accept: text/plain'; may be repeated", func(field string) error {
		name, value, ok := strings.Cut(field, ":")
		value = strings.Trim(value, " \t")
		if !ok || name == "" || !isToken(name) || strings.ContainsFunc(value, isControl) {
			badField = errors.New("the value of -H is not a header field, such as Accept: text/plain")
			return nil
		}
		r.Header.Add(name, value)
		given.Add(value)
		return nil
	})
	return flags, func(operands []string) int {
		var err error
		if len(operands) != 1 {
			err = errors.New("get needs one URL")
		}
		if err == nil {
			r.URL = operands[0]
			err = cmp.Or(badField, checkMethod(r.Method), checkTimeout(r.Timeout), probe.CheckTarget(r.URL))
		}
		if err != nil {
			return e.wrongUsage(err.Error())
		}
		if name, ok := strings.CutPrefix(r.Body, "@"); ok {
			if name == "" {
				return e.wrongUsage("@ without a file name")
			}
			var b []byte
			if name == "-" {
				b, err = io.ReadAll(e.stdin)
			} else {
				b, err = os.ReadFile(name)
			}
			if err != nil {
				return p.failed(name, err)
			}
			r.Body = string(b)
			given.Add(r.Body)
		}
		if r.Method == "" {
			r.Method = http.MethodGet
			if hasBody {
				r.Method = http.MethodPost
			}
		}
		if hasBody && r.Header.Get("Content-Type") == "" {
			r.Header.Set("Content-Type", contentType(r.Body))
		}
		p.setOutput()
		p.setExplain()
		ctx, done := e.progress(context.Background())
		a, err := probe.Send(ctx, r)
		done()
		if err != nil {
			return e.unreachable(err, p.options.Redact)
		}
		if err := p.report("", a.Response(r)); err != nil {
			return p.failed("", err)
		}
		switch {
		case a.Status == http.StatusMethodNotAllowed:
			p.warn("", r.Method+" is not allowed there; -X takes another method, and wwwauth probe tries what MCP clients send")
		case a.Location != "" && a.Status/100 == 3:
			location := a.Location
			if p.options.Redact {
				location = given.Hide(secret.URL(location))
			}
			p.warn("", "it redirects, which is not followed, to "+location)
		}
		return p.worst
	}
}

// contentType returns the media type that a body most likely has.
func contentType(body string) string {
	if body = strings.TrimSpace(body); strings.HasPrefix(body, "{") || strings.HasPrefix(body, "[") {
		return "application/json"
	}
	return "application/x-www-form-urlencoded"
}

// checkMethod returns an error if s is no token, as methods are (RFC 9110 section 9.1). Without one, the command
// chooses.
func checkMethod(s string) error {
	if !isToken(s) {
		return errors.New("the value of -X is not a method")
	}
	return nil
}

// isToken reports whether s consists of the bytes of a token (RFC 9110 section 5.6.2).
func isToken(s string) bool {
	return !strings.ContainsFunc(s, func(c rune) bool {
		return c <= ' ' || c >= 0x7f || strings.ContainsRune(`"(),/:;<=>?@[\]{}`, c)
	})
}

func isControl(c rune) bool { return c < ' ' || c == 0x7f }
