// Package date reads the dates of HTTP fields and of RFC 3339. Package time reads them too, but its parser for any layout
// is 12,000 of the bytes that a browser loads for the page.
package date

import (
	"strings"
	"time"
)

// HTTP reads a date as senders must write it (RFC 9110 section 5.6.7), and reports whether s is one.
//
//	IMF-fixdate = day-name "," SP 2DIGIT SP month SP 4DIGIT SP hour ":" minute ":" second SP "GMT"
func HTTP(s string) (time.Time, bool) {
	const layout = "Mon, 02 Jan 2006 15:04:05 GMT"
	if len(s) != len(layout) || !strings.HasSuffix(s, " GMT") || s[3:5] != ", " || s[7] != ' ' || s[11] != ' ' || s[16] != ' ' {
		return time.Time{}, false
	}
	month := index("JanFebMarAprMayJunJulAugSepOctNovDec", s[8:11])
	if index("MonTueWedThuFriSatSun", s[:3]) < 0 || month < 0 {
		return time.Time{}, false
	}
	return at(number(s[12:16]), month+1, number(s[5:7]), s[17:25])
}

// IsRFC3339 reports whether s is a date-time of RFC 3339 section 5.6. Letters may be in lower case too, and a minute may
// end with a leap second (section 5.7).
//
//	date-time   = 4DIGIT "-" 2DIGIT "-" 2DIGIT "T" hour ":" minute ":" second [ "." 1*DIGIT ] time-offset
//	time-offset = "Z" / ( "+" / "-" ) hour ":" minute
func IsRFC3339(s string) bool {
	const layout = "2006-01-02T15:04:05"
	s = strings.ToUpper(s)
	if len(s) <= len(layout) || s[4] != '-' || s[7] != '-' || s[10] != 'T' {
		return false
	}
	if _, ok := at(number(s[:4]), number(s[5:7]), number(s[8:10]), s[11:len(layout)]); !ok {
		return false
	}
	s = s[len(layout):]
	if s[0] == '.' {
		rest := strings.TrimLeft(s[1:], "0123456789")
		if len(rest) == len(s)-1 {
			return false
		}
		s = rest
	}
	if s == "Z" {
		return true
	}
	return len(s) == len("+00:00") && (s[0] == '+' || s[0] == '-') && s[3] == ':' &&
		within(number(s[1:3]), 0, 23) && within(number(s[4:]), 0, 59)
}

// at returns the time of a day, given as "15:04:05", and reports whether there is one.
func at(year, month, day int, clock string) (time.Time, bool) {
	if clock[2] != ':' || clock[5] != ':' {
		return time.Time{}, false
	}
	hour, minute, second := number(clock[:2]), number(clock[3:5]), number(clock[6:])
	if !within(year, 0, 9999) || !within(month, 1, 12) || !within(day, 1, 31) ||
		!within(hour, 0, 23) || !within(minute, 0, 59) || !within(second, 0, 60) {
		return time.Time{}, false
	}
	t := time.Date(year, time.Month(month), day, hour, minute, min(second, 59), 0, time.UTC)
	return t, t.Day() == day // else the month has no such day
}

func within(n, low, high int) bool { return low <= n && n <= high }

// index returns the index of a name of three letters in a list of such names, or -1.
func index(names, name string) int {
	if i := strings.Index(names, name); i >= 0 && i%3 == 0 {
		return i / 3
	}
	return -1
}

// number returns the value of s, or -1 if a byte is not a digit.
func number(s string) int {
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return -1
		}
		n = n*10 + int(s[i]-'0')
	}
	return n
}
