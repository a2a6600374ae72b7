package deploy_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// instruction is one line of the Dockerfile, continuation lines joined.
type instruction struct {
	name, args string
	stage      int
}

func readDockerfile(t testing.TB) (all []instruction) {
	t.Helper()
	stage := -1
	joined := strings.ReplaceAll(read(t, "Dockerfile"), "\\\n", " ")
	for line := range strings.Lines(joined) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		name, args, _ := strings.Cut(line, " ")
		if name == "FROM" {
			stage++
		}
		all = append(all, instruction{name, strings.TrimSpace(args), stage})
	}
	return all
}

func TestDockerfile(t *testing.T) {
	known := []string{"FROM", "ARG", "ENV", "WORKDIR", "COPY", "RUN", "LABEL", "USER", "VOLUME", "EXPOSE", "STOPSIGNAL", "ENTRYPOINT", "CMD"}
	all := readDockerfile(t)
	last := all[len(all)-1].stage
	final := map[string][]string{}
	for _, in := range all {
		// ADD fetches addresses and unpacks archives; COPY does what it says.
		if !slices.Contains(known, in.name) {
			t.Errorf("%s %s", in.name, in.args)
		}
		if in.name == "FROM" {
			image := strings.Fields(in.args)[0]
			if image != "scratch" && !pinned.MatchString(image) {
				t.Errorf("base image %s is not pinned", image)
			}
		}
		if in.stage == last {
			final[in.name] = append(final[in.name], in.args)
		}
	}
	if users := final["USER"]; len(users) != 1 || !regexp.MustCompile(`^[1-9][0-9]*:[1-9][0-9]*$`).MatchString(users[0]) {
		t.Errorf("the image runs as %v", users)
	}
	if len(final["RUN"]) > 0 {
		t.Error("the final stage is an empty image, nothing runs there")
	}
	if !slices.ContainsFunc(final["COPY"], func(a string) bool { return strings.Contains(a, "ca-certificates.crt") }) {
		t.Error("no certificate authorities: nothing outside can be trusted")
	}
	for _, label := range []string{"title", "version", "revision", "licenses"} {
		if !slices.ContainsFunc(final["LABEL"], func(a string) bool { return strings.Contains(a, "org.opencontainers.image."+label+"=") }) {
			t.Errorf("no label %s", label)
		}
	}
}

// The binary is static and says nothing of the machine it was built on.
func TestTheBuildIsStaticAndTrimmed(t *testing.T) {
	text := read(t, "Dockerfile")
	for _, part := range []string{"CGO_ENABLED=0", "-trimpath", "./cmd/fangxin"} {
		if !strings.Contains(text, part) {
			t.Errorf("no %s", part)
		}
	}
	mod := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindStringSubmatch(read(t, root+"/go.mod"))
	image := regexp.MustCompile(`FROM golang:(\d+\.\d+)`).FindStringSubmatch(text)
	if mod == nil || image == nil || mod[1] != image[1] {
		t.Errorf("go.mod wants %v, the image has %v", mod, image)
	}
}

// What the image sets and compose.yaml says are the same node.
func TestTheImageFitsCompose(t *testing.T) {
	c, p := readCompose(t), readProgram(t)
	for _, in := range readDockerfile(t) {
		for _, word := range strings.Fields(in.args) {
			if name, _, ok := strings.Cut(word, "="); ok && strings.HasPrefix(name, "FANGXIN_") && !p.takesEnv(name) {
				t.Errorf("the program has no setting %s", name)
			}
		}
		for name, s := range c.Services {
			switch {
			case !s.isNode():
			case in.name == "USER" && s.User != in.args:
				t.Errorf("%s runs as %s, the image as %s", name, s.User, in.args)
			case in.name == "VOLUME" && !slices.ContainsFunc(s.Volumes, func(v string) bool { return strings.HasSuffix(v, ":"+in.args) }):
				t.Errorf("%s keeps nothing at %s", name, in.args)
			case in.name == "EXPOSE" && !strings.HasSuffix(s.Environment["FANGXIN_LISTEN"], ":"+in.args):
				t.Errorf("%s listens at %s, the image tells %s", name, s.Environment["FANGXIN_LISTEN"], in.args)
			}
		}
	}
	if s := c.Services["node1"]; s.Build == nil || s.Build.Dockerfile != "deploy/Dockerfile" || s.Build.Context != ".." {
		t.Errorf("node1 is built from %+v", s.Build)
	}
}

// The build context holds what the build needs and nothing of an installation.
func TestTheBuildContext(t *testing.T) {
	lines := strings.Fields(read(t, "Dockerfile.dockerignore"))
	for _, needed := range []string{"!go.mod", "!go.sum", "!cmd", "!domain", "!projections", "!api", "!.git"} {
		if !slices.Contains(lines, needed) {
			t.Errorf("no %s", needed)
		}
	}
	if !slices.Contains(lines, "*") || slices.Contains(lines, "!deploy") || slices.Contains(lines, "!data") {
		t.Error("secrets and data may get into the image")
	}
}
