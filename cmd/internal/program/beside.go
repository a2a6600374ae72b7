package program

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"fangxin/cmd/internal/lease"
	"fangxin/cmd/internal/objects"
	"fangxin/cmd/internal/secretfile"
)

// groupKeys is where the nodes on one read model say what their cases are sealed and
// kept with; each says it again with its version.
const (
	groupKeys = "keys"
	keysTTL   = 3 * versionBeat
)

// errStrangers: nodes that share lists but not log and keys answer each other's cases
// wrongly, and nobody notices until a key is missing.
var errStrangers = errors.New("another node on this read model keeps its log or its keys elsewhere, or did until half a minute ago: " +
	"give all nodes the same --eventstore, --objects and --master-key, or this one a read model of its own")

// alone says whether a part of the installation lies in the node's own folder, so that
// no other node can work beside it.
func (c Config) alone() bool { return c.EventStore == "" || c.Objects == "" }

// keysOfOthers keeps a tool from making keys in a folder of its own for a log that
// others use: they could not read what it writes.
func (c Config) keysOfOthers() error {
	if c.EventStore == "" || c.Objects != "" {
		return nil
	}
	if _, err := os.Stat(c.folder().keys()); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: there are no keys in %s: name the node's --data, or the object store of the nodes' keys (--objects)", errConfig, c.Data)
	}
	return nil
}

// keptWith names log and keys of this node: the same for nodes that can read each
// other's cases.
func (a *adapters) keptWith() (string, error) {
	if a.config.alone() {
		return a.folder.identity()
	}
	address, err := objects.ParseAddress(a.config.Objects)
	if err != nil {
		return "", err
	}
	secret, err := a.keyring.Derive("name among nodes")
	if err != nil {
		return "", err
	}
	// Host and account may be written in several ways that lead to one bucket.
	sum := hmac.New(sha256.New, secret)
	sum.Write([]byte(address.Bucket + "/" + address.Prefix))
	return "shared-" + hex.EncodeToString(sum.Sum(nil)[:16]), nil
}

// identity is the folder's own name, made once: paths and hosts' names are the same in
// every container.
func (f folder) identity() (string, error) {
	name := make([]byte, 16)
	_, _ = rand.Read(name) // never fails
	err := secretfile.Create(f.id(), []byte("folder-"+hex.EncodeToString(name)))
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return "", fmt.Errorf("data folder: %w", err)
	}
	made, err := os.ReadFile(f.id())
	return strings.TrimSpace(string(made)), err
}

// meet keeps a node from working beside others that could not read its cases, as far
// as the read model that they share tells. errStrangers.
func (n *node) meet(ctx context.Context) error {
	if n.config.alone() && (n.remote != nil || n.model.shared != nil) {
		n.log.Warn("log, keys or evidence lie in this node's own folder: no other node can work beside it (see --eventstore and --objects)", "data", n.folder.root)
	}
	if n.model.shared == nil {
		return nil
	}
	var err error
	if n.kept, err = n.keptWith(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	switch met, err := n.strangers(ctx, lease.NewRedis(n.model.client)); {
	case err != nil:
		n.log.Warn("it is not known yet whether other nodes use the same log and keys", "error", err)
	case met:
		n.leave() // or the nodes that are right would meet a stranger at their next start
		return errStrangers
	}
	return nil
}

// strangers says where this node's cases are kept, and whether a node is there that
// keeps its own elsewhere.
func (n *node) strangers(ctx context.Context, store lease.Store) (bool, error) {
	members, err := store.Beat(ctx, groupKeys, n.kept, keysTTL)
	return slices.ContainsFunc(members, func(m lease.Member) bool { return m.Node != n.kept }), err
}

// part takes this node's folder from the names: another may take its place at once.
// Names that nodes share end by themselves.
func (n *node) part() {
	if n.kept != "" && n.config.alone() {
		n.leave()
	}
}

func (n *node) leave() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if err := lease.NewRedis(n.model.client).Leave(ctx, groupKeys, n.kept); err != nil {
		n.log.Debug("the node's name ends by itself", "error", err)
	}
}

// otherPartitions says whether a node of the same projections divides them otherwise:
// both make all lists, each its own.
func otherPartitions(alive []string, own string) bool {
	projections := own[:strings.LastIndexByte(own, '-')+1]
	return slices.ContainsFunc(alive, func(v string) bool {
		number, same := strings.CutPrefix(v, projections)
		return same && v != own && !strings.Contains(number, "-")
	})
}
