// Load sends requests with wrk, half of them with a good token, to a handler behind a gate and, in turn, to
// the same handler alone. It fails if a request fails, if a response is wrong, or if goroutines or memory leak, and
// prints what the gate costs.
//
//	go run ./.ci/load -duration 60s
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/httpauth"
)

// The requests are made once, so that wrk has as little to do as without a script.
const script = `
local requests, n = {}, 0
init = function(args)
  requests[0] = wrk.format("GET", nil, {["Authorization"] = "Bearer good"})
  requests[1] = wrk.format("GET", nil, {["Authorization"] = "Bearer bad"})
end
request = function()
  n = n + 1
  return requests[n % 2]
end
`

const connections = 32

var handled, refused, faults atomic.Int64

func main() {
	log.SetFlags(0)
	duration := flag.Duration("duration", time.Minute, "how long to send requests to each of the two")
	flag.Parse()

	identity := &httpauth.Identity{Subject: "Rita", Scope: wwwauth.Scope{"read"}, Expires: time.Now().Add(24 * time.Hour)}
	gate, err := httpauth.NewGate(func(ctx context.Context, r *http.Request, token string) (*httpauth.Identity, error) {
		if token == "good" {
			return identity, nil
		}
		return nil, &httpauth.TokenError{}
	}, httpauth.GateOptions{
		Bearer: wwwauth.Bearer{Realm: "load", Scope: wwwauth.Scope{"read"}, ResourceMetadata: "https://example.com/.well-known/oauth-protected-resource"},
		Body: func(r *http.Request, f httpauth.Refusal) (string, []byte) {
			refused.Add(1)
			if f.Status != http.StatusUnauthorized {
				faults.Add(1)
			}
			return httpauth.JSONRPCBody(r, f)
		},
		OnError: func(r *http.Request, err error) { faults.Add(1) },
	})
	if err != nil {
		log.Fatal(err)
	}
	hello := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		handled.Add(1)
		io.WriteString(w, "hello")
	})
	mux := http.NewServeMux()
	mux.Handle("/bare", hello)
	mux.Handle("/guarded", gate.Handler(hello))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	go http.Serve(listener, mux)
	url := "http://" + listener.Addr().String()

	directory, err := os.MkdirTemp("", "load")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(directory)
	file := filepath.Join(directory, "half.lua")
	if err := os.WriteFile(file, []byte(script), 0o600); err != nil {
		log.Fatal(err)
	}

	// The first seconds fill caches and pools, which must not grow after that.
	const slice = 5 * time.Second
	run(file, url+"/guarded", slice)
	goroutines, heap := rest()
	fmt.Printf("at rest after the first %v: %d goroutines, heap %d KiB\n", slice, goroutines, heap>>10)

	var bare, guarded result
	for range max(1, int(*duration/slice)) {
		bare.add(run(file, url+"/bare", slice))
		guarded.add(run(file, url+"/guarded", slice))
	}
	goroutinesAfter, heapAfter := rest()
	fmt.Printf("at rest in the end: %d goroutines, heap %d KiB\n", goroutinesAfter, heapAfter>>10)
	bare.print("bare")
	guarded.print("guarded")
	fmt.Printf("the gate, half refusals: %+.1f µs of CPU time a request, %.2f of the requests a second\n",
		guarded.cpuEach()-bare.cpuEach(), guarded.rate()/bare.rate())

	switch {
	case bare.refused > 0 || guarded.answered-2*guarded.refused > connections*int64(guarded.runs) || 2*guarded.refused-guarded.answered > connections*int64(guarded.runs):
		log.Fatal("load: not every bad token was refused, and no other request")
	case goroutinesAfter > goroutines:
		log.Fatal("load: goroutines are left over")
	case heapAfter > heap+1<<20:
		log.Fatal("load: memory is left over")
	}
}

// settle waits until the connections of the last run, each with a goroutine, are gone. It returns the number of
// goroutines left: those of main and Serve.
func settle() int {
	for range 50 {
		if runtime.NumGoroutine() <= 2 {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	return runtime.NumGoroutine()
}

// rest returns what is left when the connections are gone.
func rest() (goroutines int, heap uint64) {
	goroutines = settle()
	runtime.GC()
	runtime.GC() // what pools keep goes with the second
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return goroutines, m.HeapAlloc
}

// A result counts what runs have done.
type result struct {
	runs              int
	answered, refused int64 // as wrk saw it
	cpu, wall         time.Duration
}

func (r *result) add(s result) {
	r.runs += s.runs
	r.answered += s.answered
	r.refused += s.refused
	r.cpu += s.cpu
	r.wall += s.wall
}

func (r *result) rate() float64    { return float64(r.answered) / r.wall.Seconds() }
func (r *result) cpuEach() float64 { return float64(r.cpu.Microseconds()) / float64(r.answered) }

func (r *result) print(name string) {
	fmt.Printf("%-8s %8d requests in %v, %d refused: %.0f a second, %.1f µs of CPU time each\n",
		name, r.answered, r.wall.Round(time.Second), r.refused, r.rate(), r.cpuEach())
}

var (
	answeredRE = regexp.MustCompile(`(?m)^ *(\d+) requests in `)
	refusedRE  = regexp.MustCompile(`Non-2xx or 3xx responses: (\d+)`)
	errorsRE   = regexp.MustCompile(`Socket errors: .*`)
)

// run runs wrk, and compares what it saw with what the server did.
func run(script, url string, duration time.Duration) result {
	handledBefore, refusedBefore := handled.Load(), refused.Load()
	cpu, start := cpuTime(), time.Now()
	cmd := exec.Command("wrk", "-t", "1", "-c", strconv.Itoa(connections), "-d", fmt.Sprintf("%ds", int(duration.Seconds())), "-s", script, url)
	out, err := cmd.CombinedOutput()
	if err != nil {
		log.Fatalf("load: %v\n%s", err, out)
	}
	r := result{runs: 1, cpu: cpuTime() - cpu, wall: time.Since(start)}
	settle() // a request that is under way is counted below
	r.answered = count(answeredRE, out)
	r.refused = count(refusedRE, out)
	if e := errorsRE.Find(out); e != nil || r.answered == 0 || faults.Load() > 0 {
		log.Fatalf("load: %s, %d faults\n%s", e, faults.Load(), out)
	}
	// When the time is over, wrk drops the responses that are under way.
	good, bad := handled.Load()-handledBefore, refused.Load()-refusedBefore
	if d := good + bad - r.answered; d < 0 || d > connections {
		log.Fatalf("load: %d answers came of %d requests handled and %d refused", r.answered, good, bad)
	}
	if d := bad - r.refused; d < 0 || d > connections {
		log.Fatalf("load: %d refusals came of %d", r.refused, bad)
	}
	return r
}

func count(re *regexp.Regexp, out []byte) int64 {
	m := re.FindSubmatch(out)
	if m == nil {
		return 0
	}
	n, err := strconv.ParseInt(string(m[1]), 10, 64)
	if err != nil {
		log.Fatal(err)
	}
	return n
}

// cpuTime returns the CPU time of this process, which is that of the server.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		log.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
