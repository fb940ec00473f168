package probe

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/seed-903fb8fe/wwwauth/discovery"
)

// A client that runs in a browser sees only what the server lets pages from other origins see (the Fetch standard,
// CORS protocol). Only the responses to requests that a browser would make show what that is.

// clientOrigin is the origin of a client that runs in a browser.
const clientOrigin = "https://client.example"

// A CORS is a request that a client in a browser makes, and what keeps the page from seeing the response.
type CORS struct {
	Request string // preflight, request, protected-resource or authorization-server
	URL     string
	Status  int      // 0 if there was no response
	Lacks   []string // each a sentence; safe to print
}

// askAsBrowser makes the requests of a client in a browser.
func (pr *Probe) askAsBrowser(ctx context.Context) {
	origin := http.Header{"Origin": {clientOrigin}}
	method := pr.method
	preflight := origin.Clone()
	preflight.Set("Access-Control-Request-Method", method)
	wanted := []string{"authorization", "content-type", "mcp-protocol-version"}
	preflight.Set("Access-Control-Request-Headers", strings.Join(wanted, ","))
	pr.cors = append(pr.cors, pr.corsOf(ctx, "preflight", pr.URL, func(ctx context.Context) (Answer, error) {
		r := pr.Request // without the user's fields: a browser adds none to a preflight
		r.Method, r.Body, r.Header = http.MethodOptions, "", preflight
		answers, err := Send(ctx, r)
		return last(answers), err
	}, func(a Answer) (lacks []string) {
		if a.Status < 200 || a.Status > 299 {
			lacks = append(lacks, "The status must be 2xx, without credentials.")
		}
		allowed := list(a.Values("Access-Control-Allow-Headers"))
		for _, name := range wanted {
			// The asterisk does not cover Authorization.
			if !slices.Contains(allowed, name) && (name == "authorization" || !slices.Contains(allowed, "*")) {
				lacks = append(lacks, "Access-Control-Allow-Headers must name "+http.CanonicalHeaderKey(name)+".")
				break
			}
		}
		return lacks
	}))
	header, body := origin.Clone(), ""
	header.Set("Accept", "application/json, text/event-stream, */*")
	if method == http.MethodPost {
		body = initialize
		header.Set("Content-Type", "application/json")
		header.Set("MCP-Protocol-Version", "2025-11-25")
	}
	pr.cors = append(pr.cors, pr.corsOf(ctx, "request", pr.URL, func(ctx context.Context) (Answer, error) {
		return pr.send(ctx, method, body, header)
	}, func(a Answer) []string {
		if exposed := list(a.Values("Access-Control-Expose-Headers")); !slices.Contains(exposed, "www-authenticate") && !slices.Contains(exposed, "*") {
			return []string{"Access-Control-Expose-Headers must name WWW-Authenticate, or the page does not see the challenge."}
		}
		return nil
	}))
	seen := map[string]bool{}
	for _, s := range pr.result.Steps {
		if s.Outcome != discovery.OK && s.Outcome != discovery.ResourceMismatch && s.Outcome != discovery.IssuerMismatch || s.URL == "" || seen[s.URL] {
			continue
		}
		seen[s.URL] = true
		pr.cors = append(pr.cors, pr.corsOf(ctx, string(s.Document), s.URL, func(ctx context.Context) (Answer, error) {
			return pr.fetchAsBrowser(ctx, s.URL)
		}, func(Answer) []string { return nil }))
	}
}

// corsOf makes a request, and says what the response lacks.
func (pr *Probe) corsOf(ctx context.Context, name, url string, send func(context.Context) (Answer, error), more func(Answer) []string) CORS {
	c := CORS{Request: name, URL: url}
	ctx, cancel := context.WithTimeout(ctx, pr.Timeout)
	defer cancel()
	a, err := send(ctx)
	if err != nil {
		c.Lacks = []string{"There was no response."}
		return c
	}
	c.Status = a.Status
	switch allowed := a.Values("Access-Control-Allow-Origin"); {
	case len(allowed) == 0:
		c.Lacks = append(c.Lacks, noOrigin)
	case len(allowed) > 1:
		c.Lacks = append(c.Lacks, "Access-Control-Allow-Origin is sent more than once.")
	case allowed[0] != "*" && allowed[0] != clientOrigin:
		c.Lacks = append(c.Lacks, "Access-Control-Allow-Origin does not name the origin of the page.")
	}
	c.Lacks = append(c.Lacks, more(a)...)
	return c
}

// fetchAsBrowser fetches metadata, with the same checks of addresses as the first time.
func (pr *Probe) fetchAsBrowser(ctx context.Context, url string) (Answer, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return Answer{}, err
	}
	req.Header.Set("Origin", clientOrigin)
	req.Header.Set("Accept", "application/json")
	resp, err := pr.transport().RoundTrip(req)
	if err != nil {
		return Answer{}, err
	}
	resp.Body.Close()
	return answerOf(resp), nil
}

// last returns the last response, if any.
func last(answers []Answer) (a Answer) {
	if len(answers) > 0 {
		a = answers[len(answers)-1]
	}
	return a
}

// unseen reports whether a page sees none of the responses.
func unseen(answers []CORS) bool {
	return !slices.ContainsFunc(answers, func(c CORS) bool { return !slices.Contains(c.Lacks, noOrigin) })
}

const noOrigin = "Access-Control-Allow-Origin is missing."

// list returns the members of a list in fields, in lower case.
func list(values []string) (members []string) {
	for m := range strings.SplitSeq(strings.Join(values, ","), ",") {
		members = append(members, strings.ToLower(strings.Trim(m, " \t")))
	}
	return members
}
