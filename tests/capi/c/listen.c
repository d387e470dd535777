/* Listens to the attempts of a client, and prints the lines of its log, and then the operations.
 *
 *     listen URL
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "yourgpt.h"

struct heard {
  char operations[256];
  int attempts, retries, forms, timeouts;
  int64_t longest_us;
};

static void on_attempt(void *user, const yourgpt_attempt *attempt)
{
  struct heard *heard = (struct heard *)user;
  strcat(heard->operations, heard->attempts++ > 0 ? " " : "");
  strcat(heard->operations, attempt->operation);
  heard->retries += attempt->number > 1 && attempt->waited_us > 0;
  heard->forms += attempt->is_form;
  heard->timeouts += attempt->status_code == 0 && attempt->kind == YOURGPT_KIND_TIMEOUT;
  if (attempt->duration_us > heard->longest_us) {
    heard->longest_us = attempt->duration_us;
  }
}

static void on_line(void *user, const char *line)
{
  (void)user;
  puts(line);
}

static void call(const yourgpt_client *client, const char *operation)
{
  yourgpt_status status = yourgpt_call(client, YOURGPT_PROJECT, operation, NULL, NULL);
  if ((status == YOURGPT_OK) != (strcmp(operation, "fine") == 0)) {
    exit(EXIT_FAILURE);
  }
}

int main(int argc, char **argv)
{
  char config[256];
  struct heard heard = {"", 0, 0, 0, 0, 0};
  yourgpt_client *client, *other;

  if (argc < 2) {
    return EXIT_FAILURE;
  }
  snprintf(config, sizeof config, "{\"api_token\":\"x\",\"base_url\":\"%s\",\"max_retries\":1,%s}",
           argv[1], "\"timeout_ms\":20000");
  if (yourgpt_client_new(config, &client, NULL) != YOURGPT_OK) {
    return EXIT_FAILURE;
  }
  yourgpt_client_listen(client, on_attempt, on_line, &heard);
  call(client, "fine");
  call(client, "getSessions");
  if (yourgpt_client_with(client, "{\"timeout_ms\":100}", &other, NULL) != YOURGPT_OK) {
    return EXIT_FAILURE;
  }
  call(other, "late");
  yourgpt_client_listen(other, NULL, NULL, NULL);
  call(client, "fine");
  yourgpt_client_listen(NULL, on_attempt, on_line, &heard);
  yourgpt_client_free(other);
  yourgpt_client_free(client);
  puts(heard.operations);
  return heard.attempts == 4 && heard.retries == 1 && heard.forms == 0 && heard.timeouts == 1
          && heard.longest_us >= 100 * 1000
      ? EXIT_SUCCESS
      : EXIT_FAILURE;
}
