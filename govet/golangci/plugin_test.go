package golangci

import (
	"testing"

	"github.com/golangci/plugin-module-register/register"

	"github.com/seed-903fb8fe/wwwauth/govet/challengevet"
)

func TestPlugin(t *testing.T) {
	create, err := register.GetPlugin("challengevet")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := create(map[string]any{"warning": true}); err == nil {
		t.Error("a misspelt setting is accepted")
	}
	t.Cleanup(func() { challengevet.Analyzer.Flags.Set("warnings", "false") })
	p, err := create(map[string]any{"warnings": true})
	if err != nil {
		t.Fatal(err)
	}
	if got := challengevet.Analyzer.Flags.Lookup("warnings").Value.String(); got != "true" {
		t.Errorf("the flag -warnings is %s, want true", got)
	}
	analyzers, err := p.BuildAnalyzers()
	if err != nil || len(analyzers) != 1 || analyzers[0] != challengevet.Analyzer {
		t.Errorf("BuildAnalyzers = %v, %v", analyzers, err)
	}
	if p.GetLoadMode() != register.LoadModeTypesInfo {
		t.Errorf("GetLoadMode = %s", p.GetLoadMode())
	}
}
