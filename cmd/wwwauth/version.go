package main

import (
	"flag"
	"runtime"
	"runtime/debug"
)

// version is the command of that name.
func (e env) version() (*flag.FlagSet, runner) {
	return newFlags(), func([]string) int {
		return e.print([]byte("wwwauth " + buildVersion() + " " + runtime.Version() + " " + runtime.GOOS + "/" + runtime.GOARCH + "\n"))
	}
}

// buildVersion returns the version of the module that the command was built from, or that of its source.
func buildVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "(unknown)"
	}
	version := info.Main.Version
	if version != "" && version != "(devel)" {
		return version
	}
	version = "(devel)"
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			version += " " + s.Value[:min(12, len(s.Value))]
		case s.Key == "vcs.modified" && s.Value == "true":
			version += " with changes"
		}
	}
	return version
}
