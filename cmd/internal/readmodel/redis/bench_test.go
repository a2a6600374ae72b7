package redis

import (
	"context"
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/goccy/go-json"
	driver "github.com/redis/go-redis/v9"

	"fangxin/cmd/internal/readmodel/caselogtest"
	"fangxin/cmd/internal/redistest"
	"fangxin/domain/es"
	"fangxin/projections"
	"fangxin/projections/readmodel"
	"fangxin/projections/readmodel/readmodeltest"
)

const benchCases = 4_000

// parted cuts batches into those of so many changes, as a runner with a bounded batch
// makes them.
func parted(batches []readmodel.Batch, most int) []readmodel.Batch {
	var out []readmodel.Batch
	at := map[readmodel.Space]uint64{}
	for _, b := range batches {
		for from := 0; from < len(b.Changes); from += most {
			n := at[b.Space]
			at[b.Space] = n + 1
			var low es.Position
			if n > 0 {
				low = es.Position{Commit: n, Prepare: n}
			}
			out = append(out, readmodel.Batch{
				Space: b.Space, From: low, To: es.Position{Commit: n + 1, Prepare: n + 1},
				Changes: b.Changes[from:min(len(b.Changes), from+most)],
			})
		}
	}
	return out
}

// BenchmarkApply commits what the projections make of cases, beside the same changes as
// plain commands in pipelines, one command a change, without checkpoint, names or
// numbers of members. Both take turns on one server.
func BenchmarkApply(b *testing.B) {
	redistest.Need(b)
	client := redistest.Client(b, redistest.Run(b, redistest.Options{}).Address())
	made := batchesOf(b, benchCases)
	for _, most := range []int{200, 1000, 2000, 10_000, 1_000_000} {
		b.Run(strconv.Itoa(most), func(b *testing.B) {
			batches, n := parted(made, most), 0
			for _, x := range batches {
				n += len(x.Changes)
			}
			var ours, bare time.Duration
			for b.Loop() {
				ours += commitAll(b, client, batches)
				bare += loadAll(b, client, batches)
			}
			per := func(d time.Duration) float64 { return float64(b.N*n) / d.Seconds() }
			b.ReportMetric(per(ours), "changes/s")
			b.ReportMetric(per(bare), "bare/s")
			b.ReportMetric(per(ours)/per(bare), "ratio")
		})
	}
}

func commitAll(b *testing.B, client driver.UniversalClient, batches []readmodel.Batch) time.Duration {
	client.FlushAll(b.Context())
	m, err := Open(b.Context(), Options{Client: client, Types: caselogtest.TypesOf(nil), Partitions: 1, Every: -1})
	if err != nil {
		b.Fatal(err)
	}
	defer m.Close()
	start := time.Now()
	for _, x := range batches {
		if err := m.Commit(b.Context(), x); err != nil {
			b.Fatal(err)
		}
	}
	return time.Since(start)
}

// loadAll is the bare load.
func loadAll(b *testing.B, client driver.UniversalClient, batches []readmodel.Batch) time.Duration {
	client.FlushAll(b.Context())
	ctx := context.Background()
	numbers := map[string]int{}
	start := time.Now()
	for i := range batches {
		x := &batches[i]
		prefix := fmt.Sprintf("bare:1:%s:%d:{p00}:1:", x.Space.Projection, x.Space.Version)
		for from := 0; from < len(x.Changes); from += 2000 {
			pipe := client.Pipeline()
			for k := from; k < min(len(x.Changes), from+2000); k++ {
				c := &x.Changes[k]
				switch c.Op {
				case readmodel.PutDoc:
					doc, err := json.Marshal(c.Doc)
					if err != nil {
						b.Fatal(err)
					}
					pipe.HSet(ctx, prefix+"d", c.Key, doc)
				case readmodel.DeleteDoc:
					pipe.HDel(ctx, prefix+"d", c.Key)
				case readmodel.AddMember:
					if c.Score != 0 {
						pipe.ZAdd(ctx, prefix+"z:"+c.Key, driver.Z{Score: float64(c.Score), Member: c.Member})
						continue
					}
					n, ok := numbers[c.Member]
					if !ok {
						n = len(numbers)
						numbers[c.Member] = n
					}
					pipe.SAdd(ctx, prefix+"s:"+c.Key, n)
				case readmodel.RemoveMember:
					pipe.SRem(ctx, prefix+"s:"+c.Key, numbers[c.Member])
				case readmodel.AddCount:
					pipe.HIncrBy(ctx, prefix+"c", c.Key, c.Delta)
				}
			}
			if _, err := pipe.Exec(ctx); err != nil {
				b.Fatal(err)
			}
		}
	}
	return time.Since(start)
}

// BenchmarkMemory is what a case takes in the server with all projections, by number
// of partitions, with the server's own setting and with the one that is advised.
func BenchmarkMemory(b *testing.B) {
	redistest.Need(b)
	const cases = 8_000
	for _, partitions := range []int{1, 16} {
		batches := partitioned(b, cases, partitions)
		for _, ints := range []int{512, wantedInts} {
			b.Run(fmt.Sprintf("%d partitions, %d ints", partitions, ints), func(b *testing.B) {
				client := redistest.Client(b, redistest.Run(b, redistest.Options{ExtraConfig: []string{"set-max-intset-entries " + strconv.Itoa(ints)}}).Address())
				before := usedMemory(b, client)
				m, err := Open(b.Context(), Options{Client: client, Types: caselogtest.TypesOf(nil), Partitions: partitions, Every: -1})
				if err != nil {
					b.Fatal(err)
				}
				defer m.Close()
				for b.Loop() {
					for _, x := range batches {
						if err := m.Drop(b.Context(), x.Space); err != nil {
							b.Fatal(err)
						}
					}
					if err := m.Sweep(b.Context()); err != nil {
						b.Fatal(err)
					}
					for _, x := range batches {
						if err := m.Commit(b.Context(), x); err != nil {
							b.Fatal(err)
						}
					}
				}
				b.ReportMetric(float64(usedMemory(b, client)-before)/cases, "B/case")
			})
		}
	}
}

func usedMemory(b *testing.B, client driver.UniversalClient) int {
	info, err := client.InfoMap(b.Context(), "memory").Result()
	if err != nil {
		b.Fatal(err)
	}
	n, err := strconv.Atoi(info["Memory"]["used_memory"])
	if err != nil {
		b.Fatal(err)
	}
	return n
}

// partitioned are the batches of each partition: what the projections make of the
// streams that belong to it.
func partitioned(b *testing.B, cases, partitions int) []readmodel.Batch {
	store, reg := caselogtest.New(b, cases)
	var out []readmodel.Batch
	for p := range partitions {
		mine := &caselogtest.Log{}
		for _, e := range store.Events {
			if readmodel.PartitionOf(e.Stream, partitions) == p {
				e.Position = es.Position{Commit: uint64(len(mine.Events) + 1), Prepare: uint64(len(mine.Events) + 1)}
				mine.Events = append(mine.Events, e)
			}
		}
		r := &recorder{Simple: readmodeltest.NewSimple()}
		if err := projections.Rebuild(b.Context(), mine, reg, r, caselogtest.Projections(b), nil); err != nil {
			b.Fatal(err)
		}
		for _, x := range r.batches {
			x.Partition = p
			out = append(out, x)
		}
	}
	return out
}

// BenchmarkQuestion asks what lists and their figures ask, of 200,000 cases in 16
// partitions.
func BenchmarkQuestion(b *testing.B) {
	redistest.Need(b)
	client := redistest.Client(b, redistest.Run(b, redistest.Options{ExtraConfig: []string{"set-max-intset-entries " + strconv.Itoa(wantedInts)}}).Address())
	m := fresh(b, client, 16, usualSizes())
	fill(b, m, 200_000)
	in := readmodel.In
	for _, q := range []struct {
		name  string
		where readmodel.Expr
	}{
		{"one", in("due")},
		{"most", readmodel.All(in("due"), in("status/open"))},
		{"some", readmodel.All(in("due"), in("status/open"), in("unit/7"))},
		{"either", readmodel.All(in("due"), readmodel.Any("unit/7", "unit/8"))},
		{"none", readmodel.Expr{All: []readmodel.Expr{in("due")}, Not: []readmodel.Expr{in("status/open")}}},
	} {
		b.Run("page/"+q.name, func(b *testing.B) {
			for b.Loop() {
				if _, err := m.Page(b.Context(), space, readmodel.Page{Where: q.where, Order: readmodel.Oldest, Limit: 20}); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run("count/"+q.name, func(b *testing.B) {
			for b.Loop() {
				if _, err := m.Count(b.Context(), space, q.where, 0, 0); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
