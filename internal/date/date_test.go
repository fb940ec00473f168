package date

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed-903fb8fe/wwwauth/internal/mutate"
)

// FuzzHTTP: package time reads the same dates, except for the second 60, and lenient spellings of the same length.
func FuzzHTTP(f *testing.F) {
	seeds := mutate.Of(f)
	for _, s := range []string{
		"Sun, 06 Nov 1994 08:49:37 GMT", "Thu, 29 Feb 2024 23:59:59 GMT", "Wed, 29 Feb 2023 00:00:00 GMT", "Sun, 06 Nov 1994 08:49:60 GMT",
		"Sun, 00 Nov 1994 08:49:37 GMT", "Sun, 31 Apr 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 ovD 1994 08:49:37 GMT",
		"Sun, 06 nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:60:37 GMT", "Sun, 06 Nov 1994 08-49-37 GMT", "Sun, +6 Nov 1994 08:49:37 GMT",
		"Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 06 Nov 0000 08:49:37 GMT", "", "0",
	} {
		seeds.Add(s)
	}
	seeds.Mutate()
	f.Fuzz(func(t *testing.T, s string) {
		got, ok := HTTP(s)
		want, err := time.Parse(http.TimeFormat, strings.Replace(s, ":60 ", ":59 ", 1))
		// Package time ignores the case of day names, and does not compare them with the date.
		isDay := err == nil && slices.Contains([]string{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"}, s[:3])
		switch {
		case ok && (err != nil || !got.Equal(want)):
			t.Errorf("%q: %v; package time: %v, %v", s, got, want, err)
		case !ok && isDay && want.Format(http.TimeFormat)[3:] == s[3:]:
			t.Errorf("%q is a date, but is not read", s)
		}
	})
}

// FuzzRFC3339: package time reads the same dates, except for letters in lower case and the second 60.
func FuzzRFC3339(f *testing.F) {
	seeds := mutate.Of(f)
	for _, s := range []string{
		"1985-04-12T23:20:50.52Z", "1996-12-19T16:39:57-08:00", "1990-12-31T23:59:60Z", "1937-01-01T12:00:27.87+00:20", "2024-02-29t00:00:00z",
		"2023-02-29T00:00:00Z", "2024-13-01T00:00:00Z", "2024-01-01T24:00:00Z", "2024-01-01 00:00:00Z", "2024-01-01T00:00:00", "2024-01-01T00:00:00.Z",
		"2024-01-01T00:00:00+24:00", "2024-01-01T00:00:00+0000", "2024-01-01T00:00:00,5Z", "2024-01-01T00:00:61Z", "2024-01-01", "", "0",
	} {
		seeds.Add(s)
	}
	seeds.Mutate()
	f.Fuzz(func(t *testing.T, s string) {
		upper := strings.ToUpper(s)
		if len(upper) >= 19 && upper[17:19] == "60" {
			upper = upper[:17] + "59" + upper[19:]
		}
		_, err := time.Parse(time.RFC3339, upper)
		// Package time takes a comma for the point, an hour of one digit, and offsets up to 24:60.
		offset := upper[max(0, len(upper)-len("24:60")):]
		want := err == nil && !strings.Contains(s, ",") && upper[12] != ':' && !strings.HasPrefix(offset, "24:") && !strings.HasSuffix(offset, ":60")
		if got := IsRFC3339(s); got != want {
			t.Errorf("%q: %v; package time: %v", s, got, err)
		}
	})
}
