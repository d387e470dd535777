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
	"errors"
	"fmt"
	"strings"
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

// Unwrap makes errors.Is(err, context.Canceled) and errors.Is(err, context.DeadlineExceeded) true if
// the context ended the call.
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

// Close frees the client. No call may be using it. A second Close does nothing.
func (client *Client) Close() {
	C.yourgpt_client_free(client.handle)
	client.handle = nil
}

// Call calls an operation of the project level, and decodes its data into a value. Use json.Number or
// a string for a session_uid: it is too large for a float64.
func (client *Client) Call(ctx context.Context, operation string, body, data any) error {
	return client.within(ctx, operation, body, func(own *C.yourgpt_client, name, bodyJSON *C.char) error {
		var answer *C.char
		status := C.yourgpt_call(own, C.YOURGPT_PROJECT, name, bodyJSON, &answer)
		text, err := take(ctx, status, answer)
		if err != nil {
			return err
		}
		envelope := struct{ Data any }{data}
		return json.Unmarshal([]byte(text), &envelope)
	})
}

// Pages walks through a list of the project level, and passes the data of each page on. The walk ends
// when the context does, or when use returns an error.
func (client *Client) Pages(ctx context.Context, operation string, body any,
	use func(page json.RawMessage) error) error {
	return client.within(ctx, operation, body, func(own *C.yourgpt_client, name, bodyJSON *C.char) error {
		var walk *C.yourgpt_walk
		var page *C.char
		status := C.yourgpt_walk_new(own, C.YOURGPT_PROJECT, name, bodyJSON, 0, &walk, &page)
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

// within runs calls with a client of their own, which the context ends, as does its deadline. They get
// the name and the body as C takes them.
func (client *Client) within(ctx context.Context, operation string, body any,
	calls func(own *C.yourgpt_client, name, bodyJSON *C.char) error) error {
	name, bodyJSON, err := parameters(operation, body)
	if err != nil {
		return err
	}
	defer C.free(unsafe.Pointer(name))
	defer C.free(unsafe.Pointer(bodyJSON))
	config := "{}"
	if deadline, ok := ctx.Deadline(); ok {
		left := time.Until(deadline).Milliseconds()
		if left < 0 {
			left = 0
		}
		// The library may not be the first to end the call.
		config = fmt.Sprintf(`{"deadline_ms":%d}`, left+1)
	}
	own, err := client.derive(ctx, config)
	if err != nil {
		return err
	}
	defer own.Close()
	defer own.watch(ctx)()
	return calls(own.handle, name, bodyJSON)
}

// derive makes a client that shares the connections.
func (client *Client) derive(ctx context.Context, config string) (*Client, error) {
	text := C.CString(config)
	defer C.free(unsafe.Pointer(text))
	var own Client
	var failure *C.char
	status := C.yourgpt_client_with(client.handle, text, &own.handle, &failure)
	_, err := take(ctx, status, failure)
	return &own, err
}

// watch cancels the client, for good, if the context ends before the function is called that watch
// returns.
func (client *Client) watch(ctx context.Context) (stop func()) {
	if ctx.Err() != nil {
		C.yourgpt_client_cancel(client.handle)
	}
	done, watcher := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(watcher)
		select {
		case <-ctx.Done():
			C.yourgpt_client_cancel(client.handle)
		case <-done:
		}
	}()
	return func() {
		close(done)
		<-watcher
	}
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
		context:              contextError(ctx, C.yourgpt_failure_kind(text)),
	}
	if failure.Message == "" {
		failure.Message = fmt.Sprintf("the library failed with status %d", failure.Status)
	}
	failure.JSON = goString(text)
	return "", failure
}

// contextError is the error of the context that ended a call, or nil if none did.
func contextError(ctx context.Context, kind C.yourgpt_kind) error {
	deadline, ok := ctx.Deadline()
	switch {
	case kind == C.YOURGPT_KIND_CANCELLED && ctx.Err() != nil:
		return ctx.Err()
	case kind == C.YOURGPT_KIND_CANCELLED: // By the context of an earlier call in a conversation.
		return context.Canceled
	case kind == C.YOURGPT_KIND_TIMEOUT && ok && !time.Now().Before(deadline):
		return context.DeadlineExceeded
	}
	return nil
}

// parameters copies an operation and its body for C.
func parameters(operation string, body any) (name, bodyJSON *C.char, err error) {
	text, err := json.Marshal(body)
	if err != nil {
		return nil, nil, err
	}
	if name, err = cString(operation); err != nil {
		return nil, nil, err
	}
	return name, C.CString(string(text)), nil
}

// cString copies a text for C. A NUL would end it there.
func cString(text string) (*C.char, error) {
	if strings.ContainsRune(text, 0) {
		return nil, errors.New("the text has a NUL inside")
	}
	return C.CString(text), nil
}

// goString copies a string of the library, and frees it.
func goString(text *C.char) string {
	defer C.yourgpt_string_free(text)
	return C.GoString(text)
}
