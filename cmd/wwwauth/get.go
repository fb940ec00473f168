package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/seed-903fb8fe/wwwauth/internal/layout"
	"github.com/seed-903fb8fe/wwwauth/internal/probe"
	"github.com/seed-903fb8fe/wwwauth/internal/report"
	"github.com/seed-903fb8fe/wwwauth/internal/secret"
	"github.com/seed-903fb8fe/wwwauth/internal/terminal"
)

// get is the command of that name: it makes one request, and explains the response.
func (e env) get() (*flag.FlagSet, runner) {
	p := printer{env: e}
	r := requester{printer: &p, Request: probe.Request{Header: http.Header{}}}
	p.options.Given = &r.given
	flags := p.flags()
	p.explainFlags(flags)
	r.networkFlags(flags)
	method := func(s string) error {
		if !isToken(s) {
			return errors.New("it is not an HTTP method")
		}
		r.Method = s
		return nil
	}
	funcNames(flags, "`METHOD` use the method instead of GET, or POST with a body", method, "X", "request")
	boolNames(flags, &r.head, "use the method HEAD", "I", "head")
	funcNames(flags, "`BODY` send BODY as the body, or the contents of @FILE, or standard input with @-", func(s string) error {
		r.Body, r.hasBody = s, true
		return nil
	}, "d", "data")
	boolNames(flags, &r.Follow, "follow redirects, and report on each response", "L", "location")
	funcNames(flags, "`USER[:PASSWORD]` log in with Digest or Basic if the server asks; without a password, ask for it", r.setUser, "u", "user")
	return flags, func(operands []string) int {
		if code, ok := r.complete("get", operands); !ok {
			return code
		}
		p.setExplain()
		ctx, done := e.progress(context.Background())
		answers, err := probe.Send(ctx, r.Request)
		done()
		if printErr := r.print(answers); printErr != nil {
			return p.failed("", printErr)
		}
		if err != nil {
			return e.unreachable(err, p.options.Redact)
		}
		return p.worst
	}
}

// A requester has the flags that say what to send, and prints the responses.
type requester struct {
	*printer
	probe.Request
	given    secret.Given
	hasBody  bool
	head     bool
	badField bool
	asks     bool // for the password
}

// funcNames defines a flag with all its names.
func funcNames(flags *flag.FlagSet, usage string, set func(string) error, names ...string) {
	for _, name := range names {
		flags.Func(name, usage, set)
	}
}

func boolNames(flags *flag.FlagSet, b *bool, usage string, names ...string) {
	for _, name := range names {
		flags.BoolVar(b, name, false, usage)
	}
}

// networkFlags adds the flags of all commands that make requests. Their names are those of curl.
func (r *requester) networkFlags(flags *flag.FlagSet) {
	r.Timeout = 10 * time.Second
	funcNames(flags, "`SECONDS` the time to wait for each response, such as 5 or 1m30s (10)", r.setTimeout, "m", "timeout", "max-time")
	funcNames(flags, "`FIELD` send the header field, such as 'Accept: text/plain'; may be repeated", r.addField, "H", "header")
	for _, name := range []string{"k", "insecure"} {
		flags.BoolFunc(name, "accept any certificate", func(s string) error {
			r.tls().InsecureSkipVerify = s == "true"
			return nil
		})
	}
	flags.Func("cacert", "`FILE` trust only the authorities in the file, in PEM", r.setAuthorities)
}

func (r *requester) tls() *tls.Config {
	if r.TLS == nil {
		r.TLS = new(tls.Config)
	}
	return r.TLS
}

func (r *requester) setAuthorities(name string) error {
	b, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	r.tls().RootCAs = x509.NewCertPool()
	if !r.TLS.RootCAs.AppendCertsFromPEM(b) {
		return errors.New("the file has no certificate in PEM")
	}
	return nil
}

// setTimeout sets the timeout: a number of seconds, or a duration as Go writes it.
func (r *requester) setTimeout(s string) error {
	d, err := time.ParseDuration(s)
	if n, asNumber := strconv.ParseFloat(s, 64); asNumber == nil {
		d, err = time.Duration(min(max(n, 0), 1e6)*float64(time.Second)), nil
	}
	if err != nil || d <= 0 || d > time.Hour {
		return errors.New("it must be a number of seconds, more than zero and an hour at most")
	}
	r.Timeout = d
	return nil
}

// addField adds a header field, as curl does: "Name;" is an empty one, and "Name:" leaves out one that would be
// sent otherwise. It returns no error, since package flag would quote the value; complete does.
func (r *requester) addField(field string) error {
	name, value, ok := strings.Cut(field, ":")
	value = strings.Trim(value, " \t")
	empty := false
	if !ok {
		name, empty = strings.CutSuffix(field, ";")
	}
	if !ok && !empty || name == "" || !isToken(name) || strings.ContainsFunc(value, isControl) {
		r.badField = true
		return nil
	}
	if ok && value == "" {
		r.Header[http.CanonicalHeaderKey(name)] = nil
		return nil
	}
	r.Header.Add(name, value)
	r.given.Add(value)
	return nil
}

func (r *requester) setUser(s string) error {
	user, password, ok := strings.Cut(s, ":")
	r.User = &probe.User{Name: user, Password: password}
	r.asks = !ok
	return nil
}

// complete checks the combination of flags, and asks for a missing password. If it returns false, the command
// ends with the code.
func (r *requester) complete(command string, operands []string) (code int, ok bool) {
	switch {
	case len(operands) != 1:
		return r.wrongUsage(command + " needs one URL"), false
	case r.badField:
		return r.wrongUsage("the value of -H is not a header field, such as Accept: text/plain"), false
	}
	r.URL = operands[0]
	if err := probe.CheckTarget(r.URL); err != nil {
		message := err.Error()
		if isHost(r.URL) {
			message += "; did you mean https://" + r.URL + "?"
		}
		return r.wrongUsage(message), false
	}
	if name, isFile := strings.CutPrefix(r.Body, "@"); isFile {
		if name == "" {
			return r.wrongUsage("@ needs a file name"), false
		}
		var b []byte
		var err error
		if name == "-" {
			b, err = io.ReadAll(r.stdin)
		} else {
			b, err = os.ReadFile(name)
		}
		if err != nil {
			return r.failed(name, err), false
		}
		r.Body = string(b)
	}
	r.given.Add(r.Body)
	if r.Method == "" {
		r.Method = http.MethodGet
		switch {
		case r.head:
			r.Method = http.MethodHead
		case r.hasBody:
			r.Method = http.MethodPost
		}
	}
	if _, set := r.Header["Content-Type"]; r.hasBody && !set {
		r.Header.Set("Content-Type", contentType(r.Body))
	}
	if r.asks {
		password, err := terminal.Password("Password of " + layout.Safe(r.User.Name) + ": ")
		if err != nil {
			return r.wrongUsage("-u has no password, and there is no terminal to ask for it; write -u USER:PASSWORD"), false
		}
		r.User.Password = password
	}
	if r.User != nil {
		r.given.Add(r.User.Password)
		r.given.Add(base64.StdEncoding.EncodeToString([]byte(r.User.Name + ":" + r.User.Password)))
	}
	r.setOutput()
	return 0, true
}

// print prints the reports on the responses, like those on a file with all of them. If there are several, each
// response is named, with or without a challenge.
func (r *requester) print(answers []probe.Answer) error {
	var final []probe.Answer
	for _, a := range answers {
		if !a.Interim() {
			final = append(final, a)
		}
	}
	var parts report.Parts
	r.named = len(final) > 1
	for i, a := range final {
		part := report.NewPart(a.Found, r.options)
		parts.Add(part)
		place := ""
		if r.named {
			place = a.Request.Method + " " + r.link(a.Request.URL.String())
		}
		for _, one := range part.Reports {
			one.Line = 0
			pg := r.render(nil, "", one)
			pg.place = place
			if err := r.printer.print("", pg); err != nil {
				return err
			}
		}
		if a.Cut {
			r.warn("", "the head of the response is incomplete")
		}
		if len(part.Reports) == 0 && r.named {
			if err := r.printOther(a, place, i > 0); err != nil {
				return err
			}
		}
	}
	if len(final) == 0 {
		return nil
	}
	list, messages, found := parts.End(r.options)
	for _, m := range messages {
		r.warn("", m.Text)
	}
	if !found {
		r.worst = max(r.worst, 3)
	}
	for _, one := range list {
		one.Line = 0
		pg := r.render(nil, "", one)
		if err := r.printer.print("", pg); err != nil {
			return err
		}
	}
	last := final[len(final)-1]
	switch {
	case last.Status == http.StatusMethodNotAllowed:
		r.warn("", last.Request.Method+" is not allowed there; -X takes another method, and wwwauth probe tries what MCP clients send")
	case last.Location != "" && last.Status/100 == 3 && !r.Follow:
		r.warn("", "the response redirects to "+r.link(last.Location)+"; -L follows the redirect")
	}
	return nil
}

// printOther prints a line about a response without a challenge, if there are several responses.
func (r *requester) printOther(a probe.Answer, place string, later bool) error {
	pg := sheet{place: place, exit: -1}
	switch {
	case r.json:
		one := report.New(a.Response(), r.options)[0]
		one.Line = 0
		pg.text = one.AppendJSON(nil)
	case a.Status/100 == 3 && a.Location != "":
		pg.text = r.style.Wrap(nil, "", fmt.Sprintf("%d, a redirect to %s", a.Status, layout.Safe(r.link(a.Location))))
	case later && a.Request.Header.Get("Authorization") != "" && a.Status/100 == 2:
		pg.text = r.style.Wrap(nil, "", fmt.Sprintf("%d: the server accepts the credentials.", a.Status))
	default:
		pg.text = r.style.Wrap(nil, "", fmt.Sprintf("%d, without a challenge", a.Status))
	}
	return r.printer.print("", pg)
}

// link returns a URL as it is shown.
func (r *requester) link(s string) string {
	if r.options.Redact {
		return r.given.Hide(secret.URL(s))
	}
	return s
}

// contentType returns the most likely media type of a body.
func contentType(body string) string {
	if body = strings.TrimSpace(body); strings.HasPrefix(body, "{") || strings.HasPrefix(body, "[") {
		return "application/json"
	}
	return "application/x-www-form-urlencoded"
}

// isToken reports whether s consists of the bytes of a token (RFC 9110 section 5.6.2).
func isToken(s string) bool {
	return !strings.ContainsFunc(s, func(c rune) bool {
		return c <= ' ' || c >= 0x7f || strings.ContainsRune(`"(),/:;<=>?@[\]{}`, c)
	})
}

func isControl(c rune) bool { return c < ' ' || c == 0x7f }
