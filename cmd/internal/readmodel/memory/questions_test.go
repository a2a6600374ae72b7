package memory

import (
	"testing"

	"fangxin/cmd/internal/readmodel/caselogtest"
)

// The questions of the register have the answers of the plain model.
func TestQuestionsOfTheRegister(t *testing.T) { caselogtest.Questions(t, New()) }
