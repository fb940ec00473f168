package main

import (
	"errors"
	"io"
	"runtime"

	"github.com/seed-903fb8fe/wwwauth/internal/input"
	"github.com/seed-903fb8fe/wwwauth/internal/report"
)

// A logReader prints the responses of a text of any length: all cores find and render them, block by block,
// and one goroutine prints the sheets in the order of the text. Memory holds a few blocks and their sheets.
type logReader struct {
	*printer
	name  string
	parts report.Parts // those printed so far
	free  chan sheets  // those printed, with memory for others: to grow it for each block took a fifth of the time
}

// A block is a block that is being read. Its sheets are sent to done.
type block struct {
	input.Block
	done chan sheets
}

// sheets are the sheets of a block.
type sheets struct {
	report.Part
	sheets []sheet
	ends   []int  // of their texts
	text   []byte // of all sheets
}

// read prints the responses of the text.
func (l *logReader) read(in io.Reader) error {
	workers := runtime.GOMAXPROCS(0)
	l.free = make(chan sheets, workers)
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
		found := <-done
		if err := l.print(found); err != nil {
			return err
		}
		select {
		case l.free <- found:
		default:
		}
	}
	return readErr
}

// sheets renders the responses of a block, one after another in one buffer.
func (l *logReader) sheets(b input.Block) sheets {
	var s sheets
	select {
	case s = <-l.free:
		s.sheets, s.ends, s.text = s.sheets[:0], s.ends[:0], s.text[:0]
	default:
	}
	s.Part = report.ReadPart(b.Find(), l.options, func(r *report.Report) {
		pg := l.render(s.text, fileName(l.name), r)
		if l.separated || pg.warnings != nil {
			pg.place = r.Place()
		}
		s.text = pg.text
		s.sheets = append(s.sheets, pg)
		s.ends = append(s.ends, len(s.text))
	})
	start := 0
	for i, end := range s.ends {
		s.sheets[i].text = s.text[start:end:end]
		start = end
	}
	return s
}

// print prints the sheets of a block.
func (l *logReader) print(found sheets) error {
	l.parts.Add(found.Part)
	for _, line := range found.TooLong {
		l.unreadable = true
		l.warn(l.name, report.Message{Line: line, Text: report.TooLong}.String())
	}
	if !l.separated {
		return l.printAll(found.sheets, found.text)
	}
	for _, pg := range found.sheets {
		if err := l.printer.print(l.name, pg); err != nil {
			return err
		}
	}
	return nil
}

// printAll prints consecutive sheets in one write.
func (l *logReader) printAll(list []sheet, text []byte) error {
	if len(list) == 0 {
		return nil
	}
	all := list[0]
	all.text = text
	for _, pg := range list {
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
