package main

import (
	"errors"
	"io"
	"runtime"

	"github.com/seed-903fb8fe/wwwauth/internal/input"
	"github.com/seed-903fb8fe/wwwauth/internal/report"
)

// A logReader prints the responses of a text of any length: all cores find and render them, block by block,
// and one goroutine prints the sheets in the order of the text. The sheets of a block are handed over in portions,
// and a block has only a few that are not printed yet, so memory is bounded even if a report is many times as long as
// its response.
type logReader struct {
	*printer
	name  string
	parts report.Parts  // those printed so far
	free  chan *portion // those printed, with memory for others
	stop  chan struct{} // closed when nothing more is printed
}

const (
	portionSize = 256 << 10 // bytes of text, if no report is longer
	maxPortions = 16        // of a block that wait to be printed
)

// A block is a block that is being read. Its portions are sent to sheets, which is closed after the last one.
type block struct {
	input.Block
	sheets chan *portion
}

// A portion is some consecutive sheets of a block.
type portion struct {
	part   *report.Part // of the block; only the last portion has it
	sheets []sheet
	ends   []int  // of their texts
	text   []byte // of all sheets
}

// read prints the responses of the text.
func (l *logReader) read(in io.Reader) error {
	workers := runtime.GOMAXPROCS(0)
	l.free = make(chan *portion, workers*maxPortions)
	l.stop = make(chan struct{})
	jobs := make(chan block)
	order := make(chan chan *portion, workers)
	var readErr error
	for range workers {
		go func() {
			for b := range jobs {
				l.renderAll(b)
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
			sheets := make(chan *portion, maxPortions)
			select {
			case order <- sheets:
				jobs <- block{b, sheets}
			case <-l.stop:
				return
			}
		}
	}()
	defer close(l.stop)
	for sheets := range order {
		for p := range sheets {
			if err := l.print(p); err != nil {
				return err
			}
			select {
			case l.free <- p:
			default:
			}
		}
	}
	return readErr
}

// renderAll renders the responses of a block, those of a portion one after another in one buffer.
func (l *logReader) renderAll(b block) {
	defer close(b.sheets)
	p := l.newPortion()
	part := report.ReadPart(b.Find(), l.options, func(r *report.Report) {
		if len(p.text) >= portionSize {
			l.hand(b, p)
			p = l.newPortion()
		}
		pg := l.render(p.text, fileName(l.name), r)
		if l.separated || pg.warnings != nil {
			pg.place = r.Place()
		}
		p.text = pg.text
		p.sheets = append(p.sheets, pg)
		p.ends = append(p.ends, len(p.text))
	})
	p.part = &part
	l.hand(b, p)
}

// newPortion returns an empty portion, with the memory of one that was printed if there is one.
func (l *logReader) newPortion() *portion {
	select {
	case p := <-l.free:
		*p = portion{sheets: p.sheets[:0], ends: p.ends[:0], text: p.text[:0]}
		return p
	default:
		return &portion{}
	}
}

// hand hands a portion of the block over.
func (l *logReader) hand(b block, p *portion) {
	start := 0
	for i, end := range p.ends {
		p.sheets[i].text = p.text[start:end:end]
		start = end
	}
	select {
	case b.sheets <- p:
	case <-l.stop:
	}
}

// print prints the sheets of a portion.
func (l *logReader) print(p *portion) error {
	if p.part != nil {
		l.parts.Add(*p.part)
		for _, line := range p.part.TooLong {
			l.unreadable = true
			l.warn(l.name, report.Message{Line: line, Text: report.TooLong}.String())
		}
	}
	if !l.separated {
		return l.printAll(p.sheets, p.text)
	}
	for _, pg := range p.sheets {
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
