// Survey counts what servers send, as wwwauth survey does, on Apache Beam: with its embedded runner, or on a
// cluster of Flink, Spark or Dataflow. The table is the same, byte for byte. See docs/SURVEY.md.
//
//	go run -C survey . -input '/logs/*.warc.gz' -output /logs/table
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	_ "github.com/apache/beam/sdks/v2/go/pkg/beam/io/filesystem/s3"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/x/beamx"
)

func main() {
	var o options
	input := flag.String("input", "", "the files to read, as `patterns` separated by commas: local, gs:// or s3://")
	flag.StringVar(&o.Output, "output", "", "the `file` for the table")
	flag.BoolVar(&o.JSON, "json", false, "write the table as JSON")
	redact := flag.Bool("redact", true, "hide the names of schemes and parameters that nobody knows too")
	flag.Int64Var(&o.Piece, "piece", 64<<20, "about how many `bytes` of a large file one worker reads; compressed files are read whole")
	flag.Parse()
	beam.Init() // on a worker, it does not return

	if err := run(context.Background(), *input, *redact, o); err != nil {
		fmt.Fprintf(os.Stderr, "survey: %v\n", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, input string, redact bool, o options) error {
	if input == "" || o.Output == "" {
		return errors.New("-input and -output are needed")
	}
	if o.Piece <= 0 {
		return errors.New("-piece must be positive")
	}
	o.Names = !redact
	p, s := beam.NewPipelineWithRoot()
	build(s, strings.Split(input, ","), o)
	return beamx.Run(ctx, p)
}
