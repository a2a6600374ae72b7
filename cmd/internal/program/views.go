package program

import (
	"context"
	"errors"
	"fmt"

	"fangxin/cmd/internal/readmodel/memory"
	redismodel "fangxin/cmd/internal/readmodel/redis"
	"fangxin/cmd/internal/redislink"
	"fangxin/projections"
	"fangxin/projections/casework"
	"fangxin/projections/deadlines"
	"fangxin/projections/disclosure"
	"fangxin/projections/readmodel"
	"fangxin/projections/responsetime"

	"github.com/redis/go-redis/v9"
)

// views are the read models: in process with a snapshot in the data folder, or in a
// Redis that all nodes share.
type views struct {
	readmodel.Model
	local  *memory.Model
	shared *redismodel.Model
	client redis.UniversalClient
	loaded memory.Loaded
}

// projectionsOf lists every projection of the program.
func projectionsOf(a *adapters) []projections.Projection {
	return []projections.Projection{casework.New(), deadlines.New(), disclosure.New(a.law.Catalogue.Policy), responsetime.New(a.law.Calendar)}
}

// documentTypes tells the read model how to read what a projection puts.
func documentTypes(all []projections.Projection) func(readmodel.Space) []readmodel.DocType {
	return func(s readmodel.Space) []readmodel.DocType {
		for _, p := range all {
			if p.Name() == s.Projection && s.Builds(p.Version()) {
				return p.Docs()
			}
		}
		return nil
	}
}

// openViews opens the read models that the configuration names. A Redis that does not
// answer yet is no error: lists wait for it, commands do not need it.
func (a *adapters) openViews(ctx context.Context, all []projections.Projection) (*views, error) {
	if a.config.ReadModel != "" {
		return a.openShared(ctx, all)
	}
	model, loaded, err := memory.Open(memory.Options{
		Dir: a.folder.views(), Types: documentTypes(all), Every: a.config.Snapshot,
		Failed: func(err error) { a.log.Error("snapshot of the read model", "error", err) },
	})
	if err != nil {
		return nil, err
	}
	return &views{Model: model, local: model, loaded: loaded}, nil
}

func (a *adapters) openShared(ctx context.Context, all []projections.Projection) (*views, error) {
	client, err := redislink.Open(a.config.ReadModel)
	if err != nil {
		return nil, fmt.Errorf("%w: readmodel: %w", errConfig, err)
	}
	wait, cancel := context.WithTimeout(ctx, connectWithin)
	defer cancel()
	switch err := redislink.Check(wait, client); {
	case errors.Is(err, redislink.ErrUnreachable):
		a.log.Warn("the read model does not answer yet; lists wait for it", "error", err)
	case err != nil:
		return nil, errors.Join(err, client.Close())
	}
	model, err := redismodel.Open(ctx, redismodel.Options{
		Client: client, Partitions: a.config.Partitions, Types: documentTypes(all), Log: a.log,
	})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%w: readmodel: %w", errConfig, err), client.Close())
	}
	return &views{Model: model, shared: model, client: client}, nil
}

// Save writes the snapshot, where there is one.
func (v *views) Save() error {
	if v.local != nil {
		return v.local.Save()
	}
	return nil
}

// Close writes a last snapshot or leaves the server.
func (v *views) Close() error {
	err := v.Model.Close()
	if v.client != nil {
		err = errors.Join(err, v.client.Close())
	}
	return err
}
