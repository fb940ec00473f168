package main

import (
	"regexp"
	"slices"
	"strings"

	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/interop/parsers"
)

// A rule is something that RFC 9110 allows, and that a parser may not know.
type rule struct {
	name    string
	section string

	// whole means that a parser without the rule loses or invents whole challenges, and nothing smaller.
	whole bool

	// has reports whether an input uses the rule.
	has func(input) bool

	// probes use only this rule, with words that all rivals accept after Parser.Words. A rival that misreads one of
	// them does not know the rule.
	probes [][]string
}

// An input has the field lines, the same with empty quotes for each quoted-string, and those of our
// challenges that have a scheme for the rival.
type input struct {
	lines, bare []string
	challenges  []parsers.Challenge
}

var quotedString = regexp.MustCompile(`(?s)"(?:[^"\\]|\\.)*"`)

func newInput(lines []string, seen []parsers.Challenge) input {
	in := input{lines: lines}
	for _, c := range parsers.Ours(lines) {
		if slices.ContainsFunc(seen, func(d parsers.Challenge) bool { return d.Scheme == c.Scheme }) {
			in.challenges = append(in.challenges, c)
		}
	}
	for _, line := range lines {
		in.bare = append(in.bare, quotedString.ReplaceAllString(strings.Trim(line, " \t"), `""`))
	}
	return in
}

// bare returns a has that looks at what is outside of quoted-strings.
func bare(expr string) func(input) bool {
	re := regexp.MustCompile(expr)
	return func(in input) bool { return slices.ContainsFunc(in.bare, re.MatchString) }
}

// quoted returns a has that looks at each quoted-string, with its quotes.
func quoted(expr string) func(input) bool {
	re := regexp.MustCompile(expr)
	return func(in input) bool {
		return slices.ContainsFunc(in.lines, func(line string) bool {
			return slices.ContainsFunc(quotedString.FindAllString(line, -1), re.MatchString)
		})
	}
}

const realm = `Bearer realm="https://r.example/t"`

// The rules are in the order in which they explain a difference.
var rules = []rule{
	{"parameters continue on the next field line", "5.2", false,
		func(in input) bool {
			return slices.ContainsFunc(in.lines, func(line string) bool { _, err := wwwauth.Parse(line); return err != nil })
		},
		[][]string{{realm, `service="s"`}}},
	{"several field lines", "5.3", true,
		func(in input) bool { return len(in.lines) > 1 },
		[][]string{{`Newauth realm="a"`, realm}}},
	{"several challenges in a line", "11.6.1", true,
		func(in input) bool {
			return slices.ContainsFunc(in.lines, func(line string) bool { return len(parsers.Ours([]string{line})) > 1 })
		},
		[][]string{{`Newauth realm="a", ` + realm}, {realm + `, Newauth realm="a"`}}},
	{"token68", "11.2", false,
		func(in input) bool {
			return slices.ContainsFunc(in.challenges, func(c parsers.Challenge) bool { return c.Token68 != "" })
		},
		[][]string{{`Bearer YWI=`}, {`Bearer YWJj`}}},
	{"a scheme alone", "11.3", false,
		func(in input) bool {
			return slices.ContainsFunc(in.challenges, func(c parsers.Challenge) bool { return c.Token68 == "" && len(c.Params) == 0 })
		},
		[][]string{{`Bearer`}}},
	{"empty list elements", "5.6.1.2", false,
		func(in input) bool {
			return bare(`^[ \t]*,|,[ \t]*,|,[ \t]*$|(^|,)[ \t]*[^ \t,="]+[ \t]+,`)(in) || len(in.challenges) == 0
		},
		[][]string{{`, ` + realm}, {realm + `,, service="s"`}, {realm + ` , `}, {strings.Replace(realm, " ", " ,", 1)}}},
	{"whitespace around =", "5.6.3", false,
		bare(`[ \t]=|=[ \t]+[^ \t,]`),
		[][]string{{realm + `, service ="s"`}, {realm + `, service= "s"`}, {realm + `, service = s`}}},
	{"an empty quoted-string", "5.6.4", false,
		quoted(`^""$`),
		[][]string{{`Bearer realm="", service="s"`}, {realm + `, service="", scope="a"`}}},
	{"a quoted-string that ends in an escaped backslash", "5.6.4", false,
		quoted(`^"(?:[^"\\]|\\.)*\\\\"$`),
		[][]string{{realm + `, service="s\\", scope="a"`}, {realm + `, service="s\\", scope="a,b"`}}},
	{"an escaped quote or backslash", "5.6.4", false,
		quoted(`\\["\\]`),
		[][]string{{realm + `, service="a\"b\\c"`}}},
	{"a quoted-pair of any other character", "5.6.4", false,
		quoted(`^"(?:[^"\\]|\\["\\])*\\[^"\\]`),
		[][]string{{realm + `, service="a\b\ c\/d"`}}},
	{"HTAB in a quoted-string", "5.6.4", false,
		quoted(`\t`),
		[][]string{{realm + ", service=\"a\tb\""}}},
	{"obs-text that is not UTF-8", "5.5", false,
		func(in input) bool {
			return strings.ToValidUTF8(strings.Join(in.lines, ""), "") != strings.Join(in.lines, "")
		},
		[][]string{{realm + ", service=\"a\xe9b\""}}},
	{"single quotes are part of a token", "5.6.2", false,
		bare(`'`),
		[][]string{{realm + `, service='s'`}}},
	{"tokens of all tchar", "5.6.2", false,
		bare("[!#$%&*+.^_`|~]"),
		[][]string{{realm + ", service=a_b.c"}, {realm + `, a_b="c", service="s"`}}},
	{"a token as value", "11.2", false,
		bare(`=[ \t]*[^ \t,="]`),
		[][]string{{realm + `, service=s`}}},
	{"schemes without regard to case", "11.1", false,
		bare(`(^|,)[ \t]*(BASIC|basic|BEARER|bearer|DIGEST|digest)\b`),
		[][]string{{strings.Replace(realm, "Bearer", "BEARER", 1)}}},
	{"names without regard to case", "11.2", false,
		bare(`[A-Z][A-Za-z_-]*[ \t]*=`),
		[][]string{{realm + `, SERVICE="s"`}}},
	{"several SP after the scheme", "11.3", false,
		bare(`^[^ \t,="]+  `),
		[][]string{{strings.Replace(realm, " ", "   ", 1)}}},
	{"a space before a comma", "5.6.1", false,
		bare(`[ \t],`),
		[][]string{{realm + ` , service="s"`}}},
	{"HTAB as whitespace", "5.6.3", false,
		bare(`\t`),
		[][]string{{realm + "\t,\tservice=\"s\""}}},
	{"no whitespace after a comma", "5.6.1", false,
		bare(`,[^ \t]`),
		[][]string{{realm + `,service="s"`}}},
	{"a plain challenge", "11.3", false,
		func(input) bool { return true },
		[][]string{{realm}, {realm + `, service="s", scope="a"`}}},
}

// knows says whether r reads all probes of a rule correctly: "yes", "no", or "-" if none of them is for r.
func knows(r parsers.Parser, u rule) string {
	knows := "-"
	for _, probe := range u.probes {
		var lines []string
		for _, line := range probe {
			lines = append(lines, r.Words.Replace(line))
		}
		seen, ok := r.InScope(parsers.Ours(lines))
		if !ok {
			continue
		}
		theirs, err := r.Ask(lines)
		if c, _, _ := parsers.Classify(theirs, err, seen); c != parsers.Equal {
			return "no"
		}
		knows = "yes"
	}
	return knows
}
