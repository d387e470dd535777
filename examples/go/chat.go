// Chat holds a conversation with a YourGPT chatbot. Ctrl-C ends it, also in the middle of a call.
//
//	make -C examples/c install prefix=$HOME/.local
//	cd examples/go
//	PKG_CONFIG_PATH=$HOME/.local/lib/pkgconfig go build
//	LD_LIBRARY_PATH=$HOME/.local/lib ./chat "When do you open?"
//
// The credentials come from the environment, as for examples/c/chat.c.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
)

const noAnswer = `No answer came. Try the playground, and a project API key if you use an API token:
the vendor's own pages disagree on whether a token's conversation is answered at all.`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := chat(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "chat:", err)
		os.Exit(1)
	}
}

func chat(ctx context.Context, messages []string) error {
	if len(messages) == 0 {
		return errors.New("usage: chat MESSAGE...")
	}
	client, err := NewClient(config())
	if err != nil {
		return err
	}
	defer client.Close()
	conversation, err := client.NewConversation(ctx, "")
	if err != nil {
		return err
	}
	defer conversation.Close()
	for _, message := range messages {
		reply, err := conversation.Ask(ctx, message)
		switch {
		case err != nil && reply.Outcome != NotSent:
			return fmt.Errorf("the message may have arrived: %w", err)
		case err != nil:
			return err
		case reply.Answer != "":
			fmt.Println(reply.Answer)
		case reply.Outcome == HandedOver:
			fmt.Fprintln(os.Stderr, "A human answers from now on.")
		case reply.Outcome != Answered:
			fmt.Fprintln(os.Stderr, noAnswer)
		}
	}
	return nil
}

func config() map[string]any {
	names := map[string]string{"base_url": "YOURGPT_BASE_URL"}
	if os.Getenv("YOURGPT_API_KEY") != "" {
		names["api_key"], names["widget_uid"] = "YOURGPT_API_KEY", "YOURGPT_WIDGET_UID"
	} else {
		names["api_token"], names["project_uid"] = "YOURGPT_API_TOKEN", "YOURGPT_PROJECT_UID"
	}
	config := map[string]any{}
	for key, name := range names {
		if value := os.Getenv(name); value != "" {
			config[key] = value
		}
	}
	return config
}
