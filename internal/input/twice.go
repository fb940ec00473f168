package input

import "strings"

// This file recognizes that a program printed one response twice: Node its headers and its rawHeaders, Java the
// object and the map, a logger the map and a message. It is one if the field lines of a name, joined with commas
// (RFC 9110 section 5.3), are the same text, and the program printed them in another shape. A server that sends a
// field line twice has both in the same shape. Of the two the one with more field lines is kept: it shows where one
// ends.

// once drops the challenge fields of a response that repeat those before them.
func (resp *Response) once() {
	for _, name := range [...]string{wwwAuthenticate, proxyAuthenticate} {
		var at []int
		size := 0
		for i, f := range resp.Fields {
			if challengeField(f.Name) == name {
				at = append(at, i)
				size += len(f.Value) + len(", ")
			}
		}
		half, k := 0, 0
		for k < len(at) && half < size/2 {
			half += len(resp.Fields[at[k]].Value) + len(", ")
			k++
		}
		if len(at) < 2 || 2*half != size {
			continue
		}
		first, second := resp.Fields[at[0]], resp.Fields[at[k]]
		sameShape := 2*k == len(at) && first.Name == second.Name && first.Undone == second.Undone
		if sameShape || (first.Undone|second.Undone)&(Quotes|List) == 0 || joined(resp.Fields, at[:k]) != joined(resp.Fields, at[k:]) {
			continue
		}
		drop := at[k:]
		if len(drop) > k {
			drop = at[:k]
		}
		kept := resp.Fields[:0]
		for i, f := range resp.Fields {
			if len(drop) > 0 && drop[0] == i {
				drop = drop[1:]
				continue
			}
			kept = append(kept, f)
		}
		resp.Fields = kept
	}
}

// joined returns the values of the fields at the indices, as one field line.
func joined(fields []Field, at []int) string {
	var b strings.Builder
	for i, k := range at {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(fields[k].Value)
	}
	return b.String()
}

// A printed group is the last one that was emitted.
type printed struct {
	responses  int // that were found with it
	begin, end int
	shape      string
	member     string // the structure that it is in
}

// isPrintedAgain reports whether a group shows the response before it again: two structures on lines
// of their own, one after the other, with equal fields in different shapes. If so, it is merged into that response.
func (r *reader) isPrintedAgain(g *group) bool {
	p := r.printed
	r.printed = printed{responses: len(r.found.Responses), begin: g.begin, end: g.end, shape: r.shape(g.begin, p.end), member: r.member(g.begin)}
	if p.responses != len(r.found.Responses) || g.begin < p.end || p.responses == 0 {
		return false
	}
	between := r.text[p.end:g.begin]
	switch {
	case p.member != "" && r.printed.member != "" && p.member != r.printed.member && isWithin(between):
	case p.shape == "" || r.printed.shape == "" || p.shape == r.printed.shape:
		return false
	default:
		if _, ok := statusIn(between); ok || len(between) > maxBeside || strings.Contains(between, "\n\n") || strings.Contains(between, "\n\r\n") {
			return false
		}
	}
	last := &r.found.Responses[len(r.found.Responses)-1]
	if g.resp.Request != nil || g.resp.Status != 0 && last.Status != 0 && g.resp.Status != last.Status {
		return false
	}
	if !sameChallenges(last, &g.resp) {
		return false
	}
	if len(indices(g.resp.Fields, wwwAuthenticate))+len(indices(g.resp.Fields, proxyAuthenticate)) >
		len(indices(last.Fields, wwwAuthenticate))+len(indices(last.Fields, proxyAuthenticate)) {
		last.Fields, last.Notes = g.resp.Fields, g.resp.Notes
	}
	if last.Status == 0 {
		last.Status = g.resp.Status
	}
	return true
}

// sameChallenges reports whether two responses have equal challenge fields, however the lines were joined.
func sameChallenges(a, b *Response) bool {
	for _, name := range [...]string{wwwAuthenticate, proxyAuthenticate} {
		if joined(a.Fields, indices(a.Fields, name)) != joined(b.Fields, indices(b.Fields, name)) {
			return false
		}
	}
	return true
}

// isWithin reports whether all lines of s but the first are indented, so that what is before and after it are parts of
// one structure, as Node prints the object of a response with all that it holds.
func isWithin(s string) bool {
	lines := 0
	for i := strings.IndexByte(s, '\n'); i >= 0; {
		if lines++; i+1 < len(s) && !isBlank(s[i+1]) {
			return false
		}
		k := strings.IndexByte(s[i+1:], '\n')
		if k < 0 {
			break
		}
		i += 1 + k
	}
	return lines > 0
}

// isOtherMember reports whether the lines of text[i] and text[j] are in two members of one structure.
func (r *reader) isOtherMember(i, j int) bool {
	a, b := r.member(i), r.member(j)
	return a != "" && b != "" && a != b && isWithin(r.text[i:j])
}

// member returns the line of the structure that the indented line of text[i] is a member of, with its indent: the
// nearest line before it with a smaller one.
func (r *reader) member(i int) string {
	s := r.text
	begin := r.lineStart(i)
	indent := skipBlanks(s, begin) - begin
	for low := max(0, begin-maxBeside); indent > 0 && begin > low; {
		begin = lineStart(s, begin-1)
		if end := lineEnd(s, begin); end > begin && skipBlanks(s, begin)-begin < indent {
			return s[begin:end]
		}
	}
	return ""
}

// indices returns where the fields with the standard's name are.
func indices(fields []Field, name string) (at []int) {
	for i, f := range fields {
		if challengeField(f.Name) == name {
			at = append(at, i)
		}
	}
	return at
}

// shape returns how the structure that holds the name at i begins, on a line of its own after low: the name of its
// type, brackets, and the quote before the name. It returns "" if something else, such as the time of a log, stands
// before it.
func (r *reader) shape(i, low int) string {
	s := r.text
	for begin := r.lineStart(i); ; {
		j := begin
		for j < min(i, begin+100) && (isNameByte(s[j]) || strings.IndexByte(".$@", s[j]) >= 0) {
			j++
		}
		kind, _, _ := strings.Cut(s[begin:j], "@") // Java has the object's hash after it
		brackets := strings.TrimLeft(s[j:i], " ")
		n := 0
		for n < min(len(brackets), 64) && strings.IndexByte("[{(& \r\n", brackets[n]) >= 0 {
			n++
		}
		if n > 0 {
			shape := kind + strings.Join(strings.Fields(brackets[:n]), "")
			if i > 0 && isQuote(s[i-1]) {
				shape += s[i-1 : i]
			}
			return shape
		}
		if j > begin || begin <= low || begin == 0 || i-begin > maxBeside {
			return ""
		}
		begin = lineStart(s, begin-1)
	}
}
