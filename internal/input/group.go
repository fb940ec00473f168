package input

import "strings"

// This file groups the fields outside a head into responses.

// A group is the field lines that belong to one response without a head.
type group struct {
	resp  Response
	end   int // after the last value
	begin int // of the first name
}

// maxGroup is how many fields a response without a head may have.
const maxGroup = 128

// add adds the fields with the name n before end.
func (r *reader) add(n name, fields []Field, end int) {
	for _, f := range fields {
		f.Name = r.text[n.start:n.end]
		f.Undone |= r.src.undone
		if isCombined(f.Value) {
			f.Undone |= Combined
		}
		r.addField(f, n.start, end)
	}
}

// addField adds a field to the group, or begins a new one.
func (r *reader) addField(f Field, begin, end int) {
	if g := r.group; g != nil && (len(g.resp.Fields) >= maxGroup || !r.belongs(begin)) {
		r.endGroup()
	}
	if r.group == nil {
		r.group = &group{begin: begin, end: begin}
		r.group.resp.Line = f.Line
	}
	g := r.group
	// The same value twice is one, if a program shows the field twice: as a member and in a string, or in two members.
	same, again := false, false
	for _, o := range g.resp.Fields {
		if o.Value == f.Value && (o.Name == f.Name || challengeField(o.Name) == challengeField(f.Name)) {
			same = true
			again = again || o.Undone != f.Undone || o.Name != f.Name || o.Line == f.Line
		}
	}
	if begin != g.begin && (again || same && r.isOtherMember(g.begin, begin)) {
		g.end = max(g.end, end)
		return
	}
	g.resp.Fields = append(g.resp.Fields, f)
	g.end = max(g.end, end)
}

// belongs reports whether a name at i belongs to the response of the group.
func (r *reader) belongs(i int) bool {
	if i <= r.group.end {
		return true
	}
	between := r.text[r.group.end:i]
	if len(between) > 1<<12 || strings.Contains(between, "\n\n") || strings.Contains(between, "\n\r\n") {
		return false
	}
	if _, ok := statusIn(between); ok {
		return false
	}
	// A line that begins an object, or a line of another kind.
	for {
		n := strings.IndexByte(between, '\n')
		if n < 0 {
			return true
		}
		between = between[n+1:]
		if between == "" {
			return true
		}
		if c := between[0]; c == '{' || c == '[' || c == '(' || c == '&' {
			return false
		}
		if end := strings.IndexByte(between, '\n'); end > 0 && !strings.ContainsAny(between[:end], ":=,'\"`[]{}()|") {
			return false
		}
	}
}

// endGroup hands over the response whose fields were found.
func (r *reader) endGroup() {
	g := r.group
	if g == nil {
		return
	}
	r.group = nil
	if len(g.resp.Fields) == 0 {
		return
	}
	low := min(max(r.groupEnd, g.begin-maxBeside), g.begin)
	isMore := r.groupEnd >= g.end // of a list that is longer than a group
	r.groupEnd = g.end
	if g.resp.Status == 0 {
		g.resp.Status = r.statusNear(g, low)
	}
	if !isMore {
		r.besides(g, low)
	}
	g.resp.Request, r.request = r.request, nil
	g.resp.once()
	g.resp.note()
	if !r.isPrintedAgain(g) {
		r.emit(g.resp)
		r.printed.responses++
	}
}

// statusNear returns the status before the group, in the lines without a blank line between,
// or in the line of its end.
func (r *reader) statusNear(g *group, low int) int {
	s := r.text
	before := s[low:g.begin]
	for _, gap := range [...]string{"\n\n", "\n\r\n"} {
		if i := strings.LastIndex(before, gap); i >= 0 {
			before = before[i+len(gap):]
		}
	}
	if n, ok := statusIn(before); ok {
		return n
	}
	if n, ok := status3(s[r.lineStart(g.begin):g.begin]); ok && n >= 400 { // 401 www-authenticate=Basic realm="x"
		return n
	}
	if after := s[g.end:r.lineEnd(g.end)]; len(after) < 1<<12 {
		if n, ok := statusIn(after); ok {
			return n
		}
	}
	return 0
}

// statusIn returns the last status that s mentions: after the word status, code or HTTP, or before a
// reason phrase.
func statusIn(s string) (int, bool) {
	for i := len(s) - 3; i >= 0; i-- {
		if s[i] < '1' || s[i] > '5' || i > 0 && (isAlnum(s[i-1]) || s[i-1] == '.' || s[i-1] == '-') {
			continue
		}
		n, ok := status3(s[i:])
		if !ok {
			continue
		}
		rest := s[i+3:]
		if strings.HasPrefix(rest, " Unauthorized") && n == 401 || strings.HasPrefix(rest, " Forbidden") && n == 403 || strings.HasPrefix(rest, " Proxy Auth") && n == 407 {
			return n, true
		}
		before := strings.ToLower(strings.TrimRight(s[max(0, i-24):i], " \t:=>\"'([,"))
		for _, word := range [...]string{"status", "code", "statuscode", "http", "error", "st"} {
			if strings.HasSuffix(before, word) && (len(word) > 2 || len(before) == 2 || !isAlnum(before[len(before)-3])) {
				return n, true
			}
		}
		if j := strings.LastIndex(before, "http/"); j >= 0 && strings.Trim(before[j+5:], "0123456789.") == "" {
			return n, true
		}
	}
	return 0, false
}
