package bench

import (
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/go-playground/validator/v10"
	"github.com/labstack/echo/v4"

	"fangxin/api/httpapi/body"
	"fangxin/cmd/internal/identity"
	"fangxin/domain/calendar"
	"fangxin/domain/statute"
	"fangxin/domain/usecase"
)

// floor is the least a server can do for a complaint: echo as it comes decodes the
// same body into the same type, validator checks its tags, the same authority checks
// the token, and an answer of the same content goes out. Nothing is kept.
func floor(authority *identity.Authority, law *statute.Catalogue, answer *usecase.CaseView) (http.Handler, error) {
	check, err := floorValidator(law)
	if err != nil {
		return nil, err
	}
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.POST(complaintPath, func(c echo.Context) error {
		token, _ := strings.CutPrefix(c.Request().Header.Get(echo.HeaderAuthorization), "Bearer ")
		if _, err := authority.Verify(token); err != nil {
			return echo.NewHTTPError(http.StatusUnauthorized)
		}
		var in usecase.FileComplaint
		if err := c.Bind(&in); err != nil {
			return err
		}
		if err := check.Struct(&in); err != nil {
			return echo.NewHTTPError(http.StatusUnprocessableEntity, err.Error())
		}
		return c.JSON(http.StatusCreated, answer)
	})
	return e, nil
}

// floorValidator knows the tags of the inputs, each checked as simply as it can be.
func floorValidator(law *statute.Catalogue) (*validator.Validate, error) {
	v := validator.New(validator.WithRequiredStructEnabled())
	for tag, ok := range map[string]func(string) bool{
		"person": func(s string) bool { return utf8.RuneCountInString(s) <= 100 },
		"line":   func(s string) bool { return utf8.RuneCountInString(s) <= 100 },
		"phone":  func(s string) bool { return len(s) >= 5 && len(s) <= 30 },
		"civil": func(s string) bool {
			_, err := calendar.ParseDate(s)
			return err == nil
		},
		"blob":       body.IsDigest,
		"uscc_shape": func(s string) bool { return len(s) == 18 },
		"region": func(code string) bool {
			_, ok := law.Regions().ByCode(code)
			return ok
		},
		"category": func(s string) bool { return s != "" },
	} {
		err := v.RegisterValidation(tag, func(f validator.FieldLevel) bool { return ok(f.Field().String()) })
		if err != nil {
			return nil, err
		}
	}
	return v, nil
}
