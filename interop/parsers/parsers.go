// Package parsers has the challenge parsers that other Go modules export, with one interface, so that they can be
// compared (../rivals) and timed (../bench).
package parsers

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	containerd "github.com/containerd/containerd/v2/core/remotes/docker/auth"
	distribution "github.com/docker/distribution/registry/client/auth/challenge"
	"github.com/icholy/digest"
	"github.com/modelcontextprotocol/go-sdk/oauthex"
	"github.com/seed-903fb8fe/wwwauth"
	"github.com/vfaronov/httpheader"
	oras "oras.land/oras-go/v2/registry/remote/auth"
)

// A Challenge is what all parsers here can say about one. Scheme and names are in lower case, and
// parameters have no order, since that is how most of them return them.
type Challenge struct {
	Scheme, Token68 string
	Params          map[string]string
}

// A Parser is one of them.
type Parser struct {
	Name   string
	Module string
	Call   string // what is called, and
	Scope  string // what it is asked for; both for docs/RIVALS.md

	// Parse reads field lines.
	Parse func(lines []string) ([]Challenge, error)

	// Loop returns a function that lets the parser read lines n times and drops the results, without
	// converting them to Challenges. It is nil if the parser cannot be called by itself.
	Loop func(lines []string) func(n int)

	// See reduces our reading to what the parser is meant to read, so that only faults count. It
	// returns nothing if the lines are not for the parser at all.
	See func([]Challenge) []Challenge

	// Words turns the words of probes into those that See keeps.
	Words *strings.Replacer
}

// All has the parsers of others.
var All = []Parser{
	adapt(Parser{
		Name: "go-sdk", Module: "github.com/modelcontextprotocol/go-sdk",
		Call: "`oauthex.ParseWWWAuthenticate`", Scope: "everything",
		See: all, Words: strings.NewReplacer(),
	}, func(in input) ([]oauthex.Challenge, error) {
		return oauthex.ParseWWWAuthenticate(in.lines)
	}, func(c oauthex.Challenge) Challenge {
		return Challenge{Scheme: c.Scheme, Params: c.Params}
	}),
	adapt(Parser{
		Name: "httpheader", Module: "github.com/vfaronov/httpheader",
		Call: "`WWWAuthenticate`", Scope: "everything",
		See: all, Words: strings.NewReplacer(),
	}, func(in input) ([]httpheader.Auth, error) {
		return httpheader.WWWAuthenticate(in.resp.Header), nil
	}, func(a httpheader.Auth) Challenge {
		c := Challenge{a.Scheme, a.Token, maps.Clone(a.Params)}
		if a.Realm != "" {
			if c.Params == nil {
				c.Params = make(map[string]string)
			}
			c.Params["realm"] = a.Realm
		}
		return c
	}),
	adapt(Parser{
		Name: "distribution", Module: "github.com/docker/distribution",
		Call: "`challenge.ResponseChallenges`", Scope: "everything",
		See: all, Words: strings.NewReplacer(),
	}, func(in input) ([]distribution.Challenge, error) {
		return distribution.ResponseChallenges(in.resp), nil
	}, func(c distribution.Challenge) Challenge {
		return Challenge{Scheme: c.Scheme, Params: c.Parameters}
	}),
	adapt(Parser{
		Name: "containerd", Module: "github.com/containerd/containerd/v2",
		Call: "`auth.ParseAuthHeader`", Scope: "Basic, Bearer and Digest, in any order",
		See: seeContainerd, Words: strings.NewReplacer(),
	}, func(in input) ([]containerd.Challenge, error) {
		return containerd.ParseAuthHeader(in.resp.Header), nil
	}, func(c containerd.Challenge) Challenge {
		scheme := map[containerd.AuthenticationScheme]string{
			containerd.BasicAuth: "basic", containerd.BearerAuth: "bearer", containerd.DigestAuth: "digest",
		}[c.Scheme]
		return Challenge{Scheme: scheme, Params: c.Parameters}
	}),
	adapt(Parser{
		Name: "icholy/digest", Module: "github.com/icholy/digest",
		Call: "`ParseChallenge` for each line that `IsDigest` accepts, as in `FindChallenge`",
		Scope: "Digest: the nine parameters that have a field in its Challenge, if they are not empty, and stale and " +
			"userhash if they are true",
		See: seeDigest, Words: strings.NewReplacer("Bearer", "Digest", "BEARER", "DIGEST", "service", "opaque", "SERVICE", "OPAQUE", "scope", "nonce"),
	}, func(in input) ([]*digest.Challenge, error) {
		var cs []*digest.Challenge
		var last error
		for _, line := range in.lines {
			if !digest.IsDigest(line) {
				continue
			}
			c, err := digest.ParseChallenge(line)
			if err != nil {
				last = err
				continue
			}
			cs = append(cs, c)
		}
		if len(cs) > 0 {
			last = nil // FindChallenge forgets it too
		}
		return cs, last
	}, digestChallenge),
	{
		Name: "oras-go", Module: "oras.land/oras-go/v2",
		Call: "`auth.Client.Do`; its requests are watched",
		Scope: "the first Basic or Bearer challenge: of Basic, that it is answered; of Bearer, realm, service and scope as " +
			"they are in the URL of its token request, unless they are empty or the realm is not a URL",
		See: seeOras, Words: strings.NewReplacer(),
		Parse: askOras,
	},
}

// Own returns wwwauth's two ways to parse.
func Own() []Parser {
	parser := new(wwwauth.Parser)
	return []Parser{
		adapt(Parser{Name: "wwwauth, Parse", See: all},
			func(in input) ([]wwwauth.Challenge, error) { return wwwauth.Parse(in.lines...) }, own),
		adapt(Parser{Name: "wwwauth, Parser.Parse", See: all},
			func(in input) ([]wwwauth.Challenge, error) { return parser.Parse(in.lines...) }, own),
	}
}

// An input is the same field lines in the forms that parsers take.
type input struct {
	lines []string
	resp  *http.Response
}

func newInput(lines []string) input {
	return input{lines, &http.Response{StatusCode: 401, Header: http.Header{"Www-Authenticate": lines}}}
}

// adapt completes p, which calls read and gives challenges that convert can turn into ours.
func adapt[C any](p Parser, read func(input) ([]C, error), convert func(C) Challenge) Parser {
	p.Parse = func(lines []string) ([]Challenge, error) {
		got, err := read(newInput(lines))
		var cs []Challenge
		for _, c := range got {
			cs = append(cs, convert(c))
		}
		return cs, err
	}
	p.Loop = func(lines []string) func(n int) {
		in := newInput(lines)
		return func(n int) {
			for range n {
				read(in)
			}
		}
	}
	return p
}

// ErrPanic and ErrNoAnswer stand for a parser that did not return.
var (
	ErrPanic    = errors.New("panic")
	ErrNoAnswer = errors.New("no answer in 10 seconds")
)

// Ask returns what p reads, even if it panics or does not return.
func (p Parser) Ask(lines []string) ([]Challenge, error) {
	// Field values come without the whitespace around them (RFC 9110 section 5.5).
	trimmed := make([]string, len(lines))
	for i, line := range lines {
		trimmed[i] = strings.Trim(line, " \t")
	}
	type answer struct {
		cs  []Challenge
		err error
	}
	done := make(chan answer, 1)
	go func() {
		defer func() {
			if cause := recover(); cause != nil {
				done <- answer{nil, fmt.Errorf("%w: %v", ErrPanic, cause)}
			}
		}()
		cs, err := p.Parse(trimmed)
		done <- answer{cs, err}
	}()
	select {
	case a := <-done:
		return a.cs, a.err
	case <-time.After(10 * time.Second):
		return nil, ErrNoAnswer
	}
}

// InScope reports whether our reading has something for p, and what. Lines without a challenge are for all parsers.
func (p Parser) InScope(ours []Challenge) ([]Challenge, bool) {
	seen := p.See(ours)
	return seen, len(seen) > 0 || len(ours) == 0
}

// Ours returns what wwwauth reads. A test of ../rivals compares that with the vectors.
func Ours(lines []string) []Challenge {
	got, _ := wwwauth.Parse(lines...)
	var cs []Challenge
	for _, c := range got {
		cs = append(cs, own(c))
	}
	return cs
}

func own(c wwwauth.Challenge) Challenge {
	d := Challenge{strings.ToLower(c.Scheme), c.Token68, make(map[string]string)}
	for _, p := range c.Params {
		d.Params[strings.ToLower(p.Name)] = p.Value
	}
	return d
}

func all(cs []Challenge) []Challenge { return cs }

// seeContainerd keeps the schemes that containerd knows and sorts them as it does.
func seeContainerd(cs []Challenge) []Challenge {
	var seen []Challenge
	for _, scheme := range []string{"bearer", "digest", "basic"} {
		for _, c := range cs {
			if c.Scheme == scheme {
				seen = append(seen, c)
			}
		}
	}
	return seen
}

// seeDigest converts our reading to the rival's type and back, so that what has no field there is lost on both sides.
func seeDigest(cs []Challenge) []Challenge {
	var seen []Challenge
	for _, c := range cs {
		if c.Scheme != "digest" {
			continue
		}
		d := digest.Challenge{
			Realm: c.Params["realm"], Nonce: c.Params["nonce"], Opaque: c.Params["opaque"],
			Algorithm: c.Params["algorithm"], Charset: c.Params["charset"],
			Domain: strings.Fields(c.Params["domain"]), QOP: strings.Split(c.Params["qop"], ","),
			Stale:    strings.EqualFold(c.Params["stale"], "true"),
			Userhash: strings.EqualFold(c.Params["userhash"], "true"),
		}
		e := digestChallenge(&d)
		e.Token68 = c.Token68
		seen = append(seen, e)
	}
	return seen
}

func digestChallenge(d *digest.Challenge) Challenge {
	c := Challenge{Scheme: "digest", Params: map[string]string{
		"realm": d.Realm, "nonce": d.Nonce, "opaque": d.Opaque, "algorithm": d.Algorithm, "charset": d.Charset,
		"domain": strings.Join(d.Domain, " "), "qop": strings.Join(d.QOP, ","),
	}}
	if d.Stale {
		c.Params["stale"] = "true"
	}
	if d.Userhash {
		c.Params["userhash"] = "true"
	}
	maps.DeleteFunc(c.Params, func(_, value string) bool { return value == "" })
	return c
}

// seeOras keeps the first Basic or Bearer challenge, which the client answers, and of that only what its requests
// show.
func seeOras(cs []Challenge) []Challenge {
	i := slices.IndexFunc(cs, func(c Challenge) bool { return c.Scheme == "basic" || c.Scheme == "bearer" })
	if i < 0 {
		return nil
	}
	if cs[i].Scheme == "basic" {
		return []Challenge{{Scheme: "basic"}}
	}
	u, err := url.Parse(cs[i].Params["realm"])
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil
	}
	q := u.Query()
	if service := cs[i].Params["service"]; service != "" {
		q.Set("service", service)
	}
	if scope := cs[i].Params["scope"]; scope != "" {
		q["scope"] = oras.CleanScopes(strings.Split(scope, " ")) // sorted and merged, which has nothing to do with parsing
	}
	u.RawQuery = q.Encode()
	return []Challenge{tokenRequest(u)}
}

// tokenRequest returns the challenge that leads to a request of a token from u.
func tokenRequest(u *url.URL) Challenge {
	realm, q := *u, u.Query()
	c := Challenge{Scheme: "bearer", Params: make(map[string]string)}
	for _, name := range []string{"service", "scope"} {
		if q.Has(name) {
			c.Params[name] = strings.Join(q[name], " ")
			q.Del(name)
		}
	}
	realm.RawQuery = q.Encode()
	if s := realm.String(); s != "" {
		c.Params["realm"] = s
	}
	return c
}

// askOras lets the client fetch something from a registry that answers with the lines, and watches what it does then.
// Nothing goes over the network. The registry has the origin of the realm, since the client does not request a token
// from another origin that is local.
func askOras(lines []string) (cs []Challenge, err error) {
	// It looks up a realm of another origin, if it misreads one; it keeps a pointer to this resolver.
	net.DefaultResolver.PreferGo = true
	net.DefaultResolver.Dial = func(context.Context, string, string) (net.Conn, error) { return nil, errors.New("no DNS") }

	registry := url.URL{Scheme: "https", Host: "registry.example", Path: "/v2/the-registry"}
	for _, c := range seeOras(Ours(lines)) {
		if u, err := url.Parse(c.Params["realm"]); err == nil && u.Host != "" {
			registry.Scheme, registry.Host = u.Scheme, u.Host
		}
	}
	challenged := false
	respond := func(req *http.Request) (*http.Response, error) {
		resp := &http.Response{StatusCode: 200, Header: make(http.Header), Body: io.NopCloser(strings.NewReader(`{"token":"t"}`)), Request: req}
		switch {
		case !challenged:
			challenged = true
			resp.StatusCode, resp.Header = 401, newInput(lines).resp.Header
		case req.URL.Path != registry.Path:
			cs = append(cs, tokenRequest(req.URL))
		case strings.HasPrefix(req.Header.Get("Authorization"), "Basic "):
			cs = append(cs, Challenge{Scheme: "basic"})
		}
		return resp, nil
	}
	client := oras.Client{
		Client: &http.Client{Transport: roundTripper(respond)},
		Credential: func(context.Context, string) (oras.Credential, error) {
			return oras.Credential{Username: "u", Password: "p"}, nil
		},
	}
	req, err := http.NewRequest("GET", registry.String(), nil)
	if err != nil {
		return nil, err
	}
	resp, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	return cs, resp.Body.Close()
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }
