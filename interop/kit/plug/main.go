// Plug lets the runners of testdata/corpus/kit test package wwwauth: it reads field lines as JSON, and prints
// what Parse makes of them.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"log"
	"os"
	"unicode/utf8"

	"github.com/seed-903fb8fe/wwwauth"
)

type answer struct {
	Conforms   bool        `json:"conforms"`
	Challenges []challenge `json:"challenges"`
	Problems   []problem   `json:"problems"`
}

type challenge struct {
	Scheme  string      `json:"scheme"`
	Token68 string      `json:"token68"`
	Params  [][2]string `json:"params"`
}

type problem struct {
	Line   int          `json:"line"`
	Offset int          `json:"offset"`
	Code   wwwauth.Code `json:"code"`
	Kept   bool         `json:"kept"`
}

func main() {
	in, out := json.NewDecoder(bufio.NewReader(os.Stdin)), json.NewEncoder(os.Stdout)
	for in.More() {
		var lines []string
		if err := in.Decode(&lines); err != nil {
			log.Fatal(err)
		}
		for i, line := range lines {
			lines[i] = bytesOf(line)
		}
		if err := out.Encode(parse(lines)); err != nil {
			log.Fatal(err)
		}
	}
}

func parse(lines []string) answer {
	challenges, err := wwwauth.Parse(lines...)
	a := answer{err == nil, []challenge{}, []problem{}}
	for _, c := range challenges {
		d := challenge{c.Scheme, c.Token68, [][2]string{}}
		for _, p := range c.Params {
			d.Params = append(d.Params, [2]string{p.Name, text(p.Value)})
		}
		a.Challenges = append(a.Challenges, d)
	}
	var list wwwauth.ErrorList
	errors.As(err, &list)
	for _, e := range list {
		a.Problems = append(a.Problems, problem{e.Line, e.Offset, e.Code, e.Kept})
	}
	return a
}

// bytesOf returns a byte for each character, and text a character for each byte.
func bytesOf(text string) string {
	b := make([]byte, 0, len(text))
	for _, r := range text {
		b = append(b, byte(r))
	}
	return string(b)
}

func text(bytes string) string {
	b := make([]byte, 0, len(bytes))
	for i := range len(bytes) {
		b = utf8.AppendRune(b, rune(bytes[i]))
	}
	return string(b)
}
