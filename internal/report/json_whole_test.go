package report

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-903fb8fe/wwwauth/internal/input"
)

// The JSON of a report as encoding/json writes it.
type (
	jsonReport struct {
		Schema      int             `json:"schema"`
		Field       string          `json:"field"`
		Status      int             `json:"status,omitempty"`
		Proto       string          `json:"proto,omitempty"`
		InputLine   int             `json:"inputLine,omitempty"`
		Verdict     string          `json:"verdict"`
		Headline    string          `json:"headline"`
		Remarks     []string        `json:"remarks,omitempty"`
		Redacted    bool            `json:"redacted,omitempty"`
		Request     *jsonRequest    `json:"request,omitempty"`
		Lines       []string        `json:"lines"`
		LinesBase64 [][]byte        `json:"linesBase64,omitempty"`
		Challenges  []jsonChallenge `json:"challenges"`
		Problems    []jsonProblem   `json:"problems"`
		Findings    []jsonFinding   `json:"findings"`
		Profiles    []jsonProfile   `json:"profiles,omitempty"`
		Correction  *jsonCorrection `json:"correction,omitempty"`
		Choice      string          `json:"choice,omitempty"`
	}
	jsonRequest struct {
		Method string     `json:"method,omitempty"`
		Target string     `json:"target,omitempty"`
		Sent   []jsonSent `json:"sent"`
	}
	jsonSent struct {
		Scheme string   `json:"scheme,omitempty"`
		Text   string   `json:"text"`
		Wrong  []string `json:"wrong"`
	}
	jsonChallenge struct {
		Scheme    string      `json:"scheme"`
		Token68   string      `json:"token68,omitempty"`
		Params    []jsonParam `json:"params,omitempty"`
		Canonical string      `json:"canonical,omitempty"`
		Refused   string      `json:"refused,omitempty"`
		SameAs    *int        `json:"sameAs,omitempty"`
		Next      *[]jsonStep `json:"next,omitempty"`
	}
	jsonParam struct {
		Name        string `json:"name"`
		Value       string `json:"value"`
		ValueBase64 []byte `json:"valueBase64,omitempty"`
		Meaning     string `json:"meaning,omitempty"`
	}
	jsonStep struct {
		Text    string `json:"text"`
		URL     string `json:"url,omitempty"`
		Command string `json:"command,omitempty"`
	}
	jsonProblem struct {
		Line      int    `json:"line"`
		Offset    int    `json:"offset"`
		Code      string `json:"code"`
		Kept      bool   `json:"kept"`
		Challenge int    `json:"challenge"`
		Param     int    `json:"param"`
		Message   string `json:"message"`
	}
	jsonFinding struct {
		Rule      string `json:"rule"`
		Severity  string `json:"severity"`
		Line      int    `json:"line"`
		Offset    int    `json:"offset"`
		Challenge int    `json:"challenge"`
		Param     int    `json:"param"`
		Message   string `json:"message"`
		Instead   string `json:"instead"`
		Section   string `json:"section,omitempty"`
		Clients   string `json:"clients,omitempty"`
		Read      string `json:"read,omitempty"`
		AlsoBy    string `json:"alsoBy,omitempty"`
	}
	jsonProfile struct {
		Profile string `json:"profile"`
		Reason  string `json:"reason,omitempty"`
	}
	jsonCorrection struct {
		Lines []string   `json:"lines,omitempty"`
		Left  []jsonLeft `json:"left"`
	}
	jsonLeft struct {
		Rule     string `json:"rule"`
		Severity string `json:"severity"`
		Message  string `json:"message"`
		Why      string `json:"why"`
	}
)

// newJSONReport returns what the JSON of the report must hold.
func newJSONReport(r *Report) jsonReport {
	list := func(s []string) []string { return append([]string{}, s...) }
	j := jsonReport{
		Schema: SchemaVersion, Field: r.Field, Status: r.Status, Proto: r.Proto, InputLine: r.Line, Verdict: r.Verdict.String(),
		Headline: r.Headline, Remarks: r.Remarks, Redacted: r.Redacted, Lines: list(r.Lines), Choice: r.Choice,
		Challenges: []jsonChallenge{}, Problems: []jsonProblem{}, Findings: []jsonFinding{},
	}
	if slices.ContainsFunc(r.Lines, func(s string) bool { return !utf8.ValidString(s) }) {
		for _, line := range r.Lines {
			j.LinesBase64 = append(j.LinesBase64, []byte(line))
		}
	}
	if q := r.Request; q != nil {
		j.Request = &jsonRequest{q.Method, q.Target, []jsonSent{}}
		for _, s := range q.Sent {
			j.Request.Sent = append(j.Request.Sent, jsonSent{s.Scheme, s.Text, list(s.Wrong)})
		}
	}
	for _, c := range r.Challenges {
		jc := jsonChallenge{Scheme: c.Scheme, Token68: c.Token68, Canonical: c.Canonical, Refused: c.Refused}
		for _, p := range c.Params {
			jp := jsonParam{Name: p.Name, Value: p.Value, Meaning: p.Meaning}
			if !utf8.ValidString(p.Value) {
				jp.ValueBase64 = []byte(p.Value)
			}
			jc.Params = append(jc.Params, jp)
		}
		if c.SameAs >= 0 {
			jc.SameAs = &c.SameAs
		} else {
			steps := []jsonStep{}
			for _, s := range c.Steps {
				steps = append(steps, jsonStep(s))
			}
			jc.Next = &steps
		}
		j.Challenges = append(j.Challenges, jc)
	}
	for _, p := range r.Problems {
		j.Problems = append(j.Problems, jsonProblem{p.Line, p.Offset, p.Code.String(), p.Kept, p.Challenge, p.Param, p.Message})
	}
	for _, f := range r.byPlace() {
		j.Findings = append(j.Findings, jsonFinding{
			f.Rule, f.Severity.String(), f.at.Line, f.at.Offset, f.at.Challenge, f.at.Param,
			f.Wrong, f.Instead, f.Section, f.Clients, f.Read, f.Senders,
		})
	}
	for _, p := range r.Profiles {
		j.Profiles = append(j.Profiles, jsonProfile{string(p.Name), p.Reason})
	}
	if c := r.Correction; c != nil {
		j.Correction = &jsonCorrection{Lines: c.Lines, Left: []jsonLeft{}}
		for _, left := range c.Left {
			j.Correction.Left = append(j.Correction.Left, jsonLeft{left.Rule, left.Severity.String(), left.Wrong, left.Why})
		}
	}
	return j
}

// TestJSONWhole compares the JSON of whole reports with that of encoding/json, byte for byte or, where a report has a
// character that only one of them escapes, by what is read from both.
func TestJSONWhole(t *testing.T) {
	var files []string
	for _, pattern := range []string{"../../testdata/captures/*.http", "../input/testdata/forms/*"} {
		names, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, names...)
	}
	reports, same := 0, 0
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		responses := input.Find(text).Responses
		responses = append(responses, response(fieldNames[0], 401, "Foo a=\"\xff\"", "Negotiate", "Basic realm=x, realm=y", "Basic realm=\"<&>\u2028\""))
		for _, in := range responses {
			for _, redact := range []bool{false, true} {
				for _, r := range New(in, Options{Redact: redact, Now: time.Unix(1e9, 0)}) {
					got := r.AppendJSON(nil)
					var want bytes.Buffer
					e := json.NewEncoder(&want)
					e.SetEscapeHTML(false)
					if err := e.Encode(newJSONReport(r)); err != nil {
						t.Fatal(err)
					}
					reports++
					if bytes.Equal(got, want.Bytes()) {
						same++
						continue
					}
					var a, b any
					if err := json.Unmarshal(got, &a); err != nil {
						t.Fatalf("%s: %v: %s", name, err, got)
					}
					if err := json.Unmarshal(want.Bytes(), &b); err != nil {
						t.Fatal(err)
					}
					if diff := cmp.Diff(b, a); diff != "" {
						t.Errorf("%s: (-encoding/json +got):\n%s", name, diff)
					}
				}
			}
		}
	}
	if same < 100 || same < reports/3 {
		t.Errorf("of %d reports %d have the bytes of encoding/json", reports, same)
	}
}
