package survey

import (
	"slices"
	"strconv"
	"strings"

	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/internal/layout"
	"github.com/seed-903fb8fe/wwwauth/internal/secret"
)

// This file makes the texts of examples, which hold nothing that may be a secret.

// hide returns the lines of the field with secrets hidden.
func (s *sight) hide() []string {
	if s.hidden == nil {
		s.hidden = secret.Lines(s.lines)
	}
	return s.hidden
}

// lineText returns the field line with the index, or the status if there is no such line.
func (s *sight) lineText(i int) string {
	if i < 0 || i >= len(s.lines) {
		return s.statusText()
	}
	return example(s.field + ": " + s.hide()[i])
}

func (s *sight) firstLine() string { return s.lineText(0) }

// challengeText returns the challenge with the index, in canonical form if it can be sent.
func (s *sight) challengeText(i int) string {
	challenges, _ := wwwauth.Parse(s.hide()...)
	if i >= len(challenges) {
		return s.firstLine()
	}
	c := challenges[i]
	if s.Names {
		c = s.named(c, i)
	}
	text := c.String()
	if text == "" {
		text = c.Distinct().String()
	}
	return example(s.field + ": " + text)
}

// named returns the challenge with the index, hidden except for its names, if all lines conform. A word alone may be
// anything.
func (s *sight) named(c wwwauth.Challenge, i int) wwwauth.Challenge {
	sent, err := wwwauth.Parse(s.lines...)
	if err != nil || i >= len(sent) || len(sent[i].Params) == 0 || len(sent[i].Params) != len(c.Params) {
		return c
	}
	c.Scheme, c.Params = sent[i].Scheme, slices.Clone(c.Params)
	for k := range c.Params {
		c.Params[k].Name = sent[i].Params[k].Name
	}
	return c
}

func (s *sight) statusText() string {
	if s.response.Status == 0 {
		return ""
	}
	return strings.TrimPrefix(s.response.Proto+" "+strconv.Itoa(s.response.Status), " ")
}

// productText returns the product of the Server field without its version, if it is known.
func (s *sight) productText() string {
	for i := range s.response.Fields {
		if f := &s.response.Fields[i]; strings.EqualFold(f.Name, "Server") {
			return example("Server: " + hideServer(f.Value, productRow(s.response) < productsAt+len(products)))
		}
	}
	return s.statusText()
}

func example(s string) string { return strings.ToValidUTF8(layout.Cut(s, maxExample), "\ufffd") }

// hideServer returns a Server field with only the product, if it is known, and a version of digits.
func hideServer(value string, product bool) string {
	name, version, _ := strings.Cut(strings.Trim(value, " \t"), "/")
	if !product {
		return mask(value)
	}
	if end := strings.IndexAny(name, " (,;"); end >= 0 {
		return name[:end]
	}
	digits := len(version) - len(strings.TrimLeft(version, "0123456789."))
	if digits == 0 {
		return name
	}
	return name + "/" + version[:digits]
}

// hideName returns a name that may be a misspelt challenge field's, without what comes before that.
func hideName(name string) string {
	lower := strings.ToLower(name)
	i := max(strings.LastIndex(lower, "www"), strings.LastIndex(lower, "proxy"), 0)
	return example(mask(name[:i]) + name[i:])
}

// mask replaces letters and digits.
func mask(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || c >= 0x80 {
			b[i] = 'x'
		}
	}
	return string(b)
}
