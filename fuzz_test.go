package wwwauth

// The fuzz targets are in the package, and in one file with all that they use, because the
// converter of OSS-Fuzz wants them so. They use public names only.

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// addSeeds gives f the lines of all vectors, the first two of each.
func addSeeds(f *testing.F) {
	files, _ := filepath.Glob("testdata/corpus/*.json")
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		var vectors []struct{ Lines []string }
		if err := json.Unmarshal(b, &vectors); err != nil {
			f.Fatal(file, err)
		}
		for _, v := range vectors {
			lines := make([]string, max(2, len(v.Lines)))
			for i, line := range v.Lines {
				for _, c := range line { // a character of a vector is a byte
					lines[i] += string([]byte{byte(c)})
				}
			}
			f.Add(lines[0], lines[1])
		}
	}
}

// FuzzParse: whatever the lines hold, Parse returns, and what it returns is bounded by the input,
// safe to use, and true about itself.
func FuzzParse(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, line1, line2 string) {
		lines := []string{line1, line2}
		size := len(line1) + len(line2)
		unlimited := Parser{MaxChallenges: -1, MaxParams: -1, MaxProblems: -1}
		cs, err := unlimited.Parse(lines...)
		checkResult(t, lines, cs, err)
		params := 0
		for _, c := range cs {
			params += len(c.Params)
		}
		if len(cs) > size || params > size {
			t.Errorf("%d bytes give %d challenges and %d parameters", size, len(cs), params)
		}
		all, _ := err.(ErrorList)
		if len(all) > 4*size {
			t.Errorf("%d bytes give %d problems", size, len(all))
		}

		// Limits cut the same result short.
		limited := Parser{MaxChallenges: 2, MaxParams: 3, MaxProblems: 4}
		some, err := limited.Parse(lines...)
		checkResult(t, lines, some, err)
		params = 0
		for i, c := range some {
			params += len(c.Params)
			if i < len(some)-1 && !reflect.DeepEqual(c, cs[i]) {
				t.Errorf("challenge %d is %q with limits and %q without", i, c, cs[i])
			}
		}
		problems, _ := err.(ErrorList)
		stopped := len(problems) > 0 && problems[len(problems)-1].Code == TooLarge
		if stopped {
			problems = problems[:len(problems)-1]
		}
		if len(some) > 2 || params > 3 || len(problems) > 4 {
			t.Errorf("%d challenges, %d parameters, %d problems, want at most 2, 3, 4", len(some), params, len(problems))
		}
		if !stopped && (!reflect.DeepEqual(some, cs) || !reflect.DeepEqual(problems, all)) {
			t.Errorf("no limit was reached, yet the result is %q, %v, and not %q, %v", some, problems, cs, all)
		}
	})
}

// checkResult checks what Parse promises of each result.
func checkResult(t *testing.T, lines []string, cs []Challenge, err error) {
	t.Helper()
	for _, c := range cs {
		if c.Scheme == "" || c.Token68 != "" && c.Params != nil || c.Params != nil && len(c.Params) == 0 {
			t.Errorf("challenge %#v is malformed", c)
		}
		checkText(t, c.Scheme)
		checkText(t, c.Token68)
		for _, p := range c.Params {
			checkText(t, p.Name)
			checkText(t, p.Value)
		}
	}
	if err == nil {
		return
	}
	list := err.(ErrorList)
	if len(list) == 0 {
		t.Error("an empty ErrorList is returned")
	}
	for i, e := range list {
		if e.Line < 0 || e.Line >= len(lines) || e.Offset < 0 || e.Offset > len(lines[e.Line]) {
			t.Errorf("%+v is outside of the lines %q", e, lines)
		}
		if i > 0 && (e.Line < list[i-1].Line || e.Line == list[i-1].Line && e.Offset < list[i-1].Offset) {
			t.Errorf("%+v stands after %+v", e, list[i-1])
		}
		if e.Challenge < -1 || e.Challenge >= len(cs) {
			t.Errorf("%+v belongs to none of %d challenges", e, len(cs))
		}
		switch e.Code {
		case LineFold, ControlByte:
			if !e.Kept {
				t.Errorf("%+v is not kept", e)
			}
		case MissingScheme, Token68AndParams, UnexpectedByte, TooLarge:
			if e.Kept {
				t.Errorf("%+v is kept", e)
			}
		default:
			if e.Kept && e.Challenge < 0 {
				t.Errorf("%+v is kept in no challenge", e)
			}
		}
		if e.Code == TooLarge && i < len(list)-1 {
			t.Errorf("%+v is not the last problem", e)
		}
	}
}

// checkText checks that s holds no control byte but HTAB.
func checkText(t *testing.T, s string) {
	t.Helper()
	if strings.ContainsFunc(s, func(c rune) bool { return c < ' ' && c != '\t' || c == 0x7f }) {
		t.Errorf("%q holds a control byte", s)
	}
}

// FuzzRoundTrip: what Parse returns can be sent, unless a parameter is repeated, and is read back as
// it was; what is sent is the canonical text of itself.
func FuzzRoundTrip(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, line1, line2 string) {
		cs, err := Parse(line1, line2)
		value, formatErr := Format(cs...)
		if formatErr != nil {
			var fault *FormatError
			if errors.As(formatErr, &fault) && fault.Code == DuplicateParam {
				list, _ := err.(ErrorList)
				for _, e := range list {
					if e.Code == DuplicateParam && e.Challenge == fault.Challenge {
						return
					}
				}
			}
			t.Fatalf("Format(%q): %v", cs, formatErr)
		}
		unlimited := Parser{MaxParams: -1}
		back, err := unlimited.Parse(value)
		if err != nil || !reflect.DeepEqual(back, cs) {
			t.Fatalf("Parse(%q) = %q, %v, want %q", value, back, err, cs)
		}
		if again, err := Format(back...); err != nil || again != value {
			t.Errorf("Format(%q) = %q, %v, want %q", back, again, err, value)
		}
		lines, err := Lines(cs...)
		if err != nil || strings.Join(lines, ", ") != value {
			t.Errorf("Lines(%q) = %q, %v", cs, lines, err)
		}
		back, err = unlimited.Parse(lines...)
		if err != nil || !reflect.DeepEqual(back, cs) {
			t.Errorf("Parse(%q) = %q, %v, want %q", lines, back, err, cs)
		}
	})
}
