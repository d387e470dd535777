/* Asks a question, continues the conversation, and prints the answer.
 *
 *     ask CONFIG QUESTION
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "yourgpt.h"

static void expect(int is_right, const char *what, const char *text)
{
  if (!is_right) {
    fprintf(stderr, "%s: %s\n", what, text != NULL ? text : "-");
    exit(EXIT_FAILURE);
  }
}

/* A callback may ask for the conversation's identifier while a message is on its way. */
static void on_attempt(void *user, const yourgpt_attempt *attempt)
{
  char *session_uid = yourgpt_conversation_session_uid(*(yourgpt_conversation **)user);
  expect(session_uid != NULL, "session_uid during", attempt->operation);
  yourgpt_string_free(session_uid);
}

int main(int argc, char **argv)
{
  char *text, *answer, *session_uid;
  yourgpt_client *client;
  yourgpt_conversation *conversation;
  yourgpt_outcome outcome;
  yourgpt_status status;

  if (argc < 3) {
    return EXIT_FAILURE;
  }
  status = yourgpt_client_new(argv[1], &client, &text);
  expect(status == YOURGPT_OK, "new", text);
  status = yourgpt_conversation_new(client, NULL, &conversation, &text);
  expect(status == YOURGPT_OK, "open", text);
  session_uid = yourgpt_conversation_session_uid(conversation);
  expect(session_uid != NULL && strchr(session_uid, '"') == NULL, "session_uid", session_uid);

  yourgpt_client_listen(client, on_attempt, NULL, &conversation);
  status = yourgpt_ask(conversation, argv[2], &outcome, &answer, &text);
  yourgpt_client_listen(client, NULL, NULL, NULL);
  expect(status == YOURGPT_OK && outcome == YOURGPT_OUTCOME_ANSWERED, "ask", text);
  puts(answer);
  yourgpt_string_free(answer);
  yourgpt_string_free(text);
  status = yourgpt_ask(conversation, argv[2], NULL, NULL, NULL);
  expect(status == YOURGPT_OK, "without outputs", NULL);
  status = yourgpt_new_messages(conversation, &text);
  expect(status == YOURGPT_OK && strcmp(text, "[]") == 0, "nothing new", text);
  yourgpt_string_free(text);
  yourgpt_conversation_free(conversation);

  status = yourgpt_conversation_new(client, session_uid, &conversation, &text);
  expect(status == YOURGPT_OK, "continue", text);
  status = yourgpt_ask(conversation, "", &outcome, &answer, &text);
  expect(status == YOURGPT_INVALID_ARGUMENT && outcome == YOURGPT_OUTCOME_NOT_SENT, "empty", text);
  expect(answer == NULL && yourgpt_failure_kind(text) == YOURGPT_KIND_INVALID_REQUEST, "empty", text);
  yourgpt_string_free(text);
  yourgpt_client_cancel(client);
  yourgpt_client_free(client);
  status = yourgpt_ask(conversation, argv[2], &outcome, &answer, &text);
  expect(status == YOURGPT_CANCELLED && outcome == YOURGPT_OUTCOME_NOT_SENT, "cancelled", text);
  yourgpt_string_free(text);
  yourgpt_conversation_free(conversation);
  yourgpt_conversation_free(NULL);
  yourgpt_string_free(session_uid);
  return EXIT_SUCCESS;
}
