package export

import (
	"embed"
	"encoding/json"
	"fmt"
	"strings"
)

//go:embed words/*.json
var wordFiles embed.FS

// Words are the texts of the sheets in one language.
type Words struct {
	lang  string
	texts map[string]string
}

// ReadWords reads the texts of a language: zh-CN or en.
func ReadWords(lang string) (Words, error) {
	text, err := wordFiles.ReadFile("words/" + lang + ".json")
	if err != nil {
		return Words{}, fmt.Errorf("export: language %q: %w", lang, err)
	}
	w := Words{lang: lang}
	if err := json.Unmarshal(text, &w.texts); err != nil {
		return Words{}, fmt.Errorf("export: language %q: %w", lang, err)
	}
	return w, nil
}

// say returns the text under a key with its place filled in. A code without a text
// stays as it is.
func (w Words) say(key string, fill ...string) string {
	text, ok := w.texts[key]
	if !ok {
		return key[strings.IndexByte(key, '.')+1:]
	}
	return strings.NewReplacer(fill...).Replace(text)
}

// Say returns the text under a key. A code without a text stays as it is.
func (w Words) Say(key string) string { return w.say(key) }

func (w Words) yes(is bool) string {
	if is {
		return w.say("yes")
	}
	return w.say("no")
}

// code returns the text of a code of a list; no code has none.
func (w Words) code(list, code string) string {
	if code == "" {
		return ""
	}
	return w.say(list + "." + code)
}
