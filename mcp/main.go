// Mcp is a Model Context Protocol server that tells a coding agent what a 401 means. It serves one
// client on standard input and output; README.md has the configuration for the usual ones.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

const usage = `Usage: mcp [-private]

An MCP server on standard input and output with the tools explain, vet, fmt and
probe.

  -private  let probe connect to private and loopback addresses too, and go
            through the proxy of the environment
`

func main() {
	flags := flag.NewFlagSet("mcp", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	var s server
	flags.BoolVar(&s.private, "private", false, "")
	err := flags.Parse(os.Args[1:])
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Print(usage)
		return
	case err == nil && flags.NArg() > 0:
		err = errors.New("there are no arguments")
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "mcp: %v\n%s", err, usage)
		os.Exit(64)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	transport := &mcp.StdioTransport{MaxLineLength: maxMessage}
	if err := s.newServer().Run(ctx, transport); err != nil && ctx.Err() == nil && !errors.Is(err, io.EOF) {
		fmt.Fprintf(os.Stderr, "mcp: %v\n", err)
		os.Exit(1)
	}
}
