package input

import "strings"

// This file reads tables: CSV and TSV, psql, sqlite, Markdown.

// table reads the column of a table whose head has the name: the line of the name holds names
// alone, and the rows below have values.
func (r *reader) table(n name) (int, bool) {
	s := r.text
	begin, end := r.lineStart(n.start), r.lineEnd(n.end)
	if begin < r.noTable || end-begin > 1<<14 {
		return 0, false
	}
	r.noTable = end // except for what is found
	head := trimLine(s[begin:end])
	sep := byte(0)
	for _, c := range []byte{'\t', '|', ';', ','} {
		if strings.IndexByte(head, c) >= 0 {
			sep = c
			break
		}
	}
	column, status := 0, -1
	if sep != 0 {
		column = -1
		for k, cell := range cells(head, sep) {
			name := strings.ToLower(strings.Trim(cell, " \t\"'`*"))
			if name == "" && sep != '|' || len(name) > 64 {
				return 0, false
			}
			switch {
			case challengeField(name) != "" && column < 0:
				column = k
			case strings.Contains(name, "status") || strings.Contains(name, "code"):
				status = k
			}
		}
	} else if tokenEnd(strings.Trim(head, `"`), 0) != len(strings.Trim(head, `"`)) {
		return 0, false
	}
	if column < 0 {
		return 0, false
	}
	took, pos := false, end
	for pos < len(s) {
		from := next(s, pos)
		stop := lineEnd(s, from)
		row := trimLine(s[from:stop])
		if row == "" {
			break
		}
		pos = stop
		if strings.Trim(row, "-+|: ") == "" {
			continue
		}
		list := []string{row}
		if sep != 0 {
			list = cells(row, sep)
		}
		if column >= len(list) {
			if took {
				continue
			}
			break
		}
		cell := trimBlanks(list[column])
		undone := Undone(0)
		if cell != "" && isQuote(cell[0]) {
			v, _, ok := readString(cell, 0, anyDialect)
			if !ok {
				continue
			}
			cell, undone = v, Quotes
		}
		if !looksLikeChallenge(cell) {
			if !took && sep == 0 {
				break
			}
			continue
		}
		r.endGroup()
		f := Field{Name: s[n.start:n.end], Value: cell, Line: r.lines.line(from), Undone: undone | r.src.undone}
		if isCombined(cell) {
			f.Undone |= Combined
		}
		resp := Response{Line: f.Line, Fields: []Field{f}}
		if status >= 0 && status < len(list) {
			resp.Status, _ = status3(strings.Trim(list[status], ` "'`))
		}
		resp.note()
		r.emit(resp)
		took = true
	}
	r.noTable = pos
	return pos, took
}

// cellBehind reads the value of a CSV row that has the name in the cell before.
func (r *reader) cellBehind(n name, comma int) (Field, int, bool) {
	i := skipBlanks(r.text, comma+1)
	if i == len(r.text) {
		return Field{}, 0, false
	}
	if r.text[i] != '"' && r.text[i] != '\'' {
		end := r.lineEnd(i)
		v := trimLine(r.text[i:end])
		if n.start != r.lineStart(n.start) || !looksLikeChallenge(v) {
			return Field{}, 0, false
		}
		return Field{Value: v, Line: r.lines.line(i), Column: i - n.start}, end, true
	}
	v, end, ok := readString(r.text, i, anyDialect)
	before := r.text[r.lineStart(n.start):n.start]
	if k := strings.LastIndexByte(before, '('); k > 0 && isNameByte(before[k-1]) && !strings.EqualFold(before[:k][max(0, k-6):], "values") {
		return Field{}, 0, false // a call in source code
	}
	if !ok || !looksLikeChallenge(v) {
		return Field{}, 0, false
	}
	return Field{Value: v, Line: r.lines.line(i), Undone: Quotes}, end, true
}

// cells splits a row, whose cells may be in quotes.
func cells(row string, sep byte) []string {
	var list []string
	begin := 0
	for i := 0; i <= len(row); i++ {
		switch {
		case i == len(row) || row[i] == sep:
			list = append(list, row[begin:i])
			begin = i + 1
		case row[i] == '"' && trimBlanks(row[begin:i]) == "" && sep != '|':
			if _, end, ok := readString(row, i, anyDialect); ok {
				i = end - 1
			}
		}
	}
	return list
}
