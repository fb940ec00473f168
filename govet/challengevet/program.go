package challengevet

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/types/typeutil"
)

// A program is what is known of a package before any value in it is read: who assigns what, and
// which function is where.
type program struct {
	info  *types.Info
	pkg   *types.Package
	fset  *token.FileSet
	files []*ast.File

	// assigned holds everything that a variable or field is set to in this package. A nil expression
	// is a value that cannot be told, such as that of a range clause or of a second result.
	assigned map[types.Object][]ast.Expr
	// functions holds the declarations with a body.
	functions map[*types.Func]*ast.FuncDecl
	// calls holds the calls of the functions of this package, in source order.
	calls map[*types.Func][]*ast.CallExpr
	// escapes are functions that are used other than by a call, so that not all calls are known.
	escapes map[*types.Func]bool
}

func newProgram(pass *analysis.Pass, files []*ast.File) *program {
	p := &program{
		info: pass.TypesInfo, pkg: pass.Pkg, fset: pass.Fset, files: files,
		assigned:  map[types.Object][]ast.Expr{},
		functions: map[*types.Func]*ast.FuncDecl{},
		calls:     map[*types.Func][]*ast.CallExpr{},
		escapes:   map[*types.Func]bool{},
	}
	for _, f := range files {
		called := map[*ast.Ident]bool{}
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.AssignStmt:
				for i, left := range n.Lhs {
					var right ast.Expr
					if len(n.Rhs) == len(n.Lhs) && (n.Tok == token.ASSIGN || n.Tok == token.DEFINE) {
						right = n.Rhs[i]
					}
					p.assign(left, right)
				}
			case *ast.ValueSpec:
				for i, name := range n.Names {
					switch {
					case len(n.Values) == len(n.Names):
						p.assign(name, n.Values[i])
					case len(n.Values) > 0:
						p.assign(name, nil)
					}
				}
			case *ast.RangeStmt:
				p.assign(n.Key, nil)
				p.assign(n.Value, nil)
			case *ast.UnaryExpr:
				if n.Op == token.AND {
					p.assign(n.X, nil) // it may be set through the pointer
				}
			case *ast.KeyValueExpr:
				if key, ok := n.Key.(*ast.Ident); ok {
					if field, ok := p.info.Uses[key].(*types.Var); ok && field.IsField() {
						p.assigned[field] = append(p.assigned[field], n.Value)
					}
				}
			case *ast.FuncDecl:
				if f, ok := p.info.Defs[n.Name].(*types.Func); ok && n.Body != nil {
					p.functions[f] = n
				}
			case *ast.CallExpr:
				if f := p.callee(n); f != nil && f.Pkg() == p.pkg {
					p.calls[f] = append(p.calls[f], n)
					called[calledName(n)] = true
				}
			case *ast.Ident:
				if f, ok := p.info.Uses[n].(*types.Func); ok && f.Pkg() == p.pkg && !called[n] {
					p.escapes[f] = true
				}
			}
			return true
		})
	}
	return p
}

func (p *program) assign(left, right ast.Expr) {
	if object := p.object(left); object != nil {
		p.assigned[object] = append(p.assigned[object], right)
	}
}

// object returns the variable or field that an expression names; nil if it names none.
func (p *program) object(e ast.Expr) types.Object {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		if v, ok := p.info.ObjectOf(e).(*types.Var); ok {
			return v
		}
	case *ast.SelectorExpr:
		if v, ok := p.info.ObjectOf(e.Sel).(*types.Var); ok {
			return v
		}
	}
	return nil
}

// callee returns the function or method that a call calls; nil if that cannot be told.
func (p *program) callee(call *ast.CallExpr) *types.Func {
	f, _ := typeutil.Callee(p.info, call).(*types.Func)
	if f == nil {
		return nil
	}
	return f.Origin()
}

func calledName(call *ast.CallExpr) *ast.Ident {
	fun := ast.Unparen(call.Fun)
	switch generic := fun.(type) {
	case *ast.IndexExpr:
		fun = generic.X
	case *ast.IndexListExpr:
		fun = generic.X
	}
	switch fun := fun.(type) {
	case *ast.Ident:
		return fun
	case *ast.SelectorExpr:
		return fun.Sel
	}
	return nil
}

// parameter returns the index of a parameter of the function, or -1 if the variable is not one.
func parameter(f *types.Func, object types.Object) int {
	params := f.Signature().Params()
	for i := range params.Len() {
		if params.At(i) == object {
			return i
		}
	}
	return -1
}

// argument returns the expression that a call passes for the parameter; nil for a variadic one.
func argument(f *types.Func, call *ast.CallExpr, i int) ast.Expr {
	if f.Signature().Variadic() && i == f.Signature().Params().Len()-1 || i >= len(call.Args) {
		return nil
	}
	return call.Args[i]
}
