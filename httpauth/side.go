package httpauth

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/httpauth/digest"
)

// What a hostile server can make a client do for one request.
const (
	maxTries     = 4        // requests sent; three if a nonce is stale at once
	maxQuestions = 8        // to Login and Other, for one response
	maxChallenge = 16 << 10 // bytes of realm, nonce and opaque, which are sent back with each request
	maxDomain    = 4 << 10  // bytes of a domain; what goes beyond is ignored
)

// A side is one of the two that a request may have to log in to: the server or the proxy.
type side struct {
	transport *Transport
	space     Space // without scheme and realm
	key       spaceKey
	url       *url.URL // of the request, or of the proxy
	uri       string   // request-target
	isPrivate bool     // nobody on the way can read what is sent there

	answer *answer // that is sent, or was sent last; nil if there is none
	sent   wwwauth.Credentials
	tries  int
	asked  map[Space]bool // what was answered for this request
}

// An answer is what a request logs in with.
type answer struct {
	space   Space
	fixed   wwwauth.Credentials // of Basic and of other schemes
	session *digest.Session     // of Digest; nil for any other
	count   *atomic.Uint32      // of requests with the session's nonce
	isFresh bool                // made for a challenge to this request
}

// credentials returns the field line to send next, and "" if there is nothing to log in with yet.
func (s *side) credentials(method string, body *replay) (string, error) {
	if s.answer == nil && s.tries == 0 {
		s.answer = s.transport.memory.find(s.key, s.url)
		if a := s.answer; a != nil && a.space.Scheme == "Basic" && s.forbidsBasic() != nil {
			s.answer = nil
		}
	}
	a := s.answer
	if a == nil {
		s.sent = wwwauth.Credentials{}
		return "", nil
	}
	s.sent = a.fixed
	if a.session != nil {
		request := digest.Request{Method: cmp.Or(method, http.MethodGet), URI: s.uri, Count: a.count.Add(1)}
		if a.session.QOP() == digest.AuthInt && body != nil {
			sum, err := body.sum(a.session.NewHash())
			if err != nil {
				return "", &AnswerError{a.space, err}
			}
			request.BodyHash = sum
		}
		s.sent = a.session.Answer(request)
	}
	line, err := wwwauth.FormatCredentials(s.sent)
	if err != nil {
		return "", &AnswerError{a.space, err}
	}
	return line, nil
}

func (s *side) usesAuthInt() bool {
	return s != nil && s.answer != nil && s.answer.session != nil && s.answer.session.QOP() == digest.AuthInt
}

// refused looks for an answer to the challenges, and reports whether it has one.
func (s *side) refused(ctx context.Context, challenges []wwwauth.Challenge) (bool, error) {
	last := s.answer
	s.answer = nil
	offers := s.offers(challenges)
	// The login for one realm is not wrong because another realm wants another.
	isLast := func(o offer) bool { return last != nil && o.space == last.space }
	if last != nil && (len(offers) == 0 || slices.ContainsFunc(offers, isLast)) {
		s.transport.memory.drop(s.key, last)
	}
	isDigest := func(o offer) bool { return o.space.Scheme == "Digest" }
	offersDigest := slices.ContainsFunc(offers, isDigest)
	if offersDigest {
		s.transport.memory.sawDigest(s.key)
	}
	if s.tries++; s.tries >= maxTries {
		return false, nil
	}

	// A nonce that is too old costs no question.
	if last != nil && last.session != nil {
		for _, o := range offers {
			if session, ok := last.session.Renew(o.digest); isDigest(o) && o.digest.Stale && ok {
				s.answer = s.digestAnswer(o.space, session)
				return true, nil
			}
		}
	}
	questions := 0
	for _, o := range offers {
		if s.asked[o.space] || o.space.Scheme == "Basic" && offersDigest {
			continue
		}
		if a := s.known(o); a != nil && !isLast(o) {
			s.answer = a
			return true, nil
		}
		if questions++; questions > maxQuestions {
			return false, nil
		}
		a, err := s.ask(ctx, o)
		switch {
		case errors.Is(err, ErrNoLogin):
			continue
		case err != nil:
			return false, &AnswerError{o.space, err}
		}
		s.answer = a
		return true, nil
	}
	return false, nil
}

// known returns the answer to an offer whose protection space has let an earlier request in.
func (s *side) known(o offer) *answer {
	a := s.transport.memory.findSpace(s.key, o.space)
	switch {
	case a == nil:
		return nil
	case a.session == nil && s.forbidsBasic() == nil:
		a.isFresh = true
		return a
	case a.session != nil:
		if session, ok := a.session.Renew(o.digest); ok {
			return s.digestAnswer(o.space, session)
		}
	}
	return nil
}

// An offer is a challenge that can be answered if there is a login for it.
type offer struct {
	space     Space
	challenge wwwauth.Challenge
	digest    wwwauth.Digest
	strength  int // index in digest.Algorithms
}

// offers returns what can be answered of the challenges, in order of preference: other schemes as
// they come, Digest by strength, Basic.
func (s *side) offers(challenges []wwwauth.Challenge) []offer {
	var others, digests, basics []offer
	algorithms := digest.Algorithms()
	for _, c := range challenges {
		o := offer{space: s.space, challenge: c}
		realm := c.Get("realm")
		switch {
		case c.Is("Digest"):
			d, ok := wwwauth.SelectDigest([]wwwauth.Challenge{c}, algorithms...)
			if ok && len(realm)+len(d.Nonce)+len(d.Opaque) <= maxChallenge {
				o.digest = detach(d)
				o.strength = slices.IndexFunc(algorithms, func(name string) bool {
					return strings.EqualFold(name, cmp.Or(d.Algorithm, "MD5"))
				})
				o.space.Scheme, o.space.Realm = "Digest", o.digest.Realm
				digests = append(digests, o)
			}
		case c.Is("Basic"):
			if !c.Conflicts("realm") && len(realm) <= maxChallenge {
				o.space.Scheme, o.space.Realm = "Basic", strings.Clone(realm)
				basics = append(basics, o)
			}
		case s.transport.Other != nil:
			o.space.Scheme, o.space.Realm = c.Scheme, realm
			others = append(others, o)
		}
	}
	slices.SortStableFunc(digests, func(a, b offer) int { return cmp.Compare(a.strength, b.strength) })
	return slices.Concat(others, digests, basics)
}

// detach returns what is needed of d to answer it. None of that shares the memory of the field line,
// which may be very long, since it may be kept for as long as the Transport.
func detach(d wwwauth.Digest) wwwauth.Digest {
	small := wwwauth.Digest{
		Realm:     strings.Clone(d.Realm),
		Algorithm: strings.Clone(d.Algorithm),
		Nonce:     strings.Clone(d.Nonce),
		Opaque:    strings.Clone(d.Opaque),
		Stale:     d.Stale,
		UTF8:      d.UTF8,
		UserHash:  d.UserHash,
	}
	for _, option := range []string{digest.Auth, digest.AuthInt} {
		if slices.Contains(d.QOP, option) {
			small.QOP = append(small.QOP, option)
		}
	}
	room := maxDomain
	for _, uri := range d.Domain {
		if room -= len(uri); room < 0 {
			break
		}
		small.Domain = append(small.Domain, strings.Clone(uri))
	}
	return small
}

// ask asks the caller how to answer an offer. No lock is held.
func (s *side) ask(ctx context.Context, o offer) (*answer, error) {
	t := s.transport
	if o.space.Scheme != "Basic" && o.space.Scheme != "Digest" {
		c, err := t.Other(ctx, o.space, o.challenge)
		return &answer{space: o.space, fixed: c, isFresh: true}, err
	}
	if t.Login == nil {
		return nil, ErrNoLogin
	}
	user, password, err := t.Login(ctx, o.space)
	if err != nil {
		return nil, err
	}
	if s.asked == nil {
		s.asked = make(map[Space]bool)
	}
	s.asked[o.space] = true
	if o.space.Scheme == "Digest" {
		session, err := digest.NewSession(o.digest, user, password)
		if err != nil {
			return nil, err
		}
		return s.digestAnswer(o.space, session), nil
	}
	if err := s.forbidsBasic(); err != nil {
		return nil, err
	}
	c, err := wwwauth.BasicCredentials(user, password)
	return &answer{space: o.space, fixed: c, isFresh: true}, err
}

func (s *side) digestAnswer(space Space, session *digest.Session) *answer {
	return &answer{space: space, session: session, isFresh: true, count: s.transport.memory.count(s.key, session.Challenge().Nonce)}
}

// forbidsBasic returns why Basic must not be sent, and nil if it may.
func (s *side) forbidsBasic() error {
	switch {
	case !s.isPrivate && !s.transport.BasicWithoutTLS:
		return ErrBasicWithoutTLS
	case s.transport.memory.hasSeenDigest(s.key):
		return ErrDowngrade
	}
	return nil
}

// accept remembers the answer that let the request in, and checks what the other side says in
// confirmation.
func (s *side) accept(resp *http.Response, field string) error {
	a := s.answer
	if a == nil {
		return nil
	}
	s.transport.memory.keep(s.key, a, s.url)
	if a.session == nil {
		return nil
	}
	lines := resp.Header.Values(field)
	_, hasTrailer := resp.Trailer[http.CanonicalHeaderKey(field)]
	covers := a.session.QOP() == digest.AuthInt
	if len(lines) > 0 && !covers {
		return s.confirm(a, lines, nil)
	}
	// The body of a response to HEAD, which the hash may be of, is not known. That of 101 is a
	// connection.
	if len(lines) == 0 && !hasTrailer || resp.Request.Method == http.MethodHead || resp.StatusCode == http.StatusSwitchingProtocols {
		return nil
	}
	resp.Body = &confirmedBody{ReadCloser: resp.Body, hash: a.session.NewHash(), confirm: func(sum []byte) error {
		if len(lines) == 0 {
			lines = resp.Trailer.Values(field)
		}
		return s.confirm(a, lines, sum)
	}}
	return nil
}

// confirm reads Authentication-Info, with the hash of the response's body. What cannot be read
// proves nothing, and is passed over.
func (s *side) confirm(a *answer, lines []string, sum []byte) error {
	info, err := wwwauth.ParseAuthenticationInfo(lines...)
	if err != nil {
		return nil
	}
	if err := a.session.Verify(s.sent, info, sum); err != nil {
		s.transport.memory.drop(s.key, a)
		return &AnswerError{a.space, err}
	}
	if nonce := info.Get("nextnonce"); nonce != "" && len(nonce) <= maxChallenge {
		next := s.digestAnswer(a.space, a.session.Next(strings.Clone(nonce)))
		next.isFresh = false
		s.transport.memory.keep(s.key, next, s.url)
	}
	return nil
}

// inDomain returns the paths of the URIs in a domain that belong to the origin of u. A URI of
// another origin is ignored: whatever a server says, credentials stay with it.
func inDomain(domain []string, u *url.URL) []string {
	var paths []string
	for _, uri := range domain {
		d, err := u.Parse(uri)
		if err == nil && origin(d) == origin(u) && len(paths) < maxPaths {
			paths = append(paths, path(d))
		}
	}
	return paths
}

// path returns the path of a URL, as it is sent.
func path(u *url.URL) string { return cmp.Or(u.EscapedPath(), "/") }

// folder returns the path up to its last slash.
func folder(u *url.URL) string {
	p := path(u)
	return p[:strings.LastIndexByte(p, '/')+1]
}
