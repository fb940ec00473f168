package wwwauth_test

import (
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-903fb8fe/wwwauth"
)

var (
	_ encoding.TextMarshaler   = wwwauth.Challenge{}
	_ encoding.TextAppender    = wwwauth.Challenge{}
	_ encoding.TextUnmarshaler = (*wwwauth.Challenge)(nil)
	_ fmt.Stringer             = wwwauth.Challenge{}
)

func TestFormat(t *testing.T) {
	for _, tt := range []struct {
		cs   []wwwauth.Challenge
		want string
	}{
		{nil, ``},
		{[]wwwauth.Challenge{wwwauth.NewChallenge("Negotiate")}, `Negotiate`},
		{[]wwwauth.Challenge{{Scheme: "negotiate", Token68: "YII/+=="}}, `negotiate YII/+==`},
		{[]wwwauth.Challenge{wwwauth.NewChallenge("Basic", "realm", "")}, `Basic realm=""`},
		{[]wwwauth.Challenge{wwwauth.NewChallenge("Basic", "Realm", "x")}, `Basic Realm="x"`},
		{[]wwwauth.Challenge{{Scheme: "A", Params: []wwwauth.Param{}}}, `A`},
		{[]wwwauth.Challenge{wwwauth.NewChallenge("A", "b", `a "b" \ c`)}, `A b="a \"b\" \\ c"`},
		{[]wwwauth.Challenge{wwwauth.NewChallenge("A", "b", "\t\x80\xff, C d=e;'")}, "A b=\"\t\x80\xff, C d=e;'\""},
		{[]wwwauth.Challenge{wwwauth.NewChallenge("A", "b", "1", "c", "2"), wwwauth.NewChallenge("D"), {Scheme: "E", Token68: "f="}, wwwauth.NewChallenge("G", "h", "3")},
			`A b="1", c="2", D, E f=, G h="3"`},
		// RFC 7616 section 3.3.
		{[]wwwauth.Challenge{wwwauth.NewChallenge("digest", "realm", "r", "Algorithm", "SHA-256", "qop", "auth", "stale", "true", "charset", "UTF-8", "userhash", "false")},
			`digest realm="r", Algorithm=SHA-256, qop="auth", stale=true, charset=UTF-8, userhash=false`},
		{[]wwwauth.Challenge{wwwauth.NewChallenge("Digest", "algorithm", "", "stale", "a b", "charset", "é")}, `Digest algorithm="", stale="a b", charset="é"`},
		{[]wwwauth.Challenge{wwwauth.NewChallenge("Basic", "charset", "UTF-8", "stale", "true")}, `Basic charset="UTF-8", stale="true"`},
		{[]wwwauth.Challenge{wwwauth.NewChallenge("A", strings.Fields(joinParams(0, 40, "p%d x", " "))...)}, "A " + joinParams(0, 40, `p%d="x"`, ", ")},
	} {
		got, err := wwwauth.Format(tt.cs...)
		if err != nil || got != tt.want {
			t.Errorf("Format(%q) = %q, %v, want %q", tt.cs, got, err, tt.want)
		}
		dst := []byte("before ")
		if got, err := wwwauth.Append(dst, tt.cs...); err != nil || string(got) != "before "+tt.want {
			t.Errorf("Append(%q, %q) = %q, %v", dst, tt.cs, got, err)
		}
		if err := checkFormat(tt.cs); err != nil {
			t.Error(err)
		}
		if len(tt.cs) != 1 {
			continue
		}
		c := tt.cs[0]
		if got := c.String(); got != tt.want {
			t.Errorf("%q.String() = %q, want %q", c, got, tt.want)
		}
		var back wwwauth.Challenge
		if text, err := c.MarshalText(); err != nil || string(text) != tt.want {
			t.Errorf("%q.MarshalText() = %q, %v, want %q", c, text, err, tt.want)
		} else if err := back.UnmarshalText(text); err != nil || !back.Equal(c) {
			t.Errorf("UnmarshalText(%q) gives %q, %v, want %q", text, back, err, c)
		}
	}
}

func TestLines(t *testing.T) {
	got, err := wwwauth.Lines(wwwauth.NewChallenge("A", "b", "c", "d", "e"), wwwauth.NewChallenge("F"))
	if want := []string{`A b="c", d="e"`, `F`}; err != nil || !cmp.Equal(got, want) {
		t.Errorf("Lines = %q, %v, want %q", got, err, want)
	}
	if got, err := wwwauth.Lines(); err != nil || len(got) != 0 {
		t.Errorf("Lines() = %q, %v, want none", got, err)
	}
}

// TestFormatRefuses has a row for each reason why a challenge cannot be sent. The fault is in the
// second challenge.
func TestFormatRefuses(t *testing.T) {
	many := strings.Fields(joinParams(0, 40, "p%d x", " "))
	for _, tt := range []struct {
		bad   wwwauth.Challenge
		param int
		code  wwwauth.Code
		text  string
	}{
		{wwwauth.Challenge{}, -1, wwwauth.MissingScheme, "scheme is not a token"},
		{wwwauth.NewChallenge("", "a", "b"), -1, wwwauth.MissingScheme, "scheme is not a token"},
		{wwwauth.Challenge{Token68: "a"}, -1, wwwauth.MissingScheme, "scheme is not a token"},
		{wwwauth.NewChallenge("A B"), -1, wwwauth.MissingScheme, "scheme is not a token"},
		{wwwauth.NewChallenge("A\r\n"), -1, wwwauth.MissingScheme, "scheme is not a token"},
		{wwwauth.NewChallenge("Ä"), -1, wwwauth.MissingScheme, "scheme is not a token"},
		{wwwauth.Challenge{Scheme: "A", Token68: "b", Params: []wwwauth.Param{{"c", "d"}}}, -1, wwwauth.Token68AndParams, "has both a token68 and parameters"},
		{wwwauth.Challenge{Scheme: "A", Token68: "="}, -1, wwwauth.UnexpectedByte, "token68 is malformed"},
		{wwwauth.Challenge{Scheme: "A", Token68: "b=c"}, -1, wwwauth.UnexpectedByte, "token68 is malformed"},
		{wwwauth.Challenge{Scheme: "A", Token68: "b, C"}, -1, wwwauth.UnexpectedByte, "token68 is malformed"},
		{wwwauth.NewChallenge("A", "", "b"), 0, wwwauth.UnexpectedByte, "name is not a token"},
		{wwwauth.NewChallenge("A", "b", "c", "d e", "f"), 1, wwwauth.UnexpectedByte, "name is not a token"},
		{wwwauth.NewChallenge("A", "b*é", "c"), 0, wwwauth.UnexpectedByte, "name is not a token"},
		{wwwauth.NewChallenge("A", "b", "c\x00d"), 0, wwwauth.ControlByte, "value contains a control byte"},
		{wwwauth.NewChallenge("A", "b", "c", "d", "e\r\nF: g"), 1, wwwauth.ControlByte, "value contains a control byte"},
		{wwwauth.NewChallenge("Digest", "algorithm", "MD5\x7f"), 0, wwwauth.ControlByte, "value contains a control byte"},
		{wwwauth.NewChallenge("A", "b", "c", "d", "e", "B", "c"), 2, wwwauth.DuplicateParam, "name is used twice"},
		{wwwauth.NewChallenge("A", append(many, "P7", "x")...), 40, wwwauth.DuplicateParam, "name is used twice"},
	} {
		cs := []wwwauth.Challenge{wwwauth.NewChallenge("Basic", "realm", "x"), tt.bad}
		dst := make([]byte, 3, 100)
		copy(dst, "abc")
		value, err1 := wwwauth.Format(cs...)
		lines, err2 := wwwauth.Lines(cs...)
		appended, err3 := wwwauth.Append(dst, cs...)
		for _, err := range []error{err1, err2, err3} {
			want := wwwauth.FormatError{Challenge: 1, Param: tt.param, Code: tt.code}
			var got *wwwauth.FormatError
			if !errors.As(err, &got) || *got != want {
				t.Errorf("%q: error %#v, want %#v", cs, err, want)
				continue
			}
			where := "challenge 1"
			if tt.param >= 0 {
				where += fmt.Sprintf(", parameter %d", tt.param)
			}
			if want := "wwwauth: cannot format " + where + ": " + tt.text; err.Error() != want {
				t.Errorf("%q: error %q, want %q", cs, err, want)
			}
		}
		if value != "" || lines != nil || string(appended) != "abc" {
			t.Errorf("%q: got %q, %q, %q, want nothing", cs, value, lines, appended)
		}
		if got := tt.bad.String(); got != "" {
			t.Errorf("%#v.String() = %q, want nothing", tt.bad, got)
		}
		if tt.bad.Equal(wwwauth.Challenge{}) {
			continue // has the text ""
		}
		text, err := tt.bad.MarshalText()
		var fault *wwwauth.FormatError
		if !errors.As(err, &fault) || fault.Challenge != 0 || len(text) > 0 {
			t.Errorf("%#v.MarshalText() = %q, %v, want an error for challenge 0", tt.bad, text, err)
		}
		if text, err := tt.bad.AppendText([]byte("abc")); err == nil || string(text) != "abc" {
			t.Errorf("%#v.AppendText = %q, %v, want an error and nothing appended", tt.bad, text, err)
		}
	}
}

// TestFormatEveryByte puts each byte into each place of a challenge: it is sent and read back, or
// refused.
func TestFormatEveryByte(t *testing.T) {
	const (
		ofToken   = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		ofToken68 = "-._~+/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	)
	for i := range 256 {
		c := string([]byte{byte(i)})
		token := strings.Contains(ofToken, c)
		text := i >= ' ' && i != 0x7f || i == '\t'
		for _, tt := range []struct {
			c  wwwauth.Challenge
			ok bool
		}{
			{wwwauth.NewChallenge("A"+c+"B", "n", "v"), token},
			{wwwauth.NewChallenge(c), token},
			{wwwauth.NewChallenge("A", "n"+c, "v"), token},
			{wwwauth.NewChallenge("A", c, "v"), token},
			{wwwauth.NewChallenge("A", "n", c), text},
			{wwwauth.NewChallenge("A", "n", "v"+c+"w", "o", ""), text},
			{wwwauth.NewChallenge("Digest", "stale", c), text},
			{wwwauth.NewChallenge("Digest", "stale", "v"+c), text},
			{wwwauth.Challenge{Scheme: "A", Token68: c}, strings.Contains(ofToken68, c)},
			{wwwauth.Challenge{Scheme: "A", Token68: c + "b"}, strings.Contains(ofToken68, c)},
			{wwwauth.Challenge{Scheme: "A", Token68: "b" + c}, strings.Contains(ofToken68+"=", c)},
		} {
			if _, err := wwwauth.Format(tt.c); (err == nil) != tt.ok {
				t.Errorf("Format(%#v): %v, want ok = %v", tt.c, err, tt.ok)
			} else if tt.ok {
				if err := checkFormat([]wwwauth.Challenge{tt.c, tt.c}); err != nil {
					t.Error(err)
				}
			}
		}
	}
}

// TestRandomChallenges sends challenges made of pieces of the grammar and of what breaks it: each is
// refused, or is read back as it was. Those of one kind only would prove little.
func TestRandomChallenges(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	text := func() string {
		var s strings.Builder
		for range 1 + random.IntN(3) {
			s.WriteString(pieces[random.IntN(len(pieces))])
		}
		return s.String()
	}
	one := func(ordinary ...string) string {
		if random.IntN(4) == 0 {
			return text()
		}
		return ordinary[random.IntN(len(ordinary))]
	}
	sent, count := 0, randomLines/2
	for range count {
		var cs []wwwauth.Challenge
		for range 1 + random.IntN(2) {
			c := wwwauth.Challenge{Scheme: one("A", "Basic", "Bearer", "Digest")}
			if random.IntN(8) == 0 {
				c.Token68 = one("abc=", "a/b")
			}
			for range random.IntN(3) {
				c.Params = append(c.Params, wwwauth.Param{Name: one("b", "realm", "qop", "stale"), Value: text()})
			}
			cs = append(cs, c)
		}
		if line, err := wwwauth.Format(cs...); err != nil {
			if line != "" {
				t.Errorf("Format(%q) = %q, %v", cs, line, err)
			}
			continue
		}
		sent++
		if err := checkFormat(cs); err != nil {
			t.Error(err)
		}
	}
	t.Logf("%d refused, %d read back", count-sent, sent)
	if sent < count/10 || sent > count*9/10 {
		t.Errorf("%d of %d can be sent, want some of both kinds", sent, count)
	}
}

func TestUnmarshalText(t *testing.T) {
	kept := wwwauth.NewChallenge("Kept")
	for _, tt := range []struct {
		text string
		want wwwauth.Challenge
		code wwwauth.Code // of the error; 0 if there is one without a code
		err  bool
	}{
		{"", wwwauth.Challenge{}, 0, false},
		{"A " + params(0, 1025), wwwauth.NewChallenge("A", strings.Fields(joinParams(0, 1025, "p%d x", " "))...), 0, false},
		{`A b="c\d", e=f`, wwwauth.NewChallenge("A", "b", "cd", "e", "f"), 0, false},
		{` ,A b= , `, wwwauth.Challenge{Scheme: "A", Token68: "b="}, 0, false},
		{"A, B", kept, 0, true},
		{",", kept, 0, true},
		{" ", kept, 0, true},
		{`A b="c`, kept, wwwauth.UnterminatedQuote, true},
		{`A b=c, b=d`, kept, wwwauth.DuplicateParam, true},
		{"A\nB", kept, wwwauth.ControlByte, true},
	} {
		text := []byte(tt.text)
		got := kept
		err := got.UnmarshalText(text)
		clear(text) // which belongs to the caller
		if (err != nil) != tt.err || !cmp.Equal(plain([]wwwauth.Challenge{got}), plain([]wwwauth.Challenge{tt.want})) {
			t.Errorf("UnmarshalText(%q) gives %q, %v, want %q", tt.text, got, err, tt.want)
		}
		var list wwwauth.ErrorList
		if errors.As(err, &list) != (tt.code != 0) || tt.code != 0 && list[0].Code != tt.code {
			t.Errorf("UnmarshalText(%q): error %#v, want code %v", tt.text, err, tt.code)
		}
	}
}

// TestJSON has challenges as values and keys of JSON, which uses the text interfaces.
func TestJSON(t *testing.T) {
	in := map[string]wwwauth.Challenge{"a": wwwauth.NewChallenge("Basic", "realm", `"x"`), "zero": {}}
	b, err := json.Marshal(in)
	if want := `{"a":"Basic realm=\"\\\"x\\\"\"","zero":""}`; err != nil || string(b) != want {
		t.Fatalf("Marshal = %s, %v, want %s", b, err, want)
	}
	var out map[string]wwwauth.Challenge
	if err := json.Unmarshal(b, &out); err != nil || !cmp.Equal(in, out) {
		t.Errorf("Unmarshal(%s) = %q, %v, want %q", b, out, err, in)
	}
}

func TestFormatAllocs(t *testing.T) {
	buffer := make([]byte, 0, 8<<10)
	for _, w := range workloads[:4] {
		cs, _ := wwwauth.Parse(w.lines...)
		if n := testing.AllocsPerRun(100, func() { buffer, _ = wwwauth.Append(buffer[:0], cs...) }); n != 0 {
			t.Errorf("%s: Append into a buffer with room allocates %v times, want 0", w.name, n)
		}
		most := 1.0 // a short text
		if w.name == "digest" {
			most = 2
		}
		if n := testing.AllocsPerRun(100, func() { wwwauth.Format(cs...) }); n > most {
			t.Errorf("%s: Format allocates %v times, want at most %v", w.name, n, most)
		}
		if n := testing.AllocsPerRun(100, func() { wwwauth.Lines(cs...) }); n > float64(3+len(cs)) {
			t.Errorf("%s: Lines allocates %v times, want at most %d", w.name, n, 3+len(cs))
		}
	}
}

// TestFormatOverflow has challenges whose text is longer than an int of 32 bits can tell.
func TestFormatOverflow(t *testing.T) {
	value := strings.Repeat("x", 1<<20)
	cs := []wwwauth.Challenge{{}}
	for range 2100 {
		cs = append(cs, wwwauth.NewChallenge("A", "b", value))
	}
	if _, err := wwwauth.Format(cs...); err == nil {
		t.Error("a challenge without a scheme is sent")
	}
}
