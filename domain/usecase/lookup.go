package usecase

import "context"

// Lookup finds cases across streams. It shows at least what was written when it was
// asked; its answers are hints that are checked against the streams.
type Lookup interface {
	// CasesOf lists the cases that an account filed, restricted ones too, after a
	// cursor, with the next cursor ("" at the end).
	CasesOf(ctx context.Context, account, cursor string, limit int) (ids []string, next string, err error)
	// Citing lists the cases that cite a file, at most limit.
	Citing(ctx context.Context, file string, limit int) ([]string, error)
}
