package main

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"

	"github.com/seed-903fb8fe/wwwauth/internal/input"
	"github.com/seed-903fb8fe/wwwauth/internal/report"
)

// A logReader prints the responses of a text without end: all cores find and render them, block by block,
// and one goroutine prints the sheets in the order of the text. Memory holds a few blocks and their sheets.
type logReader struct {
	*printer
	name string

	printed, seen int             // responses
	only          *input.Response // the one that was seen, if it has no challenge field
	lost          bool            // a response was too long
	missed        []input.Miss
}

// A block is one that is being read. What comes of it is sent to done.
type block struct {
	input.Block
	done chan sheets
}

// sheets is what comes of a block.
type sheets struct {
	sheets []sheet
	lost   []int // lines of responses that were too long
	seen   int
	only   *input.Response // the last one without a challenge field
	missed []input.Miss
}

// maxMissed is how many misses are kept.
const maxMissed = 10

// read prints the responses of the text.
func (l *logReader) read(in io.Reader) error {
	workers := runtime.GOMAXPROCS(0)
	jobs := make(chan block)
	order := make(chan chan sheets, workers)
	stop := make(chan struct{})
	var readErr error
	for range workers {
		go func() {
			for b := range jobs {
				b.done <- l.sheets(b.Block)
			}
		}()
	}
	go func() {
		defer close(order)
		defer close(jobs)
		split := input.NewSplitter(in)
		for {
			b, err := split.Next()
			if err != nil {
				if !errors.Is(err, io.EOF) {
					readErr = err
				}
				return
			}
			done := make(chan sheets, 1)
			select {
			case order <- done:
				jobs <- block{b, done}
			case <-stop:
				return
			}
		}
	}()
	defer close(stop)
	for done := range order {
		if err := l.print(<-done); err != nil {
			return err
		}
	}
	return readErr
}

// sheets renders the responses of a block.
func (l *logReader) sheets(b input.Block) (found sheets) {
	text := b.Find()
	found.missed = text.Misses
	for i := range text.Responses {
		response := &text.Responses[i]
		tooLong := slices.IndexFunc(response.Notes, func(n input.Note) bool { return n.Kind == input.NoteTooLong })
		if tooLong >= 0 {
			found.lost = append(found.lost, response.Notes[tooLong].Line)
			continue
		}
		found.seen++
		if response.Status != 401 && response.Status != 407 && !hasChallengeField(response) {
			found.only = response
			continue
		}
		for _, r := range report.New(*response, l.options) {
			found.sheets = append(found.sheets, l.render(fileName(l.name), r))
		}
	}
	return found
}

func hasChallengeField(r *input.Response) bool {
	return slices.ContainsFunc(r.Fields, func(f input.Field) bool { return f.Name == "" || input.IsChallengeField(f.Name) })
}

// print prints what comes of a block.
func (l *logReader) print(found sheets) error {
	l.seen += found.seen
	if found.only != nil {
		l.only = nil
		if l.seen == 1 {
			l.only = found.only
		}
	} else if l.seen > 1 {
		l.only = nil
	}
	if room := maxMissed - len(l.missed); room > 0 {
		l.missed = append(l.missed, found.missed[:min(room, len(found.missed))]...)
	}
	for _, line := range found.lost {
		l.lost, l.unreadable = true, true
		l.warn(l.name, fmt.Sprintf("line %d: too many bytes for one response", line))
	}
	l.printed += len(found.sheets)
	if !l.separated {
		return l.printAll(found.sheets)
	}
	for _, pg := range found.sheets {
		if err := l.printer.print(l.name, pg); err != nil {
			return err
		}
	}
	return nil
}

// printAll prints sheets that stand one below the other in one write.
func (l *logReader) printAll(list []sheet) error {
	if len(list) == 0 {
		return nil
	}
	n := 0
	for _, pg := range list {
		n += len(pg.text)
	}
	all := list[0]
	all.text = make([]byte, 0, n)
	for _, pg := range list {
		all.text = append(all.text, pg.text...)
		all.exit = max(all.exit, pg.exit)
	}
	all.warnings = nil
	for _, pg := range list {
		for _, message := range pg.warnings {
			l.warn(l.where(l.name, pg.place), message)
		}
	}
	return l.printer.print(l.name, all)
}
