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
	var w rewriter
	number := s.line
	for pos := 0; pos < len(s.text); {
		line := s.text[pos:next(s.text, lineEnd(s.text, pos))]
		pos += len(line)
		number++
		if before, text, ok := strings.Cut(line, "] "); ok && strings.Contains(text, "HTTP/") && isPacket(line) { // -W single
			w.add(before+"]\n"+lineEnds(text), number-1, 0)
			continue
		}
		if w.add(line, number-1, 0); !isPacket(line) {
			continue
		}
		begin, first := pos, number
		var rows []string
		width := 0
		for pos < len(s.text) && strings.HasPrefix(s.text[pos:], "  ") {
			end := lineEnd(s.text, pos)
			rows = append(rows, strings.TrimRight(s.text[pos+2:end], "\r"))
			width = max(width, len(rows[len(rows)-1]))
			pos = next(s.text, end)
			number++
		}
		var packet strings.Builder
		for i, row := range rows {
			packet.WriteString(row)
			if i < len(rows)-1 {
				packet.WriteString(strings.Repeat(" ", width-len(row))) // what copying has cut
			}
		}
		if text := packet.String(); strings.Contains(text, "HTTP/") && strings.Contains(text, "..") && !isHexRow(rows[0]) {
			w.add(lineEnds(text), first, 0)
		} else {
			w.add(s.text[begin:pos], first, 1)
		}
	}
	s.rewrite(&w, Dump)
}

// lineEnds makes line ends of the dots.
func lineEnds(s string) string { return strings.ReplaceAll(trimLine(s), "..", "\r\n") + "\n" }

// isHexRow reports whether the packet is shown with -x.
func isHexRow(row string) bool {
	_, ok := plainHex(trimBlanks(row))
	return ok
}

// hasPackets reports whether ngrep may have printed the text.
func hasPackets(s string) bool {
	return strings.Contains(s, "\nT ") && strings.Contains(s, " -> ") && strings.Contains(s, " [A")
}

// showsDots reports whether a status line goes on with what was on the next line, as ngrep shows it.
func showsDots(line string) bool { return strings.Contains(line, "..") }

// isPacket reports whether ngrep begins to show a packet with the line.
func isPacket(line string) bool {
	if !strings.HasPrefix(line, "T ") {
		return false
	}
	_, rest, ok := strings.Cut(line[:min(len(line), 200)], " -> ")
	_, rest, ok2 := strings.Cut(rest, " [")
	return ok && ok2 && strings.HasPrefix(rest, "A")
}
