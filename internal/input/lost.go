package input

import "strconv"

// Lost counts the parts of a text that could not be read. Everything around them was.
type Lost struct {
	Members int // places where a gzip file is broken, or cut short
	Records int // broken records of a WARC file
	Cut     int // records of a WARC file that end before they should
}

// A LostError says that a text was read to its end, except for some parts.
type LostError struct {
	Lost
	Err error // what was wrong with the first
}

func (e *LostError) Error() string {
	n := e.Members + e.Records + e.Cut
	if n == 1 {
		return e.Err.Error() + "; the rest was read"
	}
	return e.Err.Error() + "; " + strconv.Itoa(n) + " such parts could not be read, the rest was"
}

func (e *LostError) Unwrap() error { return e.Err }

// lost is what is lost of a text that is being read.
type lost struct {
	Lost
	err error // what was wrong with the first part
}

// note counts a part with one of the counters.
func (l *lost) note(counter *int, err error) {
	*counter++
	if l.err == nil {
		l.err = err
	}
}

// asError returns what was lost as an error, and nil if that is nothing.
func (l *lost) asError() error {
	if l.err == nil {
		return nil
	}
	return &LostError{l.Lost, l.err}
}
