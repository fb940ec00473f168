package report

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/seed-903fb8fe/wwwauth/internal/input"
	"github.com/seed-903fb8fe/wwwauth/internal/mutate"
)

// TestRequest checks what is said about the credentials in a request, and that none of them are shown. A "!" stands
// before what must not be said.
func TestRequest(t *testing.T) {
	jwt := func(claims string) string {
		return "Bearer eyJhbGciOiJub25lIn0." + base64.RawURLEncoding.EncodeToString([]byte(claims)) + ".s3cr3tS1gnature"
	}
	basic := func(s string) string { return "Basic " + base64.StdEncoding.EncodeToString([]byte(s)) }
	for _, tt := range []struct {
		name, challenge, sent string
		want                  []string
	}{
		{"Basic", `Basic realm="x"`, basic("joe:hush"), []string{`Basic as "joe" was sent, and refused.`, "Do not send the same again", "!hush"}},
		{"Basic from echo", `Basic realm="x"`, basic("joe:hush\n"), []string{"ends in a line break", "echo -n", "!hush"}},
		{"Basic without encoding", `Basic realm="x"`, "Basic joe:hush", []string{"not base64", "!hush"}},
		{"Basic without a colon", `Basic realm="x"`, basic("hush"), []string{"no colon", "!hush"}},
		{"Basic without padding", `Basic realm="x"`, "Basic am9lOmh1c2g", []string{"has no padding"}},
		{"Bearer twice", `Bearer realm="x"`, "Bearer Bearer hush", []string{"is repeated", "correct what is wrong", "!Get a new token", "!hush"}},
		{"Bearer alone", `Bearer realm="x"`, "Bearer", []string{"There is nothing after the scheme"}},
		{"placeholder", `Bearer realm="x"`, "Bearer undefined", []string{"a variable was not set"}},
		{"quotes", `Bearer realm="x"`, `Bearer "hush"`, []string{"in quotes", "!hush"}},
		{"expired", `Bearer realm="x"`, jwt(`{"sub":"hush","exp":1000000000}`), []string{"expired", "hours before the response", "!hush", "!s3cr3t"}},
		{"not yet", `Bearer realm="x"`, jwt(`{"nbf":1000090000,"n":[1,{"a":"}"}]}`), []string{"not valid yet", "!expired"}},
		{"good", `Bearer realm="x"`, jwt(`{"exp":1000090000,"aud":"https://api.example/x"}`), []string{"!expired", "!another server", "refused, and the challenge does not say why"}},
		{"audience", `Bearer realm="x"`, jwt(`{"aud":["https://other.example/"]}`), []string{"for another server", "other.example"}},
		{"cut", `Bearer realm="x"`, "Bearer eyJhbGciOiJub25lIn0.e30x.s3cr3t", []string{"was cut or changed", "!s3cr3t"}},
		{"masked", `Basic realm="x"`, "Basic <redacted>", []string{"Basic was sent, and refused.", "!base64"}},
		{"no scheme", `Bearer realm="x"`, "hush", []string{"must begin with a scheme", "!hush"}},
		{"misspelt", `Bearer realm="x"`, "Beaer hush", []string{"nearly Bearer", "!hush"}},
		{"another scheme", `Bearer realm="x"`, basic("joe:hush"), []string{"None of the challenges asks for Basic", "!hush"}},
		{"Digest of another realm", `Digest realm="b", nonce="n"`, `Digest username="joe", realm="a", nonce="n", uri="/x?access_token=hush", response="hush"`, []string{`Digest as "joe"`, "realm in the Digest credentials", "!uri", "!hush"}},
		{"Digest of another URI", `Digest realm="a", nonce="n"`, `Digest username="joe", realm="a", nonce="n", uri="/y", response="hush"`, []string{"uri in the Digest credentials", "!hush"}},
	} {
		in := response(fieldNames[0], 401, tt.challenge)
		in.Fields = append(in.Fields, input.Field{Name: "Date", Value: "Sun, 09 Sep 2001 12:46:40 GMT"})
		in.Request = &input.Request{Method: "GET", Target: "https://api.example/x?access_token=hush", Fields: []input.Field{{Name: "Authorization", Value: tt.sent}}}
		for _, redact := range []bool{false, true} {
			r := New(in, Options{Redact: redact, Now: time.Now()})[0]
			text := strings.Join(strings.Fields(string(r.AppendText(nil, Style{}))+string(r.AppendJSON(nil))), " ")
			for _, want := range tt.want {
				absent, isAbsent := strings.CutPrefix(want, "!")
				if strings.Contains(want, "joe") || strings.Contains(want, "other.example") {
					if redact == strings.Contains(text, want) {
						t.Errorf("%s, redact %v: %q in\n%s", tt.name, redact, want, text)
					}
				} else if isAbsent == strings.Contains(text, absent) {
					t.Errorf("%s, redact %v: want %q in\n%s", tt.name, redact, want, text)
				}
			}
		}
	}
}

func TestClaims(t *testing.T) {
	for text, want := range map[string]bool{
		`{}`: true, ` { "exp" : 1.5e3 , "aud" : [ ] } `: true, `{"a":{"b":[1,"]"]},"exp":2}`: true,
		``: false, `[]`: false, `{"a"}`: false, `{"a":`: false, `{"a":1`: false, `{"aud":[1]}`: false, `{"a":"`: false, `{1:2}`: false, `{"a":1 2}`: false,
	} {
		if _, ok := readClaims(text); ok != want {
			t.Errorf("%s: %v", text, ok)
		}
	}
}

func FuzzClaims(f *testing.F) {
	seeds := mutate.Of(f)
	seeds.Add(`{"exp":1,"aud":["a"],"x":{"y":[]}}`)
	seeds.Mutate()
	f.Fuzz(func(t *testing.T, text string) { readClaims(text) })
}
