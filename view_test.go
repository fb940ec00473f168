package wwwauth_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-903fb8fe/wwwauth"
)

// viewOf returns the view of a challenge with a scheme that has one, and nil otherwise.
func viewOf(c wwwauth.Challenge) any {
	if v, ok := c.Bearer(); ok {
		return v
	}
	if v, ok := c.DPoP(); ok {
		return v
	}
	if v, ok := c.Basic(); ok {
		return v
	}
	if v, ok := c.Digest(); ok {
		return v
	}
	return nil
}

func viewsOf(t *testing.T, lines ...string) []any {
	t.Helper()
	cs, _ := wwwauth.Parse(lines...)
	var views []any
	for _, c := range cs {
		views = append(views, viewOf(c))
	}
	return views
}

// other returns parameters without a field of their own.
func other(nameValue ...string) []wwwauth.Param { return wwwauth.NewChallenge("", nameValue...).Params }

const (
	nonce7616  = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"
	opaque7616 = "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"
)

// rfcViews holds what the challenges of testdata/corpus/rfc.json say.
var rfcViews = map[string][]any{
	"rfc6750-3-realm":        {wwwauth.Bearer{Realm: "example"}},
	"rfc6750-3-error":        {wwwauth.Bearer{Realm: "example", Error: wwwauth.InvalidToken, ErrorDescription: "The access token expired"}},
	"rfc6750-3-scope-openid": {wwwauth.Bearer{Scope: wwwauth.Scope{"openid", "profile", "email"}}},
	"rfc6750-3-scope-omap":   {wwwauth.Bearer{Scope: wwwauth.Scope{"urn:example:channel=HBO&urn:example:rating=G,PG-13"}}},
	"rfc7616-3.9.1": {
		wwwauth.Digest{Realm: "http-auth@example.org", QOP: []string{"auth", "auth-int"}, Algorithm: "SHA-256", Nonce: nonce7616, Opaque: opaque7616},
		wwwauth.Digest{Realm: "http-auth@example.org", QOP: []string{"auth", "auth-int"}, Algorithm: "MD5", Nonce: nonce7616, Opaque: opaque7616},
	},
	"rfc7616-3.9.2": {wwwauth.Digest{
		Realm: "api@example.org", QOP: []string{"auth"}, Algorithm: "SHA-512-256", UTF8: true, UserHash: true,
		Nonce: "5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK", Opaque: "HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDnsOS",
	}},
	"rfc7617-2":          {wwwauth.Basic{Realm: "WallyWorld"}},
	"rfc7617-2.1":        {wwwauth.Basic{Realm: "foo", UTF8: true}},
	"rfc9449-7.1-algs":   {wwwauth.DPoP{Algs: []string{"ES256", "PS256"}}},
	"rfc9449-7.1-error":  {wwwauth.DPoP{Bearer: wwwauth.Bearer{Error: wwwauth.InvalidToken, ErrorDescription: "Invalid DPoP key binding"}, Algs: []string{"ES256"}}},
	"rfc9449-7.2-none":   {wwwauth.Bearer{}, wwwauth.DPoP{Algs: []string{"ES256", "PS256"}}},
	"rfc9449-7.2-bearer": {wwwauth.Bearer{Error: wwwauth.InvalidToken, ErrorDescription: "Invalid token"}, wwwauth.DPoP{Algs: []string{"ES256", "PS256"}}},
	"rfc9449-7.2-both": {
		wwwauth.Bearer{Error: wwwauth.InvalidRequest, ErrorDescription: "Multiple methods used to include access token"},
		wwwauth.DPoP{Bearer: wwwauth.Bearer{Error: wwwauth.InvalidRequest, ErrorDescription: "Multiple methods used to include access token"}, Algs: []string{"ES256", "PS256"}},
	},
	"rfc9449-9":     {wwwauth.DPoP{Bearer: wwwauth.Bearer{Error: wwwauth.UseDPoPNonce, ErrorDescription: "Resource server requires nonce in DPoP proof"}}},
	"rfc9470-3-acr": {wwwauth.Bearer{Error: wwwauth.InsufficientUserAuthentication, ErrorDescription: "A different authentication level is required", ACRValues: []string{"myACR"}}},
	"rfc9470-3-age": {wwwauth.Bearer{Error: wwwauth.InsufficientUserAuthentication, ErrorDescription: "More recent authentication is required", MaxAge: 5 * time.Second}},
	"rfc9728-5.1":   {wwwauth.Bearer{ResourceMetadata: "https://resource.example.com/.well-known/oauth-protected-resource"}},
}

// TestRFCViews checks the examples of the RFCs: what the view of each says, and that the challenge made of
// the view says the same. Only a Bearer without parameters is refused.
func TestRFCViews(t *testing.T) {
	n := 0
	for _, v := range vectors(t) {
		if !strings.HasPrefix(v.ID, "rfc") {
			continue
		}
		n++
		got := viewsOf(t, v.lines()...)
		if diff := cmp.Diff(rfcViews[v.ID], got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", v.ID, diff)
		}
		for _, view := range got {
			c, err := challengeOf(view)
			if cmp.Equal(view, wwwauth.Bearer{}) {
				if err == nil {
					t.Errorf("%s: %v is made of nothing", v.ID, c)
				}
				continue
			}
			if again := viewsOf(t, c.String()); err != nil || !cmp.Equal(again, []any{view}) {
				t.Errorf("%s: of %+v is made %v, %v, which says %+v", v.ID, view, c, err, again)
			}
		}
	}
	if n != len(rfcViews) {
		t.Errorf("%d vectors, and views of %d", n, len(rfcViews))
	}
}

// challengeOf makes a challenge of a view.
func challengeOf(view any) (wwwauth.Challenge, error) {
	return view.(interface {
		Challenge() (wwwauth.Challenge, error)
	}).Challenge()
}

// readTests has what the views say of challenges that need not conform.
var readTests = []struct {
	line string
	want any
}{
	{`Negotiate`, nil},
	{`BearerX realm="a"`, nil},

	// Bearer, and each of its parameters.
	{`Bearer`, wwwauth.Bearer{}},
	{`bearer`, wwwauth.Bearer{}},
	{`dpop`, wwwauth.DPoP{}},
	{`Bearer abc==`, wwwauth.Bearer{}},
	{`Bearer a/b=`, wwwauth.Bearer{}},
	{`Bearer resource_metadata="https://h/"`, wwwauth.Bearer{ResourceMetadata: "https://h/"}},
	{`Bearer RESOURCE_Metadata="https://h/"`, wwwauth.Bearer{ResourceMetadata: "https://h/"}},
	{`Bearer error=gone`, wwwauth.Bearer{Error: "gone"}},
	{`Bearer realm="a"`, wwwauth.Bearer{Realm: "a"}},
	{`Bearer authorization_server="https://as/", `, wwwauth.Bearer{AuthorizationServer: "https://as/"}},
	{`Bearer acr_values=" phr  phrh"`, wwwauth.Bearer{ACRValues: []string{"phr", "phrh"}}},
	{`Bearer algs="ES256 PS256"`, wwwauth.Bearer{Other: other("algs", "ES256 PS256")}},
	{`DPoP algs="ES256 PS256", scope=a, x=y`, wwwauth.DPoP{Bearer: wwwauth.Bearer{Scope: wwwauth.Scope{"a"}, Other: other("x", "y")}, Algs: []string{"ES256", "PS256"}}},
	{`DPoP algs=`, wwwauth.DPoP{}},
	{`Bearer error_uri="/x"`, wwwauth.Bearer{ErrorURI: "/x"}},
	{`Bearer claims="e30="`, wwwauth.Bearer{Claims: "e30="}},
	{`Bearer error_description="say \"hi\""`, wwwauth.Bearer{ErrorDescription: `say "hi"`}},
	{`Bearer b="1", error=x, a="2", A=""`, wwwauth.Bearer{Error: "x", Other: other("b", "1", "a", "2", "A", "")}},

	// Empty is not absent where it matters: Entra ID means something by an empty realm.
	{`Bearer realm="", authorization_uri="https://login.example/"`, wwwauth.Bearer{EmptyRealm: true, Other: other("authorization_uri", "https://login.example/")}},
	{`Bearer realm="a", realm=""`, wwwauth.Bearer{Realm: "a", Other: other("realm", "")}},
	{`Bearer realm="", realm="a"`, wwwauth.Bearer{EmptyRealm: true, Other: other("realm", "a")}},
	{`Bearer scope="", error="", acr_values="", claims=""`, wwwauth.Bearer{}},
	// By the grammar these are token68.
	{`Bearer realm=`, wwwauth.Bearer{EmptyRealm: true}},
	{`Bearer scope=`, wwwauth.Bearer{}},
	{`Bearer max_age=`, wwwauth.Bearer{}},
	{`Bearer foo=`, wwwauth.Bearer{Other: other("foo", "")}},

	// RFC 9470 section 3: max_age is a non-negative integer, as a token or quoted.
	{`Bearer max_age=5`, wwwauth.Bearer{MaxAge: 5 * time.Second}},
	{`Bearer max_age="5"`, wwwauth.Bearer{MaxAge: 5 * time.Second}},
	{`Bearer max_age=0`, wwwauth.Bearer{ZeroMaxAge: true}},
	{`Bearer max_age=-1`, wwwauth.Bearer{Other: other("max_age", "-1")}},
	{`Bearer max_age=+1`, wwwauth.Bearer{Other: other("max_age", "+1")}},
	{`Bearer max_age=5.0`, wwwauth.Bearer{Other: other("max_age", "5.0")}},
	{`Bearer max_age=""`, wwwauth.Bearer{}},
	{`Bearer max_age="", max_age=5`, wwwauth.Bearer{Other: other("max_age", "5")}},
	{`Bearer max_age=9223372036`, wwwauth.Bearer{MaxAge: 9223372036 * time.Second}},
	{`Bearer max_age=9223372037`, wwwauth.Bearer{Other: other("max_age", "9223372037")}},
	{`Bearer max_age=9223372036854775808`, wwwauth.Bearer{Other: other("max_age", "9223372036854775808")}},
	{`Bearer max_age=18446744073709551616`, wwwauth.Bearer{Other: other("max_age", "18446744073709551616")}},
	{`Bearer max_age=x, max_age=5, max_age=6`, wwwauth.Bearer{MaxAge: 5 * time.Second, Other: other("max_age", "x", "max_age", "6")}},

	// Repetition: the first counts, another value is among the others, the same says nothing new.
	{`Bearer error=a, error=b, error=a, error=b`, wwwauth.Bearer{Error: "a", Other: other("error", "b", "error", "b")}},
	{`Bearer resource_metadata="https://h/1", Resource_Metadata="https://h/2"`, wwwauth.Bearer{ResourceMetadata: "https://h/1", Other: other("Resource_Metadata", "https://h/2")}},
	// Docker's scope may be repeated, and each token counts once.
	{`Bearer scope="a b", scope="b c", scope="b c", scope=" a	d "`, wwwauth.Bearer{Scope: wwwauth.Scope{"a", "b", "c", "d"}}},
	{`Bearer scope="a A a"`, wwwauth.Bearer{Scope: wwwauth.Scope{"a", "A"}}},

	// Basic.
	{`Basic`, wwwauth.Basic{}},
	{`BASIC Realm=x`, wwwauth.Basic{Realm: "x"}},
	{`Basic realm=`, wwwauth.Basic{}},
	{`Basic realm`, wwwauth.Basic{}},
	{`Basic charset="UTF-8", realm="x"`, wwwauth.Basic{Realm: "x", UTF8: true}},
	{`Basic realm="x", charset=utf-8`, wwwauth.Basic{Realm: "x", UTF8: true}},
	{`Basic realm="x", charset=UTF8, service="ecr"`, wwwauth.Basic{Realm: "x", Other: other("charset", "UTF8", "service", "ecr")}},
	{`Basic realm="x", charset=latin1, charset=UTF-8`, wwwauth.Basic{Realm: "x", UTF8: true, Other: other("charset", "latin1")}},
	{`Basic realm="x", realm="y"`, wwwauth.Basic{Realm: "x", Other: other("realm", "y")}},
	{`Basic realm="a", realm="A"`, wwwauth.Basic{Realm: "a", Other: other("realm", "A")}},
	{`Basic realm="x", CharSet=uTf-8`, wwwauth.Basic{Realm: "x", UTF8: true}},
	{"Basic realm=\"x\", charset=\"utf\u20108\"", wwwauth.Basic{Realm: "x", Other: other("charset", "utf\u20108")}},
	{`Basic realm="x", charset="UTF-8 "`, wwwauth.Basic{Realm: "x", Other: other("charset", "UTF-8 ")}},

	// Digest, and each of its parameters.
	{`Digest`, wwwauth.Digest{}},
	{`DIGEST REALM="a", Nonce=n`, wwwauth.Digest{Realm: "a", Nonce: "n"}},
	{`Digest domain="/a  http://b/"`, wwwauth.Digest{Domain: []string{"/a", "http://b/"}}},
	{`Digest qop="auth, auth-int,foo"`, wwwauth.Digest{QOP: []string{"auth", "auth-int", "foo"}}},
	{`Digest qop="auth	,, auth-int"`, wwwauth.Digest{QOP: []string{"auth", "auth-int"}}},
	{`Digest qop=auth`, wwwauth.Digest{QOP: []string{"auth"}}},
	{`Digest qop="AUTH, Auth-Int, Token"`, wwwauth.Digest{QOP: []string{"auth", "auth-int", "Token"}}},
	{`Digest qop="auth", qop="auth-int"`, wwwauth.Digest{QOP: []string{"auth"}, Other: other("qop", "auth-int")}},
	{`Digest qop="auth", QOP="auth"`, wwwauth.Digest{QOP: []string{"auth"}}},
	{`Digest STALE=tRUe`, wwwauth.Digest{Stale: true}},
	{`Digest stale="true "`, wwwauth.Digest{Other: other("stale", "true ")}},
	{`Digest stale=maybe, stale=true`, wwwauth.Digest{Stale: true, Other: other("stale", "maybe")}},
	{"Digest stale=\"fal\u017fe\"", wwwauth.Digest{Other: other("stale", "fal\u017fe")}}, // U+017F folds to s only beyond ASCII
	{`Digest charset=UTF-8x`, wwwauth.Digest{Other: other("charset", "UTF-8x")}},
	{`Digest algorithm="SHA-256"`, wwwauth.Digest{Algorithm: "SHA-256"}},
	{`Digest opaque="o"`, wwwauth.Digest{Opaque: "o"}},
	{`Digest stale=TRUE`, wwwauth.Digest{Stale: true}},
	{`Digest stale="true"`, wwwauth.Digest{Stale: true}},
	{`Digest stale=FALSE`, wwwauth.Digest{}},
	{`Digest stale=yes`, wwwauth.Digest{Other: other("stale", "yes")}},
	{`Digest userhash=True`, wwwauth.Digest{UserHash: true}},
	{`Digest userhash=false`, wwwauth.Digest{}},
	{`Digest charset="utf-8"`, wwwauth.Digest{UTF8: true}},
	{`Digest charset=x`, wwwauth.Digest{Other: other("charset", "x")}},
	{`Digest nonce=a, nonce=b, foo=c`, wwwauth.Digest{Nonce: "a", Other: other("nonce", "b", "foo", "c")}},
	{`Digest nonce=`, wwwauth.Digest{}},
}

// TestReadView checks that reading is tolerant and loses nothing.
func TestReadView(t *testing.T) {
	for _, tt := range readTests {
		got := viewsOf(t, tt.line)
		if diff := cmp.Diff([]any{tt.want}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.line, diff)
		}
	}
}

// makeTests has the canonical text of challenges made of views.
var makeTests = []struct {
	view any
	want string
}{
	{wwwauth.Bearer{Realm: "example"}, `Bearer realm="example"`},
	{wwwauth.Bearer{
		ResourceMetadata: "https://h/m", Scope: wwwauth.Scope{"a", "b"}, Error: "e", Realm: "r", EmptyRealm: true,
		AuthorizationServer: "https://as", ACRValues: []string{"x", "y"}, MaxAge: 90 * time.Second,
		ErrorURI: "https://h/e", Claims: "e30=", Other: other("Z", "1", "a", ""), ErrorDescription: "d",
	}, `Bearer resource_metadata="https://h/m", scope="a b", error="e", realm="r", authorization_server="https://as", acr_values="x y", max_age="90", ` +
		`error_uri="https://h/e", claims="e30=", Z="1", a="", error_description="d"`},
	{wwwauth.DPoP{Algs: []string{"ES256"}}, `DPoP algs="ES256"`},
	{wwwauth.DPoP{Bearer: wwwauth.Bearer{Scope: wwwauth.Scope{"a"}, MaxAge: time.Second, ErrorURI: "urn:x"}, Algs: []string{"ES256", "PS256"}}, `DPoP scope="a", max_age="1", algs="ES256 PS256", error_uri="urn:x"`},
	{wwwauth.DPoP{}, `DPoP`},
	{wwwauth.Bearer{EmptyRealm: true}, `Bearer realm=""`},
	{wwwauth.Bearer{EmptyRealm: true, Scope: wwwauth.Scope{}, ACRValues: []string{}}, `Bearer realm=""`},
	{wwwauth.Bearer{ZeroMaxAge: true}, `Bearer max_age="0"`},
	{wwwauth.Bearer{Error: " !#[]~", ErrorDescription: " !#[]~"}, `Bearer error=" !#[]~", error_description=" !#[]~"`},
	{wwwauth.Bearer{Scope: wwwauth.Scope{"!#[]~"}}, `Bearer scope="!#[]~"`},
	{wwwauth.Bearer{Scope: wwwauth.Scope{"b", "a", "b", "B"}}, `Bearer scope="b a B"`},
	{wwwauth.Bearer{ErrorURI: "urn:x"}, `Bearer error_uri="urn:x"`},
	{wwwauth.Bearer{ErrorURI: "https://h:65535/a%2F;b=(c)'*+,@$&?d/?:@#e?/"}, `Bearer error_uri="https://h:65535/a%2F;b=(c)'*+,@$&?d/?:@#e?/"`},
	{wwwauth.Bearer{ResourceMetadata: "HTTP://[::1]:/"}, `Bearer resource_metadata="HTTP://[::1]:/"`},
	{wwwauth.Bearer{ACRValues: []string{`"\é`}}, `Bearer acr_values="\"\\é"`},
	{wwwauth.Bearer{Realm: `"\é`}, `Bearer realm="\"\\é"`},

	{wwwauth.Basic{}, `Basic realm=""`},
	{wwwauth.Basic{Realm: `say "hi"`, UTF8: true, Other: other("service", "ecr")}, `Basic realm="say \"hi\"", charset="UTF-8", service="ecr"`},

	{wwwauth.Digest{QOP: []string{"auth"}, Nonce: "n"}, `Digest realm="", qop="auth", nonce="n"`},
	{wwwauth.Digest{
		Realm: "r", Domain: []string{"/a", "http://b/"}, QOP: []string{"auth", "auth-int"}, Algorithm: "SHA-256", Nonce: `"n`, Opaque: "o",
		Stale: true, UTF8: true, UserHash: true, Other: other("x", "y"),
	}, `Digest realm="r", domain="/a http://b/", qop="auth, auth-int", algorithm=SHA-256, nonce="\"n", opaque="o", stale=true, charset=UTF-8, userhash=true, x="y"`},
}

// TestMakeView checks which parameters a challenge gets, their order and their form.
func TestMakeView(t *testing.T) {
	for _, tt := range makeTests {
		c, err := challengeOf(tt.view)
		if err != nil || c.String() != tt.want {
			t.Errorf("%+v:\n got %v, %v\nwant %s", tt.view, c, err, tt.want)
		}
	}
}

// TestViewRefuses checks what no challenge is made of, and that the error names the field and the section,
// and quotes nothing.
func TestViewRefuses(t *testing.T) {
	const rfc6750, rfc9728, rfc9470, rfc9449 = "RFC 6750 section 3", "RFC 9728 section 5.1", "RFC 9470 section 3", "RFC 9449 section 7.1"
	const rfc7616, repeated, control = "RFC 7616 section 3.3", "RFC 9110 section 11.2", "RFC 9110 section 5.5"
	digest := func(change func(d *wwwauth.Digest)) wwwauth.Digest {
		d := wwwauth.Digest{Realm: "secret", QOP: []string{"auth"}, Nonce: "secret"}
		change(&d)
		return d
	}
	for _, tt := range []struct {
		view           any
		field, section string
	}{
		{wwwauth.Bearer{}, "", rfc6750},
		{wwwauth.Bearer{Scope: wwwauth.Scope{}}, "", rfc6750},
		{wwwauth.Bearer{ResourceMetadata: "/secret"}, "ResourceMetadata", rfc9728},
		{wwwauth.Bearer{ResourceMetadata: "https://secret/ "}, "ResourceMetadata", rfc9728},
		{wwwauth.Bearer{ResourceMetadata: "https://secret/%zz"}, "ResourceMetadata", rfc9728},
		{wwwauth.Bearer{ResourceMetadata: "https://secret/\n"}, "ResourceMetadata", rfc9728},
		{wwwauth.Bearer{ResourceMetadata: "https://secret@h/"}, "ResourceMetadata", "RFC 9110 section 4.2.4"},
		{wwwauth.Bearer{ResourceMetadata: "//secret/x"}, "ResourceMetadata", rfc9728},
		{wwwauth.Bearer{ResourceMetadata: "urn:secret"}, "ResourceMetadata", rfc9728},
		{wwwauth.Bearer{ResourceMetadata: "https:secret"}, "ResourceMetadata", rfc9728},
		{wwwauth.Bearer{ResourceMetadata: "https:///secret"}, "ResourceMetadata", rfc9728},
		{wwwauth.Bearer{ResourceMetadata: "https://:1/secret"}, "ResourceMetadata", rfc9728},
		{wwwauth.Bearer{ResourceMetadata: "ftp://secret/"}, "ResourceMetadata", rfc9728},
		{wwwauth.Bearer{ResourceMetadata: "https://secret:65536/"}, "ResourceMetadata", rfc9728},
		{wwwauth.Bearer{ResourceMetadata: "https://secret:x/"}, "ResourceMetadata", rfc9728},
		{wwwauth.Bearer{ResourceMetadata: "https://secret/{x}"}, "ResourceMetadata", rfc9728},
		{wwwauth.Bearer{ResourceMetadata: "https://secret/<x>"}, "ResourceMetadata", rfc9728},
		{wwwauth.Bearer{ResourceMetadata: "https://secret/^"}, "ResourceMetadata", rfc9728},
		{wwwauth.Bearer{ResourceMetadata: "https://secret/|"}, "ResourceMetadata", rfc9728},
		{wwwauth.Bearer{ResourceMetadata: "https://secret/`"}, "ResourceMetadata", rfc9728},
		{wwwauth.Bearer{ResourceMetadata: "https://secret/\u00e9"}, "ResourceMetadata", rfc9728},
		{wwwauth.Bearer{ResourceMetadata: "https://secret/[x]"}, "ResourceMetadata", rfc9728},
		{wwwauth.Bearer{ResourceMetadata: "https://secret/?%4"}, "ResourceMetadata", rfc9728},
		{wwwauth.Bearer{ResourceMetadata: "https://secret/?%g0"}, "ResourceMetadata", rfc9728},
		{wwwauth.Bearer{ResourceMetadata: "https://secret/?%0g"}, "ResourceMetadata", rfc9728},
		{wwwauth.Bearer{ResourceMetadata: "https://secret/#a#b"}, "ResourceMetadata", rfc9728},
		{wwwauth.Bearer{ResourceMetadata: "https://secret/#a"}, "ResourceMetadata", rfc9728},
		{wwwauth.Bearer{ResourceMetadata: "https://secret/#"}, "ResourceMetadata", rfc9728},
		{wwwauth.Bearer{ResourceMetadata: "https://secret:0/"}, "ResourceMetadata", rfc9728},
		{wwwauth.Bearer{ResourceMetadata: "https:///secret"}, "ResourceMetadata", rfc9728},
		{wwwauth.Bearer{ResourceMetadata: "https://secr%D0%B5t/"}, "ResourceMetadata", rfc9728},
		{wwwauth.Bearer{ErrorURI: "https://secret:0/"}, "ErrorURI", rfc6750},
		{wwwauth.Bearer{ErrorURI: "//secret/x"}, "ErrorURI", rfc6750},
		{wwwauth.Bearer{ErrorURI: "urn:secret{x}"}, "ErrorURI", rfc6750},
		{wwwauth.Bearer{ErrorURI: "https://secret:secret@h/"}, "ErrorURI", "RFC 9110 section 4.2.4"},
		{wwwauth.Bearer{Scope: wwwauth.Scope{"secret", ""}}, "Scope", rfc6750},
		{wwwauth.Bearer{Scope: wwwauth.Scope{"secret secret"}}, "Scope", rfc6750},
		{wwwauth.Bearer{Scope: wwwauth.Scope{`secret"`}}, "Scope", rfc6750},
		{wwwauth.Bearer{Scope: wwwauth.Scope{`secret\`}}, "Scope", rfc6750},
		{wwwauth.Bearer{Scope: wwwauth.Scope{"secret\t"}}, "Scope", rfc6750},
		{wwwauth.Bearer{Scope: wwwauth.Scope{"secret\x7f"}}, "Scope", rfc6750},
		{wwwauth.Bearer{Scope: wwwauth.Scope{"secret\u00e9"}}, "Scope", rfc6750},
		{wwwauth.Bearer{Error: `secret"`}, "Error", rfc6750},
		{wwwauth.Bearer{Error: "secreté"}, "Error", rfc6750},
		{wwwauth.Bearer{ErrorDescription: `secret\`}, "ErrorDescription", rfc6750},
		{wwwauth.Bearer{ErrorDescription: "secret\t"}, "ErrorDescription", rfc6750},
		{wwwauth.Bearer{ErrorDescription: "secret\x7f"}, "ErrorDescription", rfc6750},
		{wwwauth.Bearer{ErrorURI: "secret"}, "ErrorURI", rfc6750},
		{wwwauth.Bearer{ErrorURI: "https://secret/ x"}, "ErrorURI", rfc6750},
		{wwwauth.Bearer{ErrorURI: `https://secret/"`}, "ErrorURI", rfc6750},
		{wwwauth.Bearer{Realm: "secret\x00"}, "Realm", control},
		{wwwauth.Bearer{AuthorizationServer: "secret\r"}, "AuthorizationServer", control},
		{wwwauth.Bearer{ACRValues: []string{"secret x"}}, "ACRValues", rfc9470},
		{wwwauth.Bearer{ACRValues: []string{"secret\tx"}}, "ACRValues", rfc9470},
		{wwwauth.Bearer{ACRValues: []string{""}}, "ACRValues", rfc9470},
		{wwwauth.Bearer{MaxAge: -time.Second}, "MaxAge", rfc9470},
		{wwwauth.Bearer{MaxAge: time.Second + 1}, "MaxAge", rfc9470},
		{wwwauth.DPoP{Algs: []string{"secret\n"}}, "Algs", rfc9449},
		{wwwauth.DPoP{Bearer: wwwauth.Bearer{Realm: "secret\n"}}, "Realm", control},
		{wwwauth.DPoP{Bearer: wwwauth.Bearer{Other: other("algs", "secret")}}, "Other", repeated},
		{wwwauth.DPoP{Algs: []string{"ES256", "none"}}, "Algs", rfc9449},
		{wwwauth.DPoP{Algs: []string{"HS256"}}, "Algs", rfc9449},
		{wwwauth.DPoP{Algs: []string{"ES256,PS256"}}, "Algs", rfc9449},
		{wwwauth.Bearer{Claims: "secret\n"}, "Claims", control},
		{wwwauth.Bearer{Error: "secret", Other: other("secret", "secret\n")}, "Other", control},
		{wwwauth.Bearer{Other: other("secret/", "secret")}, "Other", repeated},
		{wwwauth.Bearer{Other: other("secret", "secret", "SECRET", "secret")}, "Other", repeated},
		{wwwauth.Bearer{Other: other("Scope", "secret")}, "Other", repeated},
		{wwwauth.Bearer{Other: other("error_description", "secret")}, "Other", repeated},
		{wwwauth.Basic{Realm: "secret\n"}, "Realm", control},
		{wwwauth.Basic{Other: other("Realm", "secret")}, "Other", repeated},
		{wwwauth.Basic{Other: other("charset", "secret")}, "Other", repeated},
		{digest(func(d *wwwauth.Digest) { d.Nonce = "" }), "Nonce", rfc7616},
		{digest(func(d *wwwauth.Digest) { d.QOP = nil }), "QOP", rfc7616},
		{digest(func(d *wwwauth.Digest) { d.QOP = []string{"secret", ""} }), "QOP", rfc7616},
		{digest(func(d *wwwauth.Digest) { d.QOP = []string{"auth,secret"} }), "QOP", rfc7616},
		{digest(func(d *wwwauth.Digest) { d.Algorithm = "secret secret" }), "Algorithm", rfc7616},
		{digest(func(d *wwwauth.Digest) { d.Domain = []string{"secret secret"} }), "Domain", rfc7616},
		{digest(func(d *wwwauth.Digest) { d.Domain = []string{"secreté"} }), "Domain", rfc7616},
		{digest(func(d *wwwauth.Digest) { d.Domain = []string{"/", ""} }), "Domain", rfc7616},
		{digest(func(d *wwwauth.Digest) { d.Domain = []string{"/", "secret"} }), "Domain", rfc7616},
		{digest(func(d *wwwauth.Digest) { d.Domain = []string{"//secret/"} }), "Domain", rfc7616},
		{digest(func(d *wwwauth.Digest) { d.Domain = []string{"/secret{}"} }), "Domain", rfc7616},
		{digest(func(d *wwwauth.Digest) { d.Domain = []string{"/secret%"} }), "Domain", rfc7616},
		{digest(func(d *wwwauth.Digest) { d.Domain = []string{"http://secret:x/"} }), "Domain", rfc7616},
		{digest(func(d *wwwauth.Digest) { d.Domain = []string{"http://secret@h/"} }), "Domain", rfc7616},
		{digest(func(d *wwwauth.Digest) { d.Opaque = "secret\n" }), "Opaque", control},
		{digest(func(d *wwwauth.Digest) { d.Other = other("userHash", "secret") }), "Other", repeated},
	} {
		c, err := challengeOf(tt.view)
		var fault *wwwauth.ViewError
		if !errors.As(err, &fault) {
			t.Errorf("%+v: %v, want a ViewError", tt.view, err)
			continue
		}
		view := strings.TrimPrefix(fmt.Sprintf("%T", tt.view), "wwwauth.")
		if fault.View != view || fault.Field != tt.field || fault.Section != tt.section {
			t.Errorf("%+v: %+v, want %s.%s, %s", tt.view, fault, view, tt.field, tt.section)
		}
		if diff := cmp.Diff(plainChallenge{}, plainChallenge(c)); diff != "" {
			t.Errorf("%+v: %+v is returned with an error", tt.view, c)
		}
		text := fault.Error()
		if strings.Contains(text, "secret") || !strings.HasPrefix(text, "wwwauth: "+view) || !strings.Contains(text, tt.section) || !strings.Contains(text, tt.field) {
			t.Errorf("%+v: %s", tt.view, text)
		}
	}
}

// TestViewErrorText pins what an error says, so that each kind says its own.
func TestViewErrorText(t *testing.T) {
	for _, tt := range []struct {
		view any
		want string
	}{
		{wwwauth.Bearer{}, "wwwauth: Bearer has no parameter (RFC 6750 section 3)"},
		{wwwauth.Bearer{Scope: wwwauth.Scope{`"`}}, "wwwauth: Bearer.Scope contains a character that is not allowed (RFC 6750 section 3)"},
		{wwwauth.Bearer{Scope: wwwauth.Scope{""}}, "wwwauth: Bearer.Scope contains an empty item (RFC 6750 section 3)"},
		{wwwauth.Bearer{Error: `"`}, "wwwauth: Bearer.Error contains a character that is not allowed (RFC 6750 section 3)"},
		{wwwauth.Bearer{ErrorURI: "x"}, "wwwauth: Bearer.ErrorURI is not an absolute URI (RFC 6750 section 3)"},
		{wwwauth.Bearer{ResourceMetadata: "urn:x"}, "wwwauth: Bearer.ResourceMetadata is not an http or https URL (RFC 9728 section 5.1)"},
		{wwwauth.Digest{QOP: []string{"auth"}, Nonce: "n", Domain: []string{"x"}}, "wwwauth: Digest.Domain contains neither an absolute URI nor an absolute path (RFC 7616 section 3.3)"},
		{wwwauth.Bearer{MaxAge: time.Nanosecond}, "wwwauth: Bearer.MaxAge is not a whole number of seconds (RFC 9470 section 3)"},
		{wwwauth.Basic{Realm: "\n"}, "wwwauth: Basic.Realm contains a control byte (RFC 9110 section 5.5)"},
		{wwwauth.Basic{Other: other("realm", "")}, "wwwauth: Basic.Other contains a parameter that has a field of its own (RFC 9110 section 11.2)"},
		{wwwauth.Basic{Other: other("", "")}, "wwwauth: Basic.Other has a name that is not a token (RFC 9110 section 11.2)"},
		{wwwauth.Basic{Other: other("a", "", "A", "")}, "wwwauth: Basic.Other has a name twice (RFC 9110 section 11.2)"},
		{wwwauth.Digest{QOP: []string{"auth"}}, "wwwauth: Digest.Nonce is missing (RFC 7616 section 3.3)"},
	} {
		if _, err := challengeOf(tt.view); err == nil || err.Error() != tt.want {
			t.Errorf("%+v: %v, want %s", tt.view, err, tt.want)
		}
	}
}

// TestViewLeavesArgument checks that neither making nor reading changes what it is given.
func TestViewLeavesArgument(t *testing.T) {
	b := wwwauth.Bearer{Scope: make(wwwauth.Scope, 1, 9), Other: make([]wwwauth.Param, 1, 9)}
	b.Scope[0], b.Other[0] = "a", wwwauth.Param{Name: "x", Value: "y"}
	c, err := b.Challenge()
	if err != nil {
		t.Fatal(err)
	}
	c.Params[1].Value = "z"
	if b.Other[0].Value != "y" || b.Other[:2][1].Name != "" {
		t.Errorf("Other is %v", b.Other[:2])
	}
	got, _ := c.Bearer()
	got.Other[0].Value = "changed"
	if c.Get("x") != "z" {
		t.Errorf("a change of the view changes the challenge: %v", c)
	}
}

// TestSelectDigestSkips has challenges that cannot be answered, and such that look like them and can.
func TestSelectDigestSkips(t *testing.T) {
	for line, want := range map[string]bool{
		`Digest realm="a", nonce="n"`:                         true, // RFC 2069
		`Digest realm="a", nonce="n", qop=""`:                 true,
		`Digest nonce="n"`:                                    true,
		`Digest realm="a", nonce="n", qop="auth"`:             true,
		`Digest realm="a", nonce="n", qop="x, AUTH-int"`:      true,
		`Digest realm="a", nonce="n", qop="auth-conf"`:        false,
		`Digest realm="a", nonce="n", qop="x", qop="auth"`:    false,
		`Digest realm="a", nonce="n", nonce="n"`:              true,
		`Digest realm="a", nonce="n", nonce="m"`:              false,
		`Digest realm="a", realm="A", nonce="n"`:              false,
		`Digest realm="a"`:                                    false,
		`Digest realm="a", nonce=""`:                          false,
		`Digest realm="a", nonce="n", algorithm=""`:           false,
		`Digest realm="a", nonce="n", algorithm=MD5`:          true,
		`Digest realm="a", nonce="n", algorithm=X, opaque=""`: false,
	} {
		cs, _ := wwwauth.Parse(line, `Digest nonce="next"`)
		d, ok := wwwauth.SelectDigest(cs, "SHA-256", "MD5")
		if !ok || (d.Nonce == "n") != want {
			t.Errorf("%s: %+v, %v", line, d, ok)
		}
	}
}

// TestSelectDigest checks that the caller's order counts, then the server's, and what a challenge without
// algorithm is.
func TestSelectDigest(t *testing.T) {
	cs, err := wwwauth.Parse(`Basic realm="x"`, `Digest nonce=1, algorithm=FOO`, `Digest nonce=2`, `Digest nonce=3, algorithm=MD5`,
		`Digest nonce=4, algorithm=sha-256`, `Digest nonce=5, algorithm=SHA-256`, `Negotiate`)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		algorithms string
		nonce      string
	}{
		{"SHA-512-256 SHA-256 MD5", "4"},
		{"MD5 SHA-256", "2"},
		{"md5", "2"},
		{"foo MD5", "1"},
		{"SHA-256-sess", ""},
		{"", ""},
	} {
		d, ok := wwwauth.SelectDigest(cs, strings.Fields(tt.algorithms)...)
		if ok != (tt.nonce != "") || d.Nonce != tt.nonce {
			t.Errorf("%s: nonce %q, %v, want %q", tt.algorithms, d.Nonce, ok, tt.nonce)
		}
	}
	if d, ok := wwwauth.SelectDigest(cs[2:], "SHA-1", "md5"); !ok || d.Nonce != "2" || d.Algorithm != "" {
		t.Errorf("%+v, %v", d, ok)
	}
}

func TestConflicts(t *testing.T) {
	c := wwwauth.NewChallenge("Bearer", "a", "1", "b", "1", "A", "1", "B", "2", "c", "", "d", "x", "d", "x", "d", "X")
	for name, want := range map[string]bool{"a": false, "b": true, "B": true, "c": false, "d": true, "e": false} {
		if got := c.Conflicts(name); got != want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// TestData checks the token68 as bytes, with the padding that servers send.
func TestData(t *testing.T) {
	for _, tt := range []struct {
		token68 string
		want    string // "!" for an error
	}{
		{"", ""},
		{"TlRMTQ==", "NTLM"},
		{"TlRMTQ", "NTLM"},
		{"TlRMTQ=", "NTLM"},
		{"TlRMTQ=====", "NTLM"},
		{"YWJj", "abc"},
		{"YWJj=", "abc"},
		{"+/-_", "\xfb\xff\xbf"},
		{"=", ""},
		{"A", "!"},
		{"a.b~", "!"},
	} {
		got, err := wwwauth.Challenge{Scheme: "Negotiate", Token68: tt.token68}.Data()
		if (err != nil) != (tt.want == "!") || err == nil && string(got) != tt.want {
			t.Errorf("%q: %q, %v, want %q", tt.token68, got, err, tt.want)
		}
		if err != nil && strings.Contains(err.Error(), tt.token68[1:]) && len(tt.token68) > 1 {
			t.Errorf("%q: the error quotes it: %v", tt.token68, err)
		}
	}
	if got, err := (wwwauth.Challenge{Scheme: "Negotiate"}).Data(); got != nil || err != nil {
		t.Errorf("without a token68: %v, %v", got, err)
	}
}

func TestDecodeClaims(t *testing.T) {
	for claims, want := range map[string]string{
		"eyJhY2Nlc3NfdG9rZW4iOnt9fQ==": `{"access_token":{}}`,
		"eyJhY2Nlc3NfdG9rZW4iOnt9fQ":   `{"access_token":{}}`,
		"_-8=":                         "\xff\xef",
		"":                             "",
	} {
		got, err := wwwauth.Bearer{Claims: claims}.DecodeClaims()
		if err != nil || string(got) != want || (got == nil) != (claims == "") {
			t.Errorf("%q: %q, %v, want %q", claims, got, err, want)
		}
	}
	if got, err := (wwwauth.Bearer{Claims: "{}"}).DecodeClaims(); err == nil {
		t.Errorf("{}: %q", got)
	}
}

// TestBearerStatus has the name of each error, and the status that its standard wants.
func TestBearerStatus(t *testing.T) {
	for _, tt := range []struct {
		code   wwwauth.BearerCode
		name   string
		status int
	}{
		{"", "", 401}, // RFC 9110 section 15.5.2
		{wwwauth.InvalidRequest, "invalid_request", 400},
		{wwwauth.InvalidToken, "invalid_token", 401},
		{wwwauth.InsufficientScope, "insufficient_scope", 403},
		{wwwauth.InsufficientUserAuthentication, "insufficient_user_authentication", 401},
		{wwwauth.InvalidDPoPProof, "invalid_dpop_proof", 401},
		{wwwauth.UseDPoPNonce, "use_dpop_nonce", 401},
		{wwwauth.InsufficientClaims, "insufficient_claims", 401},
		{"Insufficient_Scope", "Insufficient_Scope", 401},
		{"gone", "gone", 401},
	} {
		if got := tt.code.Status(); got != tt.status || string(tt.code) != tt.name {
			t.Errorf("%q: %d, want %q and %d", tt.code, got, tt.name, tt.status)
		}
	}
}

func TestScope(t *testing.T) {
	for _, tt := range []struct {
		s, t     string
		union    string
		contains bool
	}{
		{"", "", "", true},
		{"", "a", "a", false},
		{"a", "", "a", true},
		{"b a", "a c", "b a c", false},
		{"b a", "a b", "b a", true},
		{"a", "A", "a A", false},
		{"b a b", "c a c b", "b a c", false},
		{" a\t b ", "b b", "a b", true},
	} {
		a, b := wwwauth.ParseScope(tt.s), wwwauth.ParseScope(tt.t)
		if got := a.Union(b...).String(); got != tt.union {
			t.Errorf("%q and %q: %q, want %q", tt.s, tt.t, got, tt.union)
		}
		if got := a.Contains(b...); got != tt.contains {
			t.Errorf("%q contains %q: %v", tt.s, tt.t, got)
		}
	}
	// No other space divides: U+00A0 and U+0085 are bytes of a token, and so may be what looks like them.
	if got := wwwauth.ParseScope("a\u00a0b\x85c\nd"); len(got) != 1 {
		t.Errorf("%q", got)
	}
	for n := range 20 { // few are compared, many are hashed
		tokens := strings.Fields("a b c d e f g h i j k l m n o p q r s t")[:n]
		s := wwwauth.Scope(tokens)
		if got := s.Union(append(tokens[:n:n], "z", "z")...); strings.Join(got, " ") != strings.Join(append(tokens[:n:n], "z"), " ") {
			t.Errorf("%d tokens and z: %q", n, got)
		}
		if !s.Contains(tokens...) || n > 0 && s[1:].Contains(tokens...) || s.Contains(append(tokens[:n:n], "z")...) {
			t.Errorf("%d tokens", n)
		}
	}
	twice := wwwauth.Scope{"a", "a"}
	if !twice.Contains("a", "a") || twice.Contains("a", "b") {
		t.Error("a scope with a token twice is not the set of its tokens")
	}
	room := append(make(wwwauth.Scope, 0, 9), "a")
	if got := room.Union("b"); got.String() != "a b" || room[:2][1] != "" {
		t.Errorf("Union writes behind its receiver: %q", room[:2])
	}
}

// TestHostileViews gives the views and the sets what a careless one is quadratic in. No test looks at the
// clock: who is quadratic takes so long that the time-out of go test ends it.
func TestHostileViews(t *testing.T) {
	const n = 200_000
	var items, scopes, acr strings.Builder
	for i := range n {
		fmt.Fprintf(&items, " s%d", i)
		fmt.Fprintf(&scopes, ", scope=s%d", i)
		fmt.Fprintf(&acr, ", realm=r%d, x%d=y", i, i)
	}
	p := wwwauth.Parser{MaxParams: -1, MaxProblems: -1}
	for _, tt := range []struct {
		line   string
		tokens int
		other  int
	}{
		{`Bearer scope="` + items.String() + `"`, n, 0},
		{`Bearer ` + scopes.String()[2:], n, 0},
		{`Bearer ` + acr.String()[2:], 0, 2*n - 1},
	} {
		cs, _ := p.Parse(tt.line)
		b, ok := cs[0].Bearer()
		if !ok || len(b.Scope) != tt.tokens || len(b.Other) != tt.other {
			t.Errorf("%.40s: %d tokens, %d others", tt.line, len(b.Scope), len(b.Other))
		}
		if !b.Scope.Contains(b.Scope...) || len(b.Scope.Union(b.Scope...)) != tt.tokens {
			t.Errorf("%.40s: the scope does not contain itself", tt.line)
		}
		if tt.other > 0 {
			if !cs[0].Conflicts("realm") {
				t.Error("no conflict")
			}
			b.Other = slices.DeleteFunc(b.Other, func(p wwwauth.Param) bool { return p.Name == "realm" })
		}
		if c, err := b.Challenge(); err != nil || len(c.Params) != max(1, len(b.Other)+1) {
			t.Errorf("%.40s: %d parameters, %v", tt.line, len(c.Params), err)
		}
	}
	names := strings.ReplaceAll(strings.TrimSpace(items.String()), " ", "=x, ") + "=x"
	c, err := wwwauth.ParseCredentials("A " + names)
	if err != nil || len(c.Params()) != n {
		t.Errorf("credentials: %d parameters, %v", len(c.Params()), err)
	}
	info, err := wwwauth.ParseAuthenticationInfo(strings.Split(names, ", ")...)
	if err != nil || len(info) != n {
		t.Errorf("info: %d parameters, %v", len(info), err)
	}
}

func TestErrorDescription(t *testing.T) {
	for text, want := range map[string]string{
		"":                          "",
		"The token has expired":     "The token has expired",
		"one\ntwo":                  "one",
		"one\r\ntwo":                "one",
		"one\u2028two":              "one",
		"\n \t\n\n two\n":           "two",
		`parse "https://h\x": bad`:  `parse 'https://h/x': bad`,
		"a\tb\x00c\x7fd":            "a b c?d",
		"“smart” – it’s…":           "'smart' - it's...",
		"größer\xff":                "gr??er?",
		"\u00a0a\u00a0b":            "a b",
		"  ":                        "?",
		"\n":                        "?",
		"\u0085":                    "?",
		"?":                         "?",
		strings.Repeat("x", 200):    strings.Repeat("x", 200),
		strings.Repeat("x", 201):    strings.Repeat("x", 197) + "...",
		strings.Repeat("…", 67):     strings.Repeat(".", 200),
		strings.Repeat("\n", 1<<20): "?",
	} {
		if got := wwwauth.ErrorDescription(text); got != want {
			t.Errorf("%.50q: %q, want %q", text, got, want)
		}
	}
}

// TestViewAllocs counts what reading and making a challenge allocates, and a Map. Reading
// and making allocate nothing but what is returned, but that of each URI of a Digest a URL is made.
func TestViewAllocs(t *testing.T) {
	for _, tt := range []struct {
		line              string
		read, made, asMap float64
	}{
		{`Bearer realm="x", error="invalid_token", error_description="The access token expired", resource_metadata="https://example.com/.well-known/oauth-protected-resource/mcp"`,
			0, 1, 2},
		{`Bearer realm="x", scope="files:read files:write", error="invalid_token", error_description="The access token expired", resource_metadata="https://example.com/mcp"`,
			1, 2, 2},
		{`DPoP algs="ES256 PS256", error="use_dpop_nonce"`, 1, 2, 2},
		{`Basic realm="x", charset="UTF-8"`, 0, 1, 2},
		{`Digest realm="x", domain="/a /b", qop="auth, auth-int", algorithm=SHA-256, nonce="n", opaque="o", stale=true, charset=UTF-8, userhash=true`, 2, 5, 4},
	} {
		cs, err := wwwauth.Parse(tt.line)
		if err != nil {
			t.Fatal(err)
		}
		c := cs[0]
		var read func()
		var made func() (wwwauth.Challenge, error)
		switch v := viewOf(c).(type) {
		case wwwauth.Bearer:
			read, made = func() { c.Bearer() }, v.Challenge
		case wwwauth.DPoP:
			read, made = func() { c.DPoP() }, v.Challenge
		case wwwauth.Basic:
			read, made = func() { c.Basic() }, v.Challenge
		case wwwauth.Digest:
			read, made = func() { c.Digest() }, v.Challenge
		}
		if n := testing.AllocsPerRun(100, read); n > tt.read {
			t.Errorf("%s: reading the view allocates %v times, want %v", tt.line, n, tt.read)
		}
		if n := testing.AllocsPerRun(100, func() { made() }); n > tt.made {
			t.Errorf("%s: making it allocates %v times, want %v", tt.line, n, tt.made)
		}
		if n := testing.AllocsPerRun(100, func() { c.Map() }); n > tt.asMap {
			t.Errorf("%s: Map allocates %v times, want %v", tt.line, n, tt.asMap)
		}
	}
}
