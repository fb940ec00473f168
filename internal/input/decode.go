package input

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"io"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// This file turns bytes into text: gzip, byte order marks, UTF-16, and lone carriage returns.

// decode returns a reader of the text in r.
func decode(r io.Reader) (io.Reader, error) {
	b := bufio.NewReaderSize(r, 32<<10)
	for range 2 { // a file that was compressed twice
		head, _ := b.Peek(3)
		if string(head) != "\x1f\x8b\x08" {
			break
		}
		z, err := gzip.NewReader(b)
		if err != nil {
			return nil, err
		}
		b = bufio.NewReaderSize(z, 32<<10)
	}
	head, _ := b.Peek(4096)
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		_, _ = b.Discard(3)
	case bytes.HasPrefix(head, []byte("\xff\xfe")):
		_, _ = b.Discard(2)
		return &utf16Reader{in: b}, nil
	case bytes.HasPrefix(head, []byte("\xfe\xff")):
		_, _ = b.Discard(2)
		return &utf16Reader{in: b, big: true}, nil
	default:
		if is, big := isUTF16(head); is {
			return &utf16Reader{in: b, big: big}, nil
		}
	}
	return b, nil
}

// isUTF16 reports whether the text is UTF-16 without a mark: nearly all bytes on one side of the pairs are NUL, and
// none on the other, as in western text. A binary file has NULs on both.
func isUTF16(b []byte) (is, big bool) {
	if len(b) < 4 {
		return false, false
	}
	var nul [2]int
	for i, c := range b {
		if c == 0 {
			nul[i%2]++
		}
	}
	pairs := len(b) / 2
	switch {
	case nul[1]*10 > pairs*7 && nul[0]*50 < pairs:
		return true, false
	case nul[0]*10 > pairs*7 && nul[1]*50 < pairs:
		return true, true
	}
	return false, false
}

// A utf16Reader reads UTF-16 as UTF-8.
type utf16Reader struct {
	in   *bufio.Reader
	big  bool
	rest []byte // decoded, and not read yet
	high rune   // a surrogate that waits for the other one
	buf  []byte
}

func (u *utf16Reader) Read(p []byte) (int, error) {
	for len(u.rest) == 0 {
		u.buf = u.buf[:0]
		var err error
		for len(u.buf) < 32<<10 {
			var pair [2]byte
			if _, err = io.ReadFull(u.in, pair[:]); err != nil {
				break
			}
			if u.big {
				pair[0], pair[1] = pair[1], pair[0]
			}
			c := rune(pair[0]) | rune(pair[1])<<8
			switch {
			case u.high != 0:
				u.buf = utf8.AppendRune(u.buf, utf16.DecodeRune(u.high, c))
				u.high = 0
			case c >= 0xd800 && c < 0xdc00:
				u.high = c
			default:
				u.buf = utf8.AppendRune(u.buf, c)
			}
		}
		u.rest = u.buf
		if len(u.rest) == 0 && err != nil {
			if err == io.ErrUnexpectedEOF {
				err = io.EOF
			}
			return 0, err
		}
	}
	n := copy(p, u.rest)
	u.rest = u.rest[n:]
	return n, nil
}

// prepare does what concerns a block as a whole: lone carriage returns, colours, and dumps.
func (s *source) prepare(dumps bool) {
	if strings.IndexByte(s.text, '\n') < 0 && strings.IndexByte(s.text, '\r') >= 0 && !isPcap(s.text) {
		s.text = strings.ReplaceAll(s.text, "\r", "\n") // old Macs
	}
	if strings.Contains(s.text, "\x1b[") {
		s.text = uncolourLines(s.text)
	}
	if dumps {
		s.undump()
	}
}

// uncolourLines takes out what sets colours in a terminal, in lines that begin so: HTTPie and curl colour
// a line from its start. What stands in a value came from the server.
func uncolourLines(s string) string {
	var b strings.Builder
	for line := range strings.Lines(s) {
		if line[0] == 0x1b {
			line = uncolour(line)
		}
		b.WriteString(line)
	}
	return b.String()
}
