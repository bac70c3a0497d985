package words

import "testing"

func TestAGoroutineAnswers(t *testing.T) {
	answer := make(chan int)
	go func() { answer <- 6 * 7 }()
	if got := <-answer; got != 42 {
		t.Fatalf("got %d", got)
	}
}
