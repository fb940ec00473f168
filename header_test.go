package wwwauth_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-903fb8fe/wwwauth"
)

// A vector is an entry of testdata/corpus; its README describes the format.
type vector struct {
	ID         string
	Field      string
	Lines      []latin1
	Conforms   bool
	Challenges []struct {
		Scheme, Token68 latin1
		Params          [][2]latin1
	}
	Problems []problem
}

// latin1 is text of a vector, in which every character stands for one byte.
type latin1 string

func (s *latin1) UnmarshalJSON(b []byte) error {
	var text string
	if err := json.Unmarshal(b, &text); err != nil {
		return err
	}
	raw := make([]byte, 0, len(text))
	for _, c := range text {
		if c > 0xff {
			return errors.New("a vector holds a character above U+00FF")
		}
		raw = append(raw, byte(c))
	}
	*s = latin1(raw)
	return nil
}

// A problem is what a vector says of a SyntaxError.
type problem struct {
	Line, Offset int
	Code         string
	Kept         bool
}

// lines returns the field lines of v.
func (v vector) lines() []string {
	lines := make([]string, len(v.Lines))
	for i, line := range v.Lines {
		lines[i] = string(line)
	}
	return lines
}

// want returns the challenges of v.
func (v vector) want() []wwwauth.Challenge {
	var want []wwwauth.Challenge
	for _, c := range v.Challenges {
		d := wwwauth.Challenge{Scheme: string(c.Scheme), Token68: string(c.Token68)}
		for _, p := range c.Params {
			d.Params = append(d.Params, wwwauth.Param{Name: string(p[0]), Value: string(p[1])})
		}
		want = append(want, d)
	}
	return want
}

func vectors(t testing.TB) []vector {
	t.Helper()
	files, err := filepath.Glob("testdata/corpus/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal("no vectors:", err)
	}
	var all []vector
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var vs []vector
		if err := json.Unmarshal(b, &vs); err != nil {
			t.Fatal(file, err)
		}
		all = append(all, vs...)
	}
	return all
}

// A plainChallenge is a Challenge without the method Equal, so that cmp.Diff compares every byte.
type plainChallenge struct {
	Scheme, Token68 string
	Params          []wwwauth.Param
}

func plain(cs []wwwauth.Challenge) []plainChallenge {
	var ps []plainChallenge
	for _, c := range cs {
		ps = append(ps, plainChallenge{c.Scheme, c.Token68, c.Params})
	}
	return ps
}

// problems returns the contents of an error of Parse.
func problems(t testing.TB, err error) []problem {
	t.Helper()
	if err == nil {
		return nil
	}
	var list wwwauth.ErrorList
	if !errors.As(err, &list) || len(list) == 0 {
		t.Fatalf("error is %#v, want a non-empty ErrorList", err)
	}
	var ps []problem
	for _, e := range list {
		ps = append(ps, problem{e.Line, e.Offset, e.Code.String(), e.Kept})
	}
	return ps
}

// byPlace sorts problems that stand at the same place by code, since their order is open.
func byPlace(ps []problem) []problem {
	for i := 1; i < len(ps); i++ {
		for j := i; j > 0 && ps[j].Line == ps[j-1].Line && ps[j].Offset == ps[j-1].Offset && ps[j].Code < ps[j-1].Code; j-- {
			ps[j], ps[j-1] = ps[j-1], ps[j]
		}
	}
	return ps
}

func TestVectors(t *testing.T) {
	for _, v := range vectors(t) {
		t.Run(v.ID, func(t *testing.T) {
			got, err := wwwauth.Parse(v.lines()...)
			if diff := cmp.Diff(plain(v.want()), plain(got)); diff != "" {
				t.Errorf("Parse(%q): challenges (-want +got):\n%s", v.lines(), diff)
			}
			if (err == nil) != v.Conforms {
				t.Errorf("Parse(%q): error %v, want conforms = %v", v.lines(), err, v.Conforms)
			}
			if diff := cmp.Diff(byPlace(v.Problems), byPlace(problems(t, err))); diff != "" && len(v.Problems)+len(problems(t, err)) > 0 {
				t.Errorf("Parse(%q): problems (-want +got):\n%s", v.lines(), diff)
			}
		})
	}
}
