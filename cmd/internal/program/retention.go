package program

import (
	"fmt"

	"fangxin/domain/statute"
)

// retaining is the law with this installation's own period for the files of closed
// complaints, where one is set: no law was found that sets it.
func (c Config) retaining(law *statute.Catalogue) (*statute.Catalogue, error) {
	if c.RetentionYears == 0 {
		return law, nil
	}
	law, err := law.WithRetention(statute.RetainComplaint, c.RetentionYears)
	if err != nil {
		return nil, fmt.Errorf("%w: retention-years: %w", errConfig, err)
	}
	return law, nil
}
