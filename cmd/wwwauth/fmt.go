package main

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/seed-903fb8fe/wwwauth"
)

// format is the command fmt: the challenges in canonical form, on lines of their own. What is wrong
// goes to standard error.
func format(p *printer, b *bytes.Buffer, r reading) {
	where := r.place(p.named)
	for i, c := range r.challenges {
		line, err := canonical(c, i)
		if err != nil {
			p.warn(where, strings.TrimPrefix(err.Error(), "wwwauth: "))
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

// canonical returns the canonical text of the challenge with the index n.
func canonical(c wwwauth.Challenge, n int) (string, error) {
	line, err := wwwauth.Format(c)
	var refused *wwwauth.FormatError
	if errors.As(err, &refused) {
		refused.Challenge = n
	}
	return line, err
}
