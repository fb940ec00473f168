package survey

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"github.com/seed-903fb8fe/wwwauth/internal/layout"
	"github.com/seed-903fb8fe/wwwauth/internal/report"
)

// This file prints the table. Its rows are those with a number, in a fixed order, so that the same counts give the
// same bytes.

// order returns the indexes of the rows of a section in the order in which they are printed: the largest number
// first, other rows with the same number as they are listed. A total stays at the top.
func (c *Counts) order(s section) []int {
	list := make([]int, len(s.rows))
	for i := range list {
		list[i] = i
	}
	if !s.byN {
		return list
	}
	from := 0
	if s.rows[0] == s.total {
		from = 1
	}
	slices.SortStableFunc(list[from:], func(i, j int) int {
		switch a, b := c.rows[s.rows[i]].n, c.rows[s.rows[j]].n; {
		case a > b:
			return -1
		case a < b:
			return 1
		}
		return 0
	})
	return list
}

// AppendText appends the table as text.
func (c *Counts) AppendText(b []byte) []byte {
	for k, s := range c.sections() {
		order := slices.DeleteFunc(c.order(s), func(i int) bool { return c.rows[s.rows[i]].n == 0 })
		if k > 0 {
			b = append(b, '\n')
		}
		name, number := len(s.title), len(s.of)
		for _, i := range order {
			name = max(name, layout.Columns(s.names[i]))
			number = max(number, len(strconv.FormatInt(c.rows[s.rows[i]].n, 10)))
		}
		b = fmt.Appendf(b, "%-*s  %*s", name, s.title, number, s.of)
		if s.total >= 0 {
			b = append(b, "     share"...)
		}
		b = append(b, "  first\n"...)
		if len(order) == 0 {
			b = append(b, "none\n"...)
		}
		for _, i := range order {
			r := &c.rows[s.rows[i]]
			b = fmt.Appendf(b, "%-*s  %*d", name, s.names[i], number, r.n)
			if s.total >= 0 {
				b = fmt.Appendf(b, "  %8s", share(r.n, c.rows[s.total].n))
			}
			if r.example.Line != 0 {
				b = fmt.Appendf(b, "  %s", r.example.place())
				if r.example.Text != "" {
					b = fmt.Appendf(b, "  %s", layout.Safe(r.example.Text))
				}
			}
			b = append(b, '\n')
		}
	}
	return b
}

// share returns n of a total in percent.
func share(n, total int64) string {
	if total == 0 {
		return "-"
	}
	hundredths := (float64(n)*1e4)/float64(total) + 0.5
	return fmt.Sprintf("%d.%02d %%", int64(hundredths)/100, int64(hundredths)%100)
}

func (e *Example) place() string {
	if e.File == "" {
		return fmt.Sprintf("line %d", e.Line)
	}
	return fmt.Sprintf("%s:%d", layout.Safe(e.File), e.Line)
}

// A jsonSection is a section of the table as JSON.
type jsonSection struct {
	Section string    `json:"section"`
	Of      string    `json:"of"`
	Total   *int64    `json:"total,omitempty"`
	Rows    []jsonRow `json:"rows"`
}

type jsonRow struct {
	Name    jsonText     `json:"name"`
	Count   int64        `json:"count"`
	Share   *float64     `json:"share,omitempty"`
	Example *jsonExample `json:"example,omitempty"`
}

type jsonExample struct {
	File jsonText `json:"file,omitempty"`
	Line int      `json:"line"`
	Text jsonText `json:"text,omitempty"`
}

// A jsonText has escapes in JSON for what a terminal does not show.
type jsonText string

func (s jsonText) MarshalJSON() ([]byte, error) { return report.AppendJSONString(nil, string(s)), nil }

// AppendJSON appends the table as JSON, on one line.
func (c *Counts) AppendJSON(b []byte) []byte {
	var list []jsonSection
	for _, s := range c.sections() {
		js := jsonSection{Section: s.title, Of: s.of, Rows: []jsonRow{}}
		if s.total >= 0 {
			js.Total = &c.rows[s.total].n
		}
		for _, i := range c.order(s) {
			r := &c.rows[s.rows[i]]
			if r.n == 0 {
				continue
			}
			jr := jsonRow{Name: jsonText(s.names[i]), Count: r.n}
			if js.Total != nil && *js.Total > 0 {
				share := float64(r.n) / float64(*js.Total)
				jr.Share = &share
			}
			if e := r.example; e.Line != 0 {
				jr.Example = &jsonExample{jsonText(e.File), e.Line, jsonText(e.Text)}
			}
			js.Rows = append(js.Rows, jr)
		}
		list = append(list, js)
	}
	text, err := json.Marshal(struct {
		Sections []jsonSection `json:"sections"`
	}{list})
	if err != nil {
		panic(err) // there is nothing in it that JSON cannot hold
	}
	return append(append(b, text...), '\n')
}

// A jsonCount is a row on its way from one machine to another.
type jsonCount struct {
	Row     int     `json:"r"`
	N       int64   `json:"n"`
	Example Example `json:"e"`
}

// MarshalJSON returns the counts for UnmarshalJSON of the same program on another machine.
func (c *Counts) MarshalJSON() ([]byte, error) {
	list := []jsonCount{}
	for i, r := range c.rows {
		if r.n != 0 {
			list = append(list, jsonCount{i, r.n, r.example})
		}
	}
	return json.Marshal(list)
}

// UnmarshalJSON sets c to the counts that MarshalJSON has returned.
func (c *Counts) UnmarshalJSON(data []byte) error {
	var list []jsonCount
	if err := json.Unmarshal(data, &list); err != nil {
		return err
	}
	c.rows = make([]row, numRows)
	for _, r := range list {
		if r.Row < 0 || r.Row >= numRows {
			return fmt.Errorf("survey: no row %d", r.Row)
		}
		c.rows[r.Row] = row{r.N, r.Example}
	}
	return nil
}
