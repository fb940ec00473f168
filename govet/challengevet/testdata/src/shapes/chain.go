package shapes

import "net/http"

// Read to the end, this has 2^24 pieces.
func chain(w http.ResponseWriter, r *http.Request) {
	a := r.Host
	b := a + a + a + a
	c := b + b + b + b
	d := c + c + c + c
	e := d + d + d + d
	f := e + e + e + e
	g := f + f + f + f
	h := g + g + g + g
	i := h + h + h + h
	j := i + i + i + i
	k := j + j + j + j
	l := k + k + k + k
	m := l + l + l + l
	w.Header().Set("WWW-Authenticate", "Basic realm=\""+m+"\"") // not followed that far
}
