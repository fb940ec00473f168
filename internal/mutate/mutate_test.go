package mutate

import (
	"reflect"
	"testing"
)

// recorder is a Target.
type recorder [][]any

func (r *recorder) Add(args ...any)   { *r = append(*r, args) }
func (r *recorder) Fatal(args ...any) { panic("Fatal") }

// record returns what a target with two seeds is given.
func record(mutations string, t *testing.T) [][]any {
	t.Setenv("MUTATIONS", mutations)
	var r recorder
	seeds := Of(&r)
	seeds.Add(`Basic realm="x"`, []byte("\xff"), true, 1, int64(2), uint(3), uint8(4))
	seeds.Add("", []byte(nil), false, 0, int64(0), uint(0), uint8(0))
	seeds.Mutate()
	return r
}

func TestMutate(t *testing.T) {
	if got := record("", t); len(got) != 2 {
		t.Errorf("without MUTATIONS: %d inputs, want the 2 seeds", len(got))
	}
	first, again := record("5000", t), record("5000", t)
	if len(first) != 5002 || !reflect.DeepEqual(first, again) {
		t.Errorf("%d and %d inputs, want the same 5002", len(first), len(again))
	}
	// Each argument changes, keeps its type, and takes many values.
	for i, arg := range first[0] {
		values := map[any]bool{}
		for _, input := range first {
			if reflect.TypeOf(input[i]) != reflect.TypeOf(arg) {
				t.Fatalf("argument %d is a %T, want a %T", i, input[i], arg)
			}
			v := input[i]
			if b, ok := v.([]byte); ok {
				v = string(b)
			}
			values[v] = true
		}
		want := 100
		if _, ok := arg.(bool); ok {
			want = 2
		}
		if len(values) < want {
			t.Errorf("argument %d takes %d values, want %d or more", i, len(values), want)
		}
	}
	// The seeds themselves are as they were.
	if s, b := first[0][0], first[0][1]; s != `Basic realm="x"` || string(b.([]byte)) != "\xff" {
		t.Errorf("the first seed became %q, %q", s, b)
	}
}
