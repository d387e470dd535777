package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"testing"
	"time"
)

// The server of the tests: it never answers the operation late, and answers every other one.
func client(t *testing.T) *Client {
	client, err := NewClient(map[string]any{
		"api_token": "x", "base_url": os.Getenv("YOURGPT_TEST_URL"), "max_retries": 0,
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
	ctx, cancel = context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if err := client.Call(ctx, "late", struct{}{}, nil); err == nil {
		t.Fatal("the deadline has ended")
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
