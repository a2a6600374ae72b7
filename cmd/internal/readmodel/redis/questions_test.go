package redis

import (
	"context"
	"fmt"
	"testing"

	"fangxin/cmd/internal/readmodel/caselogtest"
	"fangxin/cmd/internal/redistest"
)

// The questions of the register have the answers of the plain model, from one partition
// and from several.
func TestQuestionsOfTheRegister(t *testing.T) {
	client := redistest.Client(t, redistest.Run(t, redistest.Options{}).Address())
	for _, partitions := range []int{1, 5} {
		t.Run(fmt.Sprint(partitions), func(t *testing.T) {
			m, err := Open(context.Background(), Options{
				Client: client, Name: fmt.Sprintf("questions-%d", partitions), Partitions: partitions,
				Types: caselogtest.TypesOf(caselogtest.Projections(t)), Every: -1,
			})
			if err != nil {
				t.Fatal(err)
			}
			defer m.Close()
			caselogtest.Questions(t, m)
		})
	}
}
