package input

import "strconv"

// Lost counts the parts of a text that could not be read. Everything around them was.
type Lost struct {
	Members int // places where a gzip file is broken, or cut short
	Records int // broken records of a WARC file
	Cut     int // records of a WARC file that end before they should
}

// A LostError says that a text was read to its end, except for some parts.
type LostError struct{ Lost }

func (e *LostError) Error() string {
	text := "the gzip data"
	records := e.Records + e.Cut
	if e.Members == 0 {
		text = "a WARC record"
	}
	switch {
	case records > 1 && e.Members == 0:
		text = strconv.Itoa(records) + " WARC records are"
	case records > 0 && e.Members > 0:
		text += " and WARC records in it are"
	default:
		text += " is"
	}
	return text + " damaged or incomplete; everything else was read"
}
