/* Holds a conversation with a YourGPT chatbot, in C99 (and C++17).
 *
 *     chat "When do you open?" "And on Sundays?"
 *
 * sends each argument as a message. Without arguments it sends each line of its input. The
 * credentials come from the environment: YOURGPT_API_KEY and YOURGPT_WIDGET_UID, or
 * YOURGPT_API_TOKEN and YOURGPT_PROJECT_UID. YOURGPT_BASE_URL names another host, such as a
 * sandbox.
 *
 * The vendor's own pages disagree on whether a conversation that was opened with an API token is
 * answered at all. If no answer comes, try the playground, and a project API key if you use an API
 * token.
 *
 * The Makefile in this folder builds the library and this program. On Windows the program also needs
 * shell32.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef _WIN32
#include <windows.h>
#include <shellapi.h>
#endif

#include "yourgpt.h"

#ifdef _WIN32
/* The arguments in UTF-8: main() gets them in the code page of the system. */
static char **utf8_arguments(int *argc)
{
  wchar_t **wide = CommandLineToArgvW(GetCommandLineW(), argc);
  char **argv = (char **)calloc((size_t)*argc, sizeof *argv);
  int i;
  for (i = 0; i < *argc; i++) {
    int size = WideCharToMultiByte(CP_UTF8, 0, wide[i], -1, NULL, 0, NULL, NULL);
    argv[i] = (char *)malloc((size_t)size);
    WideCharToMultiByte(CP_UTF8, 0, wide[i], -1, argv[i], size, NULL, NULL);
  }
  return argv;
}
#endif

/* Prints what a failure says, and frees it. Returns 0. */
static int print_failure(yourgpt_status status, char *failure)
{
  char *message = yourgpt_failure_message(failure);
  if (message == NULL) {
    fprintf(stderr, "chat: the library failed with status %d\n", (int)status);
  } else {
    fprintf(stderr, "chat: %s\n", message);
  }
  yourgpt_string_free(message);
  yourgpt_string_free(failure);
  return 0;
}

/* Adds a setting from an environment variable to a configuration, if it is set. */
static void configure(char *config, size_t size, const char *key, const char *variable)
{
  const char *value = getenv(variable);
  size_t length = strlen(config);
  if (value == NULL || *value == '\0') {
    return;
  }
  if (strpbrk(value, "\"\\") != NULL || length + strlen(key) + strlen(value) + 7 > size) {
    fprintf(stderr, "chat: %s cannot be used\n", variable);
    exit(EXIT_FAILURE);
  }
  /* The closing brace is written over. */
  sprintf(config + length - 1, "%s\"%s\":\"%s\"}", length > 2 ? "," : "", key, value);
}

static yourgpt_client *connect_from_environment(void)
{
  char config[4096] = "{}";
  yourgpt_client *client;
  yourgpt_status status;
  char *failure;
  const char *key = getenv("YOURGPT_API_KEY");

  if (key != NULL && *key != '\0') {
    configure(config, sizeof config, "api_key", "YOURGPT_API_KEY");
    configure(config, sizeof config, "widget_uid", "YOURGPT_WIDGET_UID");
  } else {
    configure(config, sizeof config, "api_token", "YOURGPT_API_TOKEN");
    configure(config, sizeof config, "project_uid", "YOURGPT_PROJECT_UID");
  }
  configure(config, sizeof config, "base_url", "YOURGPT_BASE_URL");
  status = yourgpt_client_new(config, &client, &failure);
  if (status != YOURGPT_OK) {
    print_failure(status, failure);
  }
  return client;
}

/* Sends a message and prints the answer. Returns 0 if the message may not have arrived. */
static int ask(yourgpt_conversation *conversation, const char *message)
{
  yourgpt_outcome outcome;
  char *answer, *reply;
  yourgpt_status status = yourgpt_ask(conversation, message, &outcome, &answer, &reply);

  if (status != YOURGPT_OK) {
    if (outcome != YOURGPT_OUTCOME_NOT_SENT) {
      fputs("chat: the message may have arrived\n", stderr);
    }
    return print_failure(status, reply);
  }
  if (answer != NULL) {
    puts(answer);
  } else if (outcome == YOURGPT_OUTCOME_HANDED_OVER) {
    fputs("A human answers from now on.\n", stderr);
  } else if (outcome != YOURGPT_OUTCOME_ANSWERED) {
    fputs("No answer came. Try the playground, and a project API key if you use an API token:\n"
          "the vendor's own pages disagree on whether a token's conversation is answered at all.\n",
          stderr);
  }
  yourgpt_string_free(answer);
  yourgpt_string_free(reply);
  return 1;
}

int main(int argc, char **argv)
{
  char line[4096];
  char *failure;
  int i, good = 1;
  yourgpt_conversation *conversation;
  yourgpt_client *client = connect_from_environment();
  yourgpt_status status;

#ifdef _WIN32
  argv = utf8_arguments(&argc);
  SetConsoleOutputCP(CP_UTF8);
#endif
  if (client == NULL) {
    return EXIT_FAILURE;
  }
  status = yourgpt_conversation_new(client, NULL, &conversation, &failure);
  if (status != YOURGPT_OK) {
    good = print_failure(status, failure);
  }
  for (i = 1; good && i < argc; i++) {
    good = ask(conversation, argv[i]);
  }
  while (good && argc < 2 && fgets(line, sizeof line, stdin) != NULL) {
    if (strchr(line, '\n') == NULL && !feof(stdin)) {
      fputs("chat: a line is too long, or has a NUL inside: nothing of it was sent\n", stderr);
      good = 0;
      break;
    }
    line[strcspn(line, "\r\n")] = '\0';
    good = *line == '\0' || ask(conversation, line);
  }
  yourgpt_conversation_free(conversation);
  yourgpt_client_free(client);
  return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
