package probe

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"github.com/seed-903fb8fe/wwwauth/discovery"
	"github.com/seed-903fb8fe/wwwauth/internal/weburl"
)

// The steps of a client of a registry.
const (
	tokenServer discovery.Document = "token-server"
	withToken   discovery.Document = "resource"
)

// A TokenServer is the token server of a registry, and what it gave.
type TokenServer struct {
	Realm, Service, Scope string
	Anonymous             bool // it issues tokens without a login
	Accepted              bool // the server accepts such a token
}

// askTokenServer does what a container client does: it asks the token server for a token without credentials, and
// repeats the request with it (distribution/distribution, docs/content/spec/auth/token.md). The token is never
// shown.
func (pr *Probe) askTokenServer(ctx context.Context) {
	c, _ := pr.registryChallenge()
	ts := &TokenServer{Realm: c.Get("realm"), Service: c.Get("service"), Scope: c.Get("scope")}
	pr.TokenServer = ts
	u, err := url.Parse(ts.Realm)
	if err != nil {
		return // it was parsed before
	}
	query := u.Query()
	if ts.Service != "" {
		query.Set("service", ts.Service)
	}
	for scope := range strings.FieldsSeq(ts.Scope) {
		query.Add("scope", scope)
	}
	u.RawQuery = query.Encode()
	step := discovery.Step{Document: tokenServer, URL: u.String()}
	token := pr.fetchToken(ctx, u, &step)
	pr.tokenSteps = append(pr.tokenSteps, step)
	if token == "" {
		return
	}
	ts.Anonymous = true
	if pr.Given != nil {
		pr.Given.Add(token)
	}
	header := http.Header{"Authorization": {"Bearer " + token}}
	step = discovery.Step{Document: withToken, URL: pr.URL}
	a, err := pr.send(ctx, http.MethodGet, "", header)
	switch {
	case err != nil:
		step.Outcome, step.Reason, step.Err = discovery.Unreachable, "the request with the token got no response", err
	case a.Status == http.StatusUnauthorized || a.Status == http.StatusForbidden:
		step.Status, step.Outcome, step.Reason = a.Status, discovery.NeedsCredentials, "the anonymous token does not give access to this"
	case a.Status >= 500:
		step.Status, step.Outcome, step.Reason = a.Status, discovery.BadStatus, "the server fails on the request with the token"
	default:
		step.Status, step.Outcome = a.Status, discovery.OK
		ts.Accepted = true
	}
	pr.tokenSteps = append(pr.tokenSteps, step)
}

// fetchToken asks for a token without credentials, and completes the step with the outcome.
func (pr *Probe) fetchToken(ctx context.Context, u *url.URL, step *discovery.Step) string {
	refuse := func(o discovery.Outcome, reason string) string {
		step.Outcome, step.Reason = o, reason
		return ""
	}
	if u.Scheme != "https" && !pr.Private && !(Local(pr.URL) && Local(u.String())) {
		return refuse(discovery.NotHTTPS, "the token server is not https")
	}
	ctx, cancel := context.WithTimeout(ctx, pr.Timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return refuse(discovery.BadURL, "the URL "+weburl.ErrSyntax.Error())
	}
	req.Header.Set("User-Agent", "wwwauth")
	// A redirect is not followed: the challenge does not name its target.
	resp, err := pr.transport().RoundTrip(req)
	switch {
	case err != nil && isLate(ctx, err):
		return refuse(discovery.Timeout, "the server did not send the whole response in time")
	case errors.Is(err, errNotPublic):
		return refuse(discovery.PrivateAddress, "the host has an address that is not public")
	case err != nil:
		return refuse(discovery.Unreachable, "the host cannot be reached, or does not speak HTTP")
	}
	defer resp.Body.Close()
	step.Status = resp.StatusCode
	switch s := resp.StatusCode; {
	case s == http.StatusUnauthorized || s == http.StatusForbidden:
		return refuse(discovery.NeedsCredentials, "it issues no token without a login")
	case s/100 == 3:
		step.Got = resp.Header.Get("Location")
		return refuse(discovery.BadStatus, "it redirects; the challenge should name the final URL")
	case s == http.StatusNotFound:
		return refuse(discovery.NotFound, "there is none")
	case s != http.StatusOK:
		return refuse(discovery.BadStatus, "the status is not 200")
	}
	const most = 1 << 20
	b, err := io.ReadAll(io.LimitReader(resp.Body, most+1))
	switch {
	case err != nil:
		return refuse(discovery.Timeout, "the response ended early")
	case len(b) > most:
		return refuse(discovery.TooLarge, "the document is too large")
	}
	var v struct {
		Token       string `json:"token"`
		AccessToken string `json:"access_token"`
	}
	if err := json.Unmarshal(b, &v); err != nil {
		if mediaType, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type")); mediaType != "application/json" {
			step.Got = mediaType
			return refuse(discovery.NotJSON, "the document is not JSON")
		}
		return refuse(discovery.Malformed, "the document is not a JSON object with a token")
	}
	if v.Token == "" {
		v.Token = v.AccessToken
	}
	if v.Token == "" || strings.ContainsFunc(v.Token, func(c rune) bool { return c <= ' ' || c >= 0x7f }) {
		return refuse(discovery.Malformed, "it has no member token or access_token that can be sent")
	}
	step.Outcome = discovery.OK
	return v.Token
}

// judgeRegistry returns the verdict on a registry.
func (pr *Probe) judgeRegistry() Verdict {
	last := pr.tokenSteps[len(pr.tokenSteps)-1]
	switch ts := pr.TokenServer; {
	case ts.Accepted:
		return Verdict{Name: "can", how: "can get a token here without a login, as container clients do, and the server accepts it. For anything that is not public, it logs in at the token server"}
	case ts.Anonymous && last.Outcome == discovery.NeedsCredentials:
		return Verdict{Name: "can", how: "can sign in here as container clients do, with user and password at the token server: it issues a token to anybody, but that token does not give access to this URL"}
	case ts.Anonymous:
		return Verdict{Name: "cannot", Exit: 1, Reason: last.Reason, rule: "token-not-usable", remedy: "Accept the token that the token server issues."}
	case last.Outcome == discovery.NeedsCredentials:
		return Verdict{Name: "can", how: "can sign in here as container clients do, with user and password at the token server, which issues no token without them"}
	}
	return Verdict{
		Name: "cannot", Exit: 1, Reason: fmt.Sprintf("the token server that the challenge names issues no token: %s", last.Reason),
		rule: "token-server", remedy: "Set realm to the https URL of a token server that clients can reach, and that answers a GET with a JSON object with the member token.",
	}
}
