package usecase

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"fangxin/domain/sealed"
)

// keepNotice keeps a notice's words, sealed, and gives their hash to the event. A
// line of random text goes with them, so that the hash confirms no guess at the
// words. Without a blob store the hash is that of the sealed words.
func (c *Complaints) keepNotice(ctx context.Context, n *notice, s sealed.Subject) error {
	if n == nil {
		return nil
	}
	nonce, err := c.entropy.salt()
	if err != nil {
		return err
	}
	words := n.words + "\n\n[" + nonce + "]\n"
	if c.Blobs != nil {
		blob, err := c.Blobs.Put(ctx, s, strings.NewReader(words), 0)
		if err != nil {
			return fmt.Errorf("keep notice: %w", err)
		}
		*n.hash = blob.ID
		return nil
	}
	values, err := c.Keyring.Seal(ctx, sealed.Matter{
		Subject: s, Fields: []sealed.Field{{Name: fieldNotice, Kind: sealed.Text, Plain: words}},
	})
	if err != nil {
		return fmt.Errorf("keep notice: %w", err)
	}
	sum := sha256.Sum256(values[0][0].Cipher)
	*n.hash = "sha256:" + hex.EncodeToString(sum[:])
	return nil
}
