//go:build js || plan9

package main

// These systems have no such signal, and no distinct error for a reader that has gone.

func ignorePipeSignal() {}

func isClosedPipe(error) bool { return false }
