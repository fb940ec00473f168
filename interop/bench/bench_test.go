package main

import (
	"bytes"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/interop/parsers"
)

// TestWorkloads checks what wwwauth reads, to which the answers of the others are compared.
func TestWorkloads(t *testing.T) {
	c := func(scheme string, params ...string) parsers.Challenge {
		d := parsers.Challenge{Scheme: scheme, Params: map[string]string{}}
		for i := 0; i < len(params); i += 2 {
			d.Params[params[i]] = params[i+1]
		}
		return d
	}
	digest := func(algorithm string) parsers.Challenge {
		return c("digest", "realm", "http-auth@example.org", "domain", "/", "qop", "auth, auth-int", "algorithm", algorithm,
			"nonce", "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", "opaque", "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS",
			"stale", "false", "charset", "UTF-8", "userhash", "true")
	}
	negotiate := parsers.Challenge{Scheme: "negotiate", Token68: strings.Repeat("YII/x+9z", 256), Params: map[string]string{}}
	four := []parsers.Challenge{digest("SHA-256"), digest("MD5"), c("basic", "realm", "http-auth@example.org"), negotiate}
	want := map[string][]parsers.Challenge{
		"bare": {c("bearer")},
		"docker": {c("bearer", "realm", "https://auth.docker.io/token", "service", "registry.docker.io",
			"scope", "repository:library/alpine:pull")},
		"mcp": {c("bearer", "realm", "example", "error", "invalid_token", "error_description", "The access token expired",
			"resource_metadata", "https://example.com/.well-known/oauth-protected-resource/mcp")},
		"digest":        four,
		"digest, apart": four,
		"commas":        nil,
		"commas within": {c("bearer", "a", "b", "c", "d")},
		"escapes":       {c("a", "b", strings.Repeat(`"`, 32<<10))},
		"quoted":        {c("a", "b", strings.Repeat("x", 64<<10))},
	}
	if len(workloads) != len(want) {
		t.Errorf("%d workloads, want %d", len(workloads), len(want))
	}
	for _, load := range workloads {
		for _, p := range parsers.Own() {
			got, err := p.Ask(load.lines(size))
			if err != nil || !reflect.DeepEqual(got, want[load.name]) {
				t.Errorf("%s: %s reads %.300q, %v", load.name, p.Name, got, err)
			}
		}
	}
}

// TestSame checks that the lines here are those of the root's benchmarks.
func TestSame(t *testing.T) {
	src, err := os.ReadFile("../../bench_test.go")
	if err != nil {
		t.Fatal(err)
	}
	// Put together literals that the source adds up.
	text := regexp.MustCompile("`\\s*\\+\\s*`").ReplaceAllString(string(src), "")
	for _, load := range workloads {
		if load.grows {
			continue
		}
		for _, line := range load.lines(size) {
			if line = strings.TrimSuffix(line, strings.Repeat("YII/x+9z", 256)); !strings.Contains(text, line) {
				t.Errorf("%s: ../../bench_test.go has no %q", load.name, line)
			}
		}
	}
}

// TestMeasure measures everything, briefly. It checks that there are figures, not what they are.
func TestMeasure(t *testing.T) {
	rows, err := measure(quick, "")
	if err != nil {
		t.Fatal(err)
	}
	answers := make(map[string]string)
	tables := make(map[string]int)
	for _, r := range rows {
		if r.Figures == nil || r.Figures.Ratio <= 0 || r.Figures.NS <= 0 || len(r.meter.ratios) != len(r.meter.times) {
			t.Errorf("%s, %s: %+v", r.Input, r.Subject, r.meter)
		}
		tables[r.Table]++
		answers[r.Input+": "+r.Subject] = r.Answer
	}
	if tables[parsersTable] < 40 || tables[usersTable] < 40 || tables[gatesTable] < 15 {
		t.Errorf("rows: %v", tables)
	}
	for _, load := range workloads {
		for _, p := range parsers.Own() {
			if name := load.name + ": " + p.Name; answers[name] != "right" {
				t.Errorf("%s is %q", name, answers[name])
			}
		}
	}
	for name, want := range map[string]string{
		"bare: class table":            "-",
		"docker: icholy/digest":        "", // it has no Digest for it
		"docker: oras-go":              "",
		"docker: go-sdk":               "right",
		"mcp: httpheader":              "right",
		"digest: go-sdk":               "refused",
		"digest: distribution":         "challenge lost",
		"digest, apart: distribution":  "token68 lost or misread",
		"digest, apart: icholy/digest": "right",
		"commas within: containerd":    "parameter lost",
	} {
		if answers[name] != want {
			t.Errorf("%s is %q, want %q", name, answers[name], want)
		}
	}

	var out bytes.Buffer
	print(&out, rows)
	for _, want := range []string{
		"\n- docker: the challenge of Docker Hub\n", "\n| parser | docker | mcp | digest |\n", "\n| good token | Gate | RequireBearerToken | ",
		"\n| broken lines | Parse | httpheader | ", "\n| mcp with a scope | Bearer.Challenge | Parse | ", "\n| a log of 50000 responses | wwwauth -json | Parse | ",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in:\n%s", want, out.Bytes())
		}
	}
}

// TestLines checks that the long lines conform, and that there are real ones of both kinds.
func TestLines(t *testing.T) {
	for _, line := range longLines() {
		cs, err := wwwauth.Parse(line.text)
		if err != nil || len(cs) == 0 {
			t.Errorf("%s: %v, %v", line.name, cs, err)
		}
	}
	good, broken, err := wild()
	if err != nil || len(good) < 100 || len(broken) < 40 {
		t.Errorf("%d and %d responses, %v", len(good), len(broken), err)
	}
	for _, lines := range good {
		if _, err := wwwauth.Parse(lines...); err != nil {
			t.Errorf("%q: %v", lines, err)
		}
	}
	for _, lines := range broken {
		if _, err := wwwauth.Parse(lines...); err == nil {
			t.Errorf("%q conforms", lines)
		}
	}
}

func TestOnly(t *testing.T) {
	for only, want := range map[string]func(r *row) bool{
		"docker":     func(r *row) bool { return r.Input == "docker" },
		"containerd": func(r *row) bool { return r.Subject == "containerd" },
		"gate ":      func(r *row) bool { return r.Table == gatesTable },
		"lint":       func(r *row) bool { return r.Subject == "lint.Check" },
	} {
		rows, err := measure(quick, only)
		if err != nil || len(rows) == 0 {
			t.Errorf("-only %s: %d rows, %v", only, len(rows), err)
		}
		for _, r := range rows {
			if !want(r) {
				t.Errorf("-only %s measures %s, %s", only, r.Input, r.Subject)
			}
		}
	}
}

func TestMedians(t *testing.T) {
	got := medians([]Figures{{1, 9, 3, 4}, {3, 1, 3, 4}, {2, 2, 8, 4}})
	if want := (Figures{2, 2, 3, 4}); got != want {
		t.Errorf("medians: %v, want %v", got, want)
	}
}

// TestSlow checks that a workload stops growing.
func TestSlow(t *testing.T) {
	p := parsers.Own()[0]
	load := workload{name: "x", grows: true, lines: repeat("", ",", "")}
	if r := (plan{slow: -1}).check(load, p); r.Size != 1<<10 || r.meter == nil {
		t.Errorf("after a call that is too slow: %+v", r)
	}
	if r := (plan{slow: time.Hour}).check(load, p); r.Size != size || r.meter == nil {
		t.Errorf("after calls that are not: %+v", r)
	}
	p.Parse = func([]string) ([]parsers.Challenge, error) { panic("x") }
	if r := quick.check(load, p); r.Answer != "panic" || r.Figures.cells("|") != "-|-|-|-" {
		t.Errorf("after a panic: %+v", r)
	}
}

func TestCells(t *testing.T) {
	for _, tt := range []struct {
		m    meter
		want string
	}{
		{meter{ratios: []float64{0.9, 0.274, 0.1}, times: []float64{50, 1, 41.6}, bytes: 64, allocs: 1}, "0.27/42/64/1"},
		{meter{ratios: []float64{12.34}, times: []float64{1e7}}, "12.3/10000000/0/0"},
		{meter{ratios: []float64{4066.4}, times: []float64{5}}, "4066/5/0/0"},
		{meter{ratios: []float64{1}, times: []float64{400}, bytes: 401, allocs: 13, lines: 4}, "1.00/100/100/3.3"},
	} {
		f := tt.m.figures()
		if got := f.cells("/"); got != tt.want {
			t.Errorf("%+v: %s, want %s", tt.m, got, tt.want)
		}
	}
}

// TestAllocated measures what is known.
func TestAllocated(t *testing.T) {
	var kept []*[64]byte
	n, m := allocated(func(n int) {
		kept = make([]*[64]byte, 0, n) // one more, which is less than one a call
		for range n {
			kept = append(kept, new([64]byte))
		}
	}, 100)
	if n != 64+8 && n != 64+8+1 || m != 1 {
		t.Errorf("%d B, %d allocations, want 72 or 73, 1", n, m)
	}
	n, m = allocated(func(n int) {}, 100)
	if n != 0 || m != 0 {
		t.Errorf("%d B, %d allocations, want none", n, m)
	}
}

// TestClassTable checks that the yardstick looks at each byte.
func TestClassTable(t *testing.T) {
	for n := range 20 {
		for i := range n {
			s := strings.Repeat("\x00", i) + "\x05" + strings.Repeat("\x00", n-i-1)
			if got := classTable(s); got != int(classes[5]) || got == 0 {
				t.Errorf("classTable(%q) = %d", s, got)
			}
		}
	}
}

// TestGates checks that the guards answer alike.
func TestGates(t *testing.T) {
	sdk, gates, err := newGuards()
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range append(gates, sdk) {
		loop, w, err := newLoop(g.handler, "")
		if err != nil {
			t.Fatal(err)
		}
		loop(2)
		line := w.header.Get("WWW-Authenticate")
		if w.status != 401 || !strings.HasPrefix(line, `Bearer resource_metadata="`+metadata) || !strings.Contains(line, `scope="files:read`) {
			t.Errorf("%s: %d %s", g.name, w.status, line)
		}
	}
}
