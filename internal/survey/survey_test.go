package survey

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-903fb8fe/wwwauth/internal/input"
	"github.com/seed-903fb8fe/wwwauth/internal/known"
	"github.com/seed-903fb8fe/wwwauth/internal/report"
	"github.com/seed-903fb8fe/wwwauth/lint"
)

// A vector is a field of the corpus, and what must be read from it.
type vector struct {
	ID         string
	Field      string
	Lines      []string
	Challenges []struct {
		Scheme, Token68 string
		Params          [][2]string
	}
	Problems []struct{ Code string }
}

func latin1(s string) string {
	b := make([]byte, 0, len(s))
	for _, r := range s {
		b = append(b, byte(r))
	}
	return string(b)
}

// corpus returns the vectors that can be in a head unchanged.
func corpus(t testing.TB) (list []vector) {
	t.Helper()
	for _, name := range []string{"wild.json", "vectors.json", "captures.json", "rules.json"} {
		data, err := os.ReadFile(filepath.Join("../../testdata/corpus", name))
		if err != nil {
			t.Fatal(err)
		}
		var vectors []vector
		if err := json.Unmarshal(data, &vectors); err != nil {
			t.Fatal(err)
		}
	next:
		for _, v := range vectors {
			for i, line := range v.Lines {
				line = latin1(line)
				if strings.ContainsAny(line, "\r\n") || strings.Trim(line, " \t") != line || line == "" || len(line) > 1<<12 {
					continue next
				}
				v.Lines[i] = line
			}
			if len(v.Lines) > 0 {
				list = append(list, v)
			}
		}
	}
	return list
}

var serverNames = []string{"nginx/1.27.0", "Apache", "Microsoft-IIS/10.0", "Home-made 7", ""}

// head returns the response with the number n of a log that is made of the vectors.
func head(vectors []vector, n int) string {
	v := vectors[n%len(vectors)]
	status := "401 Unauthorized"
	if v.Field == "Proxy-Authenticate" {
		status = "407 Proxy Authentication Required"
	}
	text := "HTTP/1.1 " + status + "\r\n"
	if name := serverNames[n%len(serverNames)]; name != "" {
		text += "Server: " + name + "\r\n"
	}
	for _, line := range v.Lines {
		text += v.Field + ": " + line + "\r\n"
	}
	return text + "\r\n"
}

// A generator is a log of n responses.
type generator struct {
	heads   []string
	n, next int
	rest    string
}

func newGenerator(vectors []vector, n int) *generator {
	g := &generator{n: n}
	for i := range len(vectors) * len(serverNames) {
		g.heads = append(g.heads, head(vectors, i))
	}
	return g
}

func (g *generator) Read(p []byte) (n int, err error) {
	for n < len(p) {
		if g.rest == "" {
			if g.next == g.n {
				break
			}
			g.rest = g.heads[g.next%len(g.heads)]
			g.next++
		}
		k := copy(p[n:], g.rest)
		g.rest = g.rest[k:]
		n += k
	}
	if n == 0 && len(p) > 0 {
		return 0, io.EOF
	}
	return n, nil
}

// expected returns the numbers of the rows of a log of n responses: from what the corpus says that each vector is
// read as, and from what lint finds in it.
func expected(vectors []vector, n int) map[string]int64 {
	want := map[string]int64{}
	names := func(list []string, name string) string {
		for _, known := range list {
			if strings.EqualFold(known, name) {
				return known
			}
		}
		return "other"
	}
	for k, v := range vectors {
		times := int64(n / len(vectors))
		if k < n%len(vectors) {
			times++
		}
		want["Responses/all"] += times
		want["Fields/all"] += times
		switch {
		case len(v.Problems) == 0:
			want["Fields/conform to RFC 9110"] += times
		case len(v.Challenges) > 0:
			want["Fields/with departures, and readable"] += times
		default:
			want["Fields/with departures, and not readable"] += times
		}
		seen := map[string]bool{}
		for _, p := range v.Problems {
			if !seen[p.Code] {
				seen[p.Code] = true
				want["Departures/"+p.Code] += times
			}
		}
		for _, c := range v.Challenges {
			scheme := names(known.Schemes, c.Scheme)
			want["Schemes/all"] += times
			want["Schemes/"+scheme] += times
			section := "Parameters of " + scheme + "/"
			if c.Token68 != "" {
				want[section+"(token68)"] += times
			} else if len(c.Params) == 0 {
				want[section+"(none)"] += times
			}
			seen := map[string]bool{}
			for _, p := range c.Params {
				if name := names(known.Params, latin1(p[0])); !seen[name] {
					seen[name] = true
					want[section+name] += times
				}
			}
		}
		status := 401
		if v.Field == "Proxy-Authenticate" {
			status = 407
		}
		broken := map[string]bool{}
		for _, f := range lint.Check(lint.Message{Status: status, Proto: "HTTP/1.1", Header: map[string][]string{v.Field: v.Lines, "Server": {"x"}}, Complete: true}) {
			if f.Field == v.Field && !broken[f.Rule.Name] {
				broken[f.Rule.Name] = true
				want[fmt.Sprintf("Findings of vet/%s (%s)", f.Rule.Name, f.Rule.Severity)] += times
			}
		}
	}
	return want
}

// numbersOf returns the numbers of the table.
func numbersOf(c *Counts) map[string]int64 {
	got := map[string]int64{}
	for _, s := range c.sections() {
		for i, row := range s.rows {
			if c.rows[row].n > 0 {
				got[s.title+"/"+s.names[i]] = c.rows[row].n
			}
		}
	}
	return got
}

func TestGeneratedLog(t *testing.T) {
	n := 200_000
	if testing.Short() {
		n = 5_000
	}
	if s := os.Getenv("SURVEY_RESPONSES"); s != "" {
		n, _ = strconv.Atoi(s)
	}
	vectors := corpus(t)
	c := New()
	if err := c.Read("log", newGenerator(vectors, n)); err != nil {
		t.Fatal(err)
	}
	// Whatever the length of the log, it takes no more memory than this.
	var memory runtime.MemStats
	if runtime.ReadMemStats(&memory); memory.Sys > 200<<20 {
		t.Errorf("%d MiB of memory", memory.Sys>>20)
	}
	t.Logf("%d responses, %d MiB of memory", c.Responses(), memory.Sys>>20)
	got, want := numbersOf(c), expected(vectors, n)
	for name := range got {
		if strings.HasPrefix(name, "Responses/4") || strings.HasPrefix(name, "Products") || name == "Fields/Proxy-Authenticate" || name == "Fields/with several challenges" {
			delete(got, name)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for k, name := range serverNames {
		row := productsAt + len(products) // other
		if name == "" {
			row++
		} else if product, _, _ := strings.Cut(name, "/"); slices.Contains(products, product) {
			row = productsAt + slices.Index(products, product)
		}
		if got, want := c.rows[row].n, int64((n-k+len(serverNames)-1)/len(serverNames)); got != want {
			t.Errorf("%s: %d, want %d", name, got, want)
		}
	}
}

// parts returns the counts of the blocks of a log, and the text of the whole.
func parts(t *testing.T) (list []*Counts, whole *Counts) {
	vectors := corpus(t)
	whole = New()
	for i := range 40 {
		file := fmt.Sprint("log", i%7)
		c := New()
		for _, d := range []*Counts{c, whole} {
			text := ""
			for k := range 50 {
				text += head(vectors, i*50+k)
			}
			found := input.Find([]byte(text))
			for j := range found.Responses {
				r := &found.Responses[j]
				for k := range r.Fields {
					r.Fields[k].Line += i * 100
				}
				r.Line += i * 100
			}
			found.Broken = i
			d.Add(file, found)
		}
		list = append(list, c)
	}
	return list, whole
}

// Merging is associative and commutative, and the zero is the empty log: whatever the parts are and in
// whatever order they come, the table is the same.
func TestMerge(t *testing.T) {
	list, whole := parts(t)
	want := whole.AppendJSON(whole.AppendText(nil))
	random := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		// A random tree over a random order.
		tree := make([]*Counts, 0, len(list)+1)
		for _, i := range random.Perm(len(list)) {
			c := New()
			c.Merge(list[i])
			tree = append(tree, c)
		}
		tree = append(tree, New())
		for len(tree) > 1 {
			i := random.IntN(len(tree))
			c := tree[i]
			tree = slices.Delete(tree, i, i+1)
			to := tree[random.IntN(len(tree))]
			if random.IntN(2) == 0 { // by way of another machine
				text, err := json.Marshal(c)
				if err != nil {
					t.Fatal(err)
				}
				c = New()
				if err := json.Unmarshal(text, c); err != nil {
					t.Fatal(err)
				}
			}
			to.Merge(c)
		}
		if got := tree[0].AppendJSON(tree[0].AppendText(nil)); !bytes.Equal(got, want) {
			t.Fatal(cmp.Diff(string(want), string(got)))
		}
	}
}

// What is found is what the command finds with vet.
func TestFindingsOfReport(t *testing.T) {
	files, _ := filepath.Glob("../../testdata/captures/*.http")
	if len(files) == 0 {
		t.Fatal("no captures")
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		c := New()
		found := input.Find(text)
		c.Add(file, found)
		want := map[string]int64{}
		for _, r := range found.Responses {
			seen := map[string]bool{}
			for _, rep := range report.New(r, report.Options{}) {
				for _, f := range rep.Findings {
					if !seen[f.Rule] {
						seen[f.Rule] = true
						want[fmt.Sprintf("Findings of vet/%s (%s)", f.Rule, f.Severity)]++
					}
				}
			}
		}
		got := numbersOf(c)
		for name := range got {
			if !strings.HasPrefix(name, "Findings") {
				delete(got, name)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(file, diff)
		}
	}
}
