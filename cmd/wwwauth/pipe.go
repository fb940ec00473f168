//go:build !js && !plan9

package main

import (
	"errors"
	"os/signal"
	"syscall"
)

// ignorePipeSignal makes a write that nobody reads an error. Without it, the signal would end the
// command with another exit code than that of its findings.
func ignorePipeSignal() { signal.Ignore(syscall.SIGPIPE) }

// isClosedPipe reports whether a write failed because its reader has gone.
func isClosedPipe(err error) bool { return errors.Is(err, syscall.EPIPE) }
