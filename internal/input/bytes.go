package input

import (
	"encoding/base64"
	"strings"
)

// This file reads messages that programs print as numbers or as base64 within other text: Go's %v of a []byte, Node's
// Buffer in JSON, a []byte in Go's JSON, exports of Burp, tshark's follow in YAML. Only what begins as a message does
// is read.

// base64Starts are the first bytes of "HTTP/", and of requests with the usual methods and a path, in base64.
var base64Starts = [...]string{"SFRUUC8", "R0VUIC", "UE9TVC", "SEVBRC", "UFVUIC", "REVMRV", "T1BUSU", "UEFUQ0"}

// unbyte replaces messages that are printed as numbers or as base64 by their text, on lines of their own.
func (s *source) unbyte() {
	var w rewriter
	count := lineCounter{src: &source{text: s.text, line: s.line}}
	done := 0
	for i := 0; ; {
		begin := nextBytes(s.text, i)
		if begin < 0 {
			break
		}
		decoded, end := messageBytes(s.text, begin)
		if i = max(end, begin+1); decoded == "" { // what was looked at is not looked at again
			continue
		}
		w.add(s.text[done:begin]+"\n", count.line(done), 1)
		w.add(decoded+"\n", count.line(begin), 0)
		done = end
	}
	if done > 0 {
		w.add(s.text[done:], count.line(done), 1)
		s.rewrite(&w, Dump)
	}
}

// hasBytes reports whether a response may be in the text as base64 or as numbers.
func hasBytes(s string) bool {
	return strings.Contains(s, base64Starts[0]) || strings.Contains(s, "72, 84, 84, 80, 47") || strings.Contains(s, "72 84 84 80 47") || strings.Contains(s, "72,84,84,80,47")
}

// nextBytes returns where the next message may begin, at or after from: behind a byte that is neither base64 nor a digit.
func nextBytes(s string, from int) int {
	for i := from; i < len(s); i++ {
		switch s[i] {
		case 'S', 'R', 'U', 'T', '7':
			if i > 0 && isBase64(s[i-1]) {
				continue
			}
			return i
		}
	}
	return -1
}

// messageBytes returns the message that begins at s[i], and where it ends.
func messageBytes(s string, i int) (text string, end int) {
	if s[i] == '7' {
		return decimals(s, i)
	}
	for _, start := range base64Starts {
		if strings.HasPrefix(s[i:], start) {
			return fromBase64(s, i)
		}
	}
	return "", i
}

// decimals reads numbers with blanks or commas between them.
func decimals(s string, i int) (text string, end int) {
	if !strings.HasPrefix(s[i:], "72") {
		return "", i
	}
	var b []byte
	begin := i
	for {
		n, digits := 0, 0
		for i < len(s) && isDigit(s[i]) && digits < 4 {
			n = 10*n + int(s[i]-'0')
			i, digits = i+1, digits+1
		}
		if digits == 0 || digits > 3 || n > 255 || len(b) == 5 && !strings.HasPrefix(string(b), "HTTP/") {
			break
		}
		b = append(b, byte(n))
		if i < len(s) && s[i] == ',' {
			i++
		}
		i = skipSpace(s, i)
	}
	if !strings.HasPrefix(string(b), "HTTP/") {
		return "", begin
	}
	return string(b), i
}

// fromBase64 reads base64, which may be broken into lines of equal length.
func fromBase64(s string, i int) (text string, end int) {
	var b []byte
	width := 0
	for {
		from := i
		for i < len(s) && isBase64(s[i]) {
			i++
		}
		b = append(b, s[from:i]...)
		if end = i; end < len(s) && s[end] == '=' { // padding, after which another may begin
			end += len(s[end:]) - len(strings.TrimLeft(s[end:], "="))
			break
		}
		if width == 0 {
			width = i - from
		}
		if i == from || i-from < width || width < 40 {
			break
		}
		if i = skipSpace(s, i); i == end || strings.HasPrefix(s[i:], base64Starts[0]) {
			break
		}
	}
	code := string(b)
	if n := len(code) % 4; n == 1 {
		code = code[:len(code)-1] // cut short
	}
	encoding := base64.RawStdEncoding
	if strings.ContainsAny(code, "-_") {
		encoding = base64.RawURLEncoding
	}
	decoded, err := encoding.DecodeString(code)
	if err != nil || !strings.Contains(string(decoded[:min(len(decoded), maxPrefix)]), "HTTP/") {
		return "", end
	}
	return string(decoded), end
}

func isBase64(c byte) bool { return isAlnum(c) || c == '+' || c == '/' || c == '-' || c == '_' }
