package main

import (
	"bytes"
	"fmt"

	"github.com/seed-903fb8fe/wwwauth"
)

// format is the command fmt: the challenges in canonical form, on lines of their own. What is wrong
// goes to standard error.
func format(p *printer, b *bytes.Buffer, r reading) {
	where := r.place(p.named)
	for i, c := range r.challenges {
		line, err := wwwauth.Format(c)
		if err != nil {
			p.warn(where, r.whyNot(i, err))
			continue
		}
		if p.terminal {
			line = safe(line)
		}
		b.WriteString(line)
		b.WriteByte('\n')
	}
	if len(r.challenges) == 0 && len(r.problems) == 0 {
		p.warn(where, "no challenge found")
	}
	if len(r.problems) > 0 {
		first := r.problems[0]
		message := fmt.Sprintf("not conforming to RFC 9110: %s in %s", first.Code, place(first.Line, []int{first.Offset}))
		if n := len(r.problems) - 1; n > 0 {
			message += fmt.Sprintf(" (and %d more)", n)
		}
		p.warn(where, message)
	}
}
