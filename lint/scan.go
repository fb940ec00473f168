package lint

import (
	"slices"
	"strings"

	"github.com/seed-903fb8fe/wwwauth"
)

// A message is a Message as the rules see it.
type message struct {
	Message
	all      []wwwauth.Challenge // what Parse returns, whatever departs from the grammar
	problems wwwauth.ErrorList

	// How the lines without a departure are spelled, which Parse does not tell.
	challenges []*challenge
	empty      []Place // of the first empty list element of each line
}

// A challenge is one that stands in lines without a departure.
type challenge struct {
	wwwauth.Challenge
	at     Place // of the scheme
	gap    int   // the number of bytes between the scheme and what follows it
	params []param
}

// A param is a parameter of a challenge. Its name and value are in the Params of the challenge.
type param struct {
	name, value Place  // where they begin; the value with its quote
	raw         string // the value as it is spelled
	spaced      bool   // whitespace stands beside the "="
}

func (p param) quoted() bool { return strings.HasPrefix(p.raw, `"`) }

// newMessage reads the lines of m.
func newMessage(m Message) *message {
	r := &message{Message: m}
	var err error
	r.all, err = wwwauth.Parse(m.Lines...)
	r.problems, _ = err.(wwwauth.ErrorList)

	lines := m.Lines
	departs := make(map[int]bool) // by line
	broken := make(map[int]bool)  // by challenge
	for _, p := range r.problems {
		switch p.Code {
		case wwwauth.DuplicateParam: // keeps to the grammar
		case wwwauth.TooLarge: // from here on nothing was read
			lines = lines[:p.Line]
		default:
			departs[p.Line], broken[p.Challenge] = true, true
		}
	}
	s := scanner{message: r}
	sure := len(lines) // in the lines before this one, begun is right
	for i, line := range lines {
		if departs[i] {
			// What begins in the line is of no interest here, only how many there are. In rare cases that
			// depends on the lines before.
			cs, _ := wwwauth.Parse(line)
			s.begun += len(cs)
			s.open = nil
			sure = min(sure, i)
			continue
		}
		if s.line(i, line); s.lost {
			break
		}
	}
	if s.begun != len(r.all) && len(lines) == len(m.Lines) {
		s.lost = true
	}
	r.challenges = slices.DeleteFunc(r.challenges, func(c *challenge) bool {
		return broken[c.at.Challenge] || s.lost && c.at.Line >= sure
	})
	return r
}

// A scanner goes through the lines that keep to the grammar, as Parse has found.
type scanner struct {
	*message
	begun int        // challenges in the lines so far
	open  *challenge // the one that takes parameters; nil if it is not known
	lost  bool       // begun does not fit what Parse has read
}

// line reads a line.
func (s *scanner) line(n int, line string) {
	text := strings.TrimRight(line, " \t")
	full := false // an element stands behind the latest comma
	bare := -1    // a comma stands here behind the open scheme, and no parameter before it
	for i := 0; ; {
		i = skipOWS(text, i)
		if i == len(text) {
			break
		}
		if text[i] == ',' {
			if !full {
				s.foundEmpty(n, i)
			}
			if s.open != nil && len(s.open.params) == 0 && bare < 0 {
				bare = i
			}
			full = false
			i++
			continue
		}
		end := tokenEnd(text, i)
		full = true
		if next := skipOWS(text, end); next == len(text) || text[next] != '=' {
			bare = -1
			i = s.scheme(n, text, i, end)
			if s.lost {
				return
			}
			continue
		}
		if bare >= 0 && s.open != nil && len(s.open.params) == 0 {
			// "Scheme ,a=b": the list of parameters begins with an empty element.
			s.foundEmpty(n, bare)
		}
		i = s.param(n, text, i, end)
	}
	if !full {
		s.foundEmpty(n, len(text))
	}
}

// foundEmpty notes an empty element of the line n. There may be any number, and one will do.
func (s *scanner) foundEmpty(n, offset int) {
	if k := len(s.empty); k == 0 || s.empty[k-1].Line != n {
		s.empty = append(s.empty, Place{n, offset, -1, -1})
	}
}

// scheme reads the scheme text[i:end], and the token68 or the first parameter behind it. It returns where
// that ends.
func (s *scanner) scheme(n int, text string, i, end int) int {
	k := s.begun
	if k >= len(s.all) || s.all[k].Scheme != text[i:end] {
		s.lost = true
		return len(text)
	}
	s.begun++
	next := skipOWS(text, end)
	s.open = &challenge{Challenge: s.all[k], at: Place{n, i, k, -1}, gap: next - end}
	s.challenges = append(s.challenges, s.open)
	switch {
	case next == len(text) || text[next] == ',':
		return next
	case s.open.Token68 != "":
		return next + len(s.open.Token68)
	}
	return s.param(n, text, next, tokenEnd(text, next))
}

// param reads the parameter with the name text[i:end], and returns where it ends.
func (s *scanner) param(n int, text string, i, end int) int {
	equals := skipOWS(text, end)
	value := skipOWS(text, equals+1)
	next := tokenEnd(text, value)
	if next == value {
		for next++; text[next] != '"'; next++ {
			if text[next] == '\\' {
				next++
			}
		}
		next++
	}
	if c := s.open; c != nil && len(c.params) < len(c.Params) {
		k, index := c.at.Challenge, len(c.params)
		c.params = append(c.params, param{
			name:   Place{n, i, k, index},
			value:  Place{n, value, k, index},
			raw:    text[value:next],
			spaced: equals > end || value > equals+1,
		})
	}
	return next
}

func skipOWS(s string, i int) int {
	for i < len(s) && (s[i] == ' ' || s[i] == '\t') {
		i++
	}
	return i
}

// tokenEnd returns the end of the token that starts at s[i], and i if there is none (RFC 9110 section
// 5.6.2).
func tokenEnd(s string, i int) int {
	for i < len(s) && s[i] > ' ' && s[i] < 0x7f && strings.IndexByte(`"(),/:;<=>?@[\]{}`, s[i]) < 0 {
		i++
	}
	return i
}
