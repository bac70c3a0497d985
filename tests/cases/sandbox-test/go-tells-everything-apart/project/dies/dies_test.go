package dies

import (
	"os"
	"testing"
)

func TestBefore(t *testing.T) {}

func TestDies(t *testing.T) { os.Exit(7) }
