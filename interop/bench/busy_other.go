//go:build !unix

package main

import "time"

var begin = time.Now()

// busy returns the time since the start, in place of the processor time that this process has used.
func busy() time.Duration { return time.Since(begin) }
