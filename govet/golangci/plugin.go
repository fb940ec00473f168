// Package golangci makes challengevet a module plugin of golangci-lint. The README of the module has
// the configuration.
package golangci

import (
	"github.com/golangci/plugin-module-register/register"
	"golang.org/x/tools/go/analysis"

	"github.com/seed-903fb8fe/wwwauth/govet/challengevet"
)

func init() { register.Plugin(challengevet.Analyzer.Name, newPlugin) }

// settings are those of linters.settings.custom.challengevet.settings.
type settings struct {
	Warnings bool `json:"warnings"`
}

type plugin struct{}

func newPlugin(raw any) (register.LinterPlugin, error) {
	s, err := register.DecodeSettings[settings](raw)
	if err != nil {
		return nil, err
	}
	if s.Warnings {
		if err := challengevet.Analyzer.Flags.Set("warnings", "true"); err != nil {
			return nil, err
		}
	}
	return plugin{}, nil
}

func (plugin) BuildAnalyzers() ([]*analysis.Analyzer, error) {
	return []*analysis.Analyzer{challengevet.Analyzer}, nil
}

// GetLoadMode asks for types: what a constant is, and whose method is called.
func (plugin) GetLoadMode() string { return register.LoadModeTypesInfo }
