package input

import "strings"

// This file reads what ngrep shows of packets, with a dot for each byte that is not a character:
//
//	T 10.0.0.1:80 -> 10.0.0.2:4711 [AP] #6
//	  HTTP/1.1 401 Unauthorized..Server: nginx..WWW-Authenticate: Basic real     broken at the width of the terminal
//	  m="x"....
//
//	T 10.0.0.1:80 -> 10.0.0.2:4711 [AP] HTTP/1.1 401 Unauthorized..Server: x     -W single
//
// With -W byline it is read as a head is; with -x it is a dump.

// unngrep makes line ends of the dots in the packets that hold HTTP.
func (s *source) unngrep() {
	var b strings.Builder
	var lines []int
	write := func(text string, number int) {
		for line := range strings.Lines(text) {
			lines = append(lines, number)
			b.WriteString(line)
		}
	}
	number := s.line
	for pos := 0; pos < len(s.text); {
		end := next(s.text, lineEnd(s.text, pos))
		line := s.text[pos:end]
		pos = end
		number++
		if before, text, ok := strings.Cut(line, "] "); ok && strings.Contains(text, "HTTP/") && isPacket(line) { // -W single
			write(before+"]\n"+strings.ReplaceAll(trimLine(text), "..", "\r\n")+"\n", number-1)
			continue
		}
		if write(line, number-1); !isPacket(line) {
			continue
		}
		first := number
		var rows []string
		width := 0
		for pos < len(s.text) && strings.HasPrefix(s.text[pos:], "  ") {
			end := next(s.text, lineEnd(s.text, pos))
			row := strings.TrimRight(s.text[pos+2:end], "\r\n")
			rows, width = append(rows, row), max(width, len(row))
			pos = end
			number++
		}
		var packet strings.Builder
		for i, row := range rows {
			packet.WriteString(row)
			if i < len(rows)-1 {
				packet.WriteString(strings.Repeat(" ", width-len(row))) // what copying has cut
			}
		}
		if text := packet.String(); strings.Contains(text, "HTTP/") && strings.Contains(text, "..") && !hasHexRow(rows) {
			write(strings.ReplaceAll(strings.TrimRight(text, " "), "..", "\r\n")+"\n", first)
			continue
		}
		for i, row := range rows {
			write("  "+row+"\n", first+i)
		}
	}
	s.text, s.lines, s.undone = b.String(), lines, s.undone|Dump
}

// hasHexRow reports whether the packet is shown with -x.
func hasHexRow(rows []string) bool {
	_, ok := plainHex(trimBlanks(rows[0]))
	return ok
}

// hasPackets reports whether ngrep may have printed the text.
func hasPackets(s string) bool {
	return strings.Contains(s, "\nT ") && strings.Contains(s, " -> ") && strings.Contains(s, " [A") && strings.Contains(s, "..")
}

// isPacket reports whether ngrep begins to show a packet with the line.
func isPacket(line string) bool {
	if !strings.HasPrefix(line, "T ") {
		return false
	}
	_, rest, ok := strings.Cut(line[:min(len(line), 200)], " -> ")
	_, rest, ok2 := strings.Cut(rest, " [")
	return ok && ok2 && strings.HasPrefix(rest, "A")
}
