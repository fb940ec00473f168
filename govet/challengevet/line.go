package challengevet

import "strings"

// A line is a field line with the place of each dynamic value in it.
type line struct {
	text  text
	slots []slot // of the holes, in order, and of constants with escapes of Go
	known bool   // no dynamic value can bring parameters, schemes or quotes of its own, but by mistake
}

// A slot is a place of a dynamic value.
type slot struct {
	hole  *hole
	where where
	name  string // of the parameter that it belongs to; "" if that is not plain
}

type where uint8

const (
	structural where = iota // in place of a scheme, a name, a token68 or whole parameters
	quoted                  // between quotes
	unquoted                // the whole value of a parameter, or the begin of it, without quotes
	goEscaped               // a constant with escapes of Go
)

// layOut finds the place of each hole: what is between quotes is a value, what follows a name and
// "=" is one without quotes, and anything else may be anything.
func layOut(t text) line {
	l := line{text: t, known: true}
	inQuotes, escaped := false, false
	var outside strings.Builder // what is outside of quoted strings, with \x00 for each of these
	for _, p := range t {
		if p.hole == nil {
			if p.goEscapes {
				l.slots = append(l.slots, slot{where: goEscaped, name: nameBefore(outside.String())})
			}
			for i := 0; i < len(p.constant); i++ {
				c := p.constant[i]
				switch {
				case escaped:
					escaped = false
				case inQuotes && c == '\\':
					escaped = true
				case c == '"':
					if inQuotes {
						outside.WriteByte(0)
					}
					inQuotes = !inQuotes
				case !inQuotes:
					outside.WriteByte(c)
				}
			}
			continue
		}
		s := slot{hole: p.hole, name: nameBefore(outside.String())}
		escaped = false
		switch {
		case inQuotes:
			s.where = quoted
			if p.hole.kind == goQuoted {
				s.where = structural // a quoted string within quotes
			}
		case s.name != "" && p.hole.kind == goQuoted:
			s.where = unquoted
			outside.WriteByte(0)
		case s.name != "" && p.hole.kind != unknown:
			s.where = unquoted
			outside.WriteByte('x')
		}
		if s.where == structural || p.hole.kind == unknown && !inQuotes {
			l.known = false
			outside.WriteString("\x00 ")
		}
		l.slots = append(l.slots, s)
	}
	return l
}

// nameBefore returns the name of the parameter whose value begins at the end of the text, or goes on
// there without quotes.
func nameBefore(s string) string {
	start := strings.LastIndexAny(s, " \t,;\x00")
	last := s[start+1:]
	if last == "" { // perhaps BWS after the "="
		trimmed := strings.TrimRight(s, " \t")
		if !strings.HasSuffix(trimmed, "=") {
			return ""
		}
		last = trimmed[strings.LastIndexAny(trimmed, " \t,;\x00")+1:]
	}
	name, _, ok := strings.Cut(last, "=")
	if !ok {
		return ""
	}
	return name
}

// render returns the line with the value in place of each dynamic one.
func (l line) render(value string) string {
	var b strings.Builder
	for _, p := range l.text {
		switch {
		case p.hole == nil:
			b.WriteString(p.constant)
		case p.hole.kind == number:
			b.WriteString("1")
		case p.hole.kind == goQuoted:
			b.WriteString(`"` + value + `"`)
		default:
			b.WriteString(value)
		}
	}
	return b.String()
}
