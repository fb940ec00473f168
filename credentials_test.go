package wwwauth_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-903fb8fe/wwwauth"
)

// A credentialsVector is an entry of testdata/credentials; the README there describes the format.
type credentialsVector struct {
	ID      string
	Line    string
	Scheme  string
	Token68 string
	Params  [][2]string
}

func credentialsVectors(t testing.TB) []credentialsVector {
	t.Helper()
	files, err := filepath.Glob("testdata/credentials/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal("no vectors:", err)
	}
	var all []credentialsVector
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var vs []credentialsVector
		if err := json.Unmarshal(b, &vs); err != nil {
			t.Fatal(file, err)
		}
		all = append(all, vs...)
	}
	return all
}

// TestCredentialsVectors reads the examples of the RFCs, which are canonical text: they are formatted to
// the same bytes, with the quotes where the RFC has them.
func TestCredentialsVectors(t *testing.T) {
	for _, v := range credentialsVectors(t) {
		t.Run(v.ID, func(t *testing.T) {
			c, err := wwwauth.ParseCredentials(v.Line)
			if err != nil {
				t.Fatal(err)
			}
			var params [][2]string
			for _, p := range c.Params() {
				params = append(params, [2]string{p.Name, p.Value})
			}
			if len(v.Params) == 0 {
				v.Params = nil
			}
			got := credentialsVector{v.ID, v.Line, c.Scheme(), c.Token68(), params}
			if diff := cmp.Diff(v, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if line, err := wwwauth.FormatCredentials(c); line != v.Line || err != nil {
				t.Errorf("formatted %s, %v\nwant      %s", line, err, v.Line)
			}
		})
	}
}

// parseCredentialsTests has what the grammar of RFC 9110 section 11.4 allows, and what not, with the place.
//
//	credentials = auth-scheme [ 1*SP ( token68 / #auth-param ) ]
var parseCredentialsTests = []struct {
	lines []string
	want  string // as render writes it
	fault string // as renderProblems writes it
}{
	{lines(), "()", ""},
	{lines("Basic"), "Basic()", ""},
	{lines(" \tBasic \t"), "Basic()", ""},
	{lines("Bearer abc.-_~+/09AZ=="), "Bearer(abc.-_~+/09AZ==)", ""},
	{lines("Bearer   abc  "), "Bearer(abc)", ""},
	{lines("A b="), "A(b=)", ""},
	{lines("A b=c"), `A(b="c")`, ""},
	{lines("A b \t=\t c \t,\t d=\"e, \\\"f\" ,, "), `A(b="c" d="e, \"f")`, ""},
	{lines("A ,b=c"), `A(b="c")`, ""},
	{lines("A \t,b=c"), `A(b="c")`, ""},
	{lines("A ,"), "A()", ""},
	{lines(`A b=""`), `A(b="")`, ""},
	{lines("A b=\"\t\xff\""), `A(b="\t\xff")`, ""},

	// It is not a list, and there is one line.
	{lines("Basic abc, Basic def"), "Basic", "unexpected-byte@9!"},
	{lines("Basic abc,"), "Basic", "unexpected-byte@9!"},
	{lines("Basic abc ,"), "Basic", "unexpected-byte@10!"},
	{lines("Basic,"), "", "unexpected-byte@5!"},
	{lines("Basic\t,"), "Basic", "unexpected-byte@6!"},
	{lines(",Basic abc"), "", "unexpected-byte@0!"},
	{lines(" , Basic abc"), "", "unexpected-byte@1!"},
	{lines(" ,"), "", "unexpected-byte@1!"},
	{lines("A b=c, D e=f"), "A", "unexpected-byte@5!"},
	{lines(" A b=\",\" ,, D"), "A", "unexpected-byte@10!"},
	{lines("A", "B"), "", "unexpected-byte@1:0!"},
	{lines("Aa b", "aA\tc=d"), "Aa", "bad-whitespace@1:2!"},
	{lines("A", "A"), "A", "unexpected-byte@1:0!"},
	// RFC 9449 section 7.2: a token sent in two ways.
	{lines("Bearer Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU", "DPoP Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU"), "", "unexpected-byte@1:0!"},
	{lines("A", ""), "", "unexpected-byte@1:0!"},
	{lines("", ""), "", "unexpected-byte@1:0!"},

	// Nothing is repaired, and the place is the one that Parse reports.
	{lines(""), "", "unexpected-byte@0!"},
	{lines("  "), "", "unexpected-byte@0!"},
	{lines("="), "", "unexpected-byte@0!"},
	{lines("A/b"), "", "unexpected-byte@1!"},
	{lines("A\tb"), "A", "bad-whitespace@1!"},
	{lines("A \tb"), "A", "bad-whitespace@2!"},
	{lines("A \t b=c"), "A", "bad-whitespace@2!"},
	{lines("Bearer 1|abc"), "Bearer", "unexpected-byte@7!"},
	{lines("Bearer {token}"), "Bearer", "unexpected-byte@7!"},
	{lines("Bearer abc def"), "Bearer", "unexpected-byte@7!"},
	{lines("AWS4-HMAC-SHA256 Credential=AK/1/us/s3/aws4_request, Signature=0"), "AWS4-HMAC-SHA256", "unquoted-value@30!"},
	{lines("A b=, c=d"), "A", "missing-value@2!"},
	{lines("A c=d, b="), "A", "missing-value@9!"},
	{lines("A b=c d=e"), "A", "missing-comma@6!"},
	{lines("A b=\"c\"d=e"), "A", "missing-comma@7!"},
	{lines("A b=\"c\" d=e"), "A", "missing-comma@8!"},
	{lines("A b=c;d=e"), "A", "semicolon@5!"},
	{lines("A b=/c"), "A", "unquoted-value@4!"},
	{lines("A b==c"), "A", "unquoted-value@4!"},
	{lines("A b=\"c"), "A", "unterminated-quote@4!"},
	{lines("A b=\"c\\"), "A", "unterminated-quote@4!"},
	{lines("A b=c, B=d"), "A", "duplicate-param@7!"},
	{lines("A b=\"c\x00\""), "A", "control-byte@6!"},
	{lines("A b=\"\\\x7f\""), "A", "control-byte@6!"},
	{lines("A b=c,\r\n d=e"), "A", "line-fold@6!"},
	{lines("A\nb"), "", "control-byte@1!"},
	{lines("A b\n"), "A", "control-byte@3!"},
	{lines("A, b=c"), "", "comma-after-scheme@3!"},
}

func TestParseCredentials(t *testing.T) {
	for _, tt := range parseCredentialsTests {
		c, err := wwwauth.ParseCredentials(tt.lines...)
		got := render([]wwwauth.Challenge{{Scheme: c.Scheme(), Token68: c.Token68(), Params: c.Params()}})
		if tt.fault != "" {
			if got != c.Scheme()+"()" {
				t.Errorf("%q: %s is returned with an error", tt.lines, got)
			}
			got = c.Scheme()
		}
		if got != tt.want || renderFault(t, err) != tt.fault {
			t.Errorf("%q:\n got %s %s\nwant %s %s", tt.lines, got, renderFault(t, err), tt.want, tt.fault)
		}
	}
}

// TestCredentialsFaults checks on all vectors that credentials are refused where Parse reports the first problem,
// and Authentication-Info where it reports that of the text after a scheme.
func TestCredentialsFaults(t *testing.T) {
	for _, v := range vectors(t) {
		var problems wwwauth.ErrorList
		lines := v.lines()
		_, err := wwwauth.Parse(lines...)
		_, credentialsErr := wwwauth.ParseCredentials(lines...)
		if errors.As(err, &problems) && problems[0].Code != wwwauth.TooLarge {
			checkFault(t, v.ID, credentialsErr, problems[0], 0)
		}
		if len(lines) == 0 || lines[0] == "" || strings.Contains(" \t=\r\n", lines[0][:1]) {
			continue
		}
		behind := append([]string{"Digest " + lines[0]}, lines[1:]...)
		_, err = wwwauth.Parse(behind...)
		_, infoErr := wwwauth.ParseAuthenticationInfo(lines...)
		if errors.As(err, &problems) && problems[0].Code != wwwauth.TooLarge {
			checkFault(t, v.ID, infoErr, problems[0], len("Digest "))
		}
	}
}

// checkFault checks that an error has the place and kind of a problem, which is shift bytes further on its
// first line.
func checkFault(t *testing.T, id string, err error, problem *wwwauth.SyntaxError, shift int) {
	t.Helper()
	want := wwwauth.SyntaxError{Line: problem.Line, Offset: problem.Offset, Code: problem.Code, Challenge: -1, Param: -1}
	if want.Line == 0 {
		want.Offset -= shift
	}
	var got *wwwauth.SyntaxError
	if !errors.As(err, &got) || *got != want {
		t.Errorf("%s: %+v, want %+v", id, got, want)
	}
}

// renderFault writes an error for tables as renderProblems does.
func renderFault(t *testing.T, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	var fault *wwwauth.SyntaxError
	if !errors.As(err, &fault) || fault.Challenge != -1 || fault.Param != -1 {
		t.Errorf("%#v", err)
		return "?"
	}
	return renderProblems(wwwauth.ErrorList{fault})
}

// TestFormatCredentials checks which values have no quotes (RFC 7616 section 3.4, RFC 9729
// section 4, RFC 8292 section 3), and what is refused.
func TestFormatCredentials(t *testing.T) {
	for _, tt := range []struct {
		c    wwwauth.Credentials
		want string
		code wwwauth.Code
	}{
		{wwwauth.NewCredentials("Negotiate"), "Negotiate", 0},
		{wwwauth.TokenCredentials("Bearer", "abc=="), "Bearer abc==", 0},
		{wwwauth.TokenCredentials("Bearer", ""), "Bearer", 0},
		{wwwauth.NewCredentials("Digest", "username", "U", "realm", `"`, "uri", "/", "response", "0", "cnonce", "c", "opaque", "o", "nonce", "n",
			"ALGORITHM", "MD5", "QOP", "auth", "NC", "00000001", "UserHash", "true", "Username*", "UTF-8''x"),
			`Digest username="U", realm="\"", uri="/", response="0", cnonce="c", opaque="o", nonce="n", ` +
				`ALGORITHM=MD5, QOP=auth, NC=00000001, UserHash=true, Username*=UTF-8''x`, 0},
		{wwwauth.NewCredentials("digest", "stale", "true", "charset", "UTF-8", "userhash", "a b", "username*", ""), `digest stale="true", charset="UTF-8", userhash="a b", username*=""`, 0},
		// RFC 7616 section 3.4: these MUST NOT be quoted; RFC 9729 section 4.
		{wwwauth.NewCredentials("digest", "a", "b", "qop", "auth,secret"), "", wwwauth.UnquotedValue},
		{wwwauth.NewCredentials("Digest", "a", "b", "NC", ""), "", wwwauth.UnquotedValue},
		{wwwauth.NewCredentials("Digest", "a", "b", "Algorithm", "secret/"), "", wwwauth.UnquotedValue},
		{wwwauth.NewCredentials("concealed", "a", "b", "k", "secret="), "", wwwauth.UnquotedValue},
		{wwwauth.NewCredentials("OAuth", "nc", "", "algorithm", "a b"), `OAuth nc="", algorithm="a b"`, 0},
		{wwwauth.NewCredentials("Concealed", "k", "YmFz", "s", "2055", "v", "dmVy"), `Concealed k=YmFz, s=2055, v=dmVy`, 0},
		{wwwauth.NewCredentials("VAPID", "t", "a.b.c", "k", "="), `VAPID t=a.b.c, k="="`, 0},
		{wwwauth.NewCredentials("OAuth", "qop", "a", "nc", "1"), `OAuth qop="a", nc="1"`, 0},
		{wwwauth.Credentials{}, "", wwwauth.MissingScheme},
		{wwwauth.NewCredentials("A b"), "", wwwauth.MissingScheme},
		{wwwauth.TokenCredentials("Bearer", "secret secret"), "", wwwauth.UnexpectedByte},
		{wwwauth.NewCredentials("A", "secret/", "b"), "", wwwauth.UnexpectedByte},
		{wwwauth.NewCredentials("A", "b", "secret\n"), "", wwwauth.ControlByte},
		{wwwauth.NewCredentials("A", "secret", "b", "SECRET", "c"), "", wwwauth.DuplicateParam},
	} {
		got, err := wwwauth.FormatCredentials(tt.c)
		var fault *wwwauth.FormatError
		if got != tt.want || errors.As(err, &fault) != (tt.code != 0) || fault != nil && (fault.Code != tt.code || strings.Contains(err.Error(), "secret")) {
			t.Errorf("got %s, %v\nwant %s, %v", got, err, tt.want, tt.code)
		}
	}
	_, err := wwwauth.FormatCredentials(wwwauth.NewCredentials("Digest", "nc", "1", "qop", ""))
	if want := "wwwauth: cannot format credentials, parameter 1: value must not be quoted and is not a token"; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

func TestNewCredentialsPanics(t *testing.T) {
	defer func() {
		if got := recover(); got != "wwwauth: NewCredentials: odd argument count" {
			t.Errorf("panic %v", got)
		}
	}()
	odd := strings.Fields("b")
	wwwauth.NewCredentials("A", odd...)
}

func TestCredentialsIsAndGet(t *testing.T) {
	c := wwwauth.NewCredentials("Digest", "a", "1", "A", "2")
	if !c.Is("DIGEST") || c.Is("Digest2") || c.Get("A") != "1" || c.Get("b") != "" || c.Token68() != "" || len(c.Params()) != 2 {
		t.Errorf("%v %v %v", c, c.Get("A"), c.Params())
	}
	c.Params()[0].Value = "changed"
	if c.Get("a") != "1" {
		t.Error("a change of what Params returns changes the credentials")
	}
	var zero wwwauth.Credentials
	if zero.Is("Digest") || !zero.Is("") || zero.Get("a") != "" || zero.Token68() != "" || zero.Params() != nil {
		t.Error("the zero Credentials are something")
	}
}

func TestBasicCredentials(t *testing.T) {
	for _, tt := range []struct {
		user, password string
		want           string
	}{
		{"Aladdin", "open sesame", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="}, // RFC 7617 section 2
		{"test", "123\u00a3", "Basic dGVzdDoxMjPCow=="},                  // RFC 7617 section 2.1
		{"", "", "Basic Og=="},
		{" \xff", ":~:", "Basic IP86On46"},
	} {
		c, err := wwwauth.BasicCredentials(tt.user, tt.password)
		if err != nil {
			t.Errorf("%q, %q: %v", tt.user, tt.password, err)
			continue
		}
		line, err := wwwauth.FormatCredentials(c)
		if line != tt.want || err != nil {
			t.Errorf("%q, %q: %s, %v, want %s", tt.user, tt.password, line, err, tt.want)
		}
		if user, password, ok := c.Basic(); user != tt.user || password != tt.password || !ok {
			t.Errorf("%s: %q, %q, %v", line, user, password, ok)
		}
	}
	for _, tt := range []struct{ user, password, field, text string }{
		{"secret:x", "y", "user", "wwwauth: BasicCredentials.user contains a colon (RFC 7617 section 2)"},
		{"secret\x1f", "y", "user", "wwwauth: BasicCredentials.user contains a control byte (RFC 7617 section 2)"},
		{"secret\t", "y", "user", "wwwauth: BasicCredentials.user contains a control byte (RFC 7617 section 2)"},
		{"x", "secret\x7f", "password", "wwwauth: BasicCredentials.password contains a control byte (RFC 7617 section 2)"},
	} {
		c, err := wwwauth.BasicCredentials(tt.user, tt.password)
		var fault *wwwauth.ViewError
		if !errors.As(err, &fault) || fault.View != "BasicCredentials" || fault.Field != tt.field || fault.Section != "RFC 7617 section 2" || err.Error() != tt.text || !reflect.ValueOf(c).IsZero() {
			t.Errorf("%q, %q: %v, want %s", tt.user, tt.password, err, tt.text)
		}
	}
}

// TestCredentialsBasic has what clients send that need not be right.
func TestCredentialsBasic(t *testing.T) {
	for line, want := range map[string]string{
		"basic YTpi":     "a b",
		"Basic YTo=":     "a ",
		"Basic YTo":      "a ",
		"Basic Ojo6":     " ::",
		"Basic Pz8/Og":   "??? ",
		"Basic Pz8/Og==": "??? ",
		"Basic Pz8/Og=":  "!", // half of the padding
		"Basic YTo===":   "!",
		"Basic YTpi=":    "!",
		"Basic Pz8_Og==": "!", // base64url
		"Basic YTp=":     "!", // bits that an encoder leaves 0
		"Basic YTp":      "!",
		"Basic YWI=":     "!",
		"Basic":          "!",
		"Basic a":        "!",
		"Basic a~":       "!",
		"Basic YToK":     "!", // a, colon, LF
		"Basic AGE6Yg==": "!", // NUL
		"Bearer YTpi":    "!",
		`Basic a="b"`:    "!",
		"Basic fzo=":     "!", // DEL
	} {
		c, err := wwwauth.ParseCredentials(line)
		user, password, ok := c.Basic()
		got := user + " " + password
		if !ok {
			got = "!"
			if user+password != "" {
				t.Errorf("%s: %q, %q, false", line, user, password)
			}
		}
		if got != want || err != nil {
			t.Errorf("%s: %q, %v, want %q", line, got, err, want)
		}
	}
}

// TestCredentialsAreNotPrinted tries all ways in which a log could print credentials: every verb of
// package fmt with every flag, also where fmt cannot call a method, slog, JSON.
func TestCredentialsAreNotPrinted(t *testing.T) {
	basic, err := wwwauth.BasicCredentials("Whisper0", "Whisper1")
	if err != nil {
		t.Fatal(err)
	}
	base64Text := basic.Token68()
	parsed, err := wwwauth.ParseCredentials(`Digest username="Whisper2", response="Whisper3", Whisper4=x`)
	if err != nil {
		t.Fatal(err)
	}
	// A token without a scheme is one by the grammar.
	bare, err := wwwauth.ParseCredentials("Whisper7")
	if err != nil || bare.Scheme() != "Whisper7" {
		t.Fatal(bare.Scheme(), err)
	}
	for _, c := range []wwwauth.Credentials{
		basic, parsed, bare, wwwauth.TokenCredentials("Bearer", "Whisper5"), wwwauth.NewCredentials("A", "b", "Whisper6"),
	} {
		type holder struct{ c wwwauth.Credentials }
		for _, v := range []any{c, &c, holder{c}, &holder{c}, []wwwauth.Credentials{c}, map[string]any{"c": c}, struct{ C any }{c}, errors.Join(fmt.Errorf("%v", c))} {
			var printed []string
			for verb := rune('A'); verb <= 'z'; verb++ {
				for _, flags := range []string{"", "+", "#", " ", "0", "-", "+#", "20", ".40", "# "} {
					printed = append(printed, fmt.Sprintf("%"+flags+string(verb), v))
				}
			}
			var b bytes.Buffer
			slog.New(slog.NewTextHandler(&b, nil)).Info("x", "c", v)
			slog.New(slog.NewJSONHandler(&b, nil)).Info("x", "c", v)
			text, err := json.Marshal(v)
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range append(printed, b.String(), string(text), fmt.Sprint(v), fmt.Sprintln(v)) {
				for _, secret := range []string{"whisper", base64Text, "7768697370", "77 68 69 73 70"} {
					if strings.Contains(strings.ToLower(s), strings.ToLower(secret)) {
						t.Fatalf("%T: %s", v, s)
					}
				}
			}
		}
	}
	for want, c := range map[string]wwwauth.Credentials{
		"":                wwwauth.Credentials{},
		"Negotiate":       wwwauth.NewCredentials("Negotiate"),
		"bearer":          wwwauth.NewCredentials("bearer"),
		"[hidden]":        bare,
		"Basic [hidden]":  basic,
		"Digest [hidden]": parsed,
	} {
		if got := c.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	// A token that was sent without a scheme, whatever follows it, is not printed, nor is what an
	// error leaves of it.
	for _, line := range []string{"ghp_secret abc", "ghp_secret x=y", "ghp_secret Bearer", "ghp_secret {", "ghp_secret =", "ghp_secret"} {
		if c, _ := wwwauth.ParseCredentials(line); strings.Contains(fmt.Sprint(c), "ghp") || c.Scheme() != "" && c.String() != "[hidden]" {
			t.Errorf("%s is printed as %s", line, c)
		}
	}
}

// parseInfoTests has what RFC 9110 section 11.6.3 allows, and what not.
var parseInfoTests = []struct {
	lines []string
	want  string
	fault string
}{
	{lines(), "()", ""},
	{lines("", ", ,\t"), "()", ""},
	{lines(`nextnonce="x", qop=auth`), `(nextnonce="x" qop="auth")`, ""},
	{lines(" \ta=b ,, c \t=\t \"d\" \t"), `(a="b" c="d")`, ""},
	{lines("a=b", "c=d, e=f"), `(a="b" c="d" e="f")`, ""},
	{lines("a=b", "c=d, A=f"), "", "duplicate-param@1:5!"},
	{lines("a=b", "A=b"), "", "duplicate-param@1:0!"},
	{lines("a=b", " Digest c=d"), "", "unexpected-byte@1:1!"},
	{lines("a=b", "c=d , Digest c=d"), "", "unexpected-byte@1:4!"},
	{lines("a=b, Digest"), "", "unexpected-byte@3!"},
	{lines("", "\t", " \ta=b; c=d"), "", "semicolon@2:5!"},
	{lines("a=b", "c=\"\x01\""), "", "control-byte@1:3!"},
	{lines("a=, c=d"), "", "missing-value@0!"},
	{lines("c=d, a="), "", "missing-value@7!"},
	{lines("a="), "", "unexpected-byte@0!"}, // a token68
	{lines("a"), "", "unexpected-byte@0!"},
	{lines(" YII="), "", "unexpected-byte@1!"},
	{lines("a, b=c"), "", "token68-and-params@3!"},
	{lines("=b"), "", "unexpected-byte@0!"},
	{lines(" ", "\t=b=c"), "", "unexpected-byte@1:1!"},
	{lines(", =b"), "", "unexpected-byte@2!"},
	{lines(`a="b`, `c="d"`), "", "unterminated-quote@2!"},
}

func TestParseAuthenticationInfo(t *testing.T) {
	for _, tt := range parseInfoTests {
		info, err := wwwauth.ParseAuthenticationInfo(tt.lines...)
		got := render([]wwwauth.Challenge{{Params: info}})
		if tt.fault != "" {
			if info != nil {
				t.Errorf("%q: %s is returned with an error", tt.lines, got)
			}
			got = ""
		}
		if got != tt.want || renderFault(t, err) != tt.fault {
			t.Errorf("%q:\n got %s %s\nwant %s %s", tt.lines, got, renderFault(t, err), tt.want, tt.fault)
		}
	}
	many := strings.Split(params(0, 100), ", ")
	info, err := wwwauth.ParseAuthenticationInfo(many...)
	if err != nil || len(info) != 100 {
		t.Errorf("of 100 lines: %v, %v", info, err)
	}
	if _, err := wwwauth.ParseAuthenticationInfo(append(many, "P37=x")...); renderFault(t, err) != "duplicate-param@100:0!" {
		t.Errorf("of 101 lines: %v", err)
	}
}

// TestFormatAuthenticationInfo checks the quotes of RFC 7616 section 3.5.
func TestFormatAuthenticationInfo(t *testing.T) {
	info := wwwauth.AuthenticationInfo(wwwauth.NewChallenge("", "nextnonce", "n", "rspauth", "r", "cnonce", `c"`, "QOP", "auth", "Nc", "00000001", "x", "").Params)
	got, err := wwwauth.FormatAuthenticationInfo(info)
	if want := `nextnonce="n", rspauth="r", cnonce="c\"", QOP=auth, Nc=00000001, x=""`; got != want || err != nil {
		t.Errorf("got  %s, %v\nwant %s", got, err, want)
	}
	if info.Get("NEXTNONCE") != "n" || info.Get("y") != "" {
		t.Error("Get")
	}
	if got, err := wwwauth.FormatAuthenticationInfo(wwwauth.NewChallenge("", "qop", "a b").Params); got != `qop="a b"` || err != nil {
		t.Errorf("%s, %v", got, err)
	}
	if got, err := wwwauth.FormatAuthenticationInfo(nil); got != "" || err != nil {
		t.Errorf("of nothing: %s, %v", got, err)
	}
	for name, value := range map[string]string{"a": "\n", "": "b", "X": "c"} {
		got, err := wwwauth.FormatAuthenticationInfo(wwwauth.NewChallenge("", "x", "y", name, value).Params)
		var fault *wwwauth.FormatError
		if got != "" || !errors.As(err, &fault) || fault.Param != 1 {
			t.Errorf("%q=%q: %s, %v", name, value, got, err)
		}
	}
}

func TestCredentialsEqual(t *testing.T) {
	credentials := []wwwauth.Credentials{
		{},
		wwwauth.NewCredentials("A"),
		wwwauth.TokenCredentials("A", "whisper"),
		wwwauth.TokenCredentials("A", "Whisper"),
		wwwauth.TokenCredentials("B", "whisper"),
		wwwauth.NewCredentials("A", "b", "whisper"),
		wwwauth.NewCredentials("A", "b", "whisper", "c", ""),
		wwwauth.NewCredentials("A", "c", "", "b", "whisper"),
		wwwauth.NewCredentials("A", "b", "whisper", "d", ""),
		wwwauth.NewCredentials("A", "b", "other"),
		wwwauth.NewCredentials("A[", "b", "other"),
		wwwauth.NewCredentials("A{", "b", "other"),
	}
	for i, c := range credentials {
		for j, d := range credentials {
			if c.Equal(d) != (i == j) {
				t.Errorf("%d and %d: %v", i, j, c.Equal(d))
			}
			// go-cmp takes the method, and shows nothing.
			if diff := cmp.Diff(c, d); (diff == "") != (i == j) || strings.Contains(strings.ToLower(diff), "whisper") {
				t.Errorf("%d and %d:\n%s", i, j, diff)
			}
		}
	}
	if !wwwauth.NewCredentials("DIGEST", "NC", "1").Equal(wwwauth.NewCredentials("digest", "nc", "1")) {
		t.Error("case matters")
	}
}

func TestCredentialsLookupAndData(t *testing.T) {
	c := wwwauth.NewCredentials("Digest", "opaque", "", "nc", "1")
	if value, ok := c.Lookup("OPAQUE"); value != "" || !ok {
		t.Errorf("%q, %v", value, ok)
	}
	if value, ok := c.Lookup("nc"); value != "1" || !ok {
		t.Errorf("%q, %v", value, ok)
	}
	if value, ok := c.Lookup("qop"); value != "" || ok {
		t.Errorf("%q, %v", value, ok)
	}
	if b, err := c.Data(); b != nil || err != nil {
		t.Errorf("%q, %v", b, err)
	}
	if b, err := wwwauth.TokenCredentials("Negotiate", "aGk_").Data(); string(b) != "hi?" || err != nil {
		t.Errorf("%q, %v", b, err)
	}
	if _, err := wwwauth.TokenCredentials("Bearer", "secret~").Data(); err == nil || strings.Contains(err.Error(), "secret") {
		t.Error(err)
	}
}
