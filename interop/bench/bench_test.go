package main

import (
	"bytes"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

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

// TestRun measures everything, briefly. What the figures are is not its matter, but that they are there.
func TestRun(t *testing.T) {
	var out bytes.Buffer
	answers := make(map[string]string)
	for _, r := range run(&out, quick, "") {
		if len(r.meter.times) == 0 || len(r.meter.ratios) != len(r.meter.times) {
			t.Errorf("%s, %s: %+v", r.workload, r.parser, r.meter)
		}
		answers[r.workload+": "+r.parser] = r.answer
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
	if !bytes.Contains(out.Bytes(), []byte("\n| parser | docker | mcp | digest |\n")) {
		t.Errorf("no table for the README in:\n%s", out.Bytes())
	}
}

func TestOnly(t *testing.T) {
	for _, r := range run(new(bytes.Buffer), quick, "docker") {
		if r.workload != "docker" {
			t.Errorf("-only docker measures %s", r.workload)
		}
	}
	for _, r := range run(new(bytes.Buffer), quick, "containerd") {
		if r.parser != "containerd" {
			t.Errorf("-only containerd measures %s", r.parser)
		}
	}
}

// TestSlow checks that a workload stops to grow.
func TestSlow(t *testing.T) {
	p := parsers.Own()[0]
	load := workload{name: "x", grows: true, lines: repeat("", ",", "")}
	if r := (plan{slow: -1}).check(load, p); r.size != 1<<10 || r.meter == nil {
		t.Errorf("after a call that is too slow: %+v", r)
	}
	if r := (plan{slow: time.Hour}).check(load, p); r.size != size || r.meter == nil {
		t.Errorf("after calls that are not: %+v", r)
	}
	p.Parse = func([]string) ([]parsers.Challenge, error) { panic("x") }
	if r := quick.check(load, p); r.answer != "panic" || r.meter.cells("|") != "-|-|-|-" {
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
	} {
		if got := tt.m.cells("/"); got != tt.want {
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

// TestGates checks that the guards answer alike, and measures them briefly.
func TestGates(t *testing.T) {
	var out bytes.Buffer
	rows, err := measureGates(&out, quick, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if len(r.meter.times) == 0 || len(r.meter.ratios) != len(r.meter.times) {
			t.Errorf("%s, %s: %+v", r.request, r.gate, r.meter)
		}
	}
	if len(rows) < 15 || !strings.Contains(out.String(), "\n| good token | Gate | ") {
		t.Errorf("%d rows:\n%s", len(rows), out.Bytes())
	}

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
