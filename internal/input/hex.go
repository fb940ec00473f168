package input

import "strings"

// This file reads the dumps that show bytes without their text: od and hexdump without options, od -c,
// xxd -p and Wireshark's hex stream, and arrays of C (xxd -i).

// hexText reads the lines that hold only pairs of hex digits, or a C array. Lines of digits without HTTP in them are
// something else, such as a hash.
func hexText(s string, line int) (segments []segment) {
	array := hasArray(s)
	var chunks []chunk
	var text strings.Builder
	end := func() {
		if _, ok := findName(text.String(), 0); ok || strings.Contains(text.String(), "HTTP/") {
			segments = append(segments, segment{"received", chunks})
		}
		chunks = nil
		text.Reset()
	}
	for row := range strings.Lines(s) {
		var b []byte
		if array {
			b = arrayBytes(row)
		} else if b, _ = plainHex(trimLine(row)); len(b) == 0 {
			end()
		}
		if len(b) > 0 {
			chunks = append(chunks, chunk{string(b), line})
			text.Write(b)
		}
		line++
	}
	end()
	return segments
}

// isHexText reports whether a text may be one for hexText: by its first line, or by the bytes of "HTTP" in it.
func isHexText(s string) bool {
	first := trimLine(s[:lineEnd(s, 0)])
	if _, ok := plainHex(first); ok && len(first) >= 16 {
		return true
	}
	for _, start := range [...]string{"485454502", "48 54 54 50 2", "48:54:54:50:2"} {
		if strings.Contains(s, start) {
			return true
		}
	}
	return hasArray(s)
}

// hasArray reports whether "HTTP" is in a C array. The search is for the x, since a text with numbers
// has a lot of zeros.
func hasArray(s string) bool {
	return strings.Contains(s, "x48, 0x54, 0x54, 0x50") || strings.Contains(s, "x48,0x54,0x54,0x50")
}

// plainHex reads pairs of hex digits, which may have blanks or colons between them. The characters may stand behind
// them, as ngrep -x and socat -x -v show them.
func plainHex(s string) ([]byte, bool) {
	if len(s) < 2 || !isHex(s[0]) || !isHex(s[1]) { // as nearly all lines
		return nil, false
	}
	b := make([]byte, 0, len(s)/2)
	gaps := 0
	i := 0
	for i+1 < len(s) && isHex(s[i]) && isHex(s[i+1]) {
		b = append(b, digit(s[i])<<4|digit(s[i+1]))
		if i += 2; i == len(s) {
			return b, true
		}
		if s[i] == ':' {
			i++
		} else if s[i] == ' ' {
			gaps++
			i = skipBlanks(s, i)
		}
	}
	if gaps == 0 {
		return nil, false
	}
	// The characters may begin like pairs of digits themselves.
	for n := min(len(b), 32); n > 0; n-- {
		if text := strings.TrimRight(dots(b[:n]), " "); strings.HasSuffix(s, text) && len(s)-len(text) >= 3*n {
			return b[:n], true
		}
	}
	return nil, false
}

// dots returns the bytes as dumps show them: a dot for each that is not a character of ASCII.
func dots(b []byte) string {
	text := make([]byte, len(b))
	for i, c := range b {
		if text[i] = c; c < 0x20 || c > 0x7e {
			text[i] = '.'
		}
	}
	return string(text)
}

// arrayBytes returns the bytes of a line with 0x48, 0x54, and others.
func arrayBytes(s string) (b []byte) {
	for {
		_, rest, ok := strings.Cut(s, "0x")
		if !ok {
			return b
		}
		n := 0
		for n < len(rest) && isHex(rest[n]) {
			n++
		}
		switch {
		case n < len(rest) && isAlnum(rest[n]):
		case n == 1: // Go's %#v
			b = append(b, digit(rest[0]))
		case n == 2:
			b = append(b, digit(rest[0])<<4|digit(rest[1]))
		}
		s = rest
	}
}

// digit returns the value of a digit, in hex at most.
func digit(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c | 0x20 - 'a' + 10
}

// An octalDump is the rows of one dump of od or hexdump, which have an offset of seven digits, and sixteen bytes.
type octalDump struct {
	rows    []string
	numbers []int
}

// octalRow reports whether a line is a row, and cuts the offset.
func octalRow(line string) (offset, rest string, ok bool) {
	const width = 7
	if len(line) < width || len(line) > width && line[width] != ' ' {
		return "", "", false
	}
	for i := range width {
		if !isHex(line[i]) {
			return "", "", false
		}
	}
	return line[:width], line[width:], true
}

// add adds a row. It returns false if the line is not one of this dump.
func (d *octalDump) add(line string, number int) bool {
	offset, rest, ok := octalRow(line)
	if !ok || (offset == "0000000") != (len(d.rows) == 0) {
		return false
	}
	d.rows, d.numbers = append(d.rows, rest), append(d.numbers, number)
	return true
}

// chunks returns the bytes of the rows.
func (d *octalDump) chunks() (list []chunk) {
	if len(d.rows) < 2 {
		return nil
	}
	for k, row := range d.rows {
		if row == "" {
			break
		}
		if isCharRow(row) && k+1 < len(d.rows) && len(row) < 64 {
			row += strings.Repeat(" ", 64-len(row)) // what copying has cut of od -c
		}
		b, ok := octalBytes(row)
		if !ok {
			return nil
		}
		list = append(list, chunk{string(b), d.numbers[k]})
	}
	return list
}

// octalBytes reads a row as the width of its cells says: od -t x1, od -t o1, hexdump, od, od -c.
func octalBytes(row string) (b []byte, ok bool) {
	cells := strings.Fields(row)
	if len(cells) == 0 {
		return nil, false
	}
	size := len(cells[0])
	uniform := true
	for _, cell := range cells {
		uniform = uniform && len(cell) == size && strings.Trim(cell, "0123456789abcdefABCDEF") == ""
	}
	switch {
	case isCharRow(row):
		return charBytes(row)
	case !uniform:
		return nil, false
	}
	for _, cell := range cells {
		switch size {
		case 2: // x1
			b = append(b, digit(cell[0])<<4|digit(cell[1]))
		case 3: // o1
			b = append(b, octal(cell))
		case 4: // words of hexdump, in the order of the machine
			b = append(b, digit(cell[2])<<4|digit(cell[3]), digit(cell[0])<<4|digit(cell[1]))
		case 6: // words of od
			n := 0
			for i := range cell {
				n = n<<3 | int(digit(cell[i])&7)
			}
			b = append(b, byte(n), byte(n>>8))
		default:
			return nil, false
		}
	}
	return b, true
}

// isCharRow reports whether a row has cells of four columns, of which one is not three digits.
func isCharRow(row string) bool {
	for len(row) >= 4 && row[0] == ' ' {
		if row[1] == ' ' {
			return true
		}
		row = row[4:]
	}
	return false
}

// charBytes reads a row of od -c or hexdump -c: cells of four columns, with the character at the right.
func charBytes(row string) (b []byte, ok bool) {
	for ; len(row) >= 4; row = row[4:] {
		cell := row[:4]
		switch text := strings.TrimLeft(cell[:3], " "); {
		case text == "":
			b = append(b, cell[3])
		case text == `\`: // \n
			n := strings.IndexByte(`0abtnvfr`, cell[3])
			if n < 0 {
				return nil, false
			}
			b = append(b, "\x00\a\b\t\n\v\f\r"[n])
		default:
			if len(strings.Trim(cell, " 01234567")) > 0 {
				return nil, false
			}
			b = append(b, octal(strings.TrimLeft(cell, " ")))
		}
	}
	return b, strings.Trim(row, " ") == "" && len(b) > 0
}

func octal(s string) (n byte) {
	for i := range len(s) {
		n = n<<3 | digit(s[i])&7
	}
	return n
}
