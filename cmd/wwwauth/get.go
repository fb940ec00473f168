package main

import (
	"errors"
	"flag"
	"net/http"
	"os"
	"strings"
	"time"
)

// get is the command of that name: one request, and what explain has to say of the answer.
func (e env) get(args []string) int {
	p := printer{env: e, print: explain, worst: -1}
	r := request{header: http.Header{}}
	flags := p.flags()
	flags.StringVar(&r.method, "X", "", "")
	flags.StringVar(&r.body, "d", "", "")
	flags.DurationVar(&r.timeout, "timeout", 10*time.Second, "")
	flags.Func("H", "", func(field string) error {
		name, value, ok := strings.Cut(field, ":")
		value = trimBlank(value)
		if !ok || name == "" || strings.TrimFunc(name, func(c rune) bool { return c < 0x80 && isTchar(byte(c)) }) != "" || value != trimBlank(spaces(value)) {
			return errors.New("not a header field, such as Accept: text/plain")
		}
		r.header.Add(name, value)
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
		err = checkTarget(r.url)
	}
	if err != nil {
		return e.wrongUsage(err.Error())
	}
	if name, ok := strings.CutPrefix(r.body, "@"); ok {
		b, err := os.ReadFile(name)
		if err != nil {
			return p.failed(name, err)
		}
		r.body = string(b)
	}
	if r.method == "" {
		r.method = http.MethodGet
		if r.body != "" {
			r.method = http.MethodPost
		}
	}
	if r.body != "" && r.header.Get("Content-Type") == "" {
		r.header.Set("Content-Type", contentType(r.body))
	}
	p.setOutput()
	a, err := e.send(r)
	if err != nil {
		return e.unreachable(err)
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
		p.warn("", "it redirects, which is not followed, to "+safe(a.location))
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
