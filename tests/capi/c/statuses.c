/* Makes the library return every status of the header, and frees what comes with it.
 *
 *     statuses URL          every status except YOURGPT_PANIC
 *     statuses URL works    a call that works, if the environment lets no thread start
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "yourgpt.h"

/* Does not compile if the types in the header have changed. */
typedef char statuses_are_ints[sizeof(yourgpt_status) == sizeof(int) ? 1 : -1];
typedef char levels_are_ints[sizeof(yourgpt_level) == sizeof(int) ? 1 : -1];
static yourgpt_status (*const client_new)(const char *, yourgpt_client **, char **) =
    yourgpt_client_new;
static yourgpt_status (*const client_with)(const yourgpt_client *, const char *, yourgpt_client **,
                                           char **) = yourgpt_client_with;
static yourgpt_status (*const call)(const yourgpt_client *, yourgpt_level, const char *,
                                    const char *, char **) = yourgpt_call;
static void (*const client_cancel)(const yourgpt_client *) = yourgpt_client_cancel;
static void (*const client_free)(yourgpt_client *) = yourgpt_client_free;
static void (*const string_free)(char *) = yourgpt_string_free;
static const char *(*const version)(void) = yourgpt_version;

/* If a status is missing here, the compiler warns, and with -Werror that is an error. */
static const char *name_of(yourgpt_status status)
{
  switch (status) {
  case YOURGPT_OK: return "OK";
  case YOURGPT_INVALID_ARGUMENT: return "INVALID_ARGUMENT";
  case YOURGPT_API: return "API";
  case YOURGPT_TRANSPORT: return "TRANSPORT";
  case YOURGPT_DECODE: return "DECODE";
  case YOURGPT_PANIC: return "PANIC";
  case YOURGPT_CANCELLED: return "CANCELLED";
  }
  return "unknown";
}

/* Checks that a failure has parts, and that nothing else has. */
static void expect_parts(const char *what, yourgpt_status status, const char *text)
{
  char *message = yourgpt_failure_message(text);
  char *service_message = yourgpt_failure_service_message(text);
  int is_failure = status != YOURGPT_OK && text != NULL;
  int is_safe = !yourgpt_failure_may_have_been_processed(text);
  int wrong = (message != NULL) != is_failure
      || (yourgpt_failure_kind(text) != YOURGPT_KIND_UNKNOWN) != is_failure
      || (is_safe && !yourgpt_failure_is_safe_to_repeat(text))
      || (yourgpt_failure_status_code(text) == 429) != (yourgpt_failure_retry_after_ms(text) >= 0)
      || (yourgpt_failure_is_transient(text) && yourgpt_failure_attempts(text) != 1);
  if (wrong) {
    fprintf(stderr, "%s: the parts are wrong: %s\n", what, text != NULL ? text : "-");
    exit(EXIT_FAILURE);
  }
  string_free(message);
  string_free(service_message);
}

/* Checks a status, and that the text that came with it contains a part. Frees the text. */
static void expect(const char *what, yourgpt_status status, yourgpt_status wanted, char *text,
                   const char *part)
{
  printf("%s: %s %s\n", what, name_of(status), text != NULL ? text : "-");
  fflush(stdout);
  if (status != wanted || (part == NULL) != (text == NULL) ||
      (part != NULL && strstr(text, part) == NULL)) {
    fprintf(stderr, "%s: wanted %s with %s\n", what, name_of(wanted), part != NULL ? part : "-");
    exit(EXIT_FAILURE);
  }
  expect_parts(what, status, text);
  string_free(text);
}

static char garbage;

static void expect_call(const yourgpt_client *client, const char *operation, yourgpt_status wanted,
                        const char *part)
{
  const char *what = operation != NULL ? operation : "no operation";
  char *text = &garbage;
  yourgpt_status status = call(client, YOURGPT_PROJECT, operation, "{\"n\":1}", &text);
  expect(what, status, wanted, text, part);
  /* The same without an output. */
  status = call(client, YOURGPT_PROJECT, operation, "{\"n\":1}", NULL);
  expect(what, status, wanted, NULL, NULL);
}

int main(int argc, char **argv)
{
  char config[256];
  yourgpt_client *client = NULL, *other = NULL;
  yourgpt_status status;
  char *text = &garbage;

  if (argc < 2) {
    return EXIT_FAILURE;
  }
  printf("version %s\n", version());
  snprintf(config, sizeof config, "{\"api_token\":\"api-v1-x\",\"base_url\":\"%s\",%s}", argv[1],
           "\"timeout_ms\":20000,\"max_retries\":0");
  status = client_new(config, &client, &text);
  expect("new", status, YOURGPT_OK, text, NULL);

  if (argc > 2) {
    expect_call(client, "fine", YOURGPT_OK, "\"RXSUCCESS\"");
    client_free(client);
    return EXIT_SUCCESS;
  }

  expect_call(client, "fine", YOURGPT_OK, "\"RXSUCCESS\"");
  expect_call(client, "refused", YOURGPT_API, "\"kind\":\"rate_limited\"");
  expect_call(client, "failing", YOURGPT_API, "\"kind\":\"server\"");
  expect_call(client, "lost", YOURGPT_TRANSPORT, "\"kind\":\"connection\"");
  expect_call(client, "garbled", YOURGPT_DECODE, "\"kind\":\"decode\"");
  expect_call(client, "not.a.name", YOURGPT_INVALID_ARGUMENT, "\"kind\":\"invalid_request\"");
  expect_call(NULL, "fine", YOURGPT_INVALID_ARGUMENT, "client is NULL");
  expect_call(client, NULL, YOURGPT_INVALID_ARGUMENT, "operation is NULL");

  status = call(client, YOURGPT_PROJECT, "where", NULL, &text);
  expect("project", status, YOURGPT_OK, text, "/chatbot/v1/where");
  status = call(client, YOURGPT_ORGANIZATION, "where", NULL, &text);
  expect("organization", status, YOURGPT_OK, text, "/api/v1/where");
  status = call(client, (yourgpt_level)7, "where", NULL, &text);
  expect("no level", status, YOURGPT_INVALID_ARGUMENT, text, "level");

  status = client_with(client, "{\"project_uid\":\"p\"}", &other, &text);
  expect("derived", status, YOURGPT_OK, text, NULL);
  client_free(client);
  status = call(other, YOURGPT_PROJECT, "echo", NULL, &text);
  expect("with a project", status, YOURGPT_OK, text, "{\"project_uid\":\"p\"}");
  client = other;
  status = client_with(client, "{\"api_key\":\"x\"}", &other, &text);
  expect("bad derived", status, YOURGPT_INVALID_ARGUMENT, text, "api_key");
  client_free(client);

  /* A response that does not come in time. The connection is open when the client is freed. */
  snprintf(config, sizeof config, "{\"api_token\":\"api-v1-x\",\"base_url\":\"%s\",%s}", argv[1],
           "\"timeout_ms\":300,\"max_retries\":0");
  status = client_new(config, &client, NULL);
  expect("new", status, YOURGPT_OK, NULL, NULL);
  status = call(client, YOURGPT_PROJECT, "late", NULL, &text);
  expect("late", status, YOURGPT_TRANSPORT, text, "\"kind\":\"timeout\"");
  client_cancel(client);
  client_cancel(NULL);
  expect_call(client, "fine", YOURGPT_CANCELLED, "\"kind\":\"cancelled\"");
  client_free(client);

  status = client_new("{\"api_token\":7}", &client, &text);
  expect("bad configuration", status, YOURGPT_INVALID_ARGUMENT, text, "api_token");
  status = client_new(NULL, &client, &text);
  expect("no configuration", status, YOURGPT_INVALID_ARGUMENT, text, "config_json is NULL");
  status = client_new(config, NULL, &text);
  expect("no client", status, YOURGPT_INVALID_ARGUMENT, text, "client is NULL");
  expect("no outputs", client_new(config, NULL, NULL), YOURGPT_INVALID_ARGUMENT, NULL, NULL);
  client_free(client);
  client_free(NULL);
  string_free(NULL);
  return EXIT_SUCCESS;
}
