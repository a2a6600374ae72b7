package bench

import (
	"os"
	"path/filepath"
	"sync"
)

// appendFile is the floor of durable appends: one file, one writer that takes
// everything queued, one write, one fsync, many acknowledgements.
type appendFile struct {
	f     *os.File
	queue chan fileEntry
	done  sync.WaitGroup
}

type fileEntry struct {
	data []byte
	ack  chan error
}

func openAppendFile(dir string) (*appendFile, error) {
	f, err := os.OpenFile(filepath.Join(dir, "log"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	a := &appendFile{f: f, queue: make(chan fileEntry, 1024)}
	a.done.Go(a.write)
	return a, nil
}

func (a *appendFile) append(data []byte, ack chan error) error {
	a.queue <- fileEntry{data, ack}
	return <-ack
}

func (a *appendFile) write() {
	var acks []chan error
	var group []byte
	for e := range a.queue {
		acks, group = append(acks[:0], e.ack), append(group[:0], e.data...)
		for more := true; more && len(acks) < 1024; {
			select {
			case e, more = <-a.queue:
				if more {
					acks, group = append(acks, e.ack), append(group, e.data...)
				}
			default:
				more = false
			}
		}
		_, err := a.f.Write(group)
		if err == nil {
			err = a.f.Sync()
		}
		for _, ack := range acks {
			ack <- err
		}
	}
}

func (a *appendFile) close() error {
	close(a.queue)
	a.done.Wait()
	return a.f.Close()
}
