package main

// A conversation, which knows what became of each message.

/*
#include <stdlib.h>
#include <yourgpt.h>
*/
import "C"

import (
	"context"
	"encoding/json"
	"unsafe"
)

// Outcome is what became of a message: see yourgpt.h.
type Outcome int

// The outcomes. Later versions of the library may add some: treat them as Unknown.
const (
	Unknown Outcome = iota
	NotSent
	NotSeen
	Answered
	HandedOver
	Unanswered
)

// Conversation is a conversation. A context that ends one of its calls ends the conversation too: open
// it again with its SessionUID.
type Conversation struct {
	// SessionUID is a text, so that no digit is lost.
	SessionUID string
	client     *Client
	handle     *C.yourgpt_conversation
}

// NewConversation continues the conversation with a session_uid; an empty one opens a conversation.
func (client *Client) NewConversation(ctx context.Context, sessionUID string) (*Conversation, error) {
	var uid *C.char
	if sessionUID != "" {
		var err error
		if uid, err = cString(sessionUID); err != nil {
			return nil, err
		}
		defer C.free(unsafe.Pointer(uid))
	}
	own, err := client.derive(ctx, "{}")
	if err != nil {
		return nil, err
	}
	conversation := &Conversation{client: own}
	stop := own.watch(ctx)
	var failure *C.char
	status := C.yourgpt_conversation_new(own.handle, uid, &conversation.handle, &failure)
	stop()
	// Nothing is sent to continue a conversation, but a context that has ended ends it.
	if _, err = take(ctx, status, failure); err == nil {
		err = ctx.Err()
	}
	if err != nil {
		C.yourgpt_conversation_free(conversation.handle)
		own.Close()
		return nil, err
	}
	conversation.SessionUID = goString(C.yourgpt_conversation_session_uid(conversation.handle))
	return conversation, nil
}

// Reply is what became of a message. Answer is empty if there is none.
type Reply struct {
	Answer  string
	Outcome Outcome
}

// Ask sends a message. With an error the reply has the outcome, too.
func (conversation *Conversation) Ask(ctx context.Context, message string) (Reply, error) {
	text, err := cString(message)
	if err != nil {
		return Reply{Outcome: NotSent}, err
	}
	defer C.free(unsafe.Pointer(text))
	defer conversation.client.watch(ctx)()
	var outcome C.yourgpt_outcome
	var answer, reply *C.char
	status := C.yourgpt_ask(conversation.handle, text, &outcome, &answer, &reply)
	_, err = take(ctx, status, reply)
	return Reply{goString(answer), Outcome(outcome)}, err
}

// NewMessages reads the messages since the last look, as an array.
func (conversation *Conversation) NewMessages(ctx context.Context) (json.RawMessage, error) {
	defer conversation.client.watch(ctx)()
	var messages *C.char
	status := C.yourgpt_new_messages(conversation.handle, &messages)
	text, err := take(ctx, status, messages)
	return json.RawMessage(text), err
}

// Close frees the conversation. No call may be using it. A second Close does nothing.
func (conversation *Conversation) Close() {
	C.yourgpt_conversation_free(conversation.handle)
	conversation.handle = nil
	conversation.client.Close()
}
