package report

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/seed-903fb8fe/wwwauth/internal/layout"
	"github.com/seed-903fb8fe/wwwauth/internal/mutate"
)

// hostile are strings with every kind of byte and character.
var hostile = []string{
	"", "plain", "\x00\x01\x1f \x7f", "\u0080\u009b\u00ad\u200b\u202e\u2028\U000e0041\U000f0000 日本 🔑", `<a href="x">&\`, "\ufffd",
	"\xe9", "a\xff\ufffdb", "\xed\xa0\x80", "\t\r\n",
}

// TestJSONString compares the strings with encoding/json: both must read the same, and nothing must control a terminal.
func TestJSONString(t *testing.T) {
	for _, s := range hostile {
		checkString(t, s)
	}
}

// TestPlainLen has each byte at each place of strings of several lengths, since plainLen looks at eight bytes at a time.
func TestPlainLen(t *testing.T) {
	for length := range 20 {
		if n := plainLen(strings.Repeat("a", length)); n != length {
			t.Errorf("%d bytes: %d", length, n)
		}
		for i := range length {
			for c := range 256 {
				s := strings.Repeat("a", i) + string([]byte{byte(c)}) + strings.Repeat("\"", length-i-1)
				want := i
				if c >= ' ' && c < 0x7f && c != '"' && c != '\\' {
					want++
				}
				if n := plainLen(s); n != want {
					t.Errorf("%q: %d, want %d", s, n, want)
				}
			}
		}
	}
}

func FuzzJSONString(f *testing.F) {
	seeds := mutate.Of(f)
	for _, s := range hostile {
		seeds.Add(s)
	}
	seeds.Mutate()
	f.Fuzz(func(t *testing.T, s string) { checkString(t, s) })
}

func checkString(t *testing.T, s string) {
	t.Helper()
	got := AppendJSONString(nil, s)
	if !layout.IsPlain(string(got)) && !strings.ContainsFunc(s, isMark) {
		t.Errorf("%q: %s may control a terminal", s, got)
	}
	std, err := json.Marshal(string([]rune(s)))
	if err != nil {
		t.Fatal(err)
	}
	var a, b string
	if err := json.Unmarshal(got, &a); err != nil {
		t.Fatalf("%q: %s: %v", s, got, err)
	}
	if err := json.Unmarshal(std, &b); err != nil || a != b {
		t.Errorf("%q: %q, want %q, %v", s, a, b, err)
	}
}

func isMark(r rune) bool { return r > 0x2ff && !layout.IsPlain("a"+strings.Repeat(string(r), 3)) }

// TestJSON checks that the JSON of a report is what encoding/json reads and writes, and has each byte of the input.
func TestJSON(t *testing.T) {
	for _, value := range hostile {
		line := `Foo a="` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(value) + `"`
		r := New(response(fieldNames[0], 401, line, "Bar", "Digest realm=x"), Options{})[0]
		for _, brief := range []bool{false, true} {
			r.Brief = brief
			out := r.AppendJSON(nil)
			var compact bytes.Buffer
			if err := json.Compact(&compact, out); err != nil || compact.String()+"\n" != string(out) {
				t.Fatalf("%q: not compact JSON: %v\n%s", value, err, out)
			}
			var got struct {
				Lines, LinesBase64 []string
				Challenges         []struct {
					Scheme string
					Params []struct{ Name, Value, ValueBase64 string }
				}
				Findings []any
			}
			if err := json.Unmarshal(out, &got); err != nil {
				t.Fatal(err)
			}
			want := r.Challenges[0].Params[0].Value
			p := got.Challenges[0].Params[0]
			if decoded := p.Value; decoded != want && decode(t, p.ValueBase64) != want || utf8.ValidString(want) && decoded != want {
				t.Errorf("%q: %+v", value, p)
			}
			if (got.LinesBase64 != nil) == utf8.ValidString(line) || got.LinesBase64 != nil && decode(t, got.LinesBase64[0]) != line {
				t.Errorf("%q: %q", value, got.LinesBase64)
			}
			if (got.Findings == nil) != brief {
				t.Errorf("%q: findings %v", value, got.Findings)
			}
		}
	}
}

func decode(t *testing.T, s string) string {
	t.Helper()
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestCorrectionHidden checks that the correction of a name does not show what its value hides.
func TestCorrectionHidden(t *testing.T) {
	for _, line := range []string{`Bearer realms="hunter2" x=1`, `Beaerer scopes="hunter2"`, `Basic relm='hunter2'`} {
		for _, r := range New(response(fieldNames[0], 401, line), Options{Redact: true}) {
			if out := r.AppendJSON(nil); bytes.Contains(out, []byte("hunter2")) {
				t.Errorf("%s: %s", line, out)
			}
		}
	}
}
