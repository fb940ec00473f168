package main

import (
	"cmp"
	"errors"
	"flag"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/seed-903fb8fe/wwwauth/internal/secret"
)

// get is the command of that name: one request, and what explain has to say of the answer.
func (e env) get(args []string) int {
	p := printer{env: e, print: explain, worst: -1}
	r := request{header: http.Header{}}
	flags := p.flags()
	flags.StringVar(&r.method, "X", "", "")
	hasBody := false
	flags.Func("d", "", func(body string) error {
		r.body, hasBody = body, true
		p.given.Add(body)
		return nil
	})
	flags.DurationVar(&r.timeout, "timeout", 10*time.Second, "")
	var badField error // not returned from there, since the package flag would quote the value
	flags.Func("H", "", func(field string) error {
		name, value, ok := strings.Cut(field, ":")
		value = trimBlank(value)
		if !ok || name == "" || strings.TrimFunc(name, func(c rune) bool { return c < 0x80 && isTchar(byte(c)) }) != "" || strings.ContainsFunc(value, isControl) {
			badField = errors.New("the value of -H is not a header field, such as Accept: text/plain")
			return nil
		}
		r.header.Add(name, value)
		p.given.Add(value)
		return nil
	})
	operands, err := parseFlags(flags, args)
	if errors.Is(err, flag.ErrHelp) {
		return e.help()
	}
	if err == nil && len(operands) != 1 {
		err = errors.New("get needs one URL")
	}
	if err == nil {
		r.url = operands[0]
		err = cmp.Or(badField, checkMethod(r.method), checkTimeout(r.timeout), checkTarget(r.url))
	}
	if err != nil {
		return e.wrongUsage(err.Error())
	}
	if name, ok := strings.CutPrefix(r.body, "@"); ok {
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
		r.body = string(b)
		p.given.Add(r.body)
	}
	if r.method == "" {
		r.method = http.MethodGet
		if hasBody {
			r.method = http.MethodPost
		}
	}
	if hasBody && r.header.Get("Content-Type") == "" {
		r.header.Set("Content-Type", contentType(r.body))
	}
	p.setOutput()
	a, err := e.send(r)
	if err != nil {
		return e.unreachable(err, p.redact)
	}
	for _, response := range a.responses() {
		if err := p.report("", response); err != nil {
			return p.failed("", err)
		}
	}
	switch {
	case a.status == http.StatusMethodNotAllowed:
		p.warn("", r.method+" is not allowed there; -X takes another method, and wwwauth probe tries what MCP clients send")
	case a.location != "" && a.status/100 == 3:
		location := a.location
		if p.redact {
			location = p.given.Hide(secret.URL(location))
		}
		p.warn("", "it redirects, which is not followed, to "+safe(location))
	}
	return p.worst
}

// contentType returns the media type that a body most likely has.
func contentType(body string) string {
	if body = strings.TrimSpace(body); strings.HasPrefix(body, "{") || strings.HasPrefix(body, "[") {
		return "application/json"
	}
	return "application/x-www-form-urlencoded"
}
