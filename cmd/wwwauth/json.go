package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"unicode/utf16"
	"unicode/utf8"
)

// These types are the JSON output; docs/wwwauth.schema.json describes it. The text of a member that
// is not UTF-8 has U+FFFD in place of the bytes that are wrong, and a twin with the exact bytes.
type (
	jsonResponse struct {
		Field       string          `json:"field"`
		Status      int             `json:"status,omitempty"`
		Lines       []string        `json:"lines"`
		LinesBase64 []string        `json:"linesBase64,omitempty"`
		Challenges  []jsonChallenge `json:"challenges"`
		Problems    []jsonProblem   `json:"problems"`
	}
	jsonChallenge struct {
		Scheme  string      `json:"scheme"`
		Token68 string      `json:"token68,omitempty"`
		Params  []jsonParam `json:"params,omitempty"`
	}
	jsonParam struct {
		Name        string `json:"name"`
		Value       string `json:"value"`
		ValueBase64 string `json:"valueBase64,omitempty"`
	}
	jsonProblem struct {
		Line      int    `json:"line"`
		Offset    int    `json:"offset"`
		Code      string `json:"code"`
		Kept      bool   `json:"kept"`
		Challenge int    `json:"challenge"`
		Message   string `json:"message"`
	}
)

// The JSON output of probe; docs/wwwauth-probe.schema.json describes it.
type (
	jsonProbe struct {
		URL      string        `json:"url"`
		Method   string        `json:"method"`
		Response jsonResponse  `json:"response"`
		Steps    []jsonStep    `json:"steps"`
		Findings []jsonFinding `json:"findings"`
		Verdict  string        `json:"verdict"`
		Reason   string        `json:"reason,omitempty"`
		SignIn   *jsonSignIn   `json:"signIn,omitempty"`
	}
	jsonStep struct {
		Document string `json:"document"`
		URL      string `json:"url,omitempty"`
		Status   int    `json:"status,omitempty"`
		Outcome  string `json:"outcome"`
		Reason   string `json:"reason,omitempty"`
		Got      string `json:"got,omitempty"`
		Want     string `json:"want,omitempty"`
	}
	jsonFinding struct {
		Rule    string `json:"rule"`
		Message string `json:"message"`
	}
	jsonSignIn struct {
		Issuer                string   `json:"issuer"`
		AuthorizationEndpoint string   `json:"authorizationEndpoint,omitempty"`
		TokenEndpoint         string   `json:"tokenEndpoint"`
		RegistrationEndpoint  string   `json:"registrationEndpoint,omitempty"`
		Resource              string   `json:"resource"`
		Scopes                []string `json:"scopes"`
	}
)

// printJSON prints a response as one line of JSON.
func printJSON(b *bytes.Buffer, r reading) { encodeJSON(b, newJSON(r)) }

// printJSON prints what probe has seen as one line of JSON.
func (pr *probing) printJSON(b *bytes.Buffer, redacted bool) {
	r, link := pr.shown(redacted)
	v := jsonProbe{
		URL:      validUTF8(link(pr.url)),
		Method:   pr.method,
		Response: newJSON(r),
		Steps:    []jsonStep{},
		Findings: []jsonFinding{},
		Verdict:  pr.verdict.name,
		Reason:   pr.verdict.reason,
	}
	for _, s := range pr.steps(redacted) {
		v.Steps = append(v.Steps, jsonStep{string(s.Document), validUTF8(s.URL), s.Status, string(s.Outcome), s.Reason, validUTF8(s.Got), s.Want})
	}
	for _, f := range pr.advice() {
		v.Findings = append(v.Findings, jsonFinding{f.rule, f.text})
	}
	if m := pr.signIn(); m != nil {
		v.SignIn = &jsonSignIn{link(m.Issuer), link(m.AuthorizationEndpoint), link(m.TokenEndpoint), link(m.RegistrationEndpoint), link(pr.result.Resource), append([]string{}, pr.result.Scopes...)}
		for i, scope := range v.SignIn.Scopes {
			v.SignIn.Scopes[i] = validUTF8(scope)
		}
	}
	encodeJSON(b, v)
}

// newJSON returns a response as it is in the JSON.
func newJSON(r reading) jsonResponse {
	// The lists are never nil, which would be null.
	v := jsonResponse{
		Field:      r.field,
		Status:     r.status,
		Lines:      []string{},
		Challenges: []jsonChallenge{},
		Problems:   []jsonProblem{},
	}
	for _, line := range r.lines {
		v.Lines = append(v.Lines, validUTF8(line))
	}
	if !slices.Equal(v.Lines, r.lines) {
		for _, line := range r.lines {
			v.LinesBase64 = append(v.LinesBase64, base64.StdEncoding.EncodeToString([]byte(line)))
		}
	}
	for _, c := range r.challenges {
		jc := jsonChallenge{Scheme: c.Scheme, Token68: c.Token68}
		for _, p := range c.Params {
			jp := jsonParam{Name: p.Name, Value: validUTF8(p.Value)}
			if !utf8.ValidString(p.Value) {
				jp.ValueBase64 = base64.StdEncoding.EncodeToString([]byte(p.Value))
			}
			jc.Params = append(jc.Params, jp)
		}
		v.Challenges = append(v.Challenges, jc)
	}
	for _, e := range r.problems {
		v.Problems = append(v.Problems, jsonProblem{e.Line, e.Offset, e.Code.String(), e.Kept, e.Challenge, adviceFor(e, r.lines[e.Line]).wrong})
	}
	return v
}

// encodeJSON prints v as one line of JSON.
func encodeJSON(b *bytes.Buffer, v any) {
	var line bytes.Buffer
	enc := json.NewEncoder(&line)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(v) // strings, numbers and lists of them can always be encoded
	escapeJSON(b, line.Bytes())
}

// validUTF8 puts U+FFFD in place of each byte that is wrong. Left to encoding/json, it is a character with
// one release of Go and an escape with another.
func validUTF8(s string) string { return string([]rune(s)) }

// escapeJSON appends a line of JSON to b, with escapes for what a terminal does not show. Outside of
// strings there is no such thing.
func escapeJSON(b *bytes.Buffer, line []byte) {
	for _, r := range string(line) {
		switch {
		case r == '\n' || isShown(r):
			b.WriteRune(r)
		case r < 0x10000:
			fmt.Fprintf(b, `\u%04x`, r)
		default:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(b, `\u%04x\u%04x`, high, low)
		}
	}
}
