package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"runtime"
	"testing"
	"time"
)

// The server of the tests: it never answers the operation late, and answers every other one.
func client(t *testing.T) *Client {
	client, err := NewClient(map[string]any{
		"api_token": "x", "project_uid": "p", "max_retries": 0,
		"base_url": os.Getenv("YOURGPT_TEST_URL"),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return client
}

func TestAContextEndsACallAndLeavesTheClientAlone(t *testing.T) {
	client := client(t)
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(50*time.Millisecond, cancel)
	started := time.Now()
	err := client.Call(ctx, "late", struct{}{}, nil)
	if !errors.Is(err, context.Canceled) || time.Since(started) > 20*time.Second {
		t.Fatal(err, time.Since(started))
	}
	var data struct{ N json.Number }
	body := map[string]any{"n": json.Number("17391820446650137")}
	if err := client.Call(context.Background(), "echo", body, &data); err != nil {
		t.Fatal(err)
	}
	if data.N != "17391820446650137" {
		t.Fatal(data.N)
	}
}

func TestTheErrorSaysThatTheDeadlineOfAContextEndedTheCall(t *testing.T) {
	client := client(t)
	for i := 1; i <= 60; i++ {
		// The library's deadlines are whole milliseconds.
		left := time.Duration(i) * 300 * time.Microsecond
		ctx, cancel := context.WithTimeout(context.Background(), left)
		defer cancel()
		err := client.Call(ctx, "late", struct{}{}, nil)
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Fatal(left, err)
		}
	}
}

func TestAContextThatHasEndedSendsNothing(t *testing.T) {
	client := client(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	// No other goroutine runs before the call.
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	for i := 0; i < 200; i++ {
		if err := client.Call(ctx, "echo", struct{}{}, nil); !errors.Is(err, context.Canceled) {
			t.Fatal(i, err)
		}
	}
	ctx, cancel = context.WithDeadline(context.Background(), time.Now().Add(-time.Hour))
	defer cancel()
	err := client.Call(ctx, "echo", struct{}{}, nil)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Fatal(err)
	}
}

func TestAFailureOfItsOwnIsNotThatOfTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := take(ctx, 5, nil); err == nil || errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
}

func TestAContextThatEndsACallOfAConversationEndsTheConversationOnly(t *testing.T) {
	client := client(t)
	conversation, err := client.NewConversation(context.Background(), "17391820446650137")
	if err != nil || conversation.SessionUID != "17391820446650137" {
		t.Fatal(err, conversation)
	}
	defer conversation.Close()
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	for _, ctx := range []context.Context{ended, context.Background()} {
		reply, err := conversation.Ask(ctx, "When do you open?")
		if !errors.Is(err, context.Canceled) || reply.Outcome != NotSent {
			t.Fatal(reply, err)
		}
		if _, err := conversation.NewMessages(ctx); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
	}
	if err := client.Call(context.Background(), "echo", struct{}{}, nil); err != nil {
		t.Fatal(err)
	}
	conversation.Close()
	if _, err := conversation.Ask(context.Background(), "And on Sundays?"); err == nil {
		t.Fatal("the conversation is closed")
	}
}

func TestAReaderThatPanicsLeavesNothingBehind(t *testing.T) {
	client := client(t)
	walk := func() {
		defer func() { _ = recover() }()
		_ = client.Pages(context.Background(), "getAllContacts", struct{}{},
			func(json.RawMessage) error { panic("the reader's") })
	}
	walk()
	before := runtime.NumGoroutine()
	for i := 0; i < 10; i++ {
		walk()
	}
	if after := runtime.NumGoroutine(); after > before {
		t.Fatal(before, after)
	}
}

func TestAClientThatIsClosedTwiceRefusesCalls(t *testing.T) {
	client := client(t)
	client.Close()
	client.Close()
	err := client.Call(context.Background(), "echo", struct{}{}, nil)
	if err == nil || err.Error() != "client is NULL" {
		t.Fatal(err)
	}
}

func TestATextWithANULIsRefused(t *testing.T) {
	client := client(t)
	if err := client.Call(context.Background(), "echo\x00", struct{}{}, nil); err == nil {
		t.Fatal("it would end at the NUL")
	}
	if _, err := client.NewConversation(context.Background(), "17\x00"); err == nil {
		t.Fatal("it would end at the NUL")
	}
	conversation, err := client.NewConversation(context.Background(), "17")
	if err != nil {
		t.Fatal(err)
	}
	defer conversation.Close()
	reply, err := conversation.Ask(context.Background(), "a\x00b")
	if err == nil || err.Error() != "the text has a NUL inside" || reply.Outcome != NotSent {
		t.Fatal(reply, err)
	}
}

func TestAWalkReadsEveryPageAndEndsWithAnErrorOfItsReader(t *testing.T) {
	client := client(t)
	var ids []json.Number
	read := func(page json.RawMessage) error {
		var rows []struct{ ID json.Number }
		err := json.Unmarshal(page, &rows)
		ids = append(ids, rows[0].ID)
		return err
	}
	err := client.Pages(context.Background(), "getAllContacts", struct{}{}, read)
	if err != nil || len(ids) != 3 || ids[2] != "3" {
		t.Fatal(err, ids)
	}
	enough := errors.New("enough")
	stop := func(json.RawMessage) error { return enough }
	err = client.Pages(context.Background(), "getAllContacts", struct{}{}, stop)
	if err != enough {
		t.Fatal(err)
	}
	if err := client.Pages(context.Background(), "late", struct{}{}, stop); err == nil {
		t.Fatal("this is not a list")
	}
}

func TestAFailureSaysWhatToDo(t *testing.T) {
	err := client(t).Call(context.Background(), "failing", struct{}{}, nil)
	var failure *Failure
	if !errors.As(err, &failure) || !failure.MayHaveBeenProcessed || failure.Status != 2 {
		t.Fatal(err)
	}
	if _, err := NewClient(map[string]any{}); err == nil {
		t.Fatal("a credential is needed")
	}
}
