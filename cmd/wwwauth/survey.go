package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/seed-903fb8fe/wwwauth/internal/input"
	"github.com/seed-903fb8fe/wwwauth/internal/survey"
	"github.com/seed-903fb8fe/wwwauth/internal/terminal"
)

const exitInterrupted = 130

// survey is the command of that name: it counts what servers send, over logs of any size.
func (e env) survey() (*flag.FlagSet, runner) {
	s := surveyor{printer: printer{env: e}}
	flags := newFlags()
	flags.BoolVar(&s.json, "json", false, "print the table as JSON")
	flags.BoolVar(&s.options.Redact, "redact", true, "hide the names of unknown schemes and parameters; -redact=false shows them, but no values that may be secret")
	return flags, s.run
}

// A surveyor counts the responses of files. Some goroutines split the files into blocks, and others, one for
// each core, count those. It does not matter to the sum which goroutine counts which block.
type surveyor struct {
	printer
	jobs  chan job
	total *survey.Counts

	files            atomic.Int64 // read, or found to be unreadable
	responses, bytes atomic.Int64
}

// A job is a block of a file, or the error with which it ends.
type job struct {
	file  string
	block input.Block
	err   error
}

func (s *surveyor) run(operands []string) int {
	if len(operands) == 0 {
		operands = []string{"-"}
	}
	for i, name := range operands {
		if operands[i] = strings.TrimPrefix(name, "@"); operands[i] == "" {
			return s.wrongUsage("@ needs a file name")
		}
	}
	s.named = true
	s.jobs = make(chan job)
	s.total = s.newCounts()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	done := s.showProgress(len(operands))
	go s.readFiles(ctx, operands)
	failed := s.count(ctx)
	done()
	interrupted := ctx.Err() != nil
	stop() // a second interrupt ends the program

	var text []byte
	if s.json {
		text = s.total.AppendJSON(nil)
	} else {
		text = s.total.AppendText(nil)
	}
	if code := s.env.print(text); code != 0 {
		return code
	}
	slices.SortStableFunc(failed, func(a, b job) int {
		return slices.Index(operands, a.file) - slices.Index(operands, b.file)
	})
	for _, job := range failed {
		s.failed(job.file, job.err)
	}
	switch {
	case interrupted:
		s.warn("", "interrupted; the table has what was counted until then")
		return exitInterrupted
	case failed != nil:
		return exitInput
	case s.total.Responses() == 0:
		s.warn("", "no response found")
		return 3
	}
	return 0
}

func (s *surveyor) newCounts() *survey.Counts {
	c := survey.New()
	c.Names = !s.options.Redact
	return c
}

// readFiles sends the blocks of the files, a few files at a time.
func (s *surveyor) readFiles(ctx context.Context, names []string) {
	queue := make(chan string)
	var readers sync.WaitGroup
	for range min(len(names), runtime.GOMAXPROCS(0)) {
		readers.Go(func() {
			for name := range queue {
				s.readFile(ctx, name)
				s.files.Add(1)
			}
		})
	}
	for _, name := range names {
		queue <- name
	}
	close(queue)
	readers.Wait()
	close(s.jobs)
}

// readFile sends the blocks of a file, and the error with which it ends.
func (s *surveyor) readFile(ctx context.Context, name string) {
	in := s.stdin
	file := ""
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			s.send(ctx, job{file: name, err: err})
			return
		}
		defer f.Close()
		in, file = f, name
	}
	split := input.NewSplitter(in)
	split.Batch = true
	for ctx.Err() == nil {
		b, err := split.Next()
		if !s.send(ctx, job{file, b, err}) || err != nil {
			return
		}
	}
}

// send sends a job unless it is too late.
func (s *surveyor) send(ctx context.Context, j job) bool {
	select {
	case s.jobs <- j:
		return true
	case <-ctx.Done():
		return false
	}
}

// count counts the jobs, until they end or the user interrupts. It returns the jobs that failed.
func (s *surveyor) count(ctx context.Context) (failed []job) {
	var sum sync.Mutex
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			c := s.newCounts()
			var errs []job
			s.work(ctx, c, &errs)
			sum.Lock()
			defer sum.Unlock()
			s.total.Merge(c)
			failed = append(failed, errs...)
		})
	}
	workers.Wait()
	return failed
}

func (s *surveyor) work(ctx context.Context, c *survey.Counts, failed *[]job) {
	for {
		var j job
		var ok bool
		select {
		case j, ok = <-s.jobs:
		case <-ctx.Done():
		}
		if !ok {
			return
		}
		if j.err != nil {
			if err := c.End(j.file, j.err); err != nil {
				*failed = append(*failed, job{file: j.file, err: err})
			}
			continue
		}
		found := j.block.Find()
		c.Add(j.file, found)
		s.responses.Add(int64(len(found.Responses)))
		s.bytes.Add(int64(j.block.Len()))
	}
}

// showProgress says on standard error how far the survey is, if that is a terminal, until the function that it
// returns is called.
func (s *surveyor) showProgress(files int) func() {
	if !terminal.Is(s.stderr) {
		return func() {}
	}
	stop, stopped := make(chan struct{}), make(chan struct{})
	began := time.Now()
	go func() {
		defer close(stopped)
		tick := time.NewTicker(time.Second / 2)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				_, _ = io.WriteString(s.stderr, "\r\x1b[K")
				return
			case <-tick.C:
				n, mb := s.responses.Load(), float64(s.bytes.Load())/1e6
				seconds := time.Since(began).Seconds()
				fmt.Fprintf(s.stderr, "\r\x1b[K%d of %d files, %d responses, %.0f MB, %.0f responses/s, %.0f MB/s",
					s.files.Load(), files, n, mb, float64(n)/seconds, mb/seconds)
			}
		}
	}()
	return func() { close(stop); <-stopped }
}
