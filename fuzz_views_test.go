package wwwauth

// As in fuzz_test.go: what the converter of OSS-Fuzz needs stands in this file, and only public names
// are used.

import (
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// words returns the items of a list that is separated by newlines, nil if s is empty.
func words(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, "\n")
}

// otherParams returns parameters, of which names and values stand on lines in turn.
func otherParams(s string) []Param {
	var other []Param
	for list := words(s); len(list) > 1; list = list[2:] {
		other = append(other, Param{list[0], list[1]})
	}
	return other
}

// reread formats a challenge, which must be possible, and reads it back.
func reread(t *testing.T, c Challenge) Challenge {
	t.Helper()
	text, err := Format(c)
	if err != nil {
		t.Fatalf("a view made %#v, which cannot be sent: %v", c, err)
	}
	unlimited := Parser{MaxParams: -1}
	cs, err := unlimited.Parse(text)
	if err != nil || len(cs) != 1 {
		t.Fatalf("Parse(%q) = %q, %v", text, cs, err)
	}
	return cs[0]
}

// checkViewError checks that the error of a view is one that it should be, and returns whether there is one.
func checkViewError(t *testing.T, view any, c Challenge, err error) bool {
	t.Helper()
	if err == nil {
		return false
	}
	fault, ok := err.(*ViewError)
	if !ok || fault.View != reflect.TypeOf(view).Name() || !reflect.DeepEqual(c, Challenge{}) {
		t.Fatalf("%+v: %q, %#v", view, c, err)
	}
	if field := reflect.ValueOf(view).FieldByName(fault.Field); fault.Field != "" && field.IsZero() && fault.Field != "QOP" && fault.Field != "Nonce" {
		t.Fatalf("%+v: %v, but %s is empty", view, err, fault.Field)
	}
	return true
}

// What RFC 6750 section 3 and RFC 9110 allow.
var (
	scopePattern = regexp.MustCompile(`^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$`)
	errorPattern = regexp.MustCompile(`^[\x20\x21\x23-\x5b\x5d-\x7e]*$`)
	tokenPattern = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")
	textPattern  = regexp.MustCompile(`^[^\x00-\x08\x0a-\x1f\x7f]*$`)
)

// RFC 3986 appendix A, without user information; what is a host is left to url.Parse.
const (
	pchar     = `(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})`
	uriRest   = `(?:\?(?:` + pchar + `|[/?])*)?(?:#(?:` + pchar + `|[/?])*)?$`
	authority = `//(?:[A-Za-z0-9._~!$&'()*+,;=%-]*|\[[^][/?#]*\])(?::([0-9]*))?`
)

var (
	uriPattern  = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*:(?:` + authority + `(?:/` + pchar + `*)*|/?(?:` + pchar + `+(?:/` + pchar + `*)*)?)` + uriRest)
	pathPattern = regexp.MustCompile(`^/(?:` + pchar + `+(?:/` + pchar + `*)*)?` + uriRest)
)

func isURI(s string) bool {
	_, err := url.Parse(s)
	match := uriPattern.FindStringSubmatch(s)
	if match == nil || err != nil {
		return false
	}
	port, err := strconv.Atoi(match[1])
	return match[1] == "" || err == nil && port < 1<<16
}

// isPath tells whether s is an absolute path, perhaps with a query.
func isPath(s string) bool {
	_, err := url.Parse(s)
	return err == nil && pathPattern.MatchString(s)
}

// isFetchable tells whether s is a URI of http or https with a host.
func isFetchable(s string) bool {
	u, err := url.Parse(s)
	return isURI(s) && err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != ""
}

// FuzzBearer: a Bearer is refused if it breaks a rule, or the challenge made of it says the same.
func FuzzBearer(f *testing.F) {
	f.Add("https://h/m", "a\nb", "invalid_token", "r", "x\ny", "ES256", int64(5e9), "https://h/e", "e30=", "a\nb", "d", 0)
	f.Add("http://[::1]:99999/[", "a", "", "", "", "", int64(0), "urn:%4x#a#b", "", "", "", 0)
	f.Add("", "a", "e\"", "", "", "", int64(0), "x y", "", "Scope\nb", "\\", 7)
	f.Add("", "", "", "", "", "", int64(-1), "", "", "", "", 3)
	f.Fuzz(func(t *testing.T, metadata, scope, code, realm, acr, algs string, age int64, uri, claims, other, description string, flags int) {
		b := Bearer{
			EmptyRealm:       flags&2 != 0 && realm == "",
			ResourceMetadata: metadata, Scope: words(scope), Error: BearerCode(code), Realm: realm, AuthorizationServer: claims,
			ACRValues: words(acr), ErrorURI: uri, Claims: claims, Other: otherParams(other), ErrorDescription: description,
		}
		if flags&4 != 0 {
			b.MaxAge, b.ZeroMaxAge = time.Duration(age), age == 0
		}
		isDPoP := flags&1 != 0
		d := DPoP{b, words(algs)}
		var view any = b
		c, err := b.Challenge()
		if isDPoP {
			view = d
			c, err = d.Challenge()
		}
		joined := strings.Join(b.Scope, " ")
		lawful := (metadata == "" || isFetchable(metadata)) && (uri == "" || isURI(uri)) && errorPattern.MatchString(code) && errorPattern.MatchString(description) &&
			(len(b.Scope) == 0 || scopePattern.MatchString(joined) && len(strings.Fields(joined)) == len(b.Scope)) &&
			(b.MaxAge == 0 || age >= 0 && age%1e9 == 0) && textPattern.MatchString(realm) && textPattern.MatchString(claims)
		if failed := checkViewError(t, view, c, err); failed == lawful && len(b.ACRValues)+len(d.Algs)+len(b.Other) == 0 && (isDPoP || !reflect.DeepEqual(b, Bearer{})) {
			t.Fatalf("%+v: %v, want an error: %v", b, err, !lawful)
		} else if failed {
			return
		}
		if !lawful {
			t.Fatalf("%+v is not refused", b)
		}
		b.Scope = Scope(nil).Union(b.Scope...)
		got, isBearer := reread(t, c).Bearer()
		if isDPoP {
			var again DPoP
			again, isBearer = reread(t, c).DPoP()
			if got = again.Bearer; !slices.Equal(again.Algs, d.Algs) {
				t.Errorf("%q says %+v, want %+v", c, again, d)
			}
		}
		if !isBearer || !reflect.DeepEqual(got, b) {
			t.Errorf("%q says %+v, %v, want %+v", c, got, isBearer, b)
		}
	})
}

// FuzzBasic: a Basic is refused if it breaks a rule, or the challenge made of it says the same.
func FuzzBasic(f *testing.F) {
	f.Add(`say "hi"`, true, "a\nb")
	f.Add("\n", false, "Realm\nb")
	f.Fuzz(func(t *testing.T, realm string, utf8 bool, other string) {
		b := Basic{Realm: realm, UTF8: utf8, Other: otherParams(other)}
		c, err := b.Challenge()
		if failed := checkViewError(t, b, c, err); failed {
			if len(b.Other) == 0 && textPattern.MatchString(realm) {
				t.Fatalf("%+v: %v", b, err)
			}
			return
		}
		if got, ok := reread(t, c).Basic(); !ok || !reflect.DeepEqual(got, b) {
			t.Errorf("%q says %+v, %v, want %+v", c, got, ok, b)
		}
	})
}

// FuzzDigest: a Digest is refused if it breaks a rule, or the challenge made of it says the same.
func FuzzDigest(f *testing.F) {
	f.Add("r", "/a\nhttp://b/", "auth\nauth-int", "SHA-256", "n", "o", "a\nb", 7)
	f.Add("r", "", "auth", "", "n", "", "", 0)
	f.Add("", "a b", "a,b", "x y", "", "", "Stale\nb", 0)
	f.Fuzz(func(t *testing.T, realm, domain, qop, algorithm, nonce, opaque, other string, flags int) {
		d := Digest{
			Realm: realm, Domain: words(domain), QOP: words(qop), Algorithm: algorithm, Nonce: nonce, Opaque: opaque,
			Stale: flags&1 != 0, UTF8: flags&2 != 0, UserHash: flags&4 != 0, Other: otherParams(other),
		}
		c, err := d.Challenge()
		lawful := nonce != "" && len(d.QOP) > 0 && (algorithm == "" || tokenPattern.MatchString(algorithm)) && textPattern.MatchString(realm+nonce+opaque)
		for _, s := range d.QOP {
			lawful = lawful && tokenPattern.MatchString(s)
		}
		for _, s := range d.Domain {
			lawful = lawful && (isURI(s) || isPath(s))
		}
		if failed := checkViewError(t, d, c, err); failed == lawful && len(d.Other) == 0 {
			t.Fatalf("%+v: %v, want an error: %v", d, err, !lawful)
		} else if failed {
			return
		}
		got, ok := reread(t, c).Digest()
		if !ok || !reflect.DeepEqual(got, d) || !lawful {
			t.Errorf("%q says %+v, %v, want %+v", c, got, ok, d)
		}
		answerable := false
		for _, option := range d.QOP {
			answerable = answerable || strings.ToLower(option) == "auth" || strings.ToLower(option) == "auth-int"
		}
		if best, ok := SelectDigest([]Challenge{c}, "MD5", algorithm); ok != answerable || ok && !reflect.DeepEqual(best, d) {
			t.Errorf("SelectDigest(%q) = %+v, %v", c, best, ok)
		}
	})
}

// FuzzViews: whatever the lines hold, there is a view for each known scheme; what it has no field for is
// in Other, in order; and if a challenge can be made of it, that says the same.
func FuzzViews(f *testing.F) {
	f.Add(`Bearer scope="a b", scope=c, max_age=x, error=a, error=b, d="e"`)
	f.Add(`Basic realm=, DPoP algs="ES256", Digest nonce=n, qop="auth,auth-int", stale=maybe`)
	f.Add("Negotiate TlRM=, bearer\nBASIC charset=x, realm=\"y\"")
	f.Fuzz(func(t *testing.T, text string) {
		unlimited := Parser{MaxChallenges: -1, MaxParams: -1, MaxProblems: -1}
		cs, _ := unlimited.Parse(strings.Split(text, "\n")...)
		for _, c := range cs {
			bearer, isBearer := c.Bearer()
			dpop, isDPoP := c.DPoP()
			basic, isBasic := c.Basic()
			digest, isDigest := c.Digest()
			if isBearer != c.Is("Bearer") || isDPoP != c.Is("DPoP") || isBasic != c.Is("Basic") || isDigest != c.Is("Digest") {
				t.Fatalf("%q: %v %v %v", c, isBearer, isBasic, isDigest)
			}
			if !isBearer && !reflect.DeepEqual(bearer, Bearer{}) || !isDPoP && !reflect.DeepEqual(dpop, DPoP{}) || !isBasic && !reflect.DeepEqual(basic, Basic{}) || !isDigest && !reflect.DeepEqual(digest, Digest{}) {
				t.Fatalf("%q: a view of another scheme is not empty", c)
			}
			var view, again any
			var other []Param
			var made Challenge
			var err error
			switch {
			case isBearer:
				if made, err = bearer.Challenge(); err == nil {
					again, _ = reread(t, made).Bearer()
				}
				view, other = bearer, bearer.Other
			case isDPoP:
				if made, err = dpop.Challenge(); err == nil {
					again, _ = reread(t, made).DPoP()
				}
				view, other = dpop, dpop.Other
			case isBasic:
				if made, err = basic.Challenge(); err == nil {
					again, _ = reread(t, made).Basic()
				}
				view, other = basic, basic.Other
			case isDigest:
				if made, err = digest.Challenge(); err == nil {
					again, _ = reread(t, made).Digest()
				}
				view, other = digest, digest.Other
			default:
				continue
			}
			if err == nil && !reflect.DeepEqual(view, again) {
				t.Errorf("%+v becomes %q, which says %+v", view, made, again)
			}
			if c.Token68 != "" {
				if len(other) > 1 || len(other) == 1 && c.Token68 != other[0].Name+"=" {
					t.Errorf("%q: %q", c, other)
				}
				continue
			}
			rest := c.Params
			for _, p := range other {
				for len(rest) > 0 && rest[0] != p {
					rest = rest[1:]
				}
				if len(rest) == 0 {
					t.Fatalf("%q: %q is not in it, or not in order", c, other)
				}
				rest = rest[1:]
			}
			if _, err := c.Data(); err != nil {
				t.Errorf("%q: %v", c, err)
			}
		}
	})
}

// FuzzCredentials: one line is credentials if and only if it is a challenge and no list; what is read can
// be sent, and is read back as it was.
func FuzzCredentials(f *testing.F) {
	f.Add("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")
	f.Add(`Digest username="Mufasa", nc=00000001, qop=auth, username*=UTF-8''x`)
	f.Add("vapid t=a.b, k=c")
	f.Add("A \t, b\t=\tc,")
	f.Add("A b, C d")
	f.Fuzz(func(t *testing.T, line string) {
		c, err := ParseCredentials(line)
		unlimited := Parser{MaxParams: -1}
		cs, listErr := unlimited.Parse(line)
		if err != nil {
			fault := err.(*SyntaxError)
			if fault.Line != 0 || fault.Offset < 0 || fault.Offset > len(line) || fault.Kept || fault.Challenge != -1 {
				t.Errorf("ParseCredentials(%q): %+v", line, fault)
			}
			if listErr == nil && len(cs) == 1 && !strings.Contains(line, ",") {
				t.Errorf("ParseCredentials(%q): %v", line, err)
			}
			return
		}
		want := []Challenge{{c.Scheme(), c.Token68(), c.Params()}}
		if listErr != nil || !reflect.DeepEqual(cs, want) {
			t.Errorf("ParseCredentials(%q) reads %q, Parse %q, %v", line, want, cs, listErr)
		}
		if start := strings.TrimLeft(line, " \t"); !strings.HasPrefix(start, c.Scheme()) || c.Token68() != "" && strings.Contains(line, ",") {
			t.Errorf("ParseCredentials(%q) accepts a list", line)
		}
		text, err := FormatCredentials(c)
		if fault, ok := err.(*FormatError); ok && fault.Code == UnquotedValue && (c.Is("Digest") || c.Is("Concealed")) && !tokenPattern.MatchString(c.Params()[fault.Param].Value) {
			return
		}
		back, backErr := ParseCredentials(text)
		if err != nil || backErr != nil || back.Scheme() != c.Scheme() || back.Token68() != c.Token68() || !reflect.DeepEqual(back.Params(), c.Params()) {
			t.Errorf("%q is sent as %q, %v, and read as %q %q %q, %v", line, text, err, back.Scheme(), back.Token68(), back.Params(), backErr)
		}
		if again, _ := FormatCredentials(back); again != text {
			t.Errorf("%q is sent as %q and then as %q", line, text, again)
		}
		user, password, ok := c.Basic()
		made, err := BasicCredentials(user, password)
		if ok && err != nil {
			t.Errorf("%q: BasicCredentials(%q, %q): %v", line, user, password, err)
		}
		if u, p, _ := made.Basic(); ok && (u != user || p != password) {
			t.Errorf("%q, %q becomes %q, %q", user, password, u, p)
		}
	})
}

// FuzzBasicCredentials: a user and a password are refused, or read back as they were.
func FuzzBasicCredentials(f *testing.F) {
	f.Add("Aladdin", "open sesame")
	f.Add("a:b", "\x7f")
	f.Fuzz(func(t *testing.T, user, password string) {
		c, err := BasicCredentials(user, password)
		lawful := !strings.Contains(user, ":") && !strings.ContainsFunc(user+password, func(c rune) bool { return c < ' ' || c == 0x7f })
		if (err == nil) != lawful {
			t.Fatalf("%q, %q: %v", user, password, err)
		}
		if err != nil {
			return
		}
		text, err := FormatCredentials(c)
		if err != nil {
			t.Fatal(err)
		}
		back, err := ParseCredentials(text)
		if u, p, ok := back.Basic(); !ok || u != user || p != password || err != nil {
			t.Errorf("%q, %q is sent as %s and read as %q, %q, %v, %v", user, password, text, u, p, ok, err)
		}
	})
}

// FuzzAuthenticationInfo: lines are parameters without a scheme if and only if they could follow one.
func FuzzAuthenticationInfo(f *testing.F) {
	f.Add(`nextnonce="x", qop=auth, nc=00000001`, `rspauth="y"`)
	f.Add("a \t=\t\"b\\\"\" ,,", ", c=d")
	f.Add("A=b", "a=c")
	f.Fuzz(func(t *testing.T, line1, line2 string) {
		info, err := ParseAuthenticationInfo(line1, line2)
		unlimited := Parser{MaxParams: -1}
		cs, listErr := unlimited.Parse("X ,", line1, line2)
		if lawful := listErr == nil && len(cs) == 1; lawful != (err == nil) {
			t.Fatalf("ParseAuthenticationInfo(%q, %q): %v; with a scheme before them Parse reads %q, %v", line1, line2, err, cs, listErr)
		}
		if err != nil {
			if fault := err.(*SyntaxError); info != nil || fault.Line < 0 || fault.Line > 1 || fault.Offset < 0 || fault.Offset > len([]string{line1, line2}[fault.Line]) {
				t.Errorf("ParseAuthenticationInfo(%q, %q): %q, %+v", line1, line2, info, fault)
			}
			return
		}
		if !reflect.DeepEqual([]Param(info), cs[0].Params) {
			t.Errorf("ParseAuthenticationInfo(%q, %q) reads %q, Parse %q", line1, line2, info, cs)
		}
		text, err := FormatAuthenticationInfo(info)
		back, backErr := ParseAuthenticationInfo(text)
		if err != nil || backErr != nil || !reflect.DeepEqual(back, info) {
			t.Errorf("%q is sent as %q, %v, and read as %q, %v", info, text, err, back, backErr)
		}
	})
}

// FuzzErrorDescription: whatever the text, there is one line of it that can be sent, and it stays as it is.
func FuzzErrorDescription(f *testing.F) {
	f.Add("json: cannot unmarshal \"x\" \\ y\r\nz")
	f.Add("\u2028\u00a0\xff\x7f\x00")
	f.Add(strings.Repeat("…", 70))
	f.Fuzz(func(t *testing.T, text string) {
		got := ErrorDescription(text)
		if len(got) > 200 || (got == "") != (text == "") || !errorPattern.MatchString(got) || ErrorDescription(got) != got {
			t.Errorf("%q becomes %q", text, got)
		}
		if _, err := (Bearer{Error: InvalidToken, ErrorDescription: got}).Challenge(); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	})
}
