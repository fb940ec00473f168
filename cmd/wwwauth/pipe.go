//go:build !js && !plan9

package main

import (
	"errors"
	"os/signal"
	"syscall"
)

// ignorePipeSignal makes a write to a closed pipe return an error. Otherwise the signal would end the
// command with an exit code other than that of its findings.
func ignorePipeSignal() { signal.Ignore(syscall.SIGPIPE) }

// isClosedPipe reports whether a write failed because its reader has gone.
func isClosedPipe(err error) bool { return errors.Is(err, syscall.EPIPE) }
