package input

import "strings"

// This file reads pairs: a name and a value in a list or an object of their own.

// isKeyInList reports whether the quoted name that begins at open has an even number of strings before it in
// its list: ['www-authenticate', 'basic'] may be a list of names. A call in source code is not a list.
func (r *reader) isKeyInList(open int) bool {
	s := r.text
	count, depth := 0, 0
	low := max(0, open-(1<<14))
	for i := open - 1; i >= low && count < 512; i-- {
		switch c := s[i]; {
		case isQuote(c):
			j := i - 1
			for j >= low && (s[j] != c || j > low && s[j-1] == '\\') {
				j--
			}
			if j < low {
				return false
			}
			if depth == 0 {
				count++
			}
			i = j
		case c == ']' || c == ')' || c == '}':
			depth++
		case c == '[' || c == '(' || c == '{':
			if depth > 0 {
				depth--
				continue
			}
			if c == '(' {
				j := i - 1
				for j >= 0 && isBlank(s[j]) {
					j--
				}
				if j >= 0 && (isNameByte(s[j]) || s[j] == '.') { // res.setHeader(
					return strings.HasSuffix(s[:j+1], "VALUES") || strings.HasSuffix(s[:j+1], "values")
				}
			}
			if count == 0 {
				// The first of a pair, or of a flat list, in which more follow.
				return true
			}
			return count%2 == 0 && r.isFlatList(i)
		case c == '\n' && depth == 0 && count == 0 && i+1 < open && trimLine(s[i+1:open]) == "" && i > 0 && s[i-1] == '\n':
			return true
		}
	}
	return count == 0 || count%2 == 0
}

// isFlatList reports whether the list that begins at s[i] has the names of fields at even places.
func (r *reader) isFlatList(i int) bool {
	j := skipSpace(r.text, i+1)
	if j == len(r.text) || !isQuote(r.text[j]) {
		return false
	}
	first, end, ok := readString(r.text, j, anyDialect)
	if !ok || tokenEnd(first, 0) != len(first) || first == "" {
		return false
	}
	j = skipSpace(r.text, end)
	if j == len(r.text) || r.text[j] != ',' {
		return false
	}
	j = skipSpace(r.text, j+1)
	if j == len(r.text) || !isQuote(r.text[j]) {
		return false
	}
	_, _, ok = readString(r.text, j, anyDialect)
	return ok
}

// isNameMember reports whether s ends with the key name: of an object {name, value}.
func isNameMember(s string) bool {
	s = strings.TrimRight(s, " \t\r\n")
	if s == "" {
		return false
	}
	switch {
	case strings.HasSuffix(s, "=>"):
		s = s[:len(s)-2]
	case s[len(s)-1] == ':' || s[len(s)-1] == '=':
		s = s[:len(s)-1]
	default:
		return false
	}
	s = strings.Trim(s, " \t\"'`:")
	for _, key := range [...]string{"name", "key", "header", "field", "n", "k"} {
		if len(s) >= len(key) && strings.EqualFold(s[len(s)-len(key):], key) && (len(s) == len(key) || !isAlnum(s[len(s)-len(key)-1])) {
			return true
		}
	}
	return false
}

// pairObject reads the value of an object {name, value} or {value, name}.
func (r *reader) pairObject(n name, q byte, open, i int) (int, bool) {
	s := r.text
	take := func(at int) (int, bool) {
		values, begins, pos := r.stringsAt(at, anyDialect, false)
		var fields []Field
		for k, v := range values {
			f := Field{Value: v, Line: r.lines.line(begins[k]), Undone: Quotes}
			if n.end+1 < len(s) && isBlank(s[n.end+1]) { // an attribute of XML
				if f.Value = undoEntities(v); f.Value != v {
					f.Undone |= Entities
				}
			}
			if looksLikeChallenge(f.Value) {
				fields = append(fields, f)
			}
		}
		if len(fields) == 0 {
			return 0, false
		}
		pos = max(pos, n.end)
		r.add(n, fields, pos)
		return pos, true
	}
	high := min(len(s), i+(1<<10))
	for j := i; j < high && s[j] != '}'; j++ {
		if k, ok := valueKeyAt(s, j); ok {
			return take(k)
		}
		if isQuote(s[j]) {
			_, end, ok := readString(s[:high], j, anyDialect)
			if !ok {
				break
			}
			j = end - 1
		}
	}
	low := max(0, open-(1<<14))
	if begin := strings.LastIndexByte(s[low:open], '{'); begin >= 0 {
		for j := low + begin; j < open; j++ {
			if k, ok := valueKeyAt(s, j); ok {
				return take(k)
			}
		}
	}
	return 0, false
}

// valueKeyAt reports whether the key value: begins at s[j], and returns the index after its separator.
func valueKeyAt(s string, j int) (int, bool) {
	if j > 0 && isAlnum(s[j-1]) {
		return 0, false
	}
	if j < len(s) && isQuote(s[j]) {
		j++
	}
	for _, key := range [...]string{"values", "value", "val", "v"} {
		if len(s)-j > len(key) && strings.EqualFold(s[j:j+len(key)], key) && !isNameByte(s[j+len(key)]) {
			j += len(key)
			if isQuote(s[j]) {
				j++
			}
			j = skipBlanks(s, j)
			if strings.HasPrefix(s[j:], "=>") {
				return j + 2, true
			}
			if j < len(s) && (s[j] == ':' || s[j] == '=') {
				return j + 1, true
			}
			return 0, false
		}
	}
	return 0, false
}

// pairInBrackets reads the value of a pair that a bracket closes.
func (r *reader) pairInBrackets(n name, i int) (int, bool) {
	s := r.text
	i = skipBlanks(s, i)
	line := s[i:r.nextName(i)]
	end := len(strings.TrimRight(line, " \t\r"))
	for _, mark := range [...]string{"], [", "]}", "...}"} {
		if k := strings.Index(line, mark); k >= 0 {
			end = min(end, k)
		}
	}
	f := Field{Value: trimBlanks(line[:end]), Line: r.lines.line(i), Column: i - r.lineStart(i)}
	if !looksLikeChallenge(f.Value) {
		return 0, false
	}
	r.add(n, []Field{f}, i+end)
	return i + end, true
}
