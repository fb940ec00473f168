package report

import (
	"strconv"
	"strings"
)

// claims are those of a JWT that say when and where it is valid (RFC 7519 section 4.1).
type claims struct {
	exp, nbf int64 // 0 if it has none
	aud      []string
}

// readClaims reads the claims of a JWT. It reads just enough JSON for that. It returns false if the text is not
// an object.
func readClaims(text string) (c claims, ok bool) {
	r := jsonReader{s: text}
	if !r.take('{') {
		return claims{}, false
	}
	for !r.take('}') {
		name, ok := r.str()
		if !ok || !r.take(':') {
			return claims{}, false
		}
		switch name {
		case "exp":
			c.exp = r.number()
		case "nbf":
			c.nbf = r.number()
		case "aud":
			c.aud = r.strs()
		default:
			r.skip()
		}
		if r.failed || !r.take(',') && !r.at('}') {
			return claims{}, false
		}
	}
	r.space()
	return c, r.s == ""
}

// A jsonReader reads JSON text from the beginning.
type jsonReader struct {
	s      string
	failed bool
}

func (r *jsonReader) space() { r.s = strings.TrimLeft(r.s, " \t\r\n") }

// at reports whether c comes next, and take passes over it too.
func (r *jsonReader) at(c byte) bool {
	r.space()
	return r.s != "" && r.s[0] == c
}

func (r *jsonReader) take(c byte) bool {
	if !r.at(c) {
		return false
	}
	r.s = r.s[1:]
	return true
}

// str reads a string.
func (r *jsonReader) str() (string, bool) {
	if !r.at('"') {
		return "", false
	}
	for i := 1; i < len(r.s); i++ {
		switch r.s[i] {
		case '\\':
			i++
		case '"':
			text := r.s[1:i]
			r.s = r.s[i+1:]
			if strings.Contains(text, `\`) {
				text = strings.ReplaceAll(text, `\/`, "/") // the one escape that URLs have
			}
			return text, true
		}
	}
	return "", false
}

// number reads a number. It returns 0 for any other value.
func (r *jsonReader) number() int64 {
	r.space()
	end := strings.IndexAny(r.s, ",}] \t\r\n")
	if end < 0 || r.s[0] == '"' || r.s[0] == '{' || r.s[0] == '[' {
		r.skip()
		return 0
	}
	whole, _, _ := strings.Cut(r.s[:end], ".") // nobody writes a time with an exponent
	n, err := strconv.ParseInt(whole, 10, 64)
	r.s = r.s[end:]
	if err != nil || n < 0 || n > 1<<53 {
		return 0
	}
	return n
}

// strs reads a string or an array of strings.
func (r *jsonReader) strs() (list []string) {
	if s, ok := r.str(); ok {
		return []string{s}
	}
	if !r.at('[') {
		r.skip()
		return nil
	}
	for r.take('['); !r.take(']'); {
		s, ok := r.str()
		if !ok || !r.take(',') && !r.at(']') {
			r.failed = true
			return nil
		}
		list = append(list, s)
	}
	return list
}

// skip passes over a value of any kind.
func (r *jsonReader) skip() {
	depth := 0
	for {
		r.space()
		switch {
		case r.s == "":
			r.failed = true
			return
		case r.s[0] == '"':
			if _, ok := r.str(); !ok {
				r.failed = true
				return
			}
		case r.s[0] == '{' || r.s[0] == '[':
			depth++
			r.s = r.s[1:]
			continue
		case r.s[0] == '}' || r.s[0] == ']':
			if depth--; depth < 0 {
				return
			}
			r.s = r.s[1:]
		case depth > 0 && (r.s[0] == ',' || r.s[0] == ':'):
			r.s = r.s[1:]
			continue
		default:
			end := strings.IndexAny(r.s, ",}]:\" \t\r\n")
			if end <= 0 {
				r.failed = true
				return
			}
			r.s = r.s[end:]
		}
		if depth == 0 {
			return
		}
	}
}
