package main

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

// A challenge is what all parsers here can tell of one. Scheme and names are in lower case, and
// parameters have no order, since that is how most rivals return them.
type challenge struct {
	scheme, token68 string
	params          map[string]string
}

// A rival is a parser that somebody else wrote.
type rival struct {
	name   string
	module string
	call   string // what is called, and
	scope  string // what it is asked for; both for the page

	parse func(lines []string) ([]challenge, error)

	// see reduces our reading to what the rival sets out to read, so that only faults count. It
	// returns nothing if that is not for the rival at all.
	see func([]challenge) []challenge

	// words turns the words of probes into those that see lets pass.
	words *strings.Replacer
}

var rivals = []rival{{
	name: "go-sdk", module: "github.com/modelcontextprotocol/go-sdk",
	call: "`oauthex.ParseWWWAuthenticate`", scope: "everything",
	see: all, words: strings.NewReplacer(),
	parse: func(lines []string) ([]challenge, error) {
		got, err := oauthex.ParseWWWAuthenticate(lines)
		var cs []challenge
		for _, c := range got {
			cs = append(cs, challenge{scheme: c.Scheme, params: c.Params})
		}
		return cs, err
	},
}, {
	name: "httpheader", module: "github.com/vfaronov/httpheader",
	call: "`WWWAuthenticate`", scope: "everything",
	see: all, words: strings.NewReplacer(),
	parse: func(lines []string) ([]challenge, error) {
		var cs []challenge
		for _, a := range httpheader.WWWAuthenticate(header(lines)) {
			c := challenge{a.Scheme, a.Token, maps.Clone(a.Params)}
			if a.Realm != "" {
				if c.params == nil {
					c.params = make(map[string]string)
				}
				c.params["realm"] = a.Realm
			}
			cs = append(cs, c)
		}
		return cs, nil
	},
}, {
	name: "distribution", module: "github.com/docker/distribution",
	call: "`challenge.ResponseChallenges`", scope: "everything",
	see: all, words: strings.NewReplacer(),
	parse: func(lines []string) ([]challenge, error) {
		var cs []challenge
		for _, c := range distribution.ResponseChallenges(&http.Response{StatusCode: 401, Header: header(lines)}) {
			cs = append(cs, challenge{scheme: c.Scheme, params: c.Parameters})
		}
		return cs, nil
	},
}, {
	name: "containerd", module: "github.com/containerd/containerd/v2",
	call: "`auth.ParseAuthHeader`", scope: "Basic, Bearer and Digest; in an order of its own",
	see: seeContainerd, words: strings.NewReplacer(),
	parse: func(lines []string) ([]challenge, error) {
		var cs []challenge
		for _, c := range containerd.ParseAuthHeader(header(lines)) {
			scheme := map[containerd.AuthenticationScheme]string{
				containerd.BasicAuth: "basic", containerd.BearerAuth: "bearer", containerd.DigestAuth: "digest",
			}[c.Scheme]
			cs = append(cs, challenge{scheme: scheme, params: c.Parameters})
		}
		return cs, nil
	},
}, {
	name: "icholy/digest", module: "github.com/icholy/digest",
	call: "`ParseChallenge` for each line that `IsDigest` likes, as in `FindChallenge`",
	scope: "Digest; the nine parameters that have a field in its Challenge, if they are not empty, and stale and " +
		"userhash if they are true",
	see: seeDigest, words: strings.NewReplacer("Bearer", "Digest", "BEARER", "DIGEST", "service", "opaque", "SERVICE", "OPAQUE", "scope", "nonce"),
	parse: func(lines []string) ([]challenge, error) {
		var cs []challenge
		var last error
		for _, line := range lines {
			if !digest.IsDigest(line) {
				continue
			}
			c, err := digest.ParseChallenge(line)
			if err != nil {
				last = err
				continue
			}
			cs = append(cs, digestChallenge(c))
		}
		if len(cs) > 0 {
			last = nil // FindChallenge forgets it too
		}
		return cs, last
	},
}, {
	name: "oras-go", module: "oras.land/oras-go/v2",
	call: "`auth.Client.Do`, and its requests watched",
	scope: "the first Basic or Bearer challenge: that it answers Basic; for Bearer realm, service and scope, as in the " +
		"URL that it asks for a token, unless the realm is no URL or they are empty",
	see: seeOras, words: strings.NewReplacer(),
	parse: askOras,
}}

// errPanic and errHang stand for a rival that did not return.
var (
	errPanic = errors.New("panic")
	errHang  = errors.New("no answer in 10 seconds")
)

// ask returns what r reads, whatever happens to it on the way.
func (r rival) ask(lines []string) ([]challenge, error) {
	// Field values come without the whitespace around them (RFC 9110 section 5.5).
	trimmed := make([]string, len(lines))
	for i, line := range lines {
		trimmed[i] = strings.Trim(line, " \t")
	}
	type answer struct {
		cs  []challenge
		err error
	}
	done := make(chan answer, 1)
	go func() {
		defer func() {
			if p := recover(); p != nil {
				done <- answer{nil, fmt.Errorf("%w: %v", errPanic, p)}
			}
		}()
		cs, err := r.parse(trimmed)
		done <- answer{cs, err}
	}()
	select {
	case a := <-done:
		return a.cs, a.err
	case <-time.After(10 * time.Second):
		return nil, errHang
	}
}

// inScope tells whether our reading holds something for r, and what. Lines without a challenge are for
// everybody.
func (r rival) inScope(ours []challenge) ([]challenge, bool) {
	seen := r.see(ours)
	return seen, len(seen) > 0 || len(ours) == 0
}

// ours returns what wwwauth reads. The test holds that against the vectors.
func ours(lines []string) []challenge {
	got, _ := wwwauth.Parse(lines...)
	var cs []challenge
	for _, c := range got {
		d := challenge{strings.ToLower(c.Scheme), c.Token68, make(map[string]string)}
		for _, p := range c.Params {
			d.params[strings.ToLower(p.Name)] = p.Value
		}
		cs = append(cs, d)
	}
	return cs
}

func header(lines []string) http.Header {
	return http.Header{"Www-Authenticate": lines}
}

func all(cs []challenge) []challenge { return cs }

// seeContainerd keeps the schemes that containerd knows and sorts them as it does.
func seeContainerd(cs []challenge) []challenge {
	var seen []challenge
	for _, scheme := range []string{"bearer", "digest", "basic"} {
		for _, c := range cs {
			if c.scheme == scheme {
				seen = append(seen, c)
			}
		}
	}
	return seen
}

// seeDigest puts our reading into the rival's type and takes it out again, so that what has no place
// there is lost on both sides.
func seeDigest(cs []challenge) []challenge {
	var seen []challenge
	for _, c := range cs {
		if c.scheme != "digest" {
			continue
		}
		d := digest.Challenge{
			Realm: c.params["realm"], Nonce: c.params["nonce"], Opaque: c.params["opaque"],
			Algorithm: c.params["algorithm"], Charset: c.params["charset"],
			Domain: strings.Fields(c.params["domain"]), QOP: strings.Split(c.params["qop"], ","),
			Stale:    strings.EqualFold(c.params["stale"], "true"),
			Userhash: strings.EqualFold(c.params["userhash"], "true"),
		}
		e := digestChallenge(&d)
		e.token68 = c.token68
		seen = append(seen, e)
	}
	return seen
}

func digestChallenge(d *digest.Challenge) challenge {
	c := challenge{scheme: "digest", params: map[string]string{
		"realm": d.Realm, "nonce": d.Nonce, "opaque": d.Opaque, "algorithm": d.Algorithm, "charset": d.Charset,
		"domain": strings.Join(d.Domain, " "), "qop": strings.Join(d.QOP, ","),
	}}
	if d.Stale {
		c.params["stale"] = "true"
	}
	if d.Userhash {
		c.params["userhash"] = "true"
	}
	maps.DeleteFunc(c.params, func(_, value string) bool { return value == "" })
	return c
}

// seeOras keeps the challenge that a client answers that knows Basic and Bearer and takes the first of
// them, and of that one what its requests show.
func seeOras(cs []challenge) []challenge {
	i := slices.IndexFunc(cs, func(c challenge) bool { return c.scheme == "basic" || c.scheme == "bearer" })
	if i < 0 {
		return nil
	}
	if cs[i].scheme == "basic" {
		return []challenge{{scheme: "basic"}}
	}
	u, err := url.Parse(cs[i].params["realm"])
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil
	}
	q := u.Query()
	if service := cs[i].params["service"]; service != "" {
		q.Set("service", service)
	}
	if scope := cs[i].params["scope"]; scope != "" {
		q["scope"] = oras.CleanScopes(strings.Split(scope, " ")) // sorted and merged, which is no matter of parsing
	}
	u.RawQuery = q.Encode()
	return []challenge{tokenRequest(u)}
}

// tokenRequest returns the challenge that leads to a request of a token from u.
func tokenRequest(u *url.URL) challenge {
	realm, q := *u, u.Query()
	c := challenge{scheme: "bearer", params: make(map[string]string)}
	for _, name := range []string{"service", "scope"} {
		if q.Has(name) {
			c.params[name] = strings.Join(q[name], " ")
			q.Del(name)
		}
	}
	realm.RawQuery = q.Encode()
	if s := realm.String(); s != "" {
		c.params["realm"] = s
	}
	return c
}

// askOras has the client fetch something from a registry that answers with the lines, and watches what
// it does then. Nothing goes over the network. The registry has the origin of the realm, since the
// client asks no token of another one if that is local.
func askOras(lines []string) (cs []challenge, err error) {
	// It looks up a realm of another origin, if it misreads one; it keeps a pointer to this resolver.
	net.DefaultResolver.PreferGo = true
	net.DefaultResolver.Dial = func(context.Context, string, string) (net.Conn, error) { return nil, errors.New("no DNS") }

	registry := url.URL{Scheme: "https", Host: "registry.example", Path: "/v2/the-registry"}
	for _, c := range seeOras(ours(lines)) {
		if u, err := url.Parse(c.params["realm"]); err == nil && u.Host != "" {
			registry.Scheme, registry.Host = u.Scheme, u.Host
		}
	}
	challenged := false
	respond := func(req *http.Request) (*http.Response, error) {
		resp := &http.Response{StatusCode: 200, Header: make(http.Header), Body: io.NopCloser(strings.NewReader(`{"token":"t"}`)), Request: req}
		switch {
		case !challenged:
			challenged = true
			resp.StatusCode, resp.Header = 401, header(lines)
		case req.URL.Path != registry.Path:
			cs = append(cs, tokenRequest(req.URL))
		case strings.HasPrefix(req.Header.Get("Authorization"), "Basic "):
			cs = append(cs, challenge{scheme: "basic"})
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
