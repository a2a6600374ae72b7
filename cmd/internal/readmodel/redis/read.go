package redis

import (
	"context"
	"fmt"

	driver "github.com/redis/go-redis/v9"

	"fangxin/projections/readmodel"
)

// errTorn: a step of a batch broke off, which only a fault of the server or foreign
// data can do. The partition is built again by who next writes to it.
var errTorn = fmt.Errorf("%w: part of it has to be built again", readmodel.ErrUnavailable)

// maxHelp is how often one question finishes batches of writers before it gives up.
const maxHelp = 20

// read runs a script that begins with head.lua on partitions, and returns what comes
// after the answer's first word: nil where nothing is stored, an empty list where a
// batch came between.
func (m *Model) read(ctx context.Context, s *driver.Script, calls []call) ([][]any, error) {
	out := make([][]any, len(calls))
	which := make([]int, len(calls))
	for i := range which {
		which[i] = i
	}
	for range maxHelp {
		answers, err := m.run(ctx, s, calls...)
		if err != nil {
			return nil, err
		}
		var again []call
		var left []int
		for k, a := range answers {
			answer, word := wordOf(a)
			switch word {
			case "ok":
				out[which[k]] = answer[1:]
			case "none":
			case "moved":
				out[which[k]] = []any{}
			case "torn":
				return nil, errTorn
			case "pending":
				again, left = append(again, calls[k]), append(left, which[k])
			default:
				return nil, errAnswer
			}
		}
		if len(again) == 0 {
			return out, nil
		}
		for _, c := range again {
			m.count.helped.Add(1)
			if err := m.help(ctx, c.keys[0]); err != nil {
				return nil, err
			}
		}
		calls, which = again, left
	}
	return nil, fmt.Errorf("%w: writers keep it busy", readmodel.ErrUnavailable)
}

func wordOf(a any) ([]any, string) {
	answer, _ := a.([]any)
	if len(answer) == 0 {
		return nil, ""
	}
	word, _ := answer[0].(string)
	return answer, word
}

// listAt is the i-th part of an answer, as a list.
func listAt(answer []any, i int) ([]any, error) {
	if i >= len(answer) {
		return nil, errAnswer
	}
	list, ok := answer[i].([]any)
	if !ok {
		return nil, errAnswer
	}
	return list, nil
}

func textAt(list []any, i int) (string, error) {
	if i >= len(list) {
		return "", errAnswer
	}
	s, ok := list[i].(string)
	if !ok {
		return "", errAnswer
	}
	return s, nil
}

func numberAt(list []any, i int) (int64, error) {
	if i >= len(list) {
		return 0, errAnswer
	}
	n, ok := list[i].(int64)
	if !ok {
		return 0, errAnswer
	}
	return n, nil
}
