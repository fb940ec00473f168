package input

import (
	"strings"

	"github.com/seed-903fb8fe/wwwauth/internal/known"
)

// This file reads what surrounds challenge fields that are outside a head, as programs print maps and
// logs: the other fields that matter for them, and the credentials of the request.

// maxBeside is how far from the challenge fields they are looked for.
const maxBeside = 4 << 10

// besides adds to a group the fields that say more about its challenges.
func (r *reader) besides(g *group, low int) {
	s := r.text
	high := min(len(s), g.end+maxBeside/4)
	for _, gap := range [...]string{"\n\n", "\n\r\n"} {
		if i := strings.Index(s[g.end:high], gap); i >= 0 {
			high = g.end + i
		}
	}
	if n, ok := findName(s[:high], g.end); ok {
		high = n.start
	}
	if i := indexFold(s[low:high], "dpop-nonce"); i >= 0 {
		at := low + i
		if v := valueBeside(s[at+len("dpop-nonce") : high]); v != "" {
			g.resp.Fields = append(g.resp.Fields, Field{Name: "DPoP-Nonce", Value: v, Line: r.lines.line(at), Undone: Quotes | r.src.undone})
		}
	}
	if r.request == nil {
		r.request = r.requestBeside(low, g.begin)
	}
}

// valueBeside returns the value after the name of a field, without what programs print around it. Values of this
// kind have no spaces.
func valueBeside(s string) string {
	s = s[:lineEnd(s, 0)]
	i := 0
	for i < len(s) && strings.IndexByte("\"'`:=>,[ \t", s[i]) >= 0 {
		i++
	}
	end := i
	for end < len(s) && (isAlnum(s[end]) || strings.IndexByte("-._~+/=", s[end]) >= 0) {
		end++
	}
	return s[i:end]
}

// requestBeside returns the request whose credentials are in s[low:high]:
//
//	curl -v -XGET -H "Authorization: Bearer <masked>" 'https://h/api'      kubectl -v=9, a shell
//	headers: { Authorization: 'Bearer abc' }                               axios
func (r *reader) requestBeside(low, high int) *Request {
	const name = "authorization"
	s := r.text[low:high]
	for end := len(s); end > 0; {
		i := lastIndexFold(s[:end], name)
		if i < 0 {
			return nil
		}
		end = i
		field := "Authorization"
		if n := len("proxy-"); i >= n && strings.EqualFold(s[i-n:i], "proxy-") {
			field = "Proxy-Authorization"
		} else if i > 0 && isNameByte(s[i-1]) {
			continue
		}
		rest := s[i+len(name):]
		rest = rest[:lineEnd(rest, 0)]
		from := 0
		for from < len(rest) && strings.IndexByte("\"'`:=>,[ \t", rest[from]) >= 0 {
			from++
		}
		scheme := tokenEnd(rest, from)
		if from == 0 || scheme == len(rest) || rest[scheme] != ' ' || !known.Scheme(rest[from:scheme]) {
			continue
		}
		stop := scheme
		for stop < len(rest) && strings.IndexByte("'`]}", rest[stop]) < 0 && !(rest[stop] == '"' && rest[stop-1] != '=' && !strings.Contains(rest[scheme:stop], `="`)) {
			stop++
		}
		value := strings.TrimRight(rest[from:stop], "\\ \t\r,;")
		line := r.lines.line(low + i)
		req := &Request{Line: line, Fields: []Field{{Name: field, Value: value, Line: line, Undone: Quotes}}}
		begin := lineStart(s, i)
		text := s[begin:min(len(s), lineEnd(s, i))]
		for _, scheme := range [...]string{"https://", "http://"} {
			if at := strings.Index(text, scheme); at >= 0 {
				url := text[at:]
				if end := strings.IndexAny(url, " \t\r'\"`,)>]}\\"); end >= 0 {
					url = url[:end]
				}
				req.Target = url
				break
			}
		}
		return req
	}
	return nil
}

// indexFold returns the index of sub, in lower case, in s in any case; lastIndexFold the last one.
func indexFold(s, sub string) int { return strings.Index(asciiLower(s), sub) }

func lastIndexFold(s, sub string) int { return strings.LastIndex(asciiLower(s), sub) }

// asciiLower is strings.ToLower for ASCII, and keeps all offsets.
func asciiLower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}
