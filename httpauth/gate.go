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

// A Gate lets requests with a good Bearer token (RFC 6750) through to a handler, and refuses the others:
//
//	the request has                                      status  error of the challenge
//	no Authorization field, or one of another scheme     401     none
//	the scheme Bearer, but no token, or a malformed one  400     invalid_request
//	more than one Authorization field                    400     invalid_request
//	a token that is not good, or has expired             401     invalid_token
//	a token without one of the scopes                    403     insufficient_scope, and the scopes
//	a token that could not be verified                   500     no challenge
//
// The token is read from the Authorization field only, not from the query or the content (RFC 6750
// sections 2.2 and 2.3). It must be a b64token (section 2.1). What another scheme has behind its name is
// not looked at, and an empty field is of another scheme too.
//
// DPoP (RFC 9449) is not covered: proofs are not checked, and a request with the scheme DPoP is one of another
// scheme. A token that is bound to a key, with the claim cnf, must not be accepted as a Bearer token (section
// 7.1), and only the [Verifier] can see that it is.
//
// The methods may be called by several goroutines at once. The gate passes on the [http.ResponseWriter] that
// it was given.
type Gate struct {
	verify  Verifier
	options GateOptions
}

// A Verifier verifies a token. The gate calls it with the context of the request, for each request that has a
// token. The token may hold anything that a b64token may.
//
// If the token is not good, the error is a [*TokenError], or wraps one. Any other error says that nothing is known
// about the token, since the database is down, say. The client then gets a 500, and GateOptions.OnError the
// error. Nil without an error counts as such an error too.
//
// A Verifier that compares tokens should take the same time for all; see [crypto/subtle].
type Verifier func(ctx context.Context, r *http.Request, token string) (*Identity, error)

// An Identity tells what is known of the client from its token. Handlers get it with [IdentityFrom].
type Identity struct {
	Subject string        // who it is; means what the Verifier means by it
	Scope   wwwauth.Scope // what the token is good for
	Expires time.Time     // from when on the gate refuses the token; zero: it does not
	Value   any           // what else the Verifier has found out, such as the claims
}

// A TokenError is the error of a [Verifier] for a token that is not good. The zero TokenError gives 401
// invalid_token.
type TokenError struct {
	// Bearer has what the challenge says beside what the gate says by itself, and in place of it. An empty Error
	// stands for InvalidToken. InsufficientUserAuthentication, with ACRValues and MaxAge, asks for
	// another login (RFC 9470). An ErrorDescription that cannot be sent, since it has a quote in it, say, is
	// left out of the challenge; it is in the content nevertheless.
	Bearer wwwauth.Bearer
}

// Error names the error code.
func (e *TokenError) Error() string {
	return "httpauth: " + string(e.code())
}

func (e *TokenError) code() wwwauth.BearerCode {
	if e.Bearer.Error == "" {
		return wwwauth.InvalidToken
	}
	return e.Bearer.Error
}

// GateOptions say what a [Gate] asks for.
type GateOptions struct {
	// Bearer is what all challenges say, mostly Realm, ResourceMetadata and Scope; one parameter at least. A
	// token must have all the scopes of Scope. DPoP and what tells of an error are to be empty; the gate
	// fills in the latter.
	Bearer wwwauth.Bearer

	// PerRequest, if it is not nil, returns what the challenge says for a request, and which scopes it needs. It
	// is given Bearer, and called once for each request, and again by [Gate.Refuse]. What it returns is
	// checked when it is sent; if it cannot be, what Bearer says is sent instead.
	//
	// Do not make URLs of the Host of the request unless you have checked that it is yours.
	PerRequest func(r *http.Request, b wwwauth.Bearer) wwwauth.Bearer

	// AdvertiseOnly leaves the scopes in the challenges, so that clients ask for them, but lets tokens
	// through that lack them. The handler, which knows what the request is about, may use [Gate.Refuse].
	AdvertiseOnly bool

	// PassPreflight lets CORS preflights through to the handler: requests with the method OPTIONS and the
	// fields Origin and Access-Control-Request-Method. Browsers send them without credentials.
	//
	// Not only browsers can send such a request: anyone can, to any path and with any content, and the
	// handler gets it without an identity, so that IdentityFrom returns nil. Set it only if the handler
	// answers every OPTIONS request and does nothing else for it. It is safer to put a handler that answers
	// preflights around the gate.
	PassPreflight bool

	// Body makes the content of what is sent to the client. Nil stands for [TextBody].
	Body Body

	// OnError is told what the client is not: that a token could not be verified, with the error of the
	// Verifier, and that a challenge or its description could not be sent, with a [*wwwauth.ViewError]. Nil
	// stands for a line in the log of package log.
	OnError func(r *http.Request, err error)
}

// NewGate returns a gate. The error tells what is wrong with the options: mostly a [*wwwauth.ViewError].
func NewGate(verify Verifier, o GateOptions) (*Gate, error) {
	b := &o.Bearer
	switch {
	case verify == nil:
		return nil, errors.New("httpauth: there is no Verifier")
	case b.DPoP:
		return nil, errors.New("httpauth: GateOptions.Bearer.DPoP is set, but a Gate cannot check proofs")
	case b.Error != "" || b.ErrorDescription != "" || b.ErrorURI != "":
		return nil, errors.New("httpauth: GateOptions.Bearer tells of an error, but not every request has one")
	}
	if _, err := b.Challenge(); err != nil {
		return nil, fmt.Errorf("httpauth: GateOptions.Bearer cannot be sent: %w", err)
	}
	// What the caller, or an append in PerRequest, changes later changes nothing here.
	b.Scope = slices.Clip(slices.Clone(b.Scope))
	b.ACRValues = slices.Clip(slices.Clone(b.ACRValues))
	b.Algs = slices.Clip(slices.Clone(b.Algs))
	b.Other = slices.Clip(slices.Clone(b.Other))
	if o.OnError == nil {
		o.OnError = func(r *http.Request, err error) { log.Print(err) }
	}
	return &Gate{verify, o}, nil
}

// Handler returns a handler that calls next if a request is to be let through, with the identity in its
// context; see [IdentityFrom].
func (g *Gate) Handler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if g.options.PassPreflight && isPreflight(r) {
			next.ServeHTTP(w, r)
			return
		}
		asked := g.asked(r)
		identity, denied, err := g.identify(r, asked)
		switch {
		case err != nil:
			g.options.OnError(r, fmt.Errorf("httpauth: token could not be verified: %w", err))
			Refusal{Status: http.StatusInternalServerError, Body: g.options.Body}.Send(w, r)
		case denied != nil:
			g.refuse(w, r, asked, *denied)
		default:
			next.ServeHTTP(w, r.WithContext(WithIdentity(r.Context(), identity)))
		}
	})
}

// Refuse refuses a request that was let through, for a reason that only the handler can see, such as a
// tool of an MCP server that needs another scope:
//
//	if !httpauth.IdentityFrom(r.Context()).Scope.Contains("files:write") {
//		gate.Refuse(w, r, wwwauth.Bearer{Error: wwwauth.InsufficientScope, Scope: wwwauth.Scope{"files:write"}})
//		return
//	}
//
// Each field of b that is set takes the place of what the gate says by itself, and the status is
// that of the error.
func (g *Gate) Refuse(w http.ResponseWriter, r *http.Request, b wwwauth.Bearer) {
	g.refuse(w, r, g.asked(r), b)
}

// asked returns what the gate asks of the request.
func (g *Gate) asked(r *http.Request) wwwauth.Bearer {
	b := g.options.Bearer
	if g.options.PerRequest != nil {
		b = g.options.PerRequest(r, b)
		b.DPoP, b.Error, b.ErrorDescription, b.ErrorURI = false, "", "", ""
	}
	return b
}

// identify returns the identity of a request that is to be let through; or what the challenge says to one
// that is not; or an error if that cannot be known.
func (g *Gate) identify(r *http.Request, asked wwwauth.Bearer) (identity *Identity, denied *wwwauth.Bearer, err error) {
	lines := r.Header.Values("Authorization")
	switch {
	case len(lines) > 1:
		return nil, &wwwauth.Bearer{Error: wwwauth.InvalidRequest, ErrorDescription: "The request has more than one Authorization field"}, nil
	case len(lines) == 0 || !isBearer(lines[0]):
		// Who has sent no credentials is to be told of no error (RFC 6750 section 3.1), and so is who has sent
		// others, which may be meant for somebody else. Many of those break the grammar of RFC 9110 section
		// 11.4, such as AWS4-HMAC-SHA256 with slashes in its parameters, so that only Bearer is parsed.
		return nil, &wwwauth.Bearer{}, nil
	}
	credentials, err := wwwauth.ParseCredentials(lines...)
	switch {
	case err != nil:
		return nil, &wwwauth.Bearer{Error: wwwauth.InvalidRequest, ErrorDescription: "The Authorization field is malformed"}, nil
	case credentials.Token68() == "":
		return nil, &wwwauth.Bearer{Error: wwwauth.InvalidRequest, ErrorDescription: "The Authorization field has no access token"}, nil
	}

	identity, err = g.verify(r.Context(), r, credentials.Token68())
	if e, ok := errors.AsType[*TokenError](err); ok {
		if e == nil {
			return nil, nil, errors.New("the Verifier has returned a nil TokenError")
		}
		b := e.Bearer
		b.Error = e.code()
		return nil, &b, nil
	}
	switch {
	case err != nil:
		return nil, nil, err
	case identity == nil:
		return nil, nil, errors.New("the Verifier has returned no identity")
	case !identity.Expires.IsZero() && !time.Now().Before(identity.Expires):
		return nil, &wwwauth.Bearer{Error: wwwauth.InvalidToken, ErrorDescription: "The access token expired"}, nil
	case !g.options.AdvertiseOnly && !identity.Scope.Contains(asked.Scope...):
		return nil, &wwwauth.Bearer{Error: wwwauth.InsufficientScope}, nil
	}
	return identity, nil, nil
}

// isBearer tells whether the scheme of a field is Bearer, whatever comes behind it.
func isBearer(field string) bool {
	scheme := strings.TrimLeft(field, " \t")
	if i := strings.IndexAny(scheme, " \t"); i >= 0 {
		scheme = scheme[:i]
	}
	return strings.EqualFold(scheme, "Bearer")
}

// refuse sends a challenge with what the gate asks for, and the fields of b in place of it.
func (g *Gate) refuse(w http.ResponseWriter, r *http.Request, asked, b wwwauth.Bearer) {
	said := override(asked, b)
	challenge, err := said.Challenge()
	if fault, ok := errors.AsType[*wwwauth.ViewError](err); ok && fault.Field == "ErrorDescription" {
		// It is mostly the text of an error, with a quote in it, and clients act on all the rest.
		g.options.OnError(r, fmt.Errorf("httpauth: description cannot be sent, the challenge was without: %w", err))
		said.ErrorDescription = ""
		challenge, err = said.Challenge()
	}
	if err != nil {
		g.options.OnError(r, fmt.Errorf("httpauth: challenge cannot be sent, that of the options was: %w", err))
		plain := g.options.Bearer // can be sent, as NewGate has seen
		plain.Error = b.Error
		if challenge, err = plain.Challenge(); err != nil {
			challenge, _ = g.options.Bearer.Challenge()
		}
	}
	Refusal{
		Status:     b.Error.Status(),
		Challenges: []wwwauth.Challenge{challenge},
		Message:    cmp.Or(b.ErrorDescription, message(b.Error)),
		Body:       g.options.Body,
	}.Send(w, r)
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
	b.MaxAge = cmp.Or(by.MaxAge, b.MaxAge)
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
	if len(by.Algs) > 0 {
		b.Algs = by.Algs
	}
	if len(by.Other) > 0 {
		b.Other = by.Other
	}
	return b
}

// isPreflight tells whether r is a CORS-preflight request, as the Fetch standard defines it.
func isPreflight(r *http.Request) bool {
	return r.Method == http.MethodOptions && r.Header.Get("Origin") != "" && r.Header.Get("Access-Control-Request-Method") != ""
}

type identityKey struct{}

// IdentityFrom returns the identity that a [Gate] has put into the context of a request; nil if there is
// none. It is not to be changed.
func IdentityFrom(ctx context.Context) *Identity {
	identity, _ := ctx.Value(identityKey{}).(*Identity)
	return identity
}

// WithIdentity returns a context with the identity. It is for the tests of handlers, and for gates of other
// schemes.
func WithIdentity(ctx context.Context, identity *Identity) context.Context {
	return context.WithValue(ctx, identityKey{}, identity)
}
