//go:build unix

package main

import (
	"io"
	"strings"
	"syscall"
	"testing"
)

// An interrupt ends the survey, and what has been counted is printed.
func TestSurveyInterrupt(t *testing.T) {
	var out, errs strings.Builder
	in := io.MultiReader(strings.NewReader(surveyLog(40_000)), &interrupter{})
	code := run([]string{"survey"}, in, &out, &errs, func(string) string { return "" })
	if code != exitInterrupted || !strings.HasPrefix(errs.String(), "wwwauth: interrupted") {
		t.Errorf("%d %q", code, errs.String())
	}
	if !strings.Contains(out.String(), "Basic") {
		t.Error(out.String())
	}
}

// An interrupter interrupts the process when somebody reads from it.
type interrupter struct{}

func (interrupter) Read([]byte) (int, error) {
	_ = syscall.Kill(syscall.Getpid(), syscall.SIGINT)
	select {}
}
