package wwwauth

// The fuzz targets are in the package, and in one file with all that they use, because the
// converter of OSS-Fuzz wants them so. They use public names only.

import (
	"encoding/json"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/seed-903fb8fe/wwwauth/internal/mutate"
)

// vectorSeeds returns the lines of all vectors, the first two of each.
func vectorSeeds(f *testing.F) *mutate.Seeds {
	seeds := mutate.Of(f)
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
			seeds.Add(lines[0], lines[1])
		}
	}
	return seeds
}

// FuzzParse: whatever the lines hold, Parse returns, and what it returns is bounded by the input,
// safe to use, and true about itself.
func FuzzParse(f *testing.F) {
	seeds := vectorSeeds(f)
	seeds.Mutate()
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
			t.Errorf("%+v is after %+v", e, list[i-1])
		}
		if e.Challenge < -1 || e.Challenge >= len(cs) {
			t.Fatalf("%+v belongs to none of %d challenges", e, len(cs))
		}
		if e.Param < -1 || e.Param >= 0 && (e.Challenge < 0 || e.Param >= len(cs[e.Challenge].Params)) {
			t.Errorf("%+v is about no parameter of %q", e, cs)
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
		t.Errorf("%q contains a control byte", s)
	}
}

// FuzzRoundTrip: what Parse returns can be sent, unless a parameter is repeated, and is read back as
// it was; what is sent is the canonical text of itself.
func FuzzRoundTrip(f *testing.F) {
	seeds := vectorSeeds(f)
	seeds.Mutate()
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
	seeds := vectorSeeds(f)
	seeds.Mutate()
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
// and where a line departs from the grammar the strict one gives up. What it has read up to there the tolerant
// one would read in the same way.
func FuzzParsers(f *testing.F) {
	seeds := vectorSeeds(f)
	seeds.Mutate()
	f.Fuzz(checkParsers)
}

func checkParsers(t *testing.T, line1, line2 string) {
	strict := Parser{MaxChallenges: 3, MaxParams: 3}
	tolerant := Parser{MaxChallenges: 3, MaxParams: 3}
	_, accepted := strict.strict([]string{line1, line2})
	want, err := tolerant.tolerant([]string{line1, line2}, place{})
	if accepted != (err == nil) {
		t.Errorf("the strict parser accepts %q, %q: %v; the tolerant one reports %v", line1, line2, accepted, err)
	} else if got := strict.result(); accepted && !reflect.DeepEqual(got, want) {
		t.Errorf("of %q, %q the strict parser reads %q, the tolerant one %q", line1, line2, got, want)
	}
	resumed := Parser{MaxChallenges: 3, MaxParams: 3}
	if got, gotErr := resumed.Parse(line1, line2); !reflect.DeepEqual(got, want) || !reflect.DeepEqual(gotErr, err) {
		t.Errorf("of %q, %q both parsers read %q, %v, and the tolerant one alone %q, %v", line1, line2, got, gotErr, want, err)
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
	for _, lines := range [][2]string{
		{"A \x01= b, c"},                     // where the strict parser gives up tolerant sees whitespace
		{"A b=c, D e=f", "g=h/i, j, k=l"},    // j is a scheme on another line than D, so no parameter
		{"A b=c", "D e=f, g=h/i, j, k=l"},    // here it is a parameter
		{"A b=c", "D e=f/g, h, i=j"},         // and here
		{"A b='c', d='e f'"},                 // b loses its quotes too
		{"A b=, c=d", "e='f g'"},             // b= was a token68
		{"A b=c, \x01", "d=e/f"},             // the line is shorter than what was read
		{"A b=c, d=e/f\x01 g=\x01h, i=\x01"}, // control bytes after the place only
	} {
		checkParsers(t, lines[0], lines[1])
	}
}

// FuzzFormat: a challenge is refused if it breaks a rule, and else sent in the one canonical text,
// which is read back as the challenge.
func FuzzFormat(f *testing.F) {
	seeds := mutate.Of(f)
	seeds.Add("Basic", "", "realm", `a "b" \c`, "charset", "UTF-8", 2)
	seeds.Add("Digest", "", "algorithm", "MD5", "stale", "a b", 2)
	seeds.Add("Negotiate", "abc==", "", "", "", "", 0)
	seeds.Add("A", "b", "c", "d\x00", "C", "\xff", 2)
	seeds.Mutate()
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
	seeds := mutate.Of(f)
	lists := []string{
		`Basic realm="x y", charset="UTF-8"`, `A b="c/d", e="say "`, `Bearer scope="a b", error="", Basic realm="z"`, `A b="say \"hi\"", C`,
		`Digest realm="r", algorithm=MD5, stale=true, qop="auth"`, `Negotiate abc=, NTLM`,
	}
	for fault := range faults {
		for _, list := range lists {
			for at := range 4 {
				seeds.Add(list, fault, at)
			}
		}
	}
	seeds.Mutate()
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

// words returns the items of a list that is separated by newlines, nil if s is empty.
func words(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, "\n")
}

// otherParams returns parameters, whose names and values alternate on the lines of s.
func otherParams(s string) []Param {
	var other []Param
	for list := words(s); len(list) > 1; list = list[2:] {
		other = append(other, Param{list[0], list[1]})
	}
	return other
}

// reread formats a challenge, which must be possible, and reads it back.
func reread(t *testing.T, c Challenge) Challenge {
	t.Helper()
	text, err := Format(c)
	if err != nil {
		t.Fatalf("a view made %#v, which cannot be sent: %v", c, err)
	}
	unlimited := Parser{MaxParams: -1}
	cs, err := unlimited.Parse(text)
	if err != nil || len(cs) != 1 {
		t.Fatalf("Parse(%q) = %q, %v", text, cs, err)
	}
	return cs[0]
}

// checkViewError checks that the error of a view is one that it should be, and returns whether there is one.
func checkViewError(t *testing.T, view any, c Challenge, err error) bool {
	t.Helper()
	if err == nil {
		return false
	}
	fault, ok := err.(*ViewError)
	if !ok || fault.View != reflect.TypeOf(view).Name() || !reflect.DeepEqual(c, Challenge{}) {
		t.Fatalf("%+v: %q, %#v", view, c, err)
	}
	if field := reflect.ValueOf(view).FieldByName(fault.Field); fault.Field != "" && field.IsZero() && fault.Field != "QOP" && fault.Field != "Nonce" {
		t.Fatalf("%+v: %v, but %s is empty", view, err, fault.Field)
	}
	return true
}

// What RFC 6750 section 3 and RFC 9110 allow.
var (
	scopePattern = regexp.MustCompile(`^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$`)
	errorPattern = regexp.MustCompile(`^[\x20\x21\x23-\x5b\x5d-\x7e]*$`)
	tokenPattern = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")
	textPattern  = regexp.MustCompile(`^[^\x00-\x08\x0a-\x1f\x7f]*$`)
)

// RFC 3986 appendix A, without user information; what is a host is left to url.Parse.
const (
	pchar     = `(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})`
	uriRest   = `(?:\?(?:` + pchar + `|[/?])*)?(?:#(?:` + pchar + `|[/?])*)?$`
	authority = `//(?:[A-Za-z0-9._~!$&'()*+,;=%-]*|\[[^][/?#]*\])(?::([0-9]*))?`
)

var (
	uriPattern  = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*:(?:` + authority + `(?:/` + pchar + `*)*|/?(?:` + pchar + `+(?:/` + pchar + `*)*)?)` + uriRest)
	pathPattern = regexp.MustCompile(`^/(?:` + pchar + `+(?:/` + pchar + `*)*)?` + uriRest)
)

func isURI(s string) bool {
	_, err := url.Parse(s)
	match := uriPattern.FindStringSubmatch(s)
	if match == nil || err != nil {
		return false
	}
	port, err := strconv.Atoi(match[1])
	return match[1] == "" || err == nil && port < 1<<16
}

// isPath reports whether s is an absolute path, perhaps with a query.
func isPath(s string) bool {
	_, err := url.Parse(s)
	return err == nil && pathPattern.MatchString(s)
}

// isFetchable reports whether s is a URI of http or https with a host.
func isFetchable(s string) bool {
	u, err := url.Parse(s)
	return isURI(s) && err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != ""
}

// FuzzBearer: a Bearer is refused if it breaks a rule, or the challenge made of it says the same.
func FuzzBearer(f *testing.F) {
	seeds := mutate.Of(f)
	seeds.Add("https://h/m", "a\nb", "invalid_token", "r", "x\ny", "ES256", int64(5e9), "https://h/e", "e30=", "a\nb", "d", 0)
	seeds.Add("http://[::1]:99999/[", "a", "", "", "", "", int64(0), "urn:%4x#a#b", "", "", "", 0)
	seeds.Add("", "a", "e\"", "", "", "", int64(0), "x y", "", "Scope\nb", "\\", 7)
	seeds.Add("", "", "", "", "", "", int64(-1), "", "", "", "", 3)
	seeds.Mutate()
	f.Fuzz(func(t *testing.T, metadata, scope, code, realm, acr, algs string, age int64, uri, claims, other, description string, flags int) {
		b := Bearer{
			EmptyRealm:       flags&2 != 0 && realm == "",
			ResourceMetadata: metadata, Scope: words(scope), Error: BearerCode(code), Realm: realm, AuthorizationServer: claims,
			ACRValues: words(acr), ErrorURI: uri, Claims: claims, Other: otherParams(other), ErrorDescription: description,
		}
		if flags&4 != 0 {
			b.MaxAge, b.ZeroMaxAge = time.Duration(age), age == 0
		}
		isDPoP := flags&1 != 0
		d := DPoP{b, words(algs)}
		var view any = b
		c, err := b.Challenge()
		if isDPoP {
			view = d
			c, err = d.Challenge()
		}
		joined := strings.Join(b.Scope, " ")
		lawful := (metadata == "" || isFetchable(metadata)) && (uri == "" || isURI(uri)) && errorPattern.MatchString(code) && errorPattern.MatchString(description) &&
			(len(b.Scope) == 0 || scopePattern.MatchString(joined) && len(strings.Fields(joined)) == len(b.Scope)) &&
			(b.MaxAge == 0 || age >= 0 && age%1e9 == 0) && textPattern.MatchString(realm) && textPattern.MatchString(claims)
		if failed := checkViewError(t, view, c, err); failed == lawful && len(b.ACRValues)+len(d.Algs)+len(b.Other) == 0 && (isDPoP || !reflect.DeepEqual(b, Bearer{})) {
			t.Fatalf("%+v: %v, want an error: %v", b, err, !lawful)
		} else if failed {
			return
		}
		if !lawful {
			t.Fatalf("%+v is not refused", b)
		}
		b.Scope = Scope(nil).Union(b.Scope...)
		got, isBearer := reread(t, c).Bearer()
		if isDPoP {
			var again DPoP
			again, isBearer = reread(t, c).DPoP()
			if got = again.Bearer; !slices.Equal(again.Algs, d.Algs) {
				t.Errorf("%q says %+v, want %+v", c, again, d)
			}
		}
		if !isBearer || !reflect.DeepEqual(got, b) {
			t.Errorf("%q says %+v, %v, want %+v", c, got, isBearer, b)
		}
	})
}

// FuzzBasic: a Basic is refused if it breaks a rule, or the challenge made of it says the same.
func FuzzBasic(f *testing.F) {
	seeds := mutate.Of(f)
	seeds.Add(`say "hi"`, true, "a\nb")
	seeds.Add("\n", false, "Realm\nb")
	seeds.Mutate()
	f.Fuzz(func(t *testing.T, realm string, utf8 bool, other string) {
		b := Basic{Realm: realm, UTF8: utf8, Other: otherParams(other)}
		c, err := b.Challenge()
		if failed := checkViewError(t, b, c, err); failed {
			if len(b.Other) == 0 && textPattern.MatchString(realm) {
				t.Fatalf("%+v: %v", b, err)
			}
			return
		}
		if got, ok := reread(t, c).Basic(); !ok || !reflect.DeepEqual(got, b) {
			t.Errorf("%q says %+v, %v, want %+v", c, got, ok, b)
		}
	})
}

// FuzzDigest: a Digest is refused if it breaks a rule, or the challenge made of it says the same.
func FuzzDigest(f *testing.F) {
	seeds := mutate.Of(f)
	seeds.Add("r", "/a\nhttp://b/", "auth\nauth-int", "SHA-256", "n", "o", "a\nb", 7)
	seeds.Add("r", "", "auth", "", "n", "", "", 0)
	seeds.Add("", "a b", "a,b", "x y", "", "", "Stale\nb", 0)
	seeds.Add("0", "/\nhttp:", "auTh\nauth-in|", "S6A-256", "n", "o", "", 7)
	seeds.Mutate()
	f.Fuzz(func(t *testing.T, realm, domain, qop, algorithm, nonce, opaque, other string, flags int) {
		d := Digest{
			Realm: realm, Domain: words(domain), QOP: words(qop), Algorithm: algorithm, Nonce: nonce, Opaque: opaque,
			Stale: flags&1 != 0, UTF8: flags&2 != 0, UserHash: flags&4 != 0, Other: otherParams(other),
		}
		c, err := d.Challenge()
		lawful := nonce != "" && len(d.QOP) > 0 && (algorithm == "" || tokenPattern.MatchString(algorithm)) && textPattern.MatchString(realm+nonce+opaque)
		for _, s := range d.QOP {
			lawful = lawful && tokenPattern.MatchString(s)
		}
		for _, s := range d.Domain {
			lawful = lawful && (isURI(s) || isPath(s))
		}
		if failed := checkViewError(t, d, c, err); failed == lawful && len(d.Other) == 0 {
			t.Fatalf("%+v: %v, want an error: %v", d, err, !lawful)
		} else if failed {
			return
		}
		// What the challenge says of them without regard to case, the view says in lower case.
		for i, option := range d.QOP {
			if known := strings.ToLower(option); known == "auth" || known == "auth-int" {
				d.QOP[i] = known
			}
		}
		got, ok := reread(t, c).Digest()
		if !ok || !reflect.DeepEqual(got, d) || !lawful {
			t.Errorf("%q says %+v, %v, want %+v", c, got, ok, d)
		}
		answerable := false
		for _, option := range d.QOP {
			answerable = answerable || option == "auth" || option == "auth-int"
		}
		if best, ok := SelectDigest([]Challenge{c}, "MD5", algorithm); ok != answerable || ok && !reflect.DeepEqual(best, d) {
			t.Errorf("SelectDigest(%q) = %+v, %v", c, best, ok)
		}
	})
}

// FuzzViews: whatever the lines hold, there is a view for each known scheme; what it has no field for is
// in Other, in order; and if a challenge can be made of it, that says the same.
func FuzzViews(f *testing.F) {
	seeds := mutate.Of(f)
	seeds.Add(`Bearer scope="a b", scope=c, max_age=x, error=a, error=b, d="e"`)
	seeds.Add(`Basic realm=, DPoP algs="ES256", Digest nonce=n, qop="auth,auth-int", stale=maybe`)
	seeds.Add("Negotiate TlRM=, bearer\nBASIC charset=x, realm=\"y\"")
	seeds.Mutate()
	f.Fuzz(func(t *testing.T, text string) {
		unlimited := Parser{MaxChallenges: -1, MaxParams: -1, MaxProblems: -1}
		cs, _ := unlimited.Parse(strings.Split(text, "\n")...)
		for _, c := range cs {
			bearer, isBearer := c.Bearer()
			dpop, isDPoP := c.DPoP()
			basic, isBasic := c.Basic()
			digest, isDigest := c.Digest()
			if isBearer != c.Is("Bearer") || isDPoP != c.Is("DPoP") || isBasic != c.Is("Basic") || isDigest != c.Is("Digest") {
				t.Fatalf("%q: %v %v %v", c, isBearer, isBasic, isDigest)
			}
			if !isBearer && !reflect.DeepEqual(bearer, Bearer{}) || !isDPoP && !reflect.DeepEqual(dpop, DPoP{}) || !isBasic && !reflect.DeepEqual(basic, Basic{}) || !isDigest && !reflect.DeepEqual(digest, Digest{}) {
				t.Fatalf("%q: a view of another scheme is not empty", c)
			}
			var view, again any
			var other []Param
			var made Challenge
			var err error
			switch {
			case isBearer:
				if made, err = bearer.Challenge(); err == nil {
					again, _ = reread(t, made).Bearer()
				}
				view, other = bearer, bearer.Other
			case isDPoP:
				if made, err = dpop.Challenge(); err == nil {
					again, _ = reread(t, made).DPoP()
				}
				view, other = dpop, dpop.Other
			case isBasic:
				if made, err = basic.Challenge(); err == nil {
					again, _ = reread(t, made).Basic()
				}
				view, other = basic, basic.Other
			case isDigest:
				if made, err = digest.Challenge(); err == nil {
					again, _ = reread(t, made).Digest()
				}
				view, other = digest, digest.Other
			default:
				continue
			}
			if err == nil && !reflect.DeepEqual(view, again) {
				t.Errorf("%+v becomes %q, which says %+v", view, made, again)
			}
			if c.Token68 != "" {
				if len(other) > 1 || len(other) == 1 && c.Token68 != other[0].Name+"=" {
					t.Errorf("%q: %q", c, other)
				}
				continue
			}
			rest := c.Params
			for _, p := range other {
				for len(rest) > 0 && rest[0] != p {
					rest = rest[1:]
				}
				if len(rest) == 0 {
					t.Fatalf("%q: %q is not in it, or not in order", c, other)
				}
				rest = rest[1:]
			}
			if _, err := c.Data(); err != nil {
				t.Errorf("%q: %v", c, err)
			}
		}
	})
}

// FuzzCredentials: one line is credentials if and only if it is a challenge and no list; what is read can
// be sent, and is read back as it was.
func FuzzCredentials(f *testing.F) {
	seeds := mutate.Of(f)
	seeds.Add("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")
	seeds.Add(`Digest username="Mufasa", nc=00000001, qop=auth, username*=UTF-8''x`)
	seeds.Add("vapid t=a.b, k=c")
	seeds.Add("A \t, b\t=\tc,")
	seeds.Add("A b, C d")
	seeds.Mutate()
	f.Fuzz(func(t *testing.T, line string) {
		c, err := ParseCredentials(line)
		unlimited := Parser{MaxParams: -1}
		cs, listErr := unlimited.Parse(line)
		if err != nil {
			fault := err.(*SyntaxError)
			if fault.Line != 0 || fault.Offset < 0 || fault.Offset > len(line) || fault.Kept || fault.Challenge != -1 {
				t.Errorf("ParseCredentials(%q): %+v", line, fault)
			}
			if listErr == nil && len(cs) == 1 && !strings.Contains(line, ",") {
				t.Errorf("ParseCredentials(%q): %v", line, err)
			}
			if list, ok := listErr.(ErrorList); ok && (fault.Offset != list[0].Offset || fault.Code != list[0].Code) || !ok && fault.Code != UnexpectedByte {
				t.Errorf("ParseCredentials(%q): %v, but Parse reports %v", line, err, listErr)
			}
			if c.Token68() != "" || c.Params() != nil || !strings.HasPrefix(strings.TrimLeft(line, " \t"), c.Scheme()) {
				t.Errorf("ParseCredentials(%q) returns more than a scheme with an error", line)
			}
			return
		}
		want := []Challenge{{c.Scheme(), c.Token68(), c.Params()}}
		if listErr != nil || !reflect.DeepEqual(cs, want) {
			t.Errorf("ParseCredentials(%q) reads %q, Parse %q, %v", line, want, cs, listErr)
		}
		if start := strings.TrimLeft(line, " \t"); !strings.HasPrefix(start, c.Scheme()) || c.Token68() != "" && strings.Contains(line, ",") {
			t.Errorf("ParseCredentials(%q) accepts a list", line)
		}
		text, err := FormatCredentials(c)
		if fault, ok := err.(*FormatError); ok && fault.Code == UnquotedValue && (c.Is("Digest") || c.Is("Concealed")) && !tokenPattern.MatchString(c.Params()[fault.Param].Value) {
			return
		}
		back, backErr := ParseCredentials(text)
		if err != nil || backErr != nil || back.Scheme() != c.Scheme() || back.Token68() != c.Token68() || !reflect.DeepEqual(back.Params(), c.Params()) {
			t.Errorf("%q is sent as %q, %v, and read as %q %q %q, %v", line, text, err, back.Scheme(), back.Token68(), back.Params(), backErr)
		}
		if again, _ := FormatCredentials(back); again != text {
			t.Errorf("%q is sent as %q and then as %q", line, text, again)
		}
		user, password, ok := c.Basic()
		made, err := BasicCredentials(user, password)
		if ok && err != nil {
			t.Errorf("%q: BasicCredentials(%q, %q): %v", line, user, password, err)
		}
		if u, p, _ := made.Basic(); ok && (u != user || p != password) {
			t.Errorf("%q, %q becomes %q, %q", user, password, u, p)
		}
	})
}

// FuzzBasicCredentials: a user and a password are refused, or read back as they were.
func FuzzBasicCredentials(f *testing.F) {
	seeds := mutate.Of(f)
	seeds.Add("Aladdin", "open sesame")
	seeds.Add("a:b", "\x7f")
	seeds.Mutate()
	f.Fuzz(func(t *testing.T, user, password string) {
		c, err := BasicCredentials(user, password)
		lawful := !strings.Contains(user, ":") && !strings.ContainsFunc(user+password, func(c rune) bool { return c < ' ' || c == 0x7f })
		if (err == nil) != lawful {
			t.Fatalf("%q, %q: %v", user, password, err)
		}
		if err != nil {
			return
		}
		text, err := FormatCredentials(c)
		if err != nil {
			t.Fatal(err)
		}
		back, err := ParseCredentials(text)
		if u, p, ok := back.Basic(); !ok || u != user || p != password || err != nil {
			t.Errorf("%q, %q is sent as %s and read as %q, %q, %v, %v", user, password, text, u, p, ok, err)
		}
	})
}

// FuzzAuthenticationInfo: lines are parameters without a scheme if and only if they could follow one, and the
// error is that of Parse if one comes before them.
func FuzzAuthenticationInfo(f *testing.F) {
	seeds := mutate.Of(f)
	seeds.Add(`nextnonce="x", qop=auth, nc=00000001`, `rspauth="y"`)
	seeds.Add("a \t=\t\"b\\\"\" ,,", ", c=d")
	seeds.Add("A=b", "a=c")
	seeds.Mutate()
	f.Fuzz(func(t *testing.T, line1, line2 string) {
		info, err := ParseAuthenticationInfo(line1, line2)
		unlimited := Parser{MaxParams: -1}
		cs, listErr := unlimited.Parse("X ,", line1, line2)
		if lawful := listErr == nil && len(cs) == 1; lawful != (err == nil) {
			t.Fatalf("ParseAuthenticationInfo(%q, %q): %v; with a scheme before them Parse reads %q, %v", line1, line2, err, cs, listErr)
		}
		if err != nil {
			fault := err.(*SyntaxError)
			if info != nil || fault.Line < 0 || fault.Line > 1 || fault.Offset < 0 || fault.Offset > len([]string{line1, line2}[fault.Line]) {
				t.Errorf("ParseAuthenticationInfo(%q, %q): %q, %+v", line1, line2, info, fault)
			}
			_, err = unlimited.Parse("Digest "+strings.TrimLeft(line1, " \t"), line2)
			if list, ok := err.(ErrorList); ok && strings.Trim(line1, " \t") != "" && (list[0].Line > 0 || list[0].Offset >= len("Digest ")) {
				want := *list[0]
				if want.Line == 0 {
					want.Offset += len(line1) - len(strings.TrimLeft(line1, " \t")) - len("Digest ")
				}
				if fault.Line != want.Line || fault.Offset != want.Offset || fault.Code != want.Code {
					t.Errorf("ParseAuthenticationInfo(%q, %q): %+v, but Parse reports %+v", line1, line2, fault, want)
				}
			}
			return
		}
		if !reflect.DeepEqual([]Param(info), cs[0].Params) {
			t.Errorf("ParseAuthenticationInfo(%q, %q) reads %q, Parse %q", line1, line2, info, cs)
		}
		text, err := FormatAuthenticationInfo(info)
		back, backErr := ParseAuthenticationInfo(text)
		if err != nil || backErr != nil || !reflect.DeepEqual(back, info) {
			t.Errorf("%q is sent as %q, %v, and read as %q, %v", info, text, err, back, backErr)
		}
	})
}

// FuzzErrorDescription: whatever the text, there is one line of it that can be sent, and it stays as it is.
func FuzzErrorDescription(f *testing.F) {
	seeds := mutate.Of(f)
	seeds.Add("json: cannot unmarshal \"x\" \\ y\r\nz")
	seeds.Add("\u2028\u00a0\xff\x7f\x00")
	seeds.Add(strings.Repeat("…", 70))
	seeds.Mutate()
	f.Fuzz(func(t *testing.T, text string) {
		got := ErrorDescription(text)
		if len(got) > 200 || (got == "") != (text == "") || !errorPattern.MatchString(got) || ErrorDescription(got) != got {
			t.Errorf("%q becomes %q", text, got)
		}
		if _, err := (Bearer{Error: InvalidToken, ErrorDescription: got}).Challenge(); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	})
}
