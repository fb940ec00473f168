package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/io/filesystem"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/log"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/register"

	"github.com/seed-903fb8fe/wwwauth/internal/input"
	"github.com/seed-903fb8fe/wwwauth/internal/survey"
)

// options are the options of a survey.
type options struct {
	Output string
	JSON   bool
	Names  bool  // as in survey.Counts
	Piece  int64 // in bytes
}

// A piece is a part of a file that one worker reads. It begins where the command's own splitting of the file has
// a boundary, so that it is read as the command reads it.
type piece struct {
	File  string
	Begin input.Mark // the zero Mark: the beginning of the file
	End   int64      // offset at which the next piece begins; 0: the end of the file
	Lost  input.Lost // in the first of several pieces: what was lost of the whole file
}

// A sum is the counts of some pieces. It is a type of its own to have a coder of its own.
type sum struct{ *survey.Counts }

func init() {
	beam.RegisterCoder(reflect.TypeFor[sum](), encodeSum, decodeSum)
	register.DoFn3x1[context.Context, string, func(string), error](&listFn{})
	register.DoFn3x1[context.Context, string, func(piece), error](&splitFn{})
	register.DoFn3x1[context.Context, piece, func(sum), error](&countFn{})
	register.DoFn2x1[context.Context, sum, error](&writeFn{})
	register.Combiner1[sum](&mergeFn{})
	register.Emitter1[string]()
	register.Emitter1[piece]()
	register.Emitter1[sum]()
}

func encodeSum(s sum) ([]byte, error) { return s.MarshalJSON() }

func decodeSum(b []byte) (sum, error) {
	s := sum{survey.New()}
	return s, s.UnmarshalJSON(b)
}

// build adds the survey of the files that the patterns name to the pipeline:
//
//	patterns -> files -> pieces -> counts -> table
//
// Files and pieces are redistributed, so that no worker has all of one file, or of one folder.
func build(s beam.Scope, patterns []string, o options) {
	files := beam.ParDo(s.Scope("List"), &listFn{}, beam.CreateList(s, patterns))
	pieces := beam.ParDo(s.Scope("Split"), &splitFn{o.Piece}, beam.Reshuffle(s, files))
	counts := beam.ParDo(s.Scope("Count"), &countFn{Names: o.Names}, beam.Reshuffle(s, pieces))
	total := beam.Combine(s.Scope("Merge"), &mergeFn{}, counts)
	beam.ParDo0(s.Scope("Write"), &writeFn{o.Output, o.JSON}, total)
}

// listFn emits the names of files.
type listFn struct{}

func (*listFn) ProcessElement(ctx context.Context, pattern string, emit func(string)) error {
	fs, err := filesystem.New(ctx, pattern)
	if err != nil {
		return err
	}
	defer fs.Close()
	files, err := fs.List(ctx, pattern)
	if err == nil && len(files) == 0 {
		err = fmt.Errorf("no file matches %s", pattern)
	}
	for _, file := range files {
		emit(file)
	}
	return err
}

// splitFn emits the pieces of a file.
type splitFn struct{ Piece int64 }

func (fn *splitFn) ProcessElement(ctx context.Context, file string, emit func(piece)) error {
	fs, err := filesystem.New(ctx, file)
	if err != nil {
		return err
	}
	defer fs.Close()
	size, err := fs.Size(ctx, file)
	if err != nil {
		return err
	}
	if size <= fn.Piece {
		emit(piece{File: file})
		return nil
	}
	in, err := fs.OpenRead(ctx, file)
	if err != nil {
		return err
	}
	defer in.Close()

	// A large file is read once for the boundaries between its blocks, which is many times faster than reading the
	// blocks themselves.
	pieces := []piece{{File: file}}
	split := input.NewSplitter(in)
	split.Batch = true
	for {
		_, err := split.Next()
		var lost *input.LostError
		switch {
		case errors.As(err, &lost):
			pieces[0].Lost = lost.Lost
		case err != nil && err != io.EOF:
			return err
		}
		if err != nil {
			break
		}
		last := &pieces[len(pieces)-1]
		if m, ok := split.Mark(); ok && m.Offset-last.Begin.Offset >= fn.Piece {
			last.End = m.Offset
			pieces = append(pieces, piece{File: file, Begin: m})
		} else if !ok && m == (input.Mark{}) {
			break
		}
	}
	for _, p := range pieces {
		emit(p)
	}
	return nil
}

// countFn emits the counts of a piece.
type countFn struct{ Names bool }

func (fn *countFn) ProcessElement(ctx context.Context, p piece, emit func(sum)) error {
	fs, err := filesystem.New(ctx, p.File)
	if err != nil {
		return err
	}
	defer fs.Close()
	in, err := fs.OpenRead(ctx, p.File)
	if err != nil {
		return err
	}
	defer in.Close()
	c := survey.New()
	c.Names = fn.Names
	if p.Begin == (input.Mark{}) && p.End == 0 {
		if err := c.Read(p.File, in); err != nil {
			return err
		}
		emit(sum{c})
		return nil
	}

	if err := skip(in, p.Begin.Offset); err != nil {
		return err
	}
	split := input.NewSplitter(in)
	split.Batch = true
	if p.Begin != (input.Mark{}) {
		split = input.NewSplitterAt(bufio.NewReaderSize(in, 1<<20), p.Begin)
	}
	for {
		b, err := split.Next()
		if err == io.EOF || errors.As(err, new(*input.LostError)) {
			break // what was lost is in p
		}
		if err != nil {
			return err
		}
		c.Add(p.File, b.Find())
		if m, ok := split.Mark(); p.End > 0 && ok && m.Offset >= p.End {
			break
		}
	}
	c.AddLost(p.Lost)
	emit(sum{c})
	return nil
}

// skip goes to an offset.
func skip(in io.Reader, offset int64) error {
	if s, ok := in.(io.Seeker); ok {
		_, err := s.Seek(offset, io.SeekStart)
		return err
	}
	_, err := io.CopyN(io.Discard, in, offset)
	return err
}

// mergeFn adds up counts.
type mergeFn struct{}

func (*mergeFn) CreateAccumulator() sum { return sum{survey.New()} }

func (*mergeFn) MergeAccumulators(a, b sum) sum {
	a.Merge(b.Counts)
	return a
}

// writeFn writes the table.
type writeFn struct {
	Output string
	JSON   bool
}

func (fn *writeFn) ProcessElement(ctx context.Context, total sum) error {
	fs, err := filesystem.New(ctx, fn.Output)
	if err != nil {
		return err
	}
	defer fs.Close()
	out, err := fs.OpenWrite(ctx, fn.Output)
	if err != nil {
		return err
	}
	text := total.AppendText(nil)
	if fn.JSON {
		text = total.AppendJSON(nil)
	}
	_, err = out.Write(text)
	log.Infof(ctx, "the table of %d responses is in %s", total.Responses(), fn.Output)
	return errors.Join(err, out.Close())
}
