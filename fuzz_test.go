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

// FuzzLines: lines that conform mean the same joined and apart, and a line never changes what another
// one gives, unless that begins with a parameter, which the open challenge may take.
func FuzzLines(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, line1, line2 string) {
		unlimited := Parser{MaxChallenges: -1, MaxParams: -1, MaxProblems: -1}
		parse := func(lines ...string) ([]Challenge, ErrorList) {
			cs, err := unlimited.Parse(lines...)
			list, _ := err.(ErrorList)
			for _, e := range list {
				if e.Code == ControlByte || e.Code == LineFold {
					e.Challenge = -1 // one before the first scheme belongs to the last of the line before
				}
			}
			for i, c := range cs {
				cs[i].Params = append([]Param(nil), c.Params...)
			}
			return append([]Challenge(nil), cs...), list
		}
		cs1, problems1 := parse(line1)
		cs2, problems2 := parse(line2)
		for _, e := range problems2 {
			if e.Code == MissingScheme {
				return
			}
			e.Line++
			if e.Challenge >= 0 {
				e.Challenge += len(cs1)
			}
		}
		want, wantProblems := append(cs1, cs2...), append(problems1, problems2...)
		if got, problems := parse(line1, line2); !reflect.DeepEqual(got, want) || !reflect.DeepEqual(problems, wantProblems) {
			t.Errorf("Parse(%q, %q) = %q, %v, want %q, %v", line1, line2, got, problems, want, wantProblems)
		}
		if len(wantProblems) > 0 {
			return
		}
		if got, problems := parse(line1 + ", " + line2); !reflect.DeepEqual(got, want) || len(problems) > 0 {
			t.Errorf("Parse(%q) = %q, %v, want %q", line1+", "+line2, got, problems, want)
		}
	})
}

// FuzzParsers: the strict parser reads what the tolerant one has nothing to say of, both read it alike,
// and where a line departs from the grammar the strict one gives up.
func FuzzParsers(f *testing.F) {
	addSeeds(f)
	f.Fuzz(checkParsers)
}

func checkParsers(t *testing.T, line1, line2 string) {
	limits := Parser{MaxChallenges: 3, MaxParams: 3}
	strict, tolerant := limits, limits
	accepted := strict.strict([]string{line1, line2})
	want, err := tolerant.tolerant([]string{line1, line2})
	if accepted != (err == nil) {
		t.Errorf("the strict parser accepts %q, %q: %v; the tolerant one reports %v", line1, line2, accepted, err)
	} else if got := strict.result(); accepted && !reflect.DeepEqual(got, want) {
		t.Errorf("of %q, %q the strict parser reads %q, the tolerant one %q", line1, line2, got, want)
	}
}

// TestParsers holds the parsers against each other on all short strings of the bytes that matter.
func TestParsers(t *testing.T) {
	var extend func(line string)
	extend = func(line string) {
		checkParsers(t, line, "")
		checkParsers(t, "A", line)
		if len(line) < 6 {
			for _, c := range []string{"a", "=", ",", " ", "\t", `"`, `\`} {
				extend(line + c)
			}
		}
	}
	extend("")
}

// FuzzFormat: a challenge is refused if it breaks a rule, and else sent in the one canonical text,
// which is read back as the challenge.
func FuzzFormat(f *testing.F) {
	f.Add("Basic", "", "realm", `a "b" \c`, "charset", "UTF-8", 2)
	f.Add("Digest", "", "algorithm", "MD5", "stale", "a b", 2)
	f.Add("Negotiate", "abc==", "", "", "", "", 0)
	f.Add("A", "b", "c", "d\x00", "C", "\xff", 2)
	f.Fuzz(func(t *testing.T, scheme, token68, name1, value1, name2, value2 string, params int) {
		c := Challenge{Scheme: scheme, Token68: token68}
		if params > 0 {
			c.Params = []Param{{name1, value1}, {name2, value2}}[:min(params, 2)]
		}
		want, ok := canonical(c)
		got, err := Format(c, c)
		if (err == nil) != ok || ok && got != want+", "+want {
			t.Fatalf("Format of %#v twice = %q, %v, want %q, ok = %v", c, got, err, want, ok)
		}
		if !ok {
			return
		}
		back, err := Parse(got)
		if err != nil || !reflect.DeepEqual(back, []Challenge{c, c}) {
			t.Errorf("Parse(%q) = %q, %v, want %q twice", got, back, err, c)
		}
	})
}

// canonical returns the canonical text of a challenge, as the documentation of Format describes it, and
// false if it cannot be sent.
func canonical(c Challenge) (string, bool) {
	const alphanumeric = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	only := func(s, set string) bool { return s != "" && strings.Trim(s, set) == "" }
	token := func(s string) bool { return only(s, "!#$%&'*+-.^_`|~"+alphanumeric) }
	text := c.Scheme
	if c.Token68 != "" {
		text += " " + c.Token68
		if c.Params != nil || !only(strings.TrimRight(c.Token68, "="), "-._~+/"+alphanumeric) {
			return "", false
		}
	}
	names := map[string]bool{}
	for i, p := range c.Params {
		name := strings.ToLower(p.Name)
		for _, b := range []byte(p.Value) {
			if b < ' ' && b != '\t' || b == 0x7f {
				return "", false
			}
		}
		if !token(p.Name) || names[name] {
			return "", false
		}
		names[name] = true
		value := `"` + strings.ReplaceAll(strings.ReplaceAll(p.Value, `\`, `\\`), `"`, `\"`) + `"`
		bare := name == "algorithm" || name == "stale" || name == "userhash" || name == "charset"
		if strings.ToLower(c.Scheme) == "digest" && bare && token(p.Value) {
			value = p.Value
		}
		text += []string{" ", ", "}[min(i, 1)] + p.Name + "=" + value
	}
	return text, token(c.Scheme)
}

// FuzzRepair: a list with one fault of the closed list is read as if it had none, and just this fault
// is reported.
func FuzzRepair(f *testing.F) {
	seeds := []string{
		`Basic realm="x y", charset="UTF-8"`, `A b="c/d", e="say "`, `Bearer scope="a b", error="", Basic realm="z"`, `A b="say \"hi\"", C`,
		`Digest realm="r", algorithm=MD5, stale=true, qop="auth"`, `Negotiate abc=, NTLM`,
	}
	for fault := range faults {
		for _, seed := range seeds {
			for at := range 4 {
				f.Add(seed, fault, at)
			}
		}
	}
	f.Fuzz(func(t *testing.T, line string, fault, at int) {
		cs, err := Parse(line)
		if err != nil || fault < 0 || fault >= len(faults) || len(cs) == 0 || at < 0 {
			return
		}
		// The parameter that gets the fault.
		n := at % len(cs)
		c := cs[n]
		if len(c.Params) == 0 {
			return
		}
		k := at / len(cs) % len(c.Params)
		value, ok := c.Params[k].Value, true
		space, separator := " ", ", "
		canonicalText, _ := canonical(Challenge{Scheme: c.Scheme, Params: c.Params[k : k+1]})
		written := canonicalText[len(c.Scheme)+1+len(c.Params[k].Name)+1:]
		last := n == len(cs)-1 && k == len(c.Params)-1
		has := func(chars string) bool { return strings.ContainsAny(value, chars) }

		switch faults[fault] {
		case MissingComma:
			separator, ok = " ", k > 0
		case Semicolon:
			separator, ok = "; ", k > 0
		case LineFold:
			separator, ok = ",\r\n ", k > 0
		case ControlByte:
			separator, ok = ",\x01", k > 0
		case CommaAfterScheme:
			// An unknown scheme after a parameter, a comma and a parameter looks like a parameter.
			space, ok = ", ", k == 0 && (n == 0 || len(cs[n-1].Params) == 0)
		case BadWhitespace:
			space, ok = " \t", k == 0
		case UnquotedValue:
			written, ok = value, strings.Contains(value, "/") && !has(" \t,;\"'\u201c")
		case SingleQuote:
			written, ok = "'"+value+"'", has("/ @") && !has(",=;'") && !strings.Contains(strings.Join(bareValues(c), ""), "'")
		case SmartQuote:
			written, ok = "\u201c"+value+"\u201d", !has(",") && !strings.Contains(value, "\u201d")
		case InnerQuote:
			written, ok = `"`+value+`"`, has(`"`) && !has(`\,=;`)
		case UnterminatedQuote:
			written, ok = strings.TrimSuffix(written, `"`), last && written[0] == '"' && strings.TrimRight(value, " \t") == value
		case MissingValue:
			written, ok = "", value == "" && (k > 0 || len(c.Params) > 1)
		case DuplicateParam:
			c.Params = append(c.Params[:k+1:k+1], c.Params[k:]...)
			c.Params[k+1].Name = strings.ToUpper(c.Params[k].Name)
			cs[n], k = c, k+1
		}
		if !ok {
			return
		}

		var text string
		for i, d := range cs {
			if i > 0 {
				text += ", "
			}
			if i != n {
				s, _ := canonical(d)
				text += s
				continue
			}
			text += d.Scheme
			for j, p := range d.Params {
				s, _ := canonical(Challenge{Scheme: d.Scheme, Params: []Param{p}})
				s = s[len(d.Scheme)+1:]
				before := []string{" ", ", "}[min(j, 1)]
				if j == k {
					s = p.Name + "=" + written
					before = []string{space, separator}[min(j, 1)]
				}
				text += before + s
			}
		}
		got, err := Parse(text)
		list, _ := err.(ErrorList)
		if len(list) != 1 || list[0].Code != faults[fault] || !list[0].Kept || list[0].Challenge != n || !reflect.DeepEqual(got, cs) {
			t.Errorf("Parse(%q) = %q, %v, want %q with one %v", text, got, err, cs, faults[fault])
		}
	})
}

// faults are those that a repair undoes.
var faults = []Code{
	MissingComma, Semicolon, UnquotedValue, SingleQuote, SmartQuote, InnerQuote, UnterminatedQuote,
	CommaAfterScheme, MissingValue, BadWhitespace, LineFold, ControlByte, DuplicateParam,
}

// bareValues returns the values that the canonical text of c has without quotes.
func bareValues(c Challenge) []string {
	var bare []string
	for _, p := range c.Params {
		if text, _ := canonical(Challenge{Scheme: c.Scheme, Params: []Param{p}}); !strings.HasSuffix(text, `"`) {
			bare = append(bare, p.Value)
		}
	}
	return bare
}
