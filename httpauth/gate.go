package httpauth

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/seed-903fb8fe/wwwauth"
)

// A Gate lets requests with a valid Bearer token (RFC 6750) through to a handler, and refuses the
// others:
//
//	request                                             status  error in the challenge
//	no Authorization field, or one of another scheme    401     none
//	scheme Bearer, but no token, or a malformed one     400     invalid_request
//	several Authorization fields                        400     invalid_request
//	token that is invalid or has expired                401     invalid_token
//	token that lacks one of the scopes                  403     insufficient_scope, with the scopes
//	token that could not be verified                    500     no challenge
//	token that could not be verified in time            503     no challenge
//
// The token is read only from the Authorization field, not from the query or the content (RFC 6750
// sections 2.2 and 2.3), and must be a b64token (section 2.1). Credentials of other schemes are
// ignored. An empty field is treated as one of another scheme.
//
// DPoP (RFC 9449) is treated as another scheme too. A token that is bound to a key, by the claim cnf,
// must not be accepted as a Bearer token (section 7.1); only the [Verifier] can check that.
//
// # Sessions
//
// A Gate judges each request separately. A handler that keeps sessions must make sure that only the
// user who started a session uses it, by comparing the Subject of [IdentityFrom]. Otherwise anyone
// who has a valid token and another user's session ID can use that user's session.
//
// The stateful handler of the official MCP SDK for Go checks this only if the SDK's own middleware
// has put an auth.TokenInfo into the context. Use both: wrap the SDK's handler with
// auth.RequireBearerToken, pass it a verifier that relies on the Gate, and wrap the result with the
// Gate.
//
//	func tokenInfo(ctx context.Context, _ string, _ *http.Request) (*auth.TokenInfo, error) {
//		who := httpauth.IdentityFrom(ctx)
//		if who == nil || who.Subject == "" {
//			return nil, auth.ErrInvalidToken
//		}
//		return &auth.TokenInfo{UserID: who.Subject, Scopes: who.Scope, Expiration: who.Expires}, nil
//	}
//
// A session without a user would be open to everyone. AllowMissingExpiration must be the same for
// both. The server in examples/mcp does all this.
//
// A Gate is safe for concurrent use. Handlers get the [http.ResponseWriter] that the Gate was
// given.
type Gate struct {
	verify  Verifier
	options GateOptions
	replies map[fault]reply // what the options alone decide, made once
}

// A Verifier verifies the token of a request and returns the identity of the client. It is called
// for each request that has a token, with the context of the request. The token is a b64token;
// nothing else about it has been checked.
//
// If the token is invalid, the error must be or wrap a [*TokenError]. Any other error means that
// the token could not be verified, for example because a database is down: the client gets a 500,
// and [GateOptions].OnError gets the error. The same happens if the Verifier returns neither an
// Identity nor an error, or an Identity without Expires, unless AllowMissingExpiration is set.
//
// If the error is a timeout, such as [context.DeadlineExceeded], the status is 503, without
// Retry-After. If it is [context.Canceled] because the request was canceled, the client has gone
// away, and OnError is not called.
//
// A Verifier that compares tokens must not reveal by its timing how much of a guess was right; see
// [crypto/subtle].
type Verifier func(ctx context.Context, r *http.Request, token string) (*Identity, error)

// An Identity describes the client to whom a token was issued. Handlers get it from [IdentityFrom].
type Identity struct {
	Subject string        // the user or client; unique, across issuers too
	Scope   wwwauth.Scope // what the token may be used for
	Expires time.Time     // when the token expires; from then on the Gate refuses it
	Value   any           // anything else that handlers need, such as the claims of the token
}

// A TokenError is the error that a [Verifier] returns for an invalid token. The zero TokenError is
// refused with 401 invalid_token.
type TokenError struct {
	// Bearer has the parameters of the challenge for this token. Each field that is set replaces
	// what the Gate would send. An empty Error means InvalidToken; InsufficientUserAuthentication,
	// with ACRValues and MaxAge, asks the user to log in again (RFC 9470).
	//
	// An ErrorDescription that cannot be sent, for example because it contains a quote, is left
	// out of the challenge but kept in the content. [wwwauth.ErrorDescription] makes any text
	// fit to be sent.
	Bearer wwwauth.Bearer
}

// Error returns a text with the error code.
func (e *TokenError) Error() string {
	return "httpauth: " + string(e.code())
}

func (e *TokenError) code() wwwauth.BearerCode {
	return cmp.Or(e.Bearer.Error, wwwauth.InvalidToken)
}

// GateOptions are the options of a [Gate], for [NewGate].
type GateOptions struct {
	// Bearer has the parameters of every challenge: usually Realm, ResourceMetadata and Scope. At
	// least one must be set. Error, ErrorDescription and ErrorURI must be empty; the Gate sets
	// them. A token must have all the scopes in Scope.
	Bearer wwwauth.Bearer

	// Alternatives are challenges for other schemes. A 401 has them after the Bearer challenge,
	// each on its own field line. The Gate itself accepts only Bearer: an outer handler must
	// check for credentials of the other schemes first; see [Credentials].
	Alternatives []wwwauth.Challenge

	// PerRequest, if not nil, returns the Bearer to use for a request, both for the challenge
	// and for the scopes that a token must have. Its argument b is a deep copy of the Bearer
	// above, which it may modify. It is called once for each request, and again by [Gate.Refuse].
	// Error, ErrorDescription and ErrorURI of the result are ignored. If the result cannot be
	// sent, the Bearer above is sent instead; a token must still have the scopes of the result.
	//
	// The client chooses the Host of a request. Do not build URLs from it without checking that
	// it is one of the server's hosts.
	PerRequest func(r *http.Request, b wwwauth.Bearer) wwwauth.Bearer

	// AdvertiseOnly sends the scopes in challenges, so that clients ask for them, but does not
	// require them of tokens. The handler, which knows what a request needs, checks the scopes
	// and calls [Gate.Refuse].
	AdvertiseOnly bool

	// AllowMissingExpiration accepts an Identity without Expires, as one that never expires.
	// Otherwise it is an error of the Verifier, which has probably forgotten to set it.
	AllowMissingExpiration bool

	// PassPreflight lets CORS-preflight requests through to the handler: those with the method
	// OPTIONS and the fields Origin and Access-Control-Request-Method. Browsers send them
	// without credentials.
	//
	// Anyone can send such a request, to any path and with any content, and IdentityFrom then
	// returns nil. Set PassPreflight only if the handler answers every OPTIONS request and does
	// nothing else with it. It is safer to answer preflights in an outer handler.
	PassPreflight bool

	// Body returns the content of refusals. Nil means [TextBody].
	Body Body

	// OnError is called with errors that the client does not see. If a token could not be
	// verified, the error wraps that of the Verifier; if a challenge or a description could not
	// be sent, it wraps a [*wwwauth.ViewError]. Nil means to print errors with [log.Print].
	OnError func(r *http.Request, err error)
}

// The faults of requests that the Gate finds by itself.
var (
	noCredentials = wwwauth.Bearer{}
	severalFields = wwwauth.Bearer{Error: wwwauth.InvalidRequest, ErrorDescription: "The request has more than one Authorization field"}
	malformed     = wwwauth.Bearer{Error: wwwauth.InvalidRequest, ErrorDescription: "The Authorization field is malformed"}
	noToken       = wwwauth.Bearer{Error: wwwauth.InvalidRequest, ErrorDescription: "The Authorization field has no access token"}
	invalidToken  = wwwauth.Bearer{Error: wwwauth.InvalidToken}
	expiredToken  = wwwauth.Bearer{Error: wwwauth.InvalidToken, ErrorDescription: "The access token expired"}
	lacksScope    = wwwauth.Bearer{Error: wwwauth.InsufficientScope}
)

// NewGate returns a Gate that verifies tokens with verify, which must not be nil. It makes a deep
// copy of the options, so later changes to them have no effect. If Bearer cannot be sent, the error
// wraps a [*wwwauth.ViewError]; if one of the Alternatives cannot, a [*wwwauth.FormatError] with
// its index.
func NewGate(verify Verifier, o GateOptions) (*Gate, error) {
	switch {
	case verify == nil:
		return nil, errors.New("httpauth: Verifier is nil")
	case o.Bearer.Error != "" || o.Bearer.ErrorDescription != "" || o.Bearer.ErrorURI != "":
		return nil, errors.New("httpauth: GateOptions.Bearer describes an error, but not every request has one")
	}
	if _, err := o.Bearer.Challenge(); err != nil {
		return nil, fmt.Errorf("httpauth: GateOptions.Bearer cannot be sent: %w", err)
	}
	if _, err := wwwauth.Lines(o.Alternatives...); err != nil {
		return nil, fmt.Errorf("httpauth: GateOptions.Alternatives cannot be sent: %w", err)
	}
	o.Bearer = clone(o.Bearer)
	o.Alternatives = cloneChallenges(o.Alternatives)
	if o.OnError == nil {
		o.OnError = func(r *http.Request, err error) { log.Print(err) }
	}
	g := &Gate{verify: verify, options: o, replies: make(map[fault]reply)}
	for _, b := range []wwwauth.Bearer{noCredentials, severalFields, malformed, noToken, invalidToken, expiredToken, lacksScope} {
		g.replies[fault{b.Error, b.ErrorDescription}], _ = g.compose(o.Bearer, b)
	}
	return g, nil
}

// Handler returns a handler that calls next for the requests that the Gate lets through, with the
// identity of the client in their context; see [IdentityFrom].
func (g *Gate) Handler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if g.options.PassPreflight && isPreflight(r) {
			next.ServeHTTP(w, r)
			return
		}
		var changed, said wwwauth.Bearer // on the stack: that is a tenth of the time
		asked := g.asked(r, &changed)
		identity, denied, err := g.identify(r, asked, &said)
		switch {
		case err != nil:
			g.fail(w, r, err)
		case denied != nil:
			g.refuse(w, r, asked, denied)
		default:
			next.ServeHTTP(w, r.WithContext(WithIdentity(r.Context(), identity)))
		}
	})
}

// Refuse refuses a request that the Gate let through, for a reason that only the handler knows,
// such as an MCP tool that needs another scope:
//
//	if !httpauth.IdentityFrom(r.Context()).Scope.Contains("write") {
//		gate.Refuse(w, r, wwwauth.Bearer{Error: wwwauth.InsufficientScope, Scope: wwwauth.Scope{"write"}})
//		return
//	}
//
// Each field of b that is set replaces what the Gate would send. The status is that of b.Error.
func (g *Gate) Refuse(w http.ResponseWriter, r *http.Request, b wwwauth.Bearer) {
	var changed wwwauth.Bearer
	g.refuse(w, r, g.asked(r, &changed), &b)
}

// asked returns what the Gate asks of a request, which may be shared: that of the options, or
// changed, to which it writes what PerRequest made of it.
func (g *Gate) asked(r *http.Request, changed *wwwauth.Bearer) *wwwauth.Bearer {
	if g.options.PerRequest == nil {
		return &g.options.Bearer
	}
	*changed = g.options.PerRequest(r, clone(g.options.Bearer))
	changed.Error, changed.ErrorDescription, changed.ErrorURI = "", "", ""
	return changed
}

// identify returns the identity of a request that is to be let through; or what the challenge says
// to one that is not, which may be shared; or an error if that cannot be known. To said it writes
// what the Verifier says.
func (g *Gate) identify(r *http.Request, asked, said *wwwauth.Bearer) (identity *Identity, denied *wwwauth.Bearer, err error) {
	lines := r.Header["Authorization"]
	switch {
	case len(lines) > 1:
		return nil, &severalFields, nil
	case len(lines) == 0 || !isBearer(lines[0]):
		// A client without credentials is told of no error (RFC 6750 section 3.1), nor is
		// one with others, which may be meant for somebody else. Many of those break the
		// grammar of RFC 9110 section 11.4, such as AWS4-HMAC-SHA256 with slashes in its
		// parameters, so only Bearer is parsed.
		return nil, &noCredentials, nil
	}
	credentials, err := wwwauth.ParseCredentials(lines...)
	if err != nil {
		return nil, &malformed, nil
	}
	token := credentials.Token68()
	if token == "" {
		return nil, &noToken, nil
	}

	identity, err = g.verify(r.Context(), r, token)
	switch {
	case err != nil:
		denied, err := deny(err, said)
		return nil, denied, err
	case identity == nil:
		return nil, nil, errors.New("the Verifier returned no Identity")
	case identity.Expires.IsZero() && !g.options.AllowMissingExpiration:
		return nil, nil, errors.New("the Verifier returned an Identity without Expires, and AllowMissingExpiration is not set")
	case !identity.Expires.IsZero() && !time.Now().Before(identity.Expires):
		return nil, &expiredToken, nil
	case !g.options.AdvertiseOnly && !identity.Scope.Contains(asked.Scope...):
		return nil, &lacksScope, nil
	}
	return identity, nil, nil
}

// deny returns said, with what the challenge says after an error of the Verifier, or the error if
// it says nothing about the token.
func deny(err error, said *wwwauth.Bearer) (*wwwauth.Bearer, error) {
	var e *TokenError
	switch {
	case !errors.As(err, &e):
		return nil, err
	case e == nil:
		return nil, errors.New("the Verifier returned a nil TokenError")
	}
	*said = e.Bearer
	said.Error = e.code()
	return said, nil
}

// isBearer reports whether the scheme of a field is Bearer, whatever follows it.
func isBearer(field string) bool {
	const scheme = "Bearer"
	field = strings.TrimLeft(field, " \t")
	return len(field) >= len(scheme) && strings.EqualFold(field[:len(scheme)], scheme) &&
		(len(field) == len(scheme) || field[len(scheme)] == ' ' || field[len(scheme)] == '\t')
}

// fail answers a request whose token could not be verified.
func (g *Gate) fail(w http.ResponseWriter, r *http.Request, err error) {
	refusal := Refusal{Status: http.StatusInternalServerError, Body: g.options.Body}
	// A client that went away reads no answer. But if it is the server that canceled the
	// context, to shut down, the client must not take silence for a 200.
	gone := errors.Is(err, context.Canceled) && errors.Is(r.Context().Err(), context.Canceled)
	if gone || isTimeout(err) {
		refusal.Status = http.StatusServiceUnavailable
	}
	if !gone {
		g.options.OnError(r, fmt.Errorf("httpauth: token could not be verified: %w", err))
	}
	refusal.send(w, r, nil)
}

// isTimeout reports whether err is of somebody who ran out of time: a context, the network or an
// http.Client.
func isTimeout(err error) bool {
	var timeout interface{ Timeout() bool }
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout()
}

// A fault is what most challenges say in addition to what the Gate asks for. Zero: nothing.
type fault struct {
	code        wwwauth.BearerCode
	description string
}

// A reply is a refusal that is ready to be sent. It is shared by requests.
type reply struct {
	Refusal
	lines []string
	text  []byte // the content that TextBody makes
}

// refuse sends what the Gate asks for, with the fields of b in place of it. What is sent most often
// has been made by NewGate: this takes a third of the time.
func (g *Gate) refuse(w http.ResponseWriter, r *http.Request, asked, b *wwwauth.Bearer) {
	made, ok := g.replies[fault{b.Error, b.ErrorDescription}]
	if !ok || !isFault(b) || asked != &g.options.Bearer && !equal(asked, &g.options.Bearer) {
		var errs []error
		made, errs = g.compose(*asked, *b)
		for _, err := range errs {
			g.options.OnError(r, err)
		}
	}
	if g.options.Body == nil {
		write(w, r, made.status(), made.lines, textType, made.text)
		return
	}
	made.Challenges = cloneChallenges(made.Challenges) // a Body may do with them as it likes
	made.send(w, r, made.lines)
}

// compose makes the refusal that says b in place of what is asked, and reports what could not be
// sent.
func (g *Gate) compose(asked, b wwwauth.Bearer) (made reply, errs []error) {
	said := override(asked, b)
	challenge, err := said.Challenge()
	if err != nil && faultOf(err) == "ErrorDescription" {
		// It is usually the text of an error, with a quote in it, and clients act on all
		// the rest.
		errs = append(errs, fmt.Errorf("httpauth: description cannot be sent, so the challenge has none: %w", err))
		said.ErrorDescription = ""
		challenge, err = said.Challenge()
	}
	if err != nil {
		errs = append(errs, fmt.Errorf("httpauth: challenge cannot be sent, so that of the options was: %w", err))
		plain := g.options.Bearer // can be sent, as NewGate has seen
		plain.Error = b.Error
		if challenge, err = plain.Challenge(); err != nil {
			challenge, _ = g.options.Bearer.Challenge()
		}
	}
	made.Refusal = Refusal{
		Status:     b.Error.Status(),
		Challenges: []wwwauth.Challenge{challenge},
		Message:    cmp.Or(b.ErrorDescription, message(b.Error)),
		Body:       g.options.Body,
	}
	if made.Status == http.StatusUnauthorized {
		made.Challenges = append(made.Challenges, g.options.Alternatives...)
	}
	made.lines, _ = wwwauth.Lines(made.Challenges...) // all of them can be sent
	if made.Body == nil {
		_, made.text = made.content(nil)
	}
	return made, errs
}

// faultOf returns the field that the error of a view is about.
func faultOf(err error) string {
	var fault *wwwauth.ViewError
	if errors.As(err, &fault) {
		return fault.Field
	}
	return ""
}

// message returns what the content says where there is no description. "" leaves it to the status.
func message(code wwwauth.BearerCode) string {
	switch code {
	case "":
		return "An access token is needed"
	case wwwauth.InvalidToken:
		return "The access token is not valid"
	case wwwauth.InsufficientScope:
		return "The access token lacks a scope"
	}
	return ""
}

// override returns b with the fields of by that are set.
func override(b, by wwwauth.Bearer) wwwauth.Bearer {
	b.ResourceMetadata = cmp.Or(by.ResourceMetadata, b.ResourceMetadata)
	b.Error = cmp.Or(by.Error, b.Error)
	b.AuthorizationServer = cmp.Or(by.AuthorizationServer, b.AuthorizationServer)
	b.ErrorURI = cmp.Or(by.ErrorURI, b.ErrorURI)
	b.Claims = cmp.Or(by.Claims, b.Claims)
	b.ErrorDescription = cmp.Or(by.ErrorDescription, b.ErrorDescription)
	if by.Realm != "" || by.EmptyRealm {
		b.Realm, b.EmptyRealm = by.Realm, by.EmptyRealm
	}
	if len(by.Scope) > 0 {
		b.Scope = by.Scope
	}
	if len(by.ACRValues) > 0 {
		b.ACRValues = by.ACRValues
	}
	if by.MaxAge != 0 || by.ZeroMaxAge {
		b.MaxAge, b.ZeroMaxAge = by.MaxAge, by.ZeroMaxAge
	}
	if len(by.Other) > 0 {
		b.Other = by.Other
	}
	return b
}

// isFault reports whether b says only what a fault holds.
func isFault(b *wwwauth.Bearer) bool {
	return equal(b, &wwwauth.Bearer{Error: b.Error, ErrorDescription: b.ErrorDescription})
}

// equal reports whether challenges say the same with a as with b.
func equal(a, b *wwwauth.Bearer) bool {
	return a.ResourceMetadata == b.ResourceMetadata && slices.Equal(a.Scope, b.Scope) &&
		a.Error == b.Error && a.ErrorDescription == b.ErrorDescription && a.ErrorURI == b.ErrorURI &&
		a.Realm == b.Realm && a.EmptyRealm == b.EmptyRealm && slices.Equal(a.ACRValues, b.ACRValues) &&
		a.MaxAge == b.MaxAge && a.ZeroMaxAge == b.ZeroMaxAge && a.Claims == b.Claims && a.AuthorizationServer == b.AuthorizationServer &&
		slices.Equal(a.Other, b.Other)
}

// clone returns a copy of b that shares no memory with it that anybody could change.
func clone(b wwwauth.Bearer) wwwauth.Bearer {
	b.Scope = slices.Clone(b.Scope)
	b.ACRValues = slices.Clone(b.ACRValues)
	b.Other = slices.Clone(b.Other)
	return b
}

func cloneChallenges(cs []wwwauth.Challenge) []wwwauth.Challenge {
	cs = slices.Clone(cs)
	for i := range cs {
		cs[i].Params = slices.Clone(cs[i].Params)
	}
	return cs
}

// isPreflight reports whether r is a CORS-preflight request as the Fetch standard defines it.
func isPreflight(r *http.Request) bool {
	return r.Method == http.MethodOptions && r.Header.Get("Origin") != "" && r.Header.Get("Access-Control-Request-Method") != ""
}

type identityKey struct{}

// IdentityFrom returns the identity that a [Gate] or [WithIdentity] put into the context, or nil if
// there is none. It must not be modified.
func IdentityFrom(ctx context.Context) *Identity {
	identity, _ := ctx.Value(identityKey{}).(*Identity)
	return identity
}

// WithIdentity returns a copy of ctx with the identity. It is for outer handlers that accept other
// schemes, and for tests.
func WithIdentity(ctx context.Context, identity *Identity) context.Context {
	return context.WithValue(ctx, identityKey{}, identity)
}
