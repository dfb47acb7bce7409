package compose

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// Native runs the services of a Compose file on this machine.
//
// It replaces four things of a container:
//   - service:port in commands, variables and mounted files becomes 127.0.0.1 and a free port.
//   - A service's own address becomes the same: ":port" or "0.0.0.0" as the value of a flag, and
//     the number of a flag ...-port.
//   - A path below a mount becomes one in Dir. Volumes and tmpfs are folders there. A mounted file
//     or folder of the repository is copied, with its addresses replaced.
//   - The entrypoint of the image becomes a program of devstack/, which the caller chooses.
type Native struct {
	File *File
	Root string // of the repository
	Dir  string // of this run

	// FreePort returns a free port on 127.0.0.1.
	FreePort func() (int, error)
	ports    map[string]int // by service:port
}

// Program is the command of a service on this machine.
type Program struct {
	Args  []string // without the program
	Env   []string // "name=value"
	Dir   string   // working directory
	Ready string   // URL that responds with 200 when ready; "" if unused
}

// Value returns the value of a flag, "" if the command does not contain it.
func (p *Program) Value(flag string) string {
	for _, arg := range p.Args {
		if name, value, _ := strings.Cut(arg, "="); name == flag {
			return value
		}
	}
	return ""
}

// Replace sets the value of a flag, for other data than the demo's. With "" it removes the flag, or
// an argument that is equal to it. If the command does not contain it, it returns an error, so that
// outdated replacements are noticed.
func (p *Program) Replace(flag, value string) error {
	i := slices.IndexFunc(p.Args, func(arg string) bool { return arg == flag || strings.HasPrefix(arg, flag+"=") })
	switch {
	case i < 0:
		return fmt.Errorf("the command has no %s to replace", flag)
	case value == "":
		p.Args = slices.Delete(p.Args, i, i+1)
	default:
		p.Args[i] = flag + "=" + value
	}
	return nil
}

var (
	hostPort = regexp.MustCompile(`[A-Za-z0-9][A-Za-z0-9.-]*:\d{2,5}\b`)
	ownPort  = regexp.MustCompile(`^(-[^=]*=)?:(\d{2,5})$`)
	portFlag = regexp.MustCompile(`^(-[^=]*-port=)(\d{2,5})$`)
)

// Program returns the command of a service, and creates its folders and files.
func (n *Native) Program(name string) (Program, error) {
	s, ok := n.File.Services[name]
	if !ok {
		return Program{}, fmt.Errorf("there is no service %s", name)
	}
	mounts, err := n.mount(name, s)
	if err != nil {
		return Program{}, fmt.Errorf("service %s: %w", name, err)
	}
	p := Program{Dir: n.home(name)}
	if s.WorkingDir != "" {
		if p.Dir, err = mounts.path(s.WorkingDir); err != nil {
			return Program{}, fmt.Errorf("service %s, working_dir: %w", name, err)
		}
	}
	for _, word := range s.Command {
		arg, err := n.argument(name, word, mounts)
		if err != nil {
			return Program{}, fmt.Errorf("service %s, %s: %w", name, word, err)
		}
		p.Args = append(p.Args, arg)
	}
	for key, value := range s.Environment {
		text, err := n.Addresses(value)
		if err != nil {
			return Program{}, err
		}
		p.Env = append(p.Env, key+"="+text)
	}
	ready := s.Ready
	if h := s.Healthcheck; h != nil && len(h.Test) > 0 {
		ready = strings.ReplaceAll(h.Test[len(h.Test)-1], "127.0.0.1:", name+":")
	}
	p.Ready, err = n.Addresses(ready)
	return p, errors.Join(err, os.MkdirAll(p.Dir, 0o750))
}

// Addresses replaces every service:port in a text.
func (n *Native) Addresses(text string) (string, error) {
	var failed error
	out := hostPort.ReplaceAllStringFunc(text, func(match string) string {
		host, port, _ := strings.Cut(match, ":")
		if _, ok := n.File.Services[host]; !ok {
			return match
		}
		at, err := n.Address(host, port)
		failed = errors.Join(failed, err)
		return at
	})
	return out, failed
}

// Address returns the local address of a service's port.
func (n *Native) Address(service, port string) (string, error) {
	key := service + ":" + port
	if n.ports[key] == 0 {
		free, err := n.FreePort()
		if err != nil {
			return "", err
		}
		if n.ports == nil {
			n.ports = map[string]int{}
		}
		n.ports[key] = free
	}
	return fmt.Sprintf("127.0.0.1:%d", n.ports[key]), nil
}

// argument replaces addresses and paths in one argument of a command.
func (n *Native) argument(service, word string, mounts mounts) (string, error) {
	if strings.Contains(word, "$") {
		return "", errors.New("variables are Docker Compose's to replace: write what is meant")
	}
	if m := ownPort.FindStringSubmatch(word); m != nil {
		at, err := n.Address(service, m[2])
		return m[1] + at, err
	}
	if m := portFlag.FindStringSubmatch(word); m != nil {
		at, err := n.Address(service, m[2])
		return m[1] + at[strings.LastIndex(at, ":")+1:], err
	}
	if flag, found := strings.CutSuffix(word, "=0.0.0.0"); found {
		return flag + "=127.0.0.1", nil
	}
	word, err := n.Addresses(word)
	if err != nil {
		return "", err
	}
	return mounts.replace(word)
}

// home is the folder of one service.
func (n *Native) home(service string) string { return filepath.Join(n.Dir, "services", service) }

// Volume is the folder of a volume.
func (n *Native) Volume(name string) string { return filepath.Join(n.Dir, "volumes", name) }

// mount creates the mounts of a service.
func (n *Native) mount(name string, s Service) (mounts, error) {
	all := mounts{}
	for _, target := range s.Tmpfs {
		all[target] = filepath.Join(n.home(name), filepath.FromSlash(target))
		if err := os.MkdirAll(all[target], 0o750); err != nil {
			return nil, err
		}
	}
	for _, v := range s.Volumes {
		source, target, ok := strings.Cut(strings.TrimSuffix(v, ":ro"), ":")
		if !ok || !path.IsAbs(target) {
			return nil, fmt.Errorf("volume %q is not source:target", v)
		}
		if !strings.HasPrefix(source, "./") {
			if _, ok := n.File.Volumes[source]; !ok {
				return nil, fmt.Errorf("volume %s is not declared", source)
			}
			all[target] = n.Volume(source)
			if err := os.MkdirAll(all[target], 0o750); err != nil {
				return nil, err
			}
			continue
		}
		all[target] = filepath.Join(n.home(name), filepath.FromSlash(target))
		if err := n.copy(filepath.Join(n.Root, filepath.FromSlash(source)), all[target]); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// largest is the maximum size of a configuration file, in bytes. Larger files of a mounted folder
// are left out.
const largest = 1 << 20

// copy copies a file or folder of the repository into the run, with its addresses replaced.
func (n *Native) copy(from, to string) error {
	return filepath.WalkDir(from, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if err != nil || info.Size() > largest {
			return err
		}
		text, err := os.ReadFile(file) // #nosec G304 G122 - of our own checkout
		if err != nil {
			return err
		}
		replaced, err := n.Addresses(string(text))
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, file)
		if err != nil {
			return err
		}
		target := filepath.Join(to, rel)
		if err := os.MkdirAll(filepath.Dir(target), 0o750); err != nil {
			return err
		}
		return os.WriteFile(target, []byte(replaced), 0o600)
	})
}

// mounts maps paths in a container to paths on this machine.
type mounts map[string]string

var absolute = regexp.MustCompile(`(^|[=\s])(/[^\s*]*)`)

// replace replaces the paths in an argument, which may be a script of several words. Paths of URLs
// are kept: they follow a host.
func (m mounts) replace(word string) (string, error) {
	var failed error
	out := absolute.ReplaceAllStringFunc(word, func(match string) string {
		at := strings.Index(match, "/")
		found, err := m.path(match[at:])
		failed = errors.Join(failed, err)
		return match[:at] + found
	})
	return out, failed
}

// path returns the local path of a path in the container. A path that is not below a mount belongs
// to the image, and is an error.
func (m mounts) path(in string) (string, error) {
	for prefix := in; ; prefix = path.Dir(prefix) {
		if to, ok := m[prefix]; ok {
			return to + filepath.FromSlash(strings.TrimPrefix(in, prefix)), nil
		}
		if prefix == "/" || prefix == "." {
			return "", fmt.Errorf("%s is below none of the mounts", in)
		}
	}
}
