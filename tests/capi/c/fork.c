/* Forks while a client, a walk and a conversation are open, and uses them in the child.
 *
 *     fork URL
 */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "yourgpt.h"

static char config[256];

static void expect(int is_right, const char *what, const char *text)
{
  if (!is_right) {
    fprintf(stderr, "%s: %s\n", what, text != NULL ? text : "-");
    _exit(EXIT_FAILURE);
  }
}

static void expect_refusal(yourgpt_status status, char *text)
{
  expect(status == YOURGPT_INVALID_ARGUMENT && strstr(text, "before fork()") != NULL, "fork", text);
  yourgpt_string_free(text);
}

static void expect_call(const yourgpt_client *client, const char *what)
{
  char *text;
  yourgpt_status status = yourgpt_call(client, YOURGPT_PROJECT, "echo", NULL, &text);
  expect(status == YOURGPT_OK, what, text);
  yourgpt_string_free(text);
}

static yourgpt_client *make_client(void)
{
  yourgpt_client *client;
  char *text;
  yourgpt_status status = yourgpt_client_new(config, &client, &text);
  expect(status == YOURGPT_OK, "new", text);
  return client;
}

int main(int argc, char **argv)
{
  yourgpt_client *client, *other;
  yourgpt_walk *walk;
  yourgpt_conversation *conversation;
  yourgpt_status status;
  char *text;
  int result = -1;
  pid_t child;

  if (argc < 2) {
    return EXIT_FAILURE;
  }
  snprintf(config, sizeof config, "{\"api_token\":\"x\",\"project_uid\":\"p\",\"base_url\":\"%s\"}",
           argv[1]);
  client = make_client();
  expect_call(client, "before");
  status = yourgpt_walk_new(client, YOURGPT_PROJECT, "getAllContacts", NULL, 0, &walk, &text);
  expect(status == YOURGPT_OK, "walk", text);
  status = yourgpt_conversation_new(client, "7", &conversation, &text);
  expect(status == YOURGPT_OK, "conversation", text);

  child = fork();
  if (child == 0) {
    status = yourgpt_call(client, YOURGPT_PROJECT, "echo", NULL, &text);
    expect_refusal(status, text);
    status = yourgpt_client_with(client, "{}", &other, &text);
    expect_refusal(status, text);
    status = yourgpt_walk_next(walk, &text);
    expect_refusal(status, text);
    status = yourgpt_ask(conversation, "Hello", NULL, NULL, &text);
    expect_refusal(status, text);
    expect(yourgpt_conversation_session_uid(conversation) == NULL, "session_uid", NULL);
    expect(yourgpt_conversation_position(conversation) == NULL, "position", NULL);
    status = yourgpt_conversation_resume(conversation, "{}", &text);
    expect_refusal(status, text);
    yourgpt_client_cancel(client);
    yourgpt_walk_free(walk);
    yourgpt_conversation_free(conversation);
    yourgpt_client_free(client);
    client = make_client();
    expect_call(client, "in the child");
    yourgpt_client_free(client);
    _exit(EXIT_SUCCESS);
  }
  expect(waitpid(child, &result, 0) == child && result == 0, "the child failed", NULL);
  expect_call(client, "after");
  yourgpt_walk_free(walk);
  yourgpt_conversation_free(conversation);
  yourgpt_client_free(client);
  return EXIT_SUCCESS;
}
