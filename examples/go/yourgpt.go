package main

// The YourGPT API over cgo. A context ends a call in the middle, and its deadline limits the call.

/*
#cgo pkg-config: yourgpt
#include <stdlib.h>
#include <yourgpt.h>
*/
import "C"

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
	"unsafe"
)

// Failure is why a call failed. JSON has all keys of the failure in yourgpt.h.
type Failure struct {
	Status               int
	JSON                 string
	Message              string
	MayHaveBeenProcessed bool
	context              error
}

func (failure *Failure) Error() string { return failure.Message }

// Unwrap makes errors.Is(err, context.Canceled) true if the context ended the call.
func (failure *Failure) Unwrap() error { return failure.context }

// Client has a credential, settings and connections. Goroutines may share it.
type Client struct{ handle *C.yourgpt_client }

// NewClient makes a client from a configuration, such as {"api_key":"apk-..."}.
func NewClient(config map[string]any) (*Client, error) {
	text, err := json.Marshal(config)
	if err != nil {
		return nil, err
	}
	var client Client
	configJSON := C.CString(string(text))
	defer C.free(unsafe.Pointer(configJSON))
	var failure *C.char
	status := C.yourgpt_client_new(configJSON, &client.handle, &failure)
	if _, err := take(context.Background(), status, failure); err != nil {
		return nil, err
	}
	return &client, nil
}

// Close frees the client. No call may be using it.
func (client *Client) Close() { C.yourgpt_client_free(client.handle) }

// Call calls an operation of the project level, and decodes its data into a value. Use json.Number or
// a string for a session_uid: it is too large for a float64.
func (client *Client) Call(ctx context.Context, operation string, body, data any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	name, bodyJSON := C.CString(operation), C.CString(string(text))
	defer C.free(unsafe.Pointer(name))
	defer C.free(unsafe.Pointer(bodyJSON))
	return client.within(ctx, func(handle *C.yourgpt_client) error {
		var answer *C.char
		status := C.yourgpt_call(handle, C.YOURGPT_PROJECT, name, bodyJSON, &answer)
		text, err := take(ctx, status, answer)
		if err != nil {
			return err
		}
		envelope := struct{ Data any }{data}
		return json.Unmarshal([]byte(text), &envelope)
	})
}

// Pages walks through a list of the project level, and passes the data of each page on. It ends with
// the context, and with an error of use.
func (client *Client) Pages(ctx context.Context, operation string, body any,
	use func(page json.RawMessage) error) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	name, bodyJSON := C.CString(operation), C.CString(string(text))
	defer C.free(unsafe.Pointer(name))
	defer C.free(unsafe.Pointer(bodyJSON))
	return client.within(ctx, func(handle *C.yourgpt_client) error {
		var walk *C.yourgpt_walk
		var page *C.char
		status := C.yourgpt_walk_new(handle, C.YOURGPT_PROJECT, name, bodyJSON, 0, &walk, &page)
		if _, err := take(ctx, status, page); err != nil {
			return err
		}
		defer C.yourgpt_walk_free(walk)
		for {
			status := C.yourgpt_walk_next(walk, &page)
			if status == C.YOURGPT_OK && page == nil {
				return nil
			}
			text, err := take(ctx, status, page)
			if err != nil {
				return err
			}
			var envelope struct{ Data json.RawMessage }
			if err := json.Unmarshal([]byte(text), &envelope); err != nil {
				return err
			}
			if err := use(envelope.Data); err != nil {
				return err
			}
		}
	})
}

// Reply is what became of a message that has arrived. Answer is empty if no answer came.
type Reply struct {
	Answer  string
	Outcome int
}

// Ask sends a message in a conversation; an empty sessionUID opens one. It returns the session_uid,
// which stays a text, so that no digit is lost.
func (client *Client) Ask(ctx context.Context, sessionUID, message string) (string, Reply, error) {
	var reply Reply
	text := C.CString(message)
	defer C.free(unsafe.Pointer(text))
	var uid *C.char
	if sessionUID != "" {
		uid = C.CString(sessionUID)
		defer C.free(unsafe.Pointer(uid))
	}
	err := client.within(ctx, func(handle *C.yourgpt_client) error {
		var conversation *C.yourgpt_conversation
		var answer, json *C.char
		status := C.yourgpt_conversation_new(handle, uid, &conversation, &json)
		if _, err := take(ctx, status, json); err != nil {
			return err
		}
		defer C.yourgpt_conversation_free(conversation)
		sessionUID = goString(C.yourgpt_conversation_session_uid(conversation))
		var outcome C.yourgpt_outcome
		status = C.yourgpt_ask(conversation, text, &outcome, &answer, &json)
		reply = Reply{goString(answer), int(outcome)}
		_, err := take(ctx, status, json)
		return err
	})
	return sessionUID, reply, err
}

// within runs calls with a client of their own, which shares the connections and ends with the
// context.
func (client *Client) within(ctx context.Context, calls func(*C.yourgpt_client) error) error {
	config := "{}"
	if deadline, ok := ctx.Deadline(); ok {
		left := time.Until(deadline).Milliseconds()
		if left < 1 {
			left = 1
		}
		config = fmt.Sprintf(`{"deadline_ms":%d}`, left)
	}
	text := C.CString(config)
	defer C.free(unsafe.Pointer(text))
	var own *C.yourgpt_client
	var failure *C.char
	status := C.yourgpt_client_with(client.handle, text, &own, &failure)
	if _, err := take(ctx, status, failure); err != nil {
		return err
	}
	done, watcher := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(watcher)
		select {
		case <-ctx.Done():
			C.yourgpt_client_cancel(own)
		case <-done:
		}
	}()
	err := calls(own)
	close(done)
	<-watcher
	C.yourgpt_client_free(own)
	return err
}

// take returns the text of a success, or the failure. It frees the text.
func take(ctx context.Context, status C.yourgpt_status, text *C.char) (string, error) {
	if status == C.YOURGPT_OK {
		return goString(text), nil
	}
	failure := &Failure{
		Status:               int(status),
		Message:              goString(C.yourgpt_failure_message(text)),
		MayHaveBeenProcessed: C.yourgpt_failure_may_have_been_processed(text) != 0,
		context:              ctx.Err(),
	}
	if failure.Message == "" {
		failure.Message = fmt.Sprintf("the library failed with status %d", failure.Status)
	}
	failure.JSON = goString(text)
	return "", failure
}

// goString copies a string of the library, and frees it.
func goString(text *C.char) string {
	defer C.yourgpt_string_free(text)
	return C.GoString(text)
}
