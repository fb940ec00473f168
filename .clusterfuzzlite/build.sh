#!/bin/bash -eu
# Builds the fuzz targets of the root package as libFuzzer binaries, in the image of OSS-Fuzz or, with a
# compile_native_go_fuzzer of its own, for .ci/nightly. It is run in the root of the module, and changes
# the files there.
converter=github.com/AdamKorcz/go-118-fuzz-build version=v0.0.0-20250520111509-a70c2aa677fa

# The converter makes ordinary files of the tests of the package, with which those of package
# wwwauth_test, in the same folder, would clash.
rm -f $(go list -f '{{range .XTestGoFiles}}{{.}} {{end}}' .)

# The targets import what the converter puts in the place of package testing.
printf 'package wwwauth\n\nimport _ "%s/testing"\n' $converter > register_fuzz_dependency.go
go get $converter/testing@$version
go mod tidy
go install $converter@$version

for target in $(grep -ho '^func Fuzz[A-Za-z0-9]*' *_test.go | cut -c 6-); do
	compile_native_go_fuzzer github.com/seed-903fb8fe/wwwauth "$target" "$target"
	cp .clusterfuzzlite/challenges.dict "$OUT/$target.dict"
done
