package input

import "strings"

// This file finds out that a program has printed one response twice: Node its headers and its rawHeaders, Java the
// object and the map, a logger the map and a message. It is one if the field lines of a name, joined with commas
// (RFC 9110 section 5.3), are the same text, and the program printed them in another shape. A server that sends a
// field line twice has both in the same shape. Of the two the one with more field lines is kept: it shows where one
// ends.

// once drops the challenge fields of a response that show those before them once more.
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

// A printed group is the last that was handed over.
type printed struct {
	responses  int // that were found with it
	begin, end int
	shape      string
}

// isPrintedAgain reports whether a group shows the response before it once more: two structures on lines
// of their own, one behind the other, with equal fields in different shapes. If so, it is merged into that response.
func (r *reader) isPrintedAgain(g *group) bool {
	p := r.printed
	r.printed = printed{responses: len(r.found.Responses), begin: g.begin, end: g.end, shape: r.shape(g.begin, p.end)}
	if p.shape == "" || r.printed.shape == "" || p.shape == r.printed.shape || p.responses != len(r.found.Responses) || g.begin < p.end {
		return false
	}
	between := r.text[p.end:g.begin]
	if _, ok := statusIn(between); ok || len(between) > maxBeside || strings.Contains(between, "\n\n") || strings.Contains(between, "\n\r\n") {
		return false
	}
	last := &r.found.Responses[len(r.found.Responses)-1]
	if g.resp.Request != nil || g.resp.Status != 0 && last.Status != 0 && g.resp.Status != last.Status {
		return false
	}
	more := false
	for _, name := range [...]string{wwwAuthenticate, proxyAuthenticate} {
		a, b := indices(last.Fields, name), indices(g.resp.Fields, name)
		if joined(last.Fields, a) != joined(g.resp.Fields, b) {
			return false
		}
		more = more || len(b) > len(a)
	}
	if more {
		last.Fields, last.Notes = g.resp.Fields, g.resp.Notes
	}
	if last.Status == 0 {
		last.Status = g.resp.Status
	}
	return true
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

// shape returns how the structure that holds the name at i begins, on a line of its own behind low: the name of its
// type, brackets, and the quote before the name. It returns "" if something else, such as the time of a log, stands
// before it.
func (r *reader) shape(i, low int) string {
	s := r.text
	for begin := r.lineStart(i); ; {
		j := begin
		for j < min(i, begin+100) && (isNameByte(s[j]) || strings.IndexByte(".$@", s[j]) >= 0) {
			j++
		}
		kind, _, _ := strings.Cut(s[begin:j], "@") // Java has the object's hash behind it
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
