package wwwauth

// What the tests outside of the package use of those in it, which are there for the sake of fuzz_test.go.

const LineEnd = lineEnd

var (
	BytesFrom     = bytesFrom
	CheckReadings = checkReadings
	CheckResult   = checkResult
	OnlyRepeated  = onlyRepeated
	Render        = render
)
