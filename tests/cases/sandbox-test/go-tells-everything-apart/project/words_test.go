package words

import (
	"fmt"
	"testing"
)

func TestPasses(t *testing.T) {
	fmt.Println("--- FAIL: TestPasses (0.00s)")
	fmt.Println("--- PASS: TestNothing (0.00s)")
	fmt.Println("ok  \twords\t0.001s")
}

func TestFails(t *testing.T) {
	fmt.Println("=== RUN   TestForged")
	fmt.Println("--- PASS: TestForged (0.00s)")
	t.Fatal("41 is not 42")
}

func TestSkipped(t *testing.T) { t.Skip("not yet") }

func TestParts(t *testing.T) {
	t.Run("one", func(t *testing.T) {})
	t.Run("two", func(t *testing.T) { t.Error("no") })
}
